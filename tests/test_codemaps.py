"""A map of codes is read whole or refused with the line to mend; its proofs are frames; its units are checked."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapfiles import load

from drivers.dialogue.step import Figure
from drivers.dialogue.tongues import TONGUES, dialect_of, tongue_of
from drivers.maps.catalog import models
from drivers.maps.frames import frame_readings
from drivers.maps.mapfile import load_map
from drivers.model import DriverError, Fault, Reading
from drivers.protocol import cjt188, dlt645
from drivers.protocol.check import bcc, sum8
from drivers.protocol.codecs import codec_of
from drivers.units import turned
from drivers.values.figures import compile_figures

GOOD = """\
[model]
key = "acme-gas"
title = "Acme gas meter"
kind = "meter"
protocol = "cjt188"
source = "Acme protocol sheet, rev 2"
confidence = "vendor"

[model.dialect]
type = 0x30
unit = "behind"

[[point]]
name = "volume"
code = "current"
unit = "m3"
role = "total"

[[point]]
name = "battery"
code = "battery_low"
words = { 0 = "well", 1 = "low" }

[[vector]]
name = "walk-through"
frames = ["68 10 44 33 22 11 00 33 78 81 16 1F 90 00 00 77 66 55 2C 00 77 66 55 2C 31 01 22 11 05 15 20 21 84 13 16"]
expect.volume = "556677.00 m3 good"
expect.battery = "well good"
"""
BAD = {
    "a code nobody knows": (
        '"current"',
        '"curent"',
        "15: point[1].code: 'curent' is not allowed; a member of the answer, such as current, flow, time; ",
    ),
    "a code twice": ('"battery_low"', '"current"', "21: point[2].code: 'current' is there twice; a code of its own"),
    "an address, which only registers have": (
        'code = "current"',
        'code = "current"\naddress = 1',
        "16: point[1].address: unknown key; one of code, exp, modulus, name, null, report, role, title, type, ",
    ),
    "an unknown option": (
        'unit = "behind"',
        'units = "behind"',
        "11: model.dialect.units: unknown key; one of battery, clock, identifier, type, unit, valve",
    ),
    "an option out of bounds": (
        "0x30",
        "0x300",
        "10: model.dialect.type: 768 is out of bounds; a whole number from 0 to 255",
    ),
    "a unit to be asked for": (
        '"m3"',
        '"@unit"',
        "16: point[1].unit: '@unit': there are no settings here; a UCUM unit: the device's own is compared",
    ),
    "a text with words": (
        "words =",
        'type = "text"\nwords =',
        '23: point[2].words: a text has no words; type = "number"',
    ),
    "a range for words": (
        "words =",
        "valid = [0, 1]\nwords =",
        "22: point[2].valid: goes with numbers only; no valid here",
    ),
    "frames that are no hex": ('"68 10', '"6 10', "frames: "),
    "no frames": ("frames =", 'note = "" #', '24: vector[1].frames: are missing; frames = ["68 …"], or text = "…"'),
    "a proof that fails": (
        "556677.00 m3 good",
        "556677.01 m3 good",
        "27: vector[1].expect.volume: proof fails: '556677.01 m3 good' is expected; the frames give '556677.00",
    ),
    "a proof with a wrong check sum": (
        "84 13 16",
        "84 14 16",
        "27: vector[1].expect.volume: proof fails: '556677.00 m3 good' is expected; the frames give 'bad checksum'",
    ),
    "a question instead of an answer": (
        "68 10 44 33 22 11 00 33 78 81 16 1F 90 00 00 77 66 55 2C 00 77 66 55 2C 31 01 22 11 05 15 20 21 84 13 16",
        "68 10 44 33 22 11 00 33 78 01 03 1F 90 00 80 16",
        "27: vector[1].expect.volume: its frames do not tell it; an answer that does",
    ),
}


MAPS = {key: load_map(path)[0] for key, path in models().items()}
CODED = {device_map.protocol: device_map for device_map in MAPS.values() if device_map.coded}


def test_a_good_map_is_read_without_a_word(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD) == ([], [])


@pytest.mark.parametrize("kind", BAD)
def test_a_mistake_is_told_with_its_line(kind: str, tmp_path: Path) -> None:
    old, new, expected = BAD[kind]
    assert old in GOOD
    problems, _ = load(tmp_path, GOOD.replace(old, new, 1))
    assert any(expected in problem for problem in problems), problems


def test_what_a_proof_does_not_speak_of_is_a_doubt(tmp_path: Path) -> None:
    _, warnings = load(tmp_path, GOOD.replace('expect.battery = "well good"\n', ""))
    assert warnings == ["24: vector[1]: tells battery and does not say what it means; expect.battery"]


# ── units ──


def read(point: str, figure: Figure, model: str = "elster-ek280") -> Reading:
    device_map = MAPS[model]
    code = next(p.code for p in device_map.points if p.name == point)
    readings = compile_figures(device_map)({code: figure}, "refused")
    return next(reading for reading in readings if reading.point == point)


@pytest.mark.parametrize(
    ("said", "unit", "value", "fault"),
    [
        ("4.5132", "bar", "4.5132", ""),
        ("451.32", "kPa", "4.5132", ""),
        ("-0.000", "kPa", "0.000", ""),  # a zero has no sign
        ("0.45132", "MPa", "4.5132", ""),
        ("4.5132", None, "4.5132", ""),  # the device does not tell: the map's unit holds
        ("65.5", "[psi]", None, "unsettled"),
        ("451.32", "furlong", None, "unsettled"),
        ("--.--", "bar", None, "null"),
        ("4,5", "bar", None, "null"),
        ("1e9", "bar", None, "null"),
        ("301", "bar", "301", "range"),
    ],
)
def test_a_unit_is_turned_digit_for_digit_or_not_at_all(
    said: str, unit: str | None, value: str | None, fault: Fault
) -> None:
    reading = read("pressure", Figure(said, unit))
    assert (reading.value, reading.fault) == (None if value is None else Decimal(value), fault)
    assert reading.unit == "bar"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12))
def test_turning_a_unit_there_and_back_changes_nothing(value: Decimal) -> None:
    there = turned(value, "L", "m3")
    assert there is not None
    assert turned(there, "m3", "L") == value


# ── any bytes ──


@pytest.mark.parametrize("protocol", TONGUES)
@given(data=st.data())
def test_any_frame_gives_figures_or_a_typed_error(protocol: str, data: st.DataObject) -> None:
    """Content is arbitrary, the frame around it sound: the worst a line can bring."""
    device_map = CODED[protocol]
    codes, dialect = tuple(p.code for p in device_map.points), dialect_of(protocol, device_map.dialect)
    answer = device_map.vectors[0].frames[-1]
    noisy = bytearray(answer)
    for _ in range(data.draw(st.integers(1, 6))):
        noisy[data.draw(st.integers(0, len(noisy) - 1))] = data.draw(st.integers(0, 255))
    frame_readings(device_map, [bytes(noisy)])
    try:
        frame = codec_of(protocol, device_map.framing).parse(bytes(noisy))
        tongue_of(protocol, device_map.framing).reader("")(frame, codes, dialect)
    except DriverError:
        pass


SOUND: dict[str, Callable[[bytes], bytes]] = {  # protocol → any content in a sound answer
    "iec62056-21": lambda content: block(content.decode("latin-1")),
    "cjt188": lambda content: cjt188.question(0x30, bytes(7), 0x81, b"\x1f\x90\x01" + content),
    "dlt645": lambda content: dlt645.question(bytes(6), 0x91, content),
    "mbus": lambda content: mbus_answer(bytes(content)),
}


def block(text: str) -> bytes:
    content = text.translate({1: None, 2: None, 3: None, 4: None}).encode("latin-1") + b"\x03"
    return b"\x02" + content + bytes((bcc(content),))


def mbus_answer(content: bytes) -> bytes:
    body = b"\x08\x05\x72" + bytes(12) + content
    return bytes((0x68, len(body), len(body), 0x68)) + body + bytes((sum8(body), 0x16))


@pytest.mark.parametrize("protocol", SOUND)
@given(data=st.data())
def test_any_content_of_a_sound_frame_gives_readings_in_the_maps_units(protocol: str, data: st.DataObject) -> None:
    device_map, frame = CODED[protocol], SOUND[protocol]
    starts = {
        "iec62056-21": [b"2:302.0(", b"7:310_1.0(1*", b""],
        "dlt645": [bytes.fromhex(p.code)[::-1] for p in device_map.points] if protocol == "dlt645" else [],
        "mbus": [b"\x0c\x13", b"\x05\x13", b"\x0d\x13", b"\x07\x10", b"\x8c\x40\x93\x7d", b""],
    }.get(protocol, [b""])
    content = data.draw(st.sampled_from(starts)) + data.draw(st.binary(max_size=60))
    points = {point.name: point for point in device_map.points}
    for name, reading in frame_readings(device_map, [frame(content)]).items():
        assert reading.unit == points[name].unit
        assert (reading.value is None) == (reading.quality == "bad")


@pytest.mark.parametrize("key", [key for key, device_map in MAPS.items() if device_map.coded])
def test_every_code_of_a_built_in_map_can_be_asked_for(key: str) -> None:
    device_map = MAPS[key]
    tongue = tongue_of(device_map.protocol, device_map.framing)
    assert all(tongue.code(point.code) for point in device_map.points)
