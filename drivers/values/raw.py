"""One value's bytes, highest first: what each type reads from them, and writes into them."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal, NamedTuple

from drivers.model import Part, Point, Setting, Value

Family = Literal["unsigned", "signed", "float", "bcd", "bits", "flags", "text", "parts"]
F32 = struct.Struct(">f")
F64 = struct.Struct(">d")


class Type(NamedTuple):
    """A type: how many registers it takes (0: the point's length says), and how its bytes are read."""

    registers: int
    family: Family


TYPES: dict[str, Type] = {
    "u16": Type(1, "unsigned"),
    "u32": Type(2, "unsigned"),
    "u48": Type(3, "unsigned"),
    "u64": Type(4, "unsigned"),
    "s16": Type(1, "signed"),
    "s32": Type(2, "signed"),
    "s64": Type(4, "signed"),
    "f32": Type(2, "float"),
    "f64": Type(4, "float"),
    "bcd16": Type(1, "bcd"),
    "bcd32": Type(2, "bcd"),
    "bcd48": Type(3, "bcd"),
    "bcd64": Type(4, "bcd"),
    "bits": Type(1, "bits"),
    "bits32": Type(2, "bits"),
    "f32bits": Type(2, "flags"),  # flags counted into a float: up to 24 of them are exact
    "text": Type(0, "text"),
    "parts": Type(0, "parts"),  # of a point that is the sum of its parts: never written, always meant
}
INTEGERS = ("unsigned", "signed", "bcd")  # may carry words
NUMBERS = (*INTEGERS, "float")  # may carry exp and valid


def registers(item: Point | Part | Setting) -> int:
    """How many registers a point, a part of one, or a setting takes."""
    if isinstance(item, Setting):
        return item.length or TYPES[item.type].registers
    return TYPES[item.type].registers or (item.length if isinstance(item, Point) else 0)


# ── bytes → value: None where the bytes hold no value of the type (NaN, a BCD digit above 9) ──


def shortest(value: float, raw: bytes) -> float:
    """The decimal with the fewest digits that is still this 32-bit float: 31.090961, not 31.09096145629883."""
    near = float(f"{value:.7g}")
    if F32.pack(near) == raw:
        shorter = float(f"{value:.6g}")
        return shorter if F32.pack(shorter) == raw else near
    near = float(f"{value:.8g}")
    return near if F32.pack(near) == raw else float(f"{value:.9g}")  # nine digits always suffice


def parse_f32(raw: bytes) -> float | None:
    value: float = F32.unpack(raw)[0]
    return shortest(value, raw) + 0.0 if math.isfinite(value) else None  # a zero has no sign


def parse_f64(raw: bytes) -> float | None:
    value: float = F64.unpack(raw)[0]
    return value + 0.0 if math.isfinite(value) else None


def finite(exact: Decimal) -> float | None:
    """The float nearest to a decimal, unless that is beyond all floats."""
    value = float(exact)
    return value if math.isfinite(value) else None


def parse_unsigned(raw: bytes) -> int:
    return int.from_bytes(raw, "big")


def parse_signed(raw: bytes) -> int:
    return int.from_bytes(raw, "big", signed=True)


def parse_bcd(raw: bytes) -> int | None:
    digits = raw.hex()
    return int(digits) if digits.isdecimal() else None


def parse_flags(raw: bytes) -> int | None:
    value: float = F32.unpack(raw)[0]
    return int(value) if value >= 0 and value.is_integer() else None


def parse_text(raw: bytes) -> str:
    return raw.rstrip(b"\0 ").decode("utf-8", "replace")


PARSERS: dict[Family, Callable[[bytes], float | int | str | None]] = {
    "unsigned": parse_unsigned,
    "signed": parse_signed,
    "bcd": parse_bcd,
    "bits": parse_unsigned,
    "flags": parse_flags,
    "text": parse_text,
}


def parser(type: str, exp: int = 0) -> Callable[[bytes], Value]:
    """The function from a value's bytes to the value, 10^exp applied.

    Integers with an exp and all BCD become Decimals of the device's own resolution; floats stay floats.
    """
    family = TYPES[type].family
    if family == "float":
        read = parse_f32 if type == "f32" else parse_f64
        if not exp:
            return read
        return lambda raw: None if (value := read(raw)) is None else finite(Decimal(repr(value)).scaleb(exp))
    parse = PARSERS[family]
    if family == "bcd":
        return lambda raw: None if (value := parse(raw)) is None else Decimal(value).scaleb(exp)
    if exp and family in INTEGERS:
        return lambda raw: Decimal(int.from_bytes(raw, "big", signed=family == "signed")).scaleb(exp)
    return parse


# ── value → bytes: ValueError where it does not fit ──


def form(value: Value, type: str, size: int, exp: int = 0) -> bytes:
    """The `size` bytes that `parser(type, exp)` reads as `value`, rounded to what the type can say."""
    family = TYPES[type].family
    if family == "text":
        text = str(value).encode()
        if len(text) > size:
            raise ValueError(f"{value!r} is longer than {size} bytes")
        return text.ljust(size, b"\0")
    if isinstance(value, str) or value is None:
        raise ValueError(f"{value!r} is not a number")
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    try:
        if family in ("float", "flags"):
            return (F32 if size == 4 else F64).pack(float(exact.scaleb(-exp)) if exp else float(value))
        if exact.is_finite():
            return form_integer(int(exact.scaleb(-exp).to_integral_value(ROUND_HALF_EVEN)), family, size)
    except OverflowError:
        pass
    raise ValueError(f"{value} is beyond {type}" + (f" with exp = {exp}" if exp else ""))


def form_integer(number: int, family: Family, size: int) -> bytes:
    if family != "bcd":
        return number.to_bytes(size, "big", signed=family == "signed")
    if not 0 <= number < 100**size:
        raise OverflowError
    return bytes.fromhex(f"{number:0{size * 2}d}")
