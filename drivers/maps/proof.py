"""Proofs: a map's captured registers, or frames, must give the readings that stand beside them."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import NamedTuple, get_args

from drivers.maps.frames import frame_readings
from drivers.model import Block, DeviceMap, Fault, Point, Reading, Setting, Vector
from drivers.table import Source
from drivers.values.decode import compile_readings, compile_settings
from drivers.values.raw import TYPES, registers

FAULTS = "|".join(fault for fault in get_args(Fault) if fault)
EXPECTED = re.compile(rf"(?:(?P<said>.+?) )?(?P<quality>good|uncertain|bad)(?: (?P<fault>{FAULTS}))?")
FORM = '"VALUE UNIT good", "VALUE UNIT uncertain range" or "bad null"'


class Mismatch(NamedTuple):
    """What one vector expected of one point, and what its registers give."""

    vector: int
    point: str
    expected: str
    got: str


def prove(device_map: DeviceMap) -> list[Mismatch]:
    """Every expectation of every vector that the registers or frames do not fulfil; empty: the map is proven."""
    return [
        Mismatch(index, name, vector.expect[name], spoken(reading))
        for index, vector in enumerate(device_map.vectors)
        for name, reading in readings(device_map, vector).items()
        if name in vector.expect and not agrees(vector.expect[name], reading, point_named(device_map, name))
    ]


def judge_proofs(device_map: DeviceMap, source: Source) -> None:
    """Tell `source` of every expectation that does not come true."""
    from_what = "frames" if device_map.coded else "registers"
    for failed in prove(device_map):
        source.problem(
            ("vector", failed.vector, "expect", failed.point),
            f"proof fails: {failed.expected!r} is expected",
            f"the {from_what} give {failed.got!r}",
        )


def readings(device_map: DeviceMap, vector: Vector) -> dict[str, Reading]:
    """The readings of every point whose registers the vector gives, its settings settled from the same registers.

    Of a map of codes: of every point that the vector's frames tell of.
    """
    if device_map.coded:
        return frame_readings(device_map, vector.frames)
    points = tuple(point for point in device_map.points if given(point, vector))
    asked = tuple(setting for setting in device_map.settings if given(setting, vector))
    part = replace(device_map, points=points, settings=asked)
    settings = compile_settings(part, [block(part, s) for s in asked])([words(s, vector) for s in asked])
    decoder = compile_readings(part, settings, [block(part, p) for p in points])
    return {reading.point: reading for reading in decoder([words(p, vector) for p in points])}


def given(item: Point | Setting, vector: Vector) -> bool:
    """True if the vector gives all registers of a point or setting."""
    return all(address in vector.registers for address in range(item.address, item.address + registers(item)))


def block(device_map: DeviceMap, item: Point | Setting) -> Block:
    return Block(item.table or device_map.table, item.address, registers(item))


def words(item: Point | Setting, vector: Vector) -> list[int]:
    return [vector.registers[item.address + at] for at in range(registers(item))]


def point_named(device_map: DeviceMap, name: str) -> Point:
    return next(point for point in device_map.points if point.name == name)


def spoken(reading: Reading) -> str:
    """A reading as a proof says it: `123.456 kg good`, `filling good`, `bad null`."""
    value = f"{reading.value:f}" if isinstance(reading.value, Decimal) else reading.value
    unit = "" if reading.unit == "1" else reading.unit
    parts = (
        (value, unit, reading.quality, reading.fault) if reading.value is not None else (reading.quality, reading.fault)
    )
    return " ".join(str(part) for part in parts if part != "")


def agrees(expected: str, reading: Reading, point: Point) -> bool:
    """True if a reading is what a proof says; the unit `1` may be said or left out."""
    match = EXPECTED.fullmatch(expected)
    if not match or match["quality"] != reading.quality or (match["fault"] or "") != reading.fault:
        return False
    said = match["said"] or ""
    if reading.value is None:
        return not said
    if said.endswith(" " + reading.unit):
        said = said.removesuffix(" " + reading.unit)
    elif reading.unit != "1":
        return False
    return same(said, reading, point)


def same(said: str, reading: Reading, point: Point) -> bool:
    """Texts by letter, integers and decimals exactly, floats as far as their type can tell."""
    if isinstance(reading.value, str):
        return said == reading.value
    try:
        number = Decimal(said)
    except InvalidOperation:
        return False
    if not isinstance(reading.value, float):
        return number == reading.value
    return math.isclose(number, reading.value, rel_tol=2**-24 if TYPES[point.type].registers == 2 else 0.0)
