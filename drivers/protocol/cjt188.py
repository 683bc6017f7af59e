"""CJ/T 188-2004 and -2018: the Chinese meter bus of water, heat and gas, with the dialects of the field as options.

    FE FE … 68 T A0 A1 A2 A3 A4 A5 A6 C L  DI DI SER  data …  CS 16
            │  │ └── number, BCD, ──┘ │  │ └────── L bytes ──┘ └ sum of all from 68, modulo 256
            │  │     low byte first   │  └ 01 read → 81, 03 read address → 83; bit 6: the meter says no
            │  └ 10–19 water, 20–29 heat, 30–39 gas, 40–49 other
            └ AA in all seven: whoever hears it

Source: CJ/T 188-2004 and -2018; dialects as met in the field. No captured gas frame is public: gas is by the standard.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

from drivers.model import Json
from drivers.protocol.check import bcd, bcd_low_first, spaced, sum8
from drivers.protocol.clock import stamp
from drivers.protocol.fault import BadFrame
from drivers.protocol.framer import Framer

READ, READ_ADDRESS = 0x01, 0x03
ANYBODY = b"\xaa" * 7

CONTROLS = {
    0x01: "read data", 0x03: "read address", 0x04: "write data", 0x09: "read key version", 0x15: "write address",
    0x16: "write synchronisation",
}  # fmt: skip
KINDS = {1: "water", 2: "heat", 3: "gas", 4: "other"}
UNITS = {
    0x01: "J", 0x02: "Wh", 0x05: "kWh", 0x08: "MWh", 0x0A: "MWh×100", 0x0B: "kJ", 0x0E: "MJ", 0x11: "GJ",
    0x13: "GJ×100", 0x14: "W", 0x17: "kW", 0x1A: "MW", 0x29: "L", 0x2A: "L×10", 0x2B: "L×100", 0x2C: "m3",
    0x2D: "m3×10", 0x2E: "m3×100", 0x32: "L/h", 0x35: "m3/h", 0x40: "J/h", 0x43: "kJ/h", 0x46: "MJ/h", 0x49: "GJ/h",
}  # fmt: skip
VALVE = {0: "open", 1: "closed", 3: "fault"}

HISTORY = range(0xD120, 0xD12C)
IDENTIFIERS = {
    0x901F: "metering data", 0x8102: "prices", 0x8103: "settlement day", 0x8104: "read-out day", 0x8105: "purchase",
    0x8106: "key version", 0x810A: "address",
    **{di: f"{di - 0xD11F} months ago" for di in HISTORY},
    **{di: "frozen record" for high in (0xD3, 0xD4) for di in range(high << 8, (high << 8) + 0x100)},
    **{di: "write" for di in (*range(0xA010, 0xA019), *range(0xA101, 0xA108))},
}  # fmt: skip


class Dialect(NamedTuple):
    """How this maker reads the standard. None: found out from the frame itself, where the frame can tell."""

    low_first: bool | None = None  # data identifier: 1F 90 (True) or 90 1F
    unit_first: bool | None = None  # the unit byte stands before its value
    year_first: bool | None = None  # clock: CC YY MM DD hh mm ss instead of ss mm hh DD MM YY CC
    valve: int = 0x03  # mask in the first status byte
    battery: int = 0x04  # mask: battery low


STANDARD = Dialect()


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame; `address` as on the wire, `body` the L bytes behind the length."""

    type: int
    address: bytes
    control: int
    body: bytes


class Item(NamedTuple):
    """One column of an answer: a BCD number of `size` bytes with `digits` decimals, with a unit byte or without."""

    name: str
    size: int = 4
    digits: int = 2
    unit: bool = True


# Answers to 901F, by their length behind SER; the clock (7) and the status (2) follow.
LAYOUTS: dict[int, tuple[Item, ...]] = {
    10: (Item("current"), Item("settlement")),
    25 + 9: (
        Item("settlement_heat"), Item("current_heat"), Item("power"), Item("flow", digits=4), Item("volume"),
        Item("supply_temp_C", 3, unit=False), Item("return_temp_C", 3, unit=False),
        Item("work_hours", 3, digits=0, unit=False),
    ),
}  # fmt: skip
CLOCK, STATUS = 7, 2


def parse(data: bytes) -> Frame:
    """One frame, with or without its FE preamble. Raises BadFrame: frame, length, checksum."""
    data = data.lstrip(b"\xfe")
    if data[:1] != b"\x68":
        raise BadFrame("frame", "a frame begins with 68")
    if len(data) < 13 or len(data) != 13 + data[10]:
        raise BadFrame("length", f"{len(data)} bytes do not make a frame")
    if data[-1] != 0x16:
        raise BadFrame("frame", f"a frame ends with 16, not with {data[-1]:02X}")
    frame = Frame(data[1], data[2:9], data[9], data[11:-2])
    correct = sum8(data[:-2])
    if data[-2] != correct:
        told = {"correct_cs": f"{correct:02X}", **head(frame)}
        raise BadFrame("checksum", f"the check sum is {data[-2]:02X}, it should be {correct:02X}", told)
    return frame


def explain(frame: Frame, dialect: Dialect = STANDARD) -> Json:
    """`type address vendor ctrl` and what the frame carries. Raises BadFrame("length") for a body that breaks off."""
    told = head(frame)
    body = frame.body
    if frame.control & 0x40:
        if len(body) < 1:
            raise BadFrame("length", "an error reply without its reason", told)
        return told | {"error": True, "ser": body[0], "st": spaced(body[1:])}
    if len(body) < 3:
        return told | ({"data": spaced(body)} if body else {})
    low_first = order_of(body[:2]) if dialect.low_first is None else dialect.low_first
    di = int.from_bytes(body[:2], "little" if low_first else "big")
    told |= {"di": f"{di:04X}", "di_wire": spaced(body[:2]), "ser": body[2]}
    if di in IDENTIFIERS:
        told["identifier"] = IDENTIFIERS[di]
    rest = body[3:]
    if not rest or not frame.control & 0x80:
        return told | ({"data": spaced(rest)} if rest else {})
    return told | content(di, rest, dialect)


def head(frame: Frame) -> Json:
    told: Json = {"type": frame.type, "kind": KINDS.get(frame.type >> 4, "unknown")}
    if frame.address == ANYBODY:
        told["address"] = "broadcast"
    else:
        told["address"] = frame.address[4::-1].hex().upper()
        told["vendor"] = frame.address[:4:-1].hex().upper()
    told |= {"ctrl": frame.control, "length": len(frame.body)}
    if frame.control & 0x3F in CONTROLS:
        told["meaning"] = CONTROLS[frame.control & 0x3F]
    return told


def order_of(di: bytes) -> bool:
    """True: low byte first. Both orders are in the field; an identifier that is known one way round decides."""
    return int.from_bytes(di, "little") in IDENTIFIERS or int.from_bytes(di, "big") not in IDENTIFIERS


# ── what an answer holds ──


def content(di: int, rest: bytes, dialect: Dialect) -> Json:
    if di == 0x901F and (columns := LAYOUTS.get(len(rest) - CLOCK - STATUS)):
        return metering(columns, rest, dialect)
    if di in HISTORY and len(rest) == 5:
        unit_first = unit_before((Item("value"),), rest) if dialect.unit_first is None else dialect.unit_first
        return read_items((Item("value"),), rest, unit_first)
    if di == 0x8105:  # number of the purchase 1, bought 4, bought ever 4, left 4, status 2: the customer's money
        return {"purchase_balance": "redacted"}
    return {"data": spaced(rest)}


def metering(columns: tuple[Item, ...], rest: bytes, dialect: Dialect) -> Json:
    unit_first = unit_before(columns, rest) if dialect.unit_first is None else dialect.unit_first
    told = read_items(columns, rest, unit_first)
    told |= {"time": clock(rest[-9:-2], dialect.year_first), "status": spaced(rest[-2:])}
    told["valve"] = (
        VALVE.get(rest[-2] & dialect.valve, "unknown") if dialect.valve == 0x03 else rest[-2] & dialect.valve
    )
    return told | {"battery_low": bool(rest[-2] & dialect.battery)}


def unit_before(columns: tuple[Item, ...], rest: bytes) -> bool:
    """Whether this maker puts the unit before the value: only then every unit byte is one the standard knows."""
    return not units_known(columns, rest, False) and units_known(columns, rest, True)


def units_known(columns: tuple[Item, ...], rest: bytes, unit_first: bool) -> bool:
    at = 0
    for item in columns:
        if item.unit and rest[at if unit_first else at + item.size] not in UNITS:
            return False
        at += item.size + item.unit
    return True


def read_items(columns: tuple[Item, ...], rest: bytes, unit_first: bool) -> Json:
    """The columns one after the other. The first column's unit is `unit`, later ones that differ `NAME_unit`."""
    told: Json = {"unit_first": True} if unit_first else {}
    at = 0
    for item in columns:
        raw = rest[at + (item.unit and unit_first) :][: item.size]
        value = bcd_low_first(raw)
        told[item.name] = value if value is None or not item.digits else Decimal(value).scaleb(-item.digits)
        if item.unit:
            code = rest[at if unit_first else at + item.size]
            told["unit" if len(columns) < 3 and "unit" not in told else f"{item.name}_unit"] = UNITS.get(
                code, f"unknown ({code:02X})"
            )
        at += item.size + item.unit
    return told


def clock(raw: bytes, year_first: bool | None) -> str | None:
    """ISO 8601 without a zone; None when it was never set (zeros). An impossible date is None as well."""
    wanted: Literal["low", "high", "either"] = "either" if year_first is None else "high" if year_first else "low"
    parts = [bcd(raw[at : at + 1]) for at in range(7)]
    if wanted != "high" and (told := stamp(parts[::-1])):
        return told
    return stamp(parts) if wanted != "low" else None


# ── questions ──


def ask(type: int, address: bytes, di: int, ser: int, low_first: bool = True) -> bytes:
    """The question for the data of `di`; `address` of seven bytes as on the wire."""
    return question(type, address, READ, di.to_bytes(2, "little" if low_first else "big") + bytes((ser,)))


def ask_address(type: int = 0xAA, ser: int = 0) -> bytes:
    """Who is there? For a line with one meter only."""
    return question(type, ANYBODY, READ_ADDRESS, bytes((0x81, 0x0A, ser)))


def question(type: int, address: bytes, control: int, body: bytes) -> bytes:
    frame = bytes((0x68, type, *address, control, len(body))) + body
    return b"\xfe\xfe\xfe" + frame + bytes((sum8(frame), 0x16))


# ── frames in a stream ──


def lengths(heard: bytearray, at: int) -> tuple[int, ...] | None:
    if heard[at] != 0x68:
        return ()
    return (13 + heard[at + 10],) if len(heard) - at > 10 else None


def sound(frame: bytes, clean: bool) -> bool:
    return frame[-1] == 0x16 and frame[-2] == sum8(frame[:-2])


def framer() -> Framer:
    return Framer(lengths, sound)
