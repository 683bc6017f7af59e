"""Values told in parts: integer and decimals, high and low, sign and magnitude; read, laid out, written in a map."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapfiles import GOOD, load

from drivers.bus.plan import plan_points, plan_settings
from drivers.maps.mapfile import load_map
from drivers.model import Block, DeviceMap, Fault, Part, Point, Reading, Setting, Value
from drivers.values.decode import compile_readings, compile_settings
from drivers.values.encode import encode


def a_map(*points: Point, settings: tuple[Setting, ...] = ()) -> DeviceMap:
    return DeviceMap("m", "M", "meter", "modbus", "none", "integrator", "holding", "ABCD", points, settings)


def words(text: str) -> list[int]:
    return [int(word, 16) for word in text.split()]


def read(point: Point, given: list[int] | Fault) -> Reading:
    """What one point, alone in its block, makes of registers."""
    device_map = a_map(point)
    (reading,) = compile_readings(device_map, {}, plan_points(device_map))([given])
    return reading


PAIR = Point("x", 0, "parts", "m3", length=4, parts=(Part(0, "s32"), Part(2, "f32")))
MINUS = Part(0, "u16", codes={1: "+", 0: "-"})
SIGNED = Point("x", 0, "parts", length=2, parts=(Part(1, "u16", exp=-2),), sign=MINUS)


def in_parts(*parts: Part, count: int) -> Point:
    return Point("x", 0, "parts", length=count, parts=parts)


HUNDREDS = in_parts(Part(0, "bcd32", exp=2), Part(2, "bcd32", exp=-5), count=4)
MIXED = in_parts(Part(0, "u32", order="ABCD"), Part(2, "f32", order="CDAB"), count=4)


@pytest.mark.parametrize(
    ("point", "hex", "value"),
    [
        (PAIR, "075B CD15 3F49 FBE7", Decimal("123456789.789")),  # integer + decimals: exact beyond any float
        (PAIR, "0000 0007 0000 0000", Decimal("7.0")),
        (in_parts(Part(2, "u32", exp=8), Part(0, "u32"), count=4), "000F 6529 0000 0001", Decimal(101008937)),
        (in_parts(Part(0, "u16", exp=4), Part(1, "u16"), count=2), "04D2 15C0", Decimal(12345568)),  # mod 10 000
        (HUNDREDS, "0001 2345 0678 9012", Decimal("1234567.89012")),
        (in_parts(Part(0, "f32", exp=2), Part(2, "f32"), count=4), "449A 4000 42AF C7AE", 123487.89),  # floats stay one
        (MIXED, "0012 D687 0000 3F20", Decimal("1234567.625")),  # each part in its own order
        (SIGNED, "0001 04D2", Decimal("12.34")),
        (SIGNED, "0000 04D2", Decimal("-12.34")),
    ],
)  # fmt: skip
def test_a_value_told_in_parts_is_their_sum(point: Point, hex: str, value: Value) -> None:
    reading = read(point, words(hex))
    assert (reading.value, reading.quality) == (value, "good")
    assert type(reading.value) is type(value)


@pytest.mark.parametrize(
    ("point", "hex"),
    [
        (PAIR, "075B CD15 7FC0 0000"),  # no decimals
        (in_parts(Part(0, "u32", null=(0xFFFFFFFF,)), Part(2, "f32"), count=4), "FFFF FFFF 3F00 0000"),
        (HUNDREDS, "0001 234A 0000 0000"),
        (SIGNED, "0007 04D2"),  # a sign nobody told us of
        (replace(PAIR, role="total"), "0000 0007 0000 003F"),  # decimals in another byte order
    ],
)
def test_without_one_of_its_parts_there_is_no_value(point: Point, hex: str) -> None:
    reading = read(point, words(hex))
    assert (reading.value, reading.quality, reading.fault) == (None, "bad", "null")


@pytest.mark.parametrize("fault", ["timeout", "checksum", "refused", "link"])
def test_the_fault_of_a_request_is_the_fault_of_a_value_in_parts(fault: Fault) -> None:
    assert read(PAIR, fault) == Reading("x", None, "m3", "bad", fault)


def test_all_parts_of_a_value_come_in_one_request() -> None:
    far = Point("x", 0, "parts", length=34, parts=(Part(0, "u32"), Part(32, "f32")))
    (block,) = plan_points(a_map(far, Point("y", 2, "u16")))
    assert block == Block("holding", 0, 34)


def test_a_value_in_parts_has_a_range_too() -> None:
    point = Point("x", 0, "parts", length=4, parts=PAIR.parts, valid=(0, 1000.5))
    assert read(point, words("0000 03E8 3F00 0000")).quality == "good"
    assert read(point, words("0000 03E8 3F40 0000"))[3:] == ("uncertain", "range")


@given(st.lists(st.integers(0, 0xFFFF), min_size=4, max_size=4))
def test_any_registers_of_parts_give_a_reading(given: list[int]) -> None:
    for point in (PAIR, in_parts(Part(0, "f32", exp=2), Part(2, "f32", exp=-18), count=4)):
        reading = read(point, given)
        assert (reading.value is None) == (reading.quality == "bad")
        assert not (isinstance(reading.value, float) and not math.isfinite(reading.value))


# ── a list of the device says where ──

SCAN = Setting("scan", 100, "u16", {}, length=3)


def listed(entry: int, type: str = "f32") -> Point:
    return Point(f"of_{entry}", 10, "parts", length=6, parts=(Part(10, type, list="scan", entry=entry),))


@pytest.mark.parametrize(
    ("entries", "flow", "total"),
    [
        ([2007, 2610, 0], -12.5, 1.0),
        ([0, 2610, 2007], None, 1.0),
        ([2610, 0, 2007], None, -12.5),
        ([0, 0, 0], None, None),
    ],
)
def test_a_list_of_the_device_tells_where_values_stand(entries: list[int], flow: Any, total: Any) -> None:
    device_map = a_map(listed(2007), listed(2610), settings=(SCAN,))
    settings = compile_settings(device_map, plan_settings(device_map))([entries])
    assert settings == {"scan": " ".join(map(str, entries))}
    decode = compile_readings(device_map, settings, plan_points(device_map))
    readings = decode([words("C148 0000 3F80 0000 7FC0 0000")])
    assert [reading.value for reading in readings] == [flow, total]
    for entry, reading in zip((2007, 2610), readings, strict=True):
        assert reading.fault == ("" if reading.value is not None else "null" if entry in entries else "unsettled")


# ── laid out for a simulated device ──

HUGE = Part(2, "u32", exp=8), Part(0, "u32")
GROUPS = Part(40, "u16", exp=8), Part(41, "u16", exp=4), Part(42, "u16")
TOLD_IN_PARTS = {
    "integer and decimals": (Point("x", 4, "parts", length=4, parts=(Part(4, "s32"), Part(6, "f32"))), "1234567.625"),
    "high and low": (Point("x", 0, "parts", length=4, parts=HUGE), "101008937"),
    "groups of four digits": (Point("x", 40, "parts", length=3, parts=GROUPS), "123456789012"),
    "digits and decimals": (
        Point("x", 0, "parts", length=4, parts=(Part(0, "bcd32", exp=2), Part(2, "bcd32", exp=-5))), "1234567.89012",
    ),
    "below zero": (
        Point("x", 8, "parts", length=4, parts=(Part(10, "u32", exp=-2),), sign=Part(8, "u32", codes={1: "+", 0: "-"})),
        "-12.34",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", TOLD_IN_PARTS)
def test_a_value_laid_out_in_its_parts_is_read_as_the_same(kind: str) -> None:
    point, said = TOLD_IN_PARTS[kind]
    wire = encode(point, Decimal(said), a_map(point), {})
    assert sorted(wire) == list(range(point.address, point.address + point.length))
    assert read(point, [wire[at] for at in sorted(wire)]) == Reading("x", Decimal(said), "1", "good")


@given(whole=st.integers(0, 10**12 - 1))
def test_groups_of_digits_never_spill_over(whole: int) -> None:
    point, _ = TOLD_IN_PARTS["groups of four digits"]
    wire = encode(point, whole, a_map(point), {})
    assert all(group < 10**4 for group in wire.values())
    assert read(point, list(wire.values())).value == whole


@pytest.mark.parametrize(("kind", "value"), [("groups of four digits", 10**13), ("high and low", None)])
def test_what_the_parts_cannot_say_is_not_encoded(kind: str, value: Value) -> None:
    point, _ = TOLD_IN_PARTS[kind]
    with pytest.raises(ValueError, match=r"."):
        encode(point, value, a_map(point), {})


# ── written in a map ──

PARTS = (
    GOOD[: GOOD.index("[[vector]]")]
    + """
[[point]]
name = "total"
parts = [{ address = 4, type = "s32" }, { address = 6, type = "f32" }]
sign = { address = 8, type = "u16", codes = { 0 = "+", 1 = "-" } }
unit = "m3"
modulus = 1000000
"""
)
WRONG_PARTS = {
    "a part without a type": (
        'address = 4, type = "s32"', "address = 4", "34: point[3].parts[1].type: is missing; one of u16",
    ),
    "an unknown key of a part": (
        'type = "s32"', 'type = "s32", unit = "kg"', "34: point[3].parts[1].unit: unknown key; one of",
    ),
    "a type within": ("unit = \"m3\"", "type = \"u32\"", "36: point[3].type: unknown key; one of modulus, name, parts"),
    "a text for a part": ('"s32"', '"text"', "34: point[3].parts: text is not a number; one of u16, u32"),
    "a float for a sign": ('"u16", codes', '"f32", codes', "35: point[3].sign: f32 is not a number; one of u16"),
    "a sign that is none": ('1 = "-"', '1 = "minus"', "35: point[3].sign.codes.1: 'minus' is unknown; one of +, -"),
    "no parts": ('{ address = 4, type = "s32" }, { address = 6, type = "f32" }', "", "34: point[3].parts: are empty"),
    "a part in a hole": ("address = 4", "address = 256", "34: point[3].parts: 0x0006 lies in a hole of the model"),
    "parts too far apart": ("address = 6", "address = 140", "34: point[3].parts: 138 registers do not fit one request"),
    "an order of another size": (
        'type = "s32"', 'type = "s32", order = "GHEFCDAB"', "34: point[3].parts: 'GHEFCDAB' does not fit s32",
    ),
    "a sentinel too long": (
        'type = "s32"', 'type = "s32", null = [0x100000000]', "34: point[3].parts: 0x100000000 is not a raw s32",
    ),
    "a modulus of nothing": ("1000000", "0", "37: point[3].modulus: 0 is not allowed; the value that"),
    "a list from nowhere": (
        'type = "s32"', 'type = "s32", list = "scan", entry = 1',
        "34: point[3].parts: 'scan' names no list; a [[setting]] with a length",
    ),
}  # fmt: skip


def test_a_value_told_in_parts_is_a_good_point(tmp_path: Path) -> None:
    assert load(tmp_path, PARTS)[0] == []
    device_map, _ = load_map(tmp_path / "map.toml")
    total = device_map.points[2]
    assert (total.type, total.address, total.length) == ("parts", 4, 5)
    assert total.modulus == 1_000_000
    assert [part.type for part in total.parts] == ["s32", "f32"]
    assert total.sign and total.sign.codes == {0: "+", 1: "-"}


@pytest.mark.parametrize("mistake", WRONG_PARTS)
def test_a_mistake_in_parts_is_told_with_its_line(tmp_path: Path, mistake: str) -> None:
    right, wrong, said = WRONG_PARTS[mistake]
    assert PARTS.count(right) == 1
    problems, _ = load(tmp_path, PARTS.replace(right, wrong))
    assert any(problem.startswith(said) for problem in problems), problems


LISTED = (
    GOOD[: GOOD.index("[[vector]]")].replace("0x1FF", "0x11F")
    + """
[[setting]]
name = "scan"
address = 300
type = "u16"
length = 4

[[point]]
name = "flow"
parts = [{ list = "scan", entry = 2007, address = 310, type = "f32" }]
"""
)


def test_a_list_of_the_device_may_say_where_a_value_stands(tmp_path: Path) -> None:
    assert load(tmp_path, LISTED)[0] == []
    device_map, _ = load_map(tmp_path / "map.toml")
    assert device_map.settings[0].length == 4
    assert (device_map.points[2].address, device_map.points[2].length) == (310, 8)


def test_a_value_longer_than_an_entry_of_the_list_is_a_mistake(tmp_path: Path) -> None:
    (problem,) = load(tmp_path, LISTED.replace('"f32" }]', '"f64" }]'))[0]
    assert problem == "40: point[3].parts: f64 takes 4 registers; an entry of a list has 2"


def test_a_list_is_no_unit_and_no_order(tmp_path: Path) -> None:
    (problem,) = load(tmp_path, LISTED.replace('"f32" }]', '"f32" }]\nunit = "@scan"'))[0]
    assert problem == "41: point[3].unit: '@scan' names no setting; a [[setting]]"
    (problem,) = load(tmp_path, LISTED.replace('"scan", entry', '"scam", entry'))[0]
    assert problem == "40: point[3].parts: 'scam' names no list; one of scan"


@pytest.mark.parametrize(
    "hostile",
    ["parts = 3", "parts = [3]", "parts = [{ address = 1, type = 'u64' }]\nsign = 3", "modulus = nan", "modulus = 'x'"],
)
def test_any_toml_in_parts_gives_problems_and_never_an_exception(tmp_path: Path, hostile: str) -> None:
    assert load(tmp_path, f"[[point]]\n{hostile}")[0]
    assert load(tmp_path, f"{PARTS}\n[[point]]\nname = 'hostile'\n{hostile}")[0]
