"""Wired M-Bus spoken: the link is reset, then the meter's data are asked for until all records came.

A code selects one record: the quantity, then what sets it apart, as in `volume`, `volume storage 1`,
`volume-flow max tariff 2`, `volume #1` (the first of several that look alike). `meter-id` and `meter-status` stand in
the header. The counters of the older fixed answer are `counter #1` and `counter #2`; stored, `counter storage 1`.

A reset is acknowledged by E5: what a meter still owes from before comes ahead of it and is dropped. Meters are asked by
their primary address: to select one by its secondary address a master writes to it (SND_UD), and nothing that writes is
ever sent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from drivers.dialogue.step import Ask, Call, Dialect, Dialogue, Figure, Figures, Takes, believed
from drivers.model import DeviceError
from drivers.protocol import mbus, mbus_fixed
from drivers.protocol.mbus_record import Record, read_records
from drivers.protocol.mbus_tables import FUNCTIONS

CODE = re.compile(
    r"([a-z][a-z0-9-]*)(?: (max|min|error))?(?: storage (\d+))?(?: tariff (\d+))?(?: device (\d+))?(?: #([1-9]\d?))?"
)
FUNCTION = {None: FUNCTIONS[0], "max": FUNCTIONS[1], "min": FUNCTIONS[2], "error": FUNCTIONS[3]}
HEADER = {"meter-id": "id", "meter-status": "status"}
FIXED = (0x73, 0x77)  # low, high byte first
HEADED = {0x72: 12, 0x78: 0, 0x7A: 4}  # bytes before the records, by control information
MORE = "More records follow"
TELEGRAMS = 16  # of one read-out, at most
ANYBODY = (253, 254)  # selected, test: whoever is there answers with its own address
UNITS = {
    "Wh": "W.h", "m^3": "m3", "m^3/h": "m3/h", "m^3/min": "m3/min", "m^3/s": "m3/s", "°C": "Cel", "°F": "[degF]",
    "l": "L", "ml": "mL", "l/h": "L/h", "ml/h": "mL/h", "without units": "1",
    "American gallon": "[gal_us]", "feet^3": "[cft_i]", "Bittimes": "1", "-": "1", "": "1",
}  # fmt: skip


def speak(call: Call) -> Dialogue:
    """The codes of one meter. Its status byte does not refuse values; an application error does."""
    address = int(call.address)
    yield Ask(mbus.reset_link(address), acknowledged)
    turn, records, header = True, list[Record](), dict[str, str]()
    for _ in range(TELEGRAMS):
        try:
            frame = yield Ask(mbus.ask(address, turn), answered(address))
        except DeviceError as refusal:
            call.told.update(dict.fromkeys(call.codes, refusal))
            return
        records += recorded(frame)
        header = header or headed(frame)
        turn = not turn
        if records and records[-1].function == MORE:
            records.pop()
            continue
        break
    call.told.update(select(records, header, call.codes))


def acknowledged(frame: mbus.Frame) -> bool | None:
    return True if frame.type == "ack" else None


def answered(address: int) -> Takes:
    def takes(frame: mbus.Frame) -> mbus.Frame | None:
        if frame.type != "long" or frame.control & mbus.FROM_MASTER or address not in (*ANYBODY, frame.address):
            return None
        believed(mbus.explain(frame))
        return frame

    return takes


def figures(frame: mbus.Frame, codes: Sequence[str], dialect: Dialect) -> Figures:
    """What an answer says of the codes. Raises Refused, BadFrame."""
    if frame.type != "long" or frame.control & mbus.FROM_MASTER:
        return {}
    believed(mbus.explain(frame))
    return select(recorded(frame), headed(frame), codes)


def recorded(frame: mbus.Frame) -> tuple[Record, ...]:
    """The records, of the older fixed structure its counters. Raises BadFrame."""
    if frame.ci in FIXED:
        return mbus_fixed.records(mbus_fixed.low_first(frame.data) if frame.ci == FIXED[1] else frame.data)
    return read_records(frame.data[HEADED[frame.ci] :]) if frame.ci in HEADED else ()


def headed(frame: mbus.Frame) -> dict[str, str]:
    if frame.ci not in (0x72, *FIXED):
        return {}
    told = mbus.explain(frame)
    return {code: str(told[name]) for code, name in HEADER.items()}


def select(records: Sequence[Record], header: dict[str, str], codes: Sequence[str]) -> Figures:
    """The figures that the codes select. Several records that look alike are told apart by `#`, or not told."""
    found: Figures = {code: Figure(header[code]) for code in codes if code in header}
    for code in codes:
        match = CODE.fullmatch(code)
        alike = [record for record in records if match and fits(record, match)]
        at = int(match[6] or 1) - 1 if match else 0
        if at < len(alike) and (len(alike) == 1 or (match and match[6])):
            found[code] = figure(alike[at])
    return found


def fits(record: Record, match: re.Match[str]) -> bool:
    if record.meaning is None or slug(record.meaning.quantity) != match[1]:
        return False
    wanted = (FUNCTION[match[2]], int(match[3] or 0), int(match[4] or 0), int(match[5] or 0))
    return (record.function, record.storage, record.tariff or 0, record.device or 0) == wanted


def figure(record: Record) -> Figure:
    assert record.meaning is not None  # `fits` made sure
    value = record.value
    if isinstance(value, str) or value is None:
        return Figure(value)
    unit = record.meaning.unit
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    return Figure(exact, UNITS.get(unit, unit))


def slug(quantity: str) -> str:
    """`Volume flow` → `volume-flow`."""
    return re.sub(r"[^a-z0-9]+", "-", quantity.lower()).strip("-")
