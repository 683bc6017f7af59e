"""The command line: every command is there, says what it is, and ends with the code the contract names."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent import __version__
from agent.cli import COMMANDS, load, main


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"station-edge {__version__}\n"


def test_an_unknown_command_lists_what_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rnu"]) == 2
    told = capsys.readouterr().err
    assert "'rnu' is no command" in told
    assert all(f"  {name}" in told for name in COMMANDS)


def test_no_command_at_all_is_wrong_usage() -> None:
    assert main([]) == 2


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_one_line_and_takes_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    summary = load(name).SUMMARY
    assert summary and "\n" not in summary and not summary.endswith(".")
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert f"station-edge {name}" in capsys.readouterr().out


def test_wrong_usage_is_code_2() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["watch", "--nonsense"])
    assert ended.value.code == 2


def test_a_wrong_configuration_is_code_78(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "station.toml"
    path.write_text("[station]\nid = 5\n")
    assert main(["status", "-c", str(path)]) == 78
    assert f"{path}:2: station.id" in capsys.readouterr().err
