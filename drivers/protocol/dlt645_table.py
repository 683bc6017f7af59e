"""What the data identifiers of DL/T 645-2007 mean: name, unit, bytes and decimals, as a table.

A row is a pattern over DI3 DI2 DI1 DI0. `?` stands for any nibble; FF in the place of DI1 or DI0 asks for the whole
block, and its answer holds the values one behind the other.
"""

from __future__ import annotations

from decimal import Decimal
from fnmatch import fnmatchcase
from typing import NamedTuple

from drivers.model import Json
from drivers.protocol.check import bcd_low_first, spaced
from drivers.protocol.clock import stamp

ERRORS = (
    "other", "no such data", "password or right missing", "baud rate cannot change", "too many yearly zones",
    "too many daily periods", "too many tariffs", "reserved",
)  # fmt: skip


class Row(NamedTuple):
    """The values an answer holds: names, bytes of one value, decimals, whether its top bit is the sign."""

    pattern: str
    names: tuple[str, ...]
    size: int
    digits: int
    signed: bool = False
    many: bool = False  # a block of as many values of the same name as there are


PHASES = ("a", "b", "c")
LINES = tuple(f"U{phase}_V" for phase in PHASES)
TOTAL = ("", *PHASES)
POWERS = tuple(f"P{phase}_kW" for phase in TOTAL)
REACTIVES = tuple(f"Q{phase}_kvar" for phase in TOTAL)
APPARENTS = tuple(f"S{phase}_kVA" for phase in TOTAL)
FACTORS = tuple(f"PF{phase}" for phase in TOTAL)


def each(pattern: str, names: tuple[str, ...], size: int, digits: int, signed: bool, first: int) -> list[Row]:
    """One row for the block, one for each value of it: DI1 counts from `first`."""
    single = [
        Row(pattern.replace("XX", f"{n:02X}"), (name,), size, digits, signed) for n, name in enumerate(names, first)
    ]
    return [*single, Row(pattern.replace("XX", "FF"), names, size, digits, signed)]


# DI2 of energies: 0x0n, and per phase 0x15+, 0x29+, 0x3D+ in the same order
KINDS = ("energy_kWh", "energy_kWh", "energy_kWh", *["energy_kvarh"] * 6, "energy_kVAh", "energy_kVAh")
SIGNED = (0, 3, 4)  # combined: may be negative
ENERGIES = [
    Row(f"00{start + kind:02X}{rest}", (name,), 4, 2, kind in SIGNED, many)
    for start, first in ((0x00, 0), (0x14, 1), (0x28, 1), (0x3C, 1))
    for kind, name in enumerate(KINDS)
    if kind >= first
    for rest, many in (("FF??", True), ("??FF", True), ("????", False))
]

ROWS = (
    *ENERGIES,
    *each("0201XX00", LINES, 2, 1, False, 1),
    *each("0202XX00", tuple(f"I{phase}_A" for phase in PHASES), 3, 3, True, 1),
    *each("0203XX00", POWERS, 3, 4, True, 0),
    *each("0204XX00", REACTIVES, 3, 4, True, 0),
    *each("0205XX00", APPARENTS, 3, 4, True, 0),
    *each("0206XX00", FACTORS, 2, 3, True, 0),
    *each("0207XX00", tuple(f"angle_{phase}_deg" for phase in PHASES), 2, 1, False, 1),
    *each("0208XX00", tuple(f"THD_U{phase}_pct" for phase in PHASES), 2, 2, True, 1),
    *each("0209XX00", tuple(f"THD_I{phase}_pct" for phase in PHASES), 2, 2, True, 1),
    Row("02800001", ("In_A",), 3, 3, True),
    Row("02800002", ("frequency_Hz",), 2, 2),
    Row("02800003", ("P_minute_kW",), 3, 4, True),
    Row("02800004", ("P_demand_kW",), 3, 4, True),
    Row("02800005", ("Q_demand_kvar",), 3, 4, True),
    Row("02800006", ("S_demand_kVA",), 3, 4, True),
    Row("02800007", ("temperature_C",), 2, 1, True),
    Row("02800008", ("clock_battery_V",), 2, 2),
    Row("02800009", ("readout_battery_V",), 2, 2),
    Row("0280000A", ("battery_minutes",), 4, 0),
    Row("00900100", ("remaining_kWh",), 4, 2),
    Row("00900101", ("overdrawn_kWh",), 4, 2),
    Row("00900200", ("balance",), 4, 2),  # the customer's money: redacted below
    Row("00900201", ("balance_overdrawn",), 4, 2),
)
DIGITS = {  # identifiers whose bytes are digits to read as they stand, highest first
    "04000101": "date", "04000102": "time", "04000401": "number", "04000402": "meter_number",
}  # fmt: skip


DEMANDS = {**dict.fromkeys(("0101", "0102"), "kW"), **{f"010{kind}": "kvar" for kind in range(3, 9)},
           "0109": "kVA", "010A": "kVA"}  # fmt: skip  # largest demands: three bytes XX.XXXX, then when, YYMMDDhhmm
DEMAND = 8  # bytes


def row_of(di: str) -> Row | None:
    return next((row for row in ROWS if fnmatchcase(di, row.pattern)), None)


def read_data(di: bytes, data: bytes) -> Json:
    """The values by name; `data` where the table does not know the identifier or the length does not fit."""
    word = di.hex().upper()
    if word in DIGITS:
        return {DIGITS[word]: read_digits(word, data[::-1].hex().upper())}
    if (unit := DEMANDS.get(word[:4])) and len(data) == DEMAND:
        return {f"demand_{unit}": number(data[:3], Row(word, (), 3, 4, True)), "demand_time": moment(data[3:])}
    row = row_of(word)
    if row is None or len(data) % row.size:
        return {"data": spaced(data)}
    values = [number(data[at : at + row.size], row) for at in range(0, len(data), row.size)]
    if any("balance" in name for name in row.names):
        return {name: "redacted" for name in row.names}
    if row.many and len(values) > 1:
        return {row.names[0]: values[0], f"{row.names[0]}_tariffs": values[1:]}
    if len(values) > len(row.names):
        return {"data": spaced(data)}
    return dict(zip(row.names, values, strict=False))


def number(raw: bytes, row: Row) -> Decimal | None:
    """One BCD value, low byte first; None where its digits are none (FF: the meter has no such phase)."""
    negative = row.signed and raw != b"\xff" * len(raw) and bool(raw[-1] & 0x80)
    value = bcd_low_first(raw[:-1] + bytes((raw[-1] & 0x7F,)) if negative else raw)
    return None if value is None else Decimal(-value if negative else value).scaleb(-row.digits)


def moment(raw: bytes) -> str | None:
    """YYMMDDhhmm, low byte first, as ISO 8601 without a zone; None for a demand that never was."""
    digits = [bcd_low_first(raw[at : at + 1]) for at in range(5)]
    return stamp([20, *digits[::-1], 0])


def read_digits(di: str, digits: str) -> str:
    """Date YYMMDDWW and time hhmmss in their usual writing; a number as it stands."""
    pairs = [digits[at : at + 2] for at in range(0, len(digits), 2)]
    if di == "04000101" and len(pairs) == 4:
        return "20" + "-".join(pairs[:3])
    return ":".join(pairs) if di == "04000102" and len(pairs) == 3 else digits
