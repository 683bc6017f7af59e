"""`station-edge decode`: a file, hex or text; for people or as JSON; its exit code says whether it may be believed."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from agent.commands import decode

RESPONSE = "01 03 04 00 00 00 00 FA 33"


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    decode.arguments(parser)
    return decode.run(parser.parse_args(words))


def told(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    run(*words, "--json")
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    "text", ["10 5B 01 5C 16", "105B015C16", "0x10 0x5b,0x01 0x5c 0x16", "10:5B:01:5C:16", "10-5b-01-5c-16\n"]
)
def test_hex_may_be_written_in_every_usual_way(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "mbus", text)["meaning"] == "REQ_UD2 address 1"


@pytest.mark.parametrize(
    "text", ["\x01R1\x022:300.0(1)\x03w", "<SOH>R1<STX>2:300.0(1)<ETX>w", r"\x01R1\x022:300.0(1)\x03w"]
)
def test_control_characters_may_be_typed_by_their_names(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "iec62056-21", text)["address"] == "2:300.0"


@pytest.mark.parametrize("content", [b"\x10\x5b\x01\x5c\x16", b"10 5B 01 5C 16\n"], ids=["bytes", "hex"])
def test_a_file_holds_bytes_or_their_hex(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "capture"
    file.write_bytes(content)
    assert told(capsys, "mbus", str(file))["address"] == 1


def test_a_sound_frame_exits_with_0_and_reads_as_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("modbus-rtu", "01 03 0B B8 00 02 46 0A") == 0
    assert "address   3000" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("protocol", "frame"),
    [
        ("modbus-rtu", "01 83 02 C0 F1"),
        ("cjt188", "68 30 21 43 65 87 09 11 00 C1 03 05 01 00 CC 16"),
        ("mbus", "68 04 04 68 08 01 70 08 81 16"),
        ("iec62056-21", "02 28 23 30 30 30 34 29 03 15"),
    ],
)
def test_the_devices_own_error_exits_with_1(protocol: str, frame: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(protocol, frame, "--json") == 1
    assert json.loads(capsys.readouterr().out)


def test_a_wrong_check_sum_exits_with_1_and_says_the_right_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("modbus-rtu", "01 83 02 C0 F2") == 1
    assert "crc: the check sum is C0 F2, it should be C0 F1" in capsys.readouterr().err
    assert run("modbus-rtu", "01 83 02 C0 F2", "--json") == 1
    assert {"error": "crc", "correct_crc": "C0 F1"}.items() <= json.loads(capsys.readouterr().out).items()


def test_registers_are_read_through_a_models_map(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "tms.toml"
    file.write_text(
        """
[model]
key = "tms"
title = "a thermal mass meter"
kind = "meter"
protocol = "modbus"
source = "manual, appendix 1"
confidence = "vendor"
table = "holding"
order = "CDAB"

[[point]]
name = "temperature"
address = 12
type = "f32"
unit = "Cel"
""",
        "utf-8",
    )
    answer = "01 03 04 BA 4A 41 F8 CF 2F"
    (reading,) = told(capsys, "modbus-rtu", answer, "--model", str(file))["readings"]
    assert (reading["point"], reading["value"], reading["unit"]) == ("temperature", pytest.approx(31.09096), "Cel")
    assert told(capsys, "modbus-rtu", answer, "--model", str(file), "--at", "0x64")["readings"] == []
    both = told(capsys, "modbus-rtu", "01 03 00 0C 00 02 04 08 " + answer, "--model", str(file))
    assert both["frames"][1]["readings"] == [reading]


def test_a_model_nobody_knows_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("modbus-rtu", RESPONSE, "--model", "no-such-meter") == 2
    assert "no-such-meter: no such model; known: " in capsys.readouterr().err


def test_a_protocol_nobody_knows_is_wrong_usage() -> None:
    with pytest.raises(SystemExit) as caught:
        run("profibus", RESPONSE)
    assert caught.value.code == 2
