"""A wrong word on the command line ends with code 2, a wrong file with 78, and one line says what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.cli import main

BROKER = "--broker=mqtt://127.0.0.1:1"

WRONG = {  # words after station-edge: what the line says
    "models no-such-meter": "no-such-meter: no such model; known: ",
    "probe no-such-meter 127.0.0.1": "no-such-meter: no such model; known: ",
    "probe fuxin-fx ftp://host": "not a link; HOST:PORT for Modbus TCP",
    "probe fuxin-fx 127.0.0.1:99999": "not a link; HOST:PORT for Modbus TCP",
    "probe fuxin-fx 127.0.0.1 --address 300": "a unit on the bus is 1 to 255",
    "probe fuxin-fx 127.0.0.1 --timeout 0": "'0' is no time; seconds above 0",
    "probe cjt188-gas 127.0.0.1:502": "not a serial line; /dev/PORT",
    "probe cjt188-gas /dev/null --address x": "--address x: ",
    "decode modbus-rtu 00 --model no-such-meter": "no-such-meter: no such model; known: ",
    "decode modbus-rtu 00 --model fuxin-fx --set what=ever": "--set what=ever: nothing: this map asks for no setting",
    "decode morse 00": "invalid choice: 'morse'",
    "watch": "-c/--config --broker is required",
    "watch --broker somewhere": "'somewhere' is no broker; mqtt://[USER:PASSWORD@]HOST[:PORT]",
    "watch --broker mqtt://host:port": "mqtt://[USER:PASSWORD@]HOST[:PORT]",
    f"watch {BROKER} --station a/b": "'a/b' is no topic level",
    "collect --broker somewhere --db sqlite:///x.db": "'somewhere' is no broker",
    f"collect {BROKER} --db x.db": "'x.db' is no database; sqlite:///FILE",
    "command ping --station a --broker somewhere": "'somewhere' is no broker",
    f"command ping --station a/b {BROKER}": "'a/b' is no topic level",
    f"command ping when --station a {BROKER}": "'when': KEY=VALUE",
    f"command ping --station a {BROKER} --timeout -1": "'-1' is no time; seconds above 0",
    "sim --age -5": "'-5' is no age; 0 seconds or more",
    "sim --web 70000": "'70000' is no port; 0 to 65535",
    "schema no.such.type": "'no.such.type' is no message type; one of ",
    "rehearse -c station.toml events --seed x": "invalid int value: 'x'",
}

BAD_FILES = ("run", "check", "status", "rehearse events", "pin li", "watch", "sim", "demo")  # each with -c FILE

WRONG_MAPS = ("models {}", "probe {} 127.0.0.1", "decode modbus-rtu 00 --model {}", "check {}")


def ended(words: list[str]) -> int | str | None:
    """The exit code, whether argparse or the command chose it."""
    try:
        return main(words)
    except SystemExit as end:
        return end.code


@pytest.mark.parametrize("words", WRONG)
def test_wrong_usage_is_code_2_and_one_clear_line(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(words.split()) == 2
    told = capsys.readouterr()
    assert WRONG[words] in told.err.splitlines()[-1]
    assert not told.out


@pytest.mark.parametrize("command", BAD_FILES)
def test_a_file_that_is_no_configuration_is_code_78(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("nonsense = 1\n")
    for path in (wrong, tmp_path / "missing.toml"):
        assert ended([*command.split(), "-c", str(path)]) == 78
        assert str(path) in capsys.readouterr().err


@pytest.mark.parametrize("command", WRONG_MAPS)
def test_a_map_with_a_problem_is_code_78(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[model]\nkey = "mine"\n')
    assert ended(command.format(path).split()) == 78
    assert f"{path}:" in capsys.readouterr().err
