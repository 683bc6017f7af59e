"""Decoding: registers become the values their manuals print, or a reason why there is none."""

from __future__ import annotations

import json
import math
import struct
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.bus.plan import plan_points, plan_settings
from drivers.model import Block, DeviceMap, Fault, Point, Reading, Setting, Value
from drivers.values.decode import compile_readings, compile_settings

VECTORS = Path(__file__).parents[2] / "shared" / "vectors.jsonl"

# Documented frames (who printed them), as the project's own proofs of the byte orders.
FLOATS = (
    ("3F80 0000", "f32", "ABCD", 1.0),  # Siemens SITRANS F C manual A5E00753974-AB
    ("BF80 0000", "f32", "ABCD", -1.0),  # the same
    ("BA4A 41F8", "f32", "CDAB", 31.090961),  # FD TMS thermal mass flowmeter manual, appendix 1, which prints 31.09096
    ("821F 4036", "f32", "CDAB", 2.851692),  # the same
    ("0000 C148", "f32", "CDAB", -12.5),
    ("C340 9352", "f32", "BADC", 6.10383),  # Siemens' 6.10383, bytes swapped
    ("8E03 D948", "f32", "DCBA", 444444.44),  # cng.technology display note
    ("E418 9375 4132 D687", "f64", "EFGHABCD", 1234567.891),  # Micro Motion 5700, double order 4
    ("7593 18E4 87D6 3241", "f64", "HGFEDCBA", 1234567.891),  # Micro Motion 5700, double order 7
)


def a_map(*points: Point, order: str = "ABCD", settings: tuple[Setting, ...] = ()) -> DeviceMap:
    return DeviceMap("m", "M", "meter", "modbus", "none", "integrator", "holding", order, points, settings)


def words(text: str) -> list[int]:
    return [int(word, 16) for word in text.split()]


def read(point: Point, given: list[int] | Fault, order: str = "ABCD") -> Reading:
    """What one point, alone in its block, makes of registers."""
    device_map = a_map(point, order=order)
    (reading,) = compile_readings(device_map, {}, plan_points(device_map))([given])
    return reading


# ── values ──


@pytest.mark.parametrize(("hex", "type", "order", "value"), FLOATS)
def test_documented_floats_read_as_their_manuals_print_them(hex: str, type: str, order: str, value: float) -> None:
    assert read(Point("x", 0, type, order=order), words(hex)) == Reading("x", value, "1", "good")


def test_a_float_is_the_shortest_decimal_that_is_still_the_same_float() -> None:
    assert str(read(Point("x", 0, "f32"), words("41F8 BA4A")).value) == "31.090961"  # not 31.09096145629883


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_shortest_float_is_still_that_float(value: float) -> None:
    raw = struct.pack(">f", value)
    said = read(Point("x", 0, "f32"), list(struct.unpack(">2H", raw))).value
    assert isinstance(said, float)
    assert struct.pack(">f", said) == struct.pack(">f", value + 0.0)  # a zero has no sign
    assert len(digits(said)) <= len(digits(value))


def digits(value: float) -> tuple[int, ...]:
    return Decimal(repr(value)).normalize().as_tuple().digits


@pytest.mark.parametrize(
    ("point", "hex", "value"),
    [
        (Point("x", 0, "u32", exp=-3), "0001 E240", Decimal("123.456")),
        (Point("x", 0, "u32", order="CDAB", exp=-3), "E240 0001", Decimal("123.456")),
        (Point("x", 0, "s16", exp=-1), "FFC9", Decimal("-5.5")),
        (Point("x", 0, "u64"), "0000 0001 0000 0000", 1 << 32),
        (Point("x", 0, "bcd48", exp=-4), "1228 5686 4222", Decimal("12285686.4222")),
        (Point("x", 0, "bcd48", order="CDAB"), "4222 5686 1228", Decimal("122856864222")),
        (Point("x", 0, "u16", order="BA"), "3412", 0x1234),
        (Point("x", 0, "bits"), "8001", 0x8001),
        (Point("x", 0, "bits32", order="CDAB"), "0001 8000", 0x80000001),
        (Point("x", 0, "f32bits"), "4A20 0000", 1 << 19 | 1 << 21),
        (Point("x", 0, "f32", exp=-3), "42CC 6C8B", 0.102212),
        (Point("x", 0, "text", length=3), "4142 4320 0000", "ABC"),
        (Point("x", 0, "text", length=2, order="BA"), "4241 0043", "ABC"),
        (Point("x", 0, "u16", words={2: "filling"}), "0002", "filling"),
    ],
)
def test_each_type_reads_its_registers(point: Point, hex: str, value: Value) -> None:
    reading = read(point, words(hex))
    assert reading == Reading("x", value, "1", "good")
    assert type(reading.value) is type(value)


def test_a_decimal_keeps_the_resolution_of_the_device() -> None:
    assert str(read(Point("x", 0, "u32", exp=-2), [0, 1200]).value) == "12.00"


def test_an_order_of_the_map_leaves_single_registers_and_texts_alone() -> None:
    assert read(Point("x", 0, "u16"), [0x1234], order="DCBA").value == 0x1234
    assert read(Point("x", 0, "text", length=2), words("4142 4344"), order="CDAB").value == "ABCD"


def test_four_letters_stretch_over_64_bits() -> None:
    raw = words("1122 3344 5566 7788")
    for order, hexed in (("ABCD", 0x1122334455667788), ("CDAB", 0x7788556633441122), ("BADC", 0x2211443366558877)):
        assert read(Point("x", 0, "u64"), raw, order=order).value == hexed


# ── no value ──


@pytest.mark.parametrize(
    ("point", "hex"),
    [
        (Point("x", 0, "f32"), "7FC0 0000"),  # NaN
        (Point("x", 0, "f32"), "FF80 0000"),  # minus infinity
        (Point("x", 0, "f32", order="CDAB", null=(0x7FA00000,)), "0000 7FA0"),  # a sentinel, in any order
        (Point("x", 0, "f32", null=(0x42C80000,)), "42C8 0000"),
        (Point("x", 0, "f64", exp=18), "7FEF FFFF FFFF FFFF"),  # beyond all floats
        (Point("x", 0, "u32", null=(0xFFFFFFFF,)), "FFFF FFFF"),
        (Point("x", 0, "s16", null=(0x8000,)), "8000"),
        (Point("x", 0, "bcd32"), "1234 567A"),  # not a digit
        (Point("x", 0, "f32bits"), "BF80 0000"),  # -1.0 is no set of flags
        (Point("x", 0, "f32bits"), "3F00 0000"),  # nor is 0.5
        (Point("x", 0, "u16", words={0: "idle"}, null=(0xFFFF,)), "FFFF"),
    ],
)
def test_what_is_no_value_is_bad_and_absent(point: Point, hex: str) -> None:
    assert read(point, words(hex)) == Reading("x", None, "1", "bad", "null")


def test_a_value_out_of_range_is_kept_and_uncertain() -> None:
    point = Point("x", 0, "u32", unit="kg", exp=-3, valid=(0, 99999.999))
    assert read(point, words("05F5 E0FF")) == Reading("x", Decimal("99999.999"), "kg", "good")
    assert read(point, words("05F5 E100")) == Reading("x", Decimal("100000.000"), "kg", "uncertain", "range")


@pytest.mark.parametrize(("hex", "type"), [("8000 0000", "f32"), ("0000 0000", "f32"), ("8000 0000 0000 0000", "f64")])
def test_a_zero_has_no_sign(hex: str, type: str) -> None:
    reading = read(Point("x", 0, type, role="total"), words(hex))
    assert (str(reading.value), reading.quality) == ("0.0", "good")


@pytest.mark.parametrize(
    ("hex", "type"),
    [
        ("0000 0001", "f32"),  # 1.4e-45: the high half of a number is still to come
        ("8000 0001", "f32"),
        ("0000 803F", "f32"),  # 1.0 in another byte order
        ("0000 0000 0000 3FF0", "f64"),
    ],
)
def test_no_total_counts_in_less_than_anything_counts(hex: str, type: str) -> None:
    """A flow may be as small as its damping leaves it, a total may not: bytes in another order, or half a number."""
    counted = read(Point("x", 0, type, role="total"), words(hex))
    flow = read(Point("x", 0, type, role="flow"), words(hex))
    assert (counted.quality, counted.fault) == ("uncertain", "range")
    assert (counted.value, flow.quality) == (flow.value, "good")


def test_the_least_that_a_total_counts_is_good() -> None:
    assert read(Point("x", 0, "f32", role="total"), words("322B CC77")).quality == "good"  # 1e-8


def test_a_code_without_a_word_is_not_guessed() -> None:
    assert read(Point("x", 0, "u16", words={0: "idle"}), [7]) == Reading("x", "7", "1", "uncertain", "range")


def test_a_block_that_failed_makes_all_its_points_bad_and_no_others() -> None:
    device_map = a_map(Point("a", 0, "u16", "kg"), Point("b", 1, "u16"), Point("c", 50, "u16"))
    readings = compile_readings(device_map, {}, plan_points(device_map))(["timeout", [7]])
    assert readings == (
        Reading("a", None, "kg", "bad", "timeout"),
        Reading("b", None, "1", "bad", "timeout"),
        Reading("c", 7, "1", "good"),
    )


def test_a_point_that_no_block_reads_is_refused() -> None:
    device_map = a_map(Point("a", 0, "u16"), Point("b", 1, "u16"))
    readings = compile_readings(device_map, {}, [Block("holding", 1, 1)])([[5]])
    assert readings == (Reading("a", None, "1", "bad", "refused"), Reading("b", 5, "1", "good"))


# ── settings ──

ORDER = Setting("order", 100, "u16", {0: "ABCD", 1: "CDAB"})
UNIT = Setting("unit", 101, "u16", {61: "kg", 62: "t"})


def test_settings_tell_order_and_unit() -> None:
    device_map = a_map(Point("x", 0, "f32", unit="@unit"), order="@order", settings=(ORDER, UNIT))
    settings = compile_settings(device_map, plan_settings(device_map))([[1, 62]])
    assert settings == {"order": "CDAB", "unit": "t"}
    decode = compile_readings(device_map, settings, plan_points(device_map))
    assert decode([words("0000 C148")]) == (Reading("x", -12.5, "t", "good"),)


@pytest.mark.parametrize(("word", "value"), [("ABCD", 0x02BD), ("CDAB", 0x02BD), ("BADC", 0xBD02), ("DCBA", 0xBD02)])
def test_an_order_the_device_tells_turns_its_single_registers_too(word: str, value: int) -> None:
    device_map = a_map(Point("x", 0, "u16", order="@order"), settings=(ORDER,))
    (reading,) = compile_readings(device_map, {"order": word}, plan_points(device_map))([[0x02BD]])
    assert reading.value == value


@pytest.mark.parametrize("answer", [[9, 62], "timeout"])
def test_a_point_whose_setting_is_unknown_is_unsettled(answer: Any) -> None:
    points = (Point("x", 0, "f32", unit="@unit"), Point("y", 2, "u16"))
    device_map = a_map(*points, order="@order", settings=(ORDER, UNIT))
    settings = compile_settings(device_map, plan_settings(device_map))([answer])
    assert "order" not in settings
    decode = compile_readings(device_map, settings, plan_points(device_map))
    x, y = decode([words("0000 C148 0007")])
    assert (x.value, x.quality, x.fault) == (None, "bad", "unsettled")
    assert y == Reading("y", 7, "1", "good")
    assert decode(["link"])[0].fault == "link"


# ── the shared collection of vectors, where it is at hand ──


def shared(protocol: str) -> list[dict[str, Any]]:
    if not VECTORS.exists():
        return []
    vectors = [json.loads(line) for line in VECTORS.read_text("utf-8").splitlines()]
    return [vector for vector in vectors if vector["protocol"] == protocol and "registers" not in vector["expect"]]


def test_shared_word_order_vectors_agree() -> None:
    if not VECTORS.exists():
        pytest.skip("vectors.jsonl is not at hand; its word orders stand in FLOATS too")
    layouts = {4: "EFGHABCD", 7: "HGFEDCBA"}
    for vector in shared("modbus-word-order"):
        expect = vector["expect"]
        given = list(struct.unpack(f">{len(raw := bytes.fromhex(vector['hex'])) // 2}H", raw))
        if "float64" in expect:
            point, value = Point("x", 0, "f64", order=layouts[expect["byte_order_code"]]), expect["float64"]
        else:
            point, value = Point("x", 0, "f32", order=expect["word_order"]), expect["float32"]
        got = read(point, given).value
        assert isinstance(got, float)
        assert math.isclose(got, value, rel_tol=1e-6), vector
