"""A value told in parts: integer and decimals, high and low digits, sign and magnitude. Their sum is the value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from drivers.model import DeviceMap, Part, Point, Value
from drivers.values.layout import order_of, resolve, taker
from drivers.values.possible import COUNTERS, is_faint
from drivers.values.raw import TYPES, finite, form, parser, registers

SIGNS = ("+", "-")
DIGITS = 20  # no device tells more in its parts
STEP = 2  # registers that each entry of a list has for its value

Read = Callable[[bytes], Value]
Laid = tuple[int, bytes, str]  # address, bytes highest first, order: registers to be written


def parts_of(point: Point) -> tuple[Part, ...]:
    """Everything that is read for a point told in parts: its parts, and their sign."""
    return (*point.parts, point.sign) if point.sign else point.parts


def span(parts: Sequence[Part], lengths: Mapping[str, int]) -> tuple[int, int]:
    """(first address, registers) of all parts together; `lengths`: entries of each list.

    The whole span is one value: it comes in one answer, so a total can never be torn between two.
    """
    ends = [
        (part.address, part.address + (STEP * lengths.get(part.list, 1) if part.list else registers(part)))
        for part in parts
    ]
    first = min((start for start, _ in ends), default=0)
    return first, max((end for _, end in ends), default=0) - first


def compile_parts(point: Point, device_map: DeviceMap, settings: Mapping[str, str]) -> Read | None:
    """The function from the bytes of a point told in parts to its value. None: a setting it needs is not known.

    The sum is exact, a Decimal, as soon as one part is; floats alone stay a float. No value in one part, no value.
    """
    readers = [compile_part(part, point, device_map, settings) for part in parts_of(point)]
    known = [reader for reader in readers if reader]
    if len(known) < len(readers):
        return None
    signed = known.pop() if point.sign else None
    counts = point.role in COUNTERS
    inexact = all(TYPES[part.type].family == "float" for part in point.parts)

    def read(raw: bytes) -> Value:
        total = Decimal(0)
        for part in known:
            value = part(raw)
            if value is None or isinstance(value, str) or (counts and is_faint(value)):
                return None
            total += Decimal(repr(value)) if isinstance(value, float) else value
        sign = "+" if signed is None else signed(raw)
        if sign is None:
            return None
        total = -total if sign == "-" else total
        return finite(total) if inexact else total

    return read


def compile_part(part: Part, point: Point, device_map: DeviceMap, settings: Mapping[str, str]) -> Read | None:
    """The function from the point's bytes to one part's number, or to the sign its code means."""
    order, at = resolve(given := order_of(part, device_map), settings), place(part, settings)
    if at is None or (given and not order):
        return None
    size = 2 * registers(part)
    take = taker(order, 2 * (at - point.address), size)
    null = frozenset(sentinel.to_bytes(size, "big") for sentinel in part.null)
    parse = parser(part.type, part.exp)

    def read(raw: bytes) -> Value:
        own = take(raw)
        value = None if own in null else parse(own)
        return part.codes.get(int(value)) if part.codes and isinstance(value, int | Decimal) else value

    return read


def place(part: Part, settings: Mapping[str, str]) -> int | None:
    """The address of a part. One that a list of the device tells of stands at its entry's place, if it is listed."""
    if not part.list:
        return part.address
    entries = settings.get(part.list, "").split()
    return part.address + STEP * entries.index(str(part.entry)) if str(part.entry) in entries else None


# ── the other way, for the simulated devices ──


def lay_parts(point: Point, value: Value, device_map: DeviceMap, settings: Mapping[str, str]) -> list[Laid]:
    """A value in its parts, the coarse ones whole: 1234.5 as 1234 and 0.5. ValueError where it does not fit."""
    if value is None or isinstance(value, str):
        raise ValueError(f"{point.name}: {value!r} is not a number")
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite() or exact.adjusted() > DIGITS:
        raise ValueError(f"{point.name}: {value} is beyond its parts")
    laid = []
    if point.sign:
        code = next((code for code, sign in point.sign.codes.items() if (sign == "-") == (exact < 0)), 0)
        laid.append(lay(point.sign, code, device_map, settings))
        exact = abs(exact)
    parts = sorted(point.parts, key=lambda part: (-part.exp, TYPES[part.type].family == "float"))
    if TYPES[parts[-1].type].family != "float":
        exact = exact.quantize(Decimal(1).scaleb(parts[-1].exp), ROUND_HALF_EVEN)
    for part in parts[:-1]:
        share = (exact // Decimal(1).scaleb(part.exp)) * Decimal(1).scaleb(part.exp)
        laid.append(lay(part, share, device_map, settings))
        exact -= Decimal(str(parser(part.type, part.exp)(laid[-1][1])))  # as it came out: a float may have rounded
    return [*laid, lay(parts[-1], exact, device_map, settings)]


def lay(part: Part, value: Decimal | int, device_map: DeviceMap, settings: Mapping[str, str]) -> Laid:
    address = place(part, settings)
    if address is None:
        raise ValueError(f"{part.entry} is not in the list {part.list}")
    size = 2 * registers(part)
    return address, form(value, part.type, size, part.exp), order_of(part, device_map)
