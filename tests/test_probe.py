"""The probe: one device is asked once, a number is found, and what was read becomes a proof of a map."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyModbusTCP.server import ModbusServer
from stations import MAP

from agent.cli import main
from drivers.maps.catalog import models
from drivers.maps.mapfile import load_map
from drivers.maps.record import vector
from drivers.model import Reading

TOTAL = [0x00BC, 0x614E, 0x419E, 0x6666]  # 123456.78 kg, 19.8 MPa


@pytest.fixture
def link() -> Iterator[str]:
    """A device that is not ours: 123456.78 kg and 19.8 MPa at 0."""
    server = ModbusServer("127.0.0.1", 0, no_block=True)
    server.start()
    server.data_bank.set_holding_registers(0, [*TOTAL, 0x5044, 0x2D31])
    yield f"127.0.0.1:{server._service.server_address[1]}"
    server.stop()


@pytest.fixture
def own_map(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(MAP, "utf-8")
    return path


def probe(*words: str | Path) -> int:
    return main(["probe", *map(str, words)])


def test_a_device_is_asked_and_its_answer_shown(link: str, own_map: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert probe(own_map, link) == 0
    said = capsys.readouterr().out
    assert "holding 0x0000 × 4" in said and "00BC 614E 419E 6666" in said
    assert "123456.78 kg" in said and "19.8 MPa" in said


def test_registers_are_shown_by_address_on_request(
    link: str, own_map: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert probe(own_map, link, "--raw", "--find", "19.8") == 0  # looking reads a little more than the map
    assert "  0x0000  00BC 614E 419E 6666 5044" in capsys.readouterr().out


def test_the_number_on_the_display_is_found(link: str, own_map: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own_map.write_text(MAP.replace("address = 0\n", "address = 1\n"), "utf-8")
    assert probe(own_map, link, "--find", "123456.78") == 0
    first = capsys.readouterr().out.split("could be:\n")[1].splitlines()[0]
    assert first.split() == ["holding", "0x0000", "u32", "ABCD", "exp", "=", "-2", "123456.78", "mass_total", "-1"]
    assert probe(own_map, link, "--find", "123456.78", "--json") == 0
    assert json.loads(capsys.readouterr().out)["candidates"][0]["type"] == "u32"
    assert probe(own_map, link, "--find", "98765.4") == 1
    assert "stands nowhere" in capsys.readouterr().out
    assert probe(own_map, link, "--find", "zero") == 2
    assert "not a number" in capsys.readouterr().err


def test_what_was_read_becomes_a_proof_of_the_map(link: str, own_map: Path) -> None:
    assert probe(own_map, link, "--record", own_map) == 0
    assert own_map.read_text("utf-8").startswith(MAP.rstrip())
    device_map, source = load_map(own_map)
    assert (source.problems, source.warnings) == ([], [])
    (proof,) = device_map.vectors
    assert proof.expect == {"mass_total": "123456.78 kg good", "pressure": "19.8 MPa good"}
    assert list(proof.registers.values()) == TOTAL
    assert link in proof.note
    assert main(["check", str(own_map)]) == 0


def test_a_proof_may_go_to_a_file_of_its_own(link: str, own_map: Path, tmp_path: Path) -> None:
    record = tmp_path / "seen.toml"
    for count in (1, 2):  # the second is added
        assert probe(own_map, link, "--record", record) == 0
        assert record.read_text("utf-8").count("[[vector]]") == count
    own_map.write_text(MAP + record.read_text("utf-8"), "utf-8")
    device_map, source = load_map(own_map)
    assert source.problems == []
    assert len(device_map.vectors) == 2


def test_a_map_of_another_device_is_left_as_it_was(
    link: str, own_map: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.toml"
    other.write_text(text := MAP.replace("mass_total", "volume"), "utf-8")
    assert probe(own_map, link, "--record", other) == 1
    assert f"{other}:" in (told := capsys.readouterr().err) and "names no point" in told
    assert other.read_text("utf-8") == text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.toml", "other.toml"]


def test_a_built_in_map_is_never_written_to(link: str, own_map: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = models()["fuxin-fx"]
    before = path.read_bytes()
    assert probe(own_map, link, "--record", path) == 2
    assert "a built-in map is not written to" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_nothing_is_recorded_of_a_device_that_is_not_there(
    own_map: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert probe(own_map, "127.0.0.1:1", "--record", tmp_path / "seen.toml") == 1
    assert "127.0.0.1:1" in capsys.readouterr().err
    assert not (tmp_path / "seen.toml").exists()


def test_a_proof_of_nothing_is_not_written() -> None:
    with pytest.raises(ValueError, match="nothing was read"):
        vector("n", "n", {}, [Reading("x", None, "kg", "bad", "timeout")])


def test_two_tables_that_differ_are_no_single_proof() -> None:
    with pytest.raises(ValueError, match="0x0007 differs"):
        vector("n", "n", {("holding", 7): 1, ("input", 7): 2}, [Reading("x", 1, "1", "good")])


def test_a_proof_is_toml_whatever_a_text_holds() -> None:
    said = 'a "quoted" \\ \x7f 加气'
    text = vector("n", "n", {("holding", at): 0 for at in range(40)}, [Reading("x", said, "1", "good")])
    (proof,) = tomllib.loads(text)["vector"]
    assert proof["expect"] == {"x": f"{said} good"}
    assert list(proof["registers"]) == ["0x0000", "0x0010", "0x0020"]
