"""Which registers could be the number on a display: every type, byte order and power of ten, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import NamedTuple

from drivers.model import DeviceMap, Registers, Value
from drivers.values.layout import spread
from drivers.values.order import ORDERS
from drivers.values.raw import TYPES, parser

LIKELY = ("f32", "u32", "u16", "bcd32", "bcd48", "f64", "s32", "s16", "bcd16", "bcd64", "u64", "s64", "u48")
SCALES = {"float": (0, -3, 3), "signed": range(-6, 4), "unsigned": range(-6, 4), "bcd": range(-6, 4)}
PAIR = "s32 + f32"  # an integer and its decimals, side by side
DIGITS = 20  # no display has more
NEAR = (0, 1, -1)  # how far from a point of the map: off by one is the commonest mistake of all


class Candidate(NamedTuple):
    """One way to read the number: the registers, and how near that is to what the map says stands there."""

    table: str
    address: int
    type: str
    order: str
    exp: int
    value: Value
    point: str  # the point of the map at this address or next to it; empty: none
    shift: int  # this address − the point's


def find(said: str, registers: Registers, device_map: DeviceMap) -> list[Candidate]:
    """All ways to read `said` from registers, best first. ValueError: not a number, or 0, which stands everywhere.

    A value counts when the display could show it so: exactly, rounded or cut off to the digits it has.
    """
    try:
        shown = Decimal(said)
    except InvalidOperation:
        raise ValueError(f"{said!r} is not a number; what the display shows, such as 123.45") from None
    if not shown or not shown.is_finite():
        raise ValueError(f"{said} stands everywhere; a number that is not 0")
    if len(shown.as_tuple().digits) > DIGITS:
        raise ValueError(f"{said} has more than {DIGITS} digits; what the display shows")
    found = [
        (likeness, candidate)
        for table, address in registers
        for candidate in (*plain(table, address, registers, device_map), *pairs(table, address, registers, device_map))
        if (likeness := alike(candidate.value, shown)) is not None
    ]
    return [candidate for _, candidate in sorted(found, key=lambda each: rank(each[0], each[1], shown, device_map))]


def plain(table: str, address: int, registers: Registers, device_map: DeviceMap) -> Iterator[Candidate]:
    """Every reading of the registers from one address on as a single number."""
    for type in LIKELY:
        size = 2 * TYPES[type].registers
        if (wire := wire_from(table, address, size, registers)) is None:
            continue
        for order in ORDERS[size]:
            raw = bytes(wire[place] for place in spread(order, size))
            for exp in SCALES[TYPES[type].family]:
                value = parser(type, exp)(raw)
                yield Candidate(table, address, type, order, exp, value, *neighbour(table, address, device_map))


def pairs(table: str, address: int, registers: Registers, device_map: DeviceMap) -> Iterator[Candidate]:
    """An integer and, behind it, its decimals as a float."""
    if (wire := wire_from(table, address, 8, registers)) is None:
        return
    for order in ORDERS[4]:
        whole, part = (bytes(wire[at + place] for place in spread(order, 4)) for at in (0, 4))
        integer, decimals = parser("s32")(whole), parser("f32")(part)
        if isinstance(integer, int) and integer and isinstance(decimals, float) and 0 < decimals < 1:
            value = integer + Decimal(repr(decimals))
            yield Candidate(table, address, PAIR, order, 0, value, *neighbour(table, address, device_map))


def wire_from(table: str, address: int, size: int, registers: Registers) -> bytes | None:
    words = [registers.get((table, address + at)) for at in range(size // 2)]
    return None if None in words else b"".join(word.to_bytes(2, "big") for word in words if word is not None)


def neighbour(table: str, address: int, device_map: DeviceMap) -> tuple[str, int]:
    """The point that the map has at this address, or one beside it."""
    for shift in NEAR:
        for point in device_map.points:
            if (point.table or device_map.table, point.address) == (table, address - shift):
                return point.name, shift
    return "", 0


def alike(value: Value, shown: Decimal) -> int | None:
    """0: the very number; 1: rounds to it; 2: is it when cut off; None: another number."""
    if value is None or isinstance(value, str):
        return None
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if exact == shown:
        return 0
    if abs(exact - shown) > abs(shown):
        return None
    ways = (exact.quantize(shown, ROUND_HALF_UP), exact.quantize(shown, ROUND_DOWN))
    return 1 + ways.index(shown) if shown in ways else None


def rank(likeness: int, candidate: Candidate, shown: Decimal, device_map: DeviceMap) -> tuple[int, ...]:
    """What sorts first: the very number; where the map has a point; a likely scale, order and type."""
    places = -int(shown.as_tuple().exponent)
    floats = candidate.type in ("f32", "f64", PAIR)
    return (
        likeness,
        NEAR.index(candidate.shift) if candidate.point else len(NEAR),
        abs(candidate.exp) if floats else abs(candidate.exp + places),
        0 if candidate.order in (device_map.order, "AB") else 1 + ORDERS[len(candidate.order)].index(candidate.order),
        (PAIR, *LIKELY).index(candidate.type),
        candidate.address,
    )
