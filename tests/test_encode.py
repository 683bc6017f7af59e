"""Every type in every order: what is encoded decodes to the same, and no registers at all make decoding raise."""

from __future__ import annotations

import math
import struct
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.bus.plan import plan_points, plan_settings
from drivers.model import DeviceMap, Point, Reading, Setting, Value
from drivers.values.decode import TYPES, compile_readings, compile_settings, registers
from drivers.values.encode import encode, encode_setting
from drivers.values.order import ORDERS, allowed


def a_map(*points: Point, settings: tuple[Setting, ...] = ()) -> DeviceMap:
    return DeviceMap("m", "M", "meter", "modbus", "none", "integrator", "holding", "ABCD", points, settings)


def read(point: Point, given: list[int]) -> Reading:
    device_map = a_map(point)
    return compile_readings(device_map, {}, plan_points(device_map))([given])[0]


EVERY = [
    (type, order)
    for type, kind in TYPES.items()
    if kind.family != "parts"  # made of the others
    for order in (allowed(2 * kind.registers) if kind.registers else ORDERS[2])
]


def values(type: str, exp: int) -> st.SearchStrategy[Value]:
    size = 2 * TYPES[type].registers
    match TYPES[type].family:
        case "float":
            return st.floats(width=32 if size == 4 else 64, allow_nan=False, allow_infinity=False)
        case "flags":
            return st.integers(0, (1 << 24) - 1)
        case "text":
            return st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=8)
        case "bcd":
            return st.integers(0, 10 ** (2 * size) - 1).map(lambda raw: Decimal(raw).scaleb(exp))
        case "signed":
            whole = st.integers(-(1 << 8 * size - 1), (1 << 8 * size - 1) - 1)
        case _:
            whole = st.integers(0, (1 << 8 * size) - 1)
    return whole.map(lambda raw: Decimal(raw).scaleb(exp)) if exp else whole


@pytest.mark.parametrize(("type", "order"), EVERY)
@settings(max_examples=40)
@given(data=st.data())
def test_what_was_encoded_decodes_to_the_same(type: str, order: str, data: st.DataObject) -> None:
    numeric = TYPES[type].family in ("signed", "unsigned", "bcd")
    exp = data.draw(st.integers(-6, 3)) if numeric else 0
    point = Point("x", 40, type, order=order, exp=exp, length=4 if type == "text" else 0)
    value = data.draw(values(type, exp))
    device_map = a_map(point)
    wire = encode(point, value, device_map, {})
    assert list(wire) == list(range(40, 40 + registers(point)))
    reading = read(point, list(wire.values()))
    assert reading.quality == "good"
    if type == "f32":
        assert struct.pack(">f", reading.value) == struct.pack(">f", value or 0.0)  # a zero has no sign
    else:
        assert reading.value == value


@pytest.mark.parametrize(("type", "order"), EVERY)
@settings(max_examples=40)
@given(data=st.data())
def test_any_registers_give_a_reading_and_never_an_exception(type: str, order: str, data: st.DataObject) -> None:
    length = 4 if type == "text" else 0
    count = registers(Point("x", 0, type, length=length))
    given = data.draw(st.lists(st.integers(0, 0xFFFF), min_size=count, max_size=count))
    point = Point("x", 0, type, order=order, length=length)
    ranged = replace(point, exp=-3, valid=(-1.0, 1.0)) if TYPES[type].family in ("signed", "float", "bcd") else point
    for reading in (read(point, given), read(ranged, given)):
        assert (reading.value is None) == (reading.quality == "bad")
        assert (reading.fault == "") == (reading.quality == "good")
        assert not (isinstance(reading.value, float) and not math.isfinite(reading.value))


@pytest.mark.parametrize(
    ("point", "value"),
    [
        (Point("x", 0, "u16"), 65536),
        (Point("x", 0, "u16"), -1),
        (Point("x", 0, "bcd32"), 100_000_000),
        (Point("x", 0, "f32"), 1e39),
        (Point("x", 0, "u16"), math.nan),
        (Point("x", 0, "text", length=1), "ABC"),
        (Point("x", 0, "u16", words={0: "idle"}), "flying"),
        (Point("x", 0, "u16"), None),
        (Point("x", 0, "f32", order="@order"), 1.0),
    ],
)
def test_what_a_type_cannot_say_is_not_encoded(point: Point, value: Value) -> None:
    with pytest.raises(ValueError, match=r"."):
        encode(point, value, a_map(point), {})


def test_no_value_is_encoded_as_the_points_own_word_for_it() -> None:
    sentinel = Point("x", 0, "u32", order="CDAB", null=(0xFFFF0000,))
    assert encode(sentinel, None, a_map(sentinel), {}) == {0: 0x0000, 1: 0xFFFF}
    silent = Point("x", 0, "f32")
    assert read(silent, list(encode(silent, None, a_map(silent), {}).values())).fault == "null"


def test_a_simulated_float_is_rounded_to_the_resolution_of_the_point() -> None:
    point = Point("x", 0, "u32", exp=-2)
    assert encode(point, 12.3456, a_map(point), {}) == {0: 0, 1: 1235}


def test_a_setting_written_is_a_setting_read() -> None:
    order = Setting("order", 100, "u16", {0: "ABCD", 1: "CDAB"})
    unit = Setting("unit", 101, "u32", {61: "kg", 62: "t"}, order="CDAB")
    entries = Setting("entries", 103, "u16", {}, length=3)
    device_map = a_map(settings=(order, unit, entries))
    words = {"order": "CDAB", "unit": "kg", "entries": "2007 2610 0"}
    wire = {
        at: word
        for each in device_map.settings
        for at, word in encode_setting(each, words[each.name], device_map).items()
    }
    assert compile_settings(device_map, plan_settings(device_map))([list(wire.values())]) == words
