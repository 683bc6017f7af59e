"""Finding a number: what stands on the display is found in the registers, however the device lays it out."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.model import DeviceMap, Part, Point, Registers
from drivers.values.encode import encode
from drivers.values.find import Candidate, find
from drivers.values.order import ORDERS
from drivers.values.raw import TYPES

NOISE = [0x1A2B, 0xFFFF, 0x0000, 0x7FC0, 0x3131, 0x8001, 0x0102, 0xC0DE, 0x5A5A, 0x0003, 0xBEEF, 0x1234]


def a_map(*points: Point, order: str = "ABCD") -> DeviceMap:
    return DeviceMap("m", "M", "meter", "modbus", "none", "integrator", "holding", order, points)


def a_device(point: Point, value: Decimal) -> Registers:
    """Twelve registers from 100 on, of which only the point's mean something."""
    registers = {("holding", 100 + at): word for at, word in enumerate(NOISE)}
    return registers | {("holding", at): word for at, word in encode(point, value, a_map(point), {}).items()}


@pytest.mark.parametrize(
    ("type", "shown"),
    [
        ("u32", "48210.37"),
        ("f32", "48210.37"),
        ("f64", "48210.37"),
        ("bcd32", "482103.70"),
        ("bcd48", "1248210137.02"),
        ("u64", "98765432109876.54"),
    ],
)
def test_a_number_is_found_in_every_type_and_order(type: str, shown: str) -> None:
    for order in ORDERS[2 * TYPES[type].registers]:
        exp = 0 if type.startswith("f") else -2
        point = Point("total", 104, type, order=order, exp=exp)
        best = find(shown, a_device(point, Decimal(shown)), a_map(point))[0]
        assert best[:5] == ("holding", 104, type, order, exp)
        assert (str(best.value), best.point, best.shift) == (shown, "total", 0)


def test_a_single_register_is_found_with_its_scale() -> None:
    best = find("-5.5", {("input", 7): 0xFFC9}, a_map())[0]
    assert best == Candidate("input", 7, "s16", "AB", -1, Decimal("-5.5"), "", 0)


def test_a_map_that_is_off_by_one_is_told_so() -> None:
    """The manual counts from 1 and the map took it as it stands: the number is one register before."""
    right, wrong = Point("total", 104, "f32"), Point("total", 105, "f32")
    best = find("48210.37", a_device(right, Decimal("48210.37")), a_map(wrong))[0]
    assert (best.address, best.point, best.shift) == (104, "total", -1)


def test_an_integer_and_its_decimals_are_found_as_a_pair() -> None:
    parts = Part(104, "s32", order="CDAB"), Part(106, "f32", order="CDAB")
    point = Point("total", 104, "parts", length=4, parts=parts)
    best = find("123456789.789", a_device(point, Decimal("123456789.789")), a_map(order="CDAB"))[0]
    assert (best.type, best.order, best.value) == ("s32 + f32", "CDAB", Decimal("123456789.789"))


def test_a_display_rounds_or_cuts_off_and_the_very_number_comes_first() -> None:
    registers = a_device(Point("flow", 100, "f32"), Decimal("14.256")) | a_device(
        Point("other", 108, "f32"), Decimal("14.25")
    )
    registers |= {("holding", 100 + at): word for at, word in enumerate([0x4164, 0x1893])}  # 14.256
    assert [c.address for c in find("14.26", registers, a_map()) if c.type == "f32"] == [100]
    assert [c.address for c in find("14.25", registers, a_map()) if c.type == "f32"] == [108, 100]


def test_a_number_that_is_not_there_is_not_found() -> None:
    assert find("48210.37", {("holding", at): 7 for at in range(20)}, a_map()) == []


@pytest.mark.parametrize(
    ("said", "why"),
    [("12,5", "is not a number"), ("0.00", "stands everywhere"), ("nan", "not 0"), ("1" * 21, "20 digits")],
)
def test_what_cannot_be_looked_for_is_told(said: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        find(said, {("holding", 0): 0}, a_map())


@given(
    words=st.lists(st.integers(0, 0xFFFF), max_size=8),
    said=st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**15), max_value=10**15).filter(
        bool
    ),
)
def test_looking_never_fails(words: list[int], said: Decimal) -> None:
    for candidate in find(str(said), {("holding", at): word for at, word in enumerate(words)}, a_map()):
        assert candidate.value is not None
