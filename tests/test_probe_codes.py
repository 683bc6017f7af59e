"""The probe of a serial meter: what went over the line, what it means, and a proof of it; against simulated devices."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.cli import main
from drivers.maps.catalog import models
from drivers.maps.mapfile import load_map

CONFIG = Path(__file__).with_name("serials.toml")
ASKED = {  # line → model, framing, address, a total
    "optical": ("elster-ek280", "300 7E1", "", "std_total"),
    "gas": ("cjt188-gas", "2400 8E1", "00110987654321", "volume"),
    "power": ("dlt645-energy", "2400 8E1", "AAAAAAAAAAAA", "energy_forward"),
    "mbus": ("mbus-gas", "2400 8E1", "5", "volume"),
}


@pytest.fixture(scope="module")
def ports() -> Iterator[dict[str, str]]:
    """The simulated station as a process: name of a line → its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "agent.cli", "sim", "-c", str(CONFIG)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin and process.stdout
    where = json.loads(process.stdout.readline())
    yield {name: where[name]["path"] for name in ASKED}
    process.stdin.close()
    assert process.wait(10) == 0


def probe(*words: str | Path) -> int:
    return main(["probe", *map(str, words)])


@pytest.mark.parametrize("line", ASKED)
def test_a_meter_is_asked_and_what_it_said_becomes_a_proof(
    line: str, ports: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, framing, address, total = ASKED[line]
    own = tmp_path / "own.toml"
    own.write_text(models()[model].read_text("utf-8"), "utf-8")
    words = (own, f"{ports[line]},{framing}", "--address", address, "--raw", "--record", own)
    assert probe(*words) == 0
    said = capsys.readouterr().out
    assert "▶ " in said and "◀ " in said
    assert any(row.split()[0] == total and row.endswith("good") for row in said.splitlines() if row)
    device_map, source = load_map(own)
    assert source.problems == []
    assert device_map.vectors[-1].name.startswith("recorded ")
    assert total in device_map.vectors[-1].expect


def test_a_machine_reads_it_too(ports: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert probe("mbus-gas", ports["mbus"], "--address", "5", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["bytes"][0] == {"sent": True, "hex": "10 40 05 45 16"}
    assert {reading["point"]: reading["quality"] for reading in told["readings"]}["volume"] == "good"


def test_a_meter_that_is_not_there_is_a_timeout(ports: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert probe("mbus-gas", ports["mbus"], "--address", "9", "--timeout", "0.1") == 1
    assert "no answer within 0.1 s" in capsys.readouterr().out


def test_wrong_words_are_answered_by_what_is_allowed(capsys: pytest.CaptureFixture[str]) -> None:
    for words, said in (
        (
            ("cjt188-gas", "127.0.0.1:502"),
            "not a serial line; /dev/PORT[,BAUD FRAMING], such as '/dev/ttyUSB0,2400 8E1'",
        ),
        (("cjt188-gas", "/dev/ttyUSB0", "--address", "12"), "--address 12: 14 digits: the maker's four"),
        (("cjt188-gas", "/dev/ttyUSB0", "--find", "12"), "--find looks through registers"),
        (("fuxin-fx", "/dev/ttyUSB0", "--address", "x"), "--address x: a unit on the bus is 1 to 255"),
    ):
        assert probe(*words) == 2
        assert said in capsys.readouterr().err
    assert probe("cjt188-gas", "/dev/no-such-port") == 1
    assert "no such port" in capsys.readouterr().err


def test_the_models_of_codes_are_shown_with_their_confidence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "elster-ek280"]) == 0
    said = capsys.readouterr().out
    assert "confidence: third-party    protocol: iec62056-21" in said
    assert "2:302" in said
