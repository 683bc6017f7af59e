"""DL/T 645-2007 spoken: one question for each data identifier; the answer repeats it, and its meter's number.

A code is an identifier, such as `00010000`, or the n-th value of a block: `0201FF00.2` is the voltage of phase b.
An answer that is longer than a frame says "more follows"; its parts are asked for one by one, by their numbers.
Otherwise answers are not numbered. After a question that stayed without one, something else is asked first: a meter
answers in order, so what was still under way has come by then.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from typing import Any

from drivers.dialogue.step import Ask, Call, Dialect, Dialogue, Figure, Figures, Takes, believed, grouped
from drivers.model import DeviceError, FrameError
from drivers.protocol import dlt645 as dlt
from drivers.protocol.dlt645_table import DIGITS, number, read_digits, row_of

CODE = re.compile(r"([0-9A-F]{8})(?:\.([1-9][0-9]?))?")
ANYBODY = "AA" * 6
CANARIES = ("04000401", "04000101")  # the meter's own number, its date
NO_SUCH_DATA = 0x02  # bit of the error byte
PARTS = 16  # of one answer, at most: 3 kB, an hour of a load profile and more
UNITS = {
    "kWh": "kW.h", "kvarh": "kvar.h", "kVAh": "kV.A.h", "kVA": "kV.A", "deg": "deg", "pct": "%", "C": "Cel",
    "minutes": "min", "V": "V", "A": "A", "kW": "kW", "kvar": "kvar", "Hz": "Hz",
}  # fmt: skip


def speak(call: Call) -> Dialogue:
    """The codes of one meter; its refusal of one identifier does not cost the others."""
    groups = grouped(call.codes, identifier)
    if call.memory.doubtful:
        other = next(di for di in CANARIES if di not in groups)
        try:
            yield Ask(dlt.ask(call.address, int(other, 16)), answered(call.address, other))
        except DeviceError as refusal:
            raise FrameError(f"cannot tell a late answer from a fresh one yet; {refusal}") from None
    for di, codes in groups.items():
        try:
            data = yield from whole(call.address, di)
            call.told.update(chosen(di, data, codes))
        except DeviceError as refusal:
            call.told.update(dict.fromkeys(codes, refusal))


def whole(address: str, di: str) -> Generator[Ask, Any, bytes]:
    """The data behind an identifier, all parts joined. Raises DeviceError: refused, or an answer without an end."""
    frame = yield Ask(dlt.ask(address, int(di, 16)), answered(address, di))
    data = frame.body[4:]
    for part in range(1, PARTS):
        if not frame.control & dlt.MORE:
            return bytes(data)
        frame = yield Ask(dlt.ask_on(frame.address, int(di, 16), part), answered(frame.address, di, part))
        data += frame.body[4:-1]
    if frame.control & dlt.MORE:
        raise DeviceError(f"{di}: after {PARTS} parts more follows", -1)
    return bytes(data)


def answered(address: str, di: str, part: int = 0) -> Takes:
    """The answer to exactly this question: same meter, same identifier, same part (0: the first frame)."""
    answers, refused = ((0x92, 0xB2), 0xD2) if part else ((0x91, 0xB1), 0xD1)

    def takes(frame: dlt.Frame) -> dlt.Frame | None:
        if address not in (frame.address, ANYBODY):
            return None
        if frame.control == refused:
            believed(dlt.explain(frame))
        if frame.control not in answers or frame.body[3::-1].hex().upper() != di:
            return None
        return frame if not part or frame.body[4:][-1:] == bytes((part,)) else None

    return takes


def figures(frame: dlt.Frame, codes: Sequence[str], dialect: Dialect) -> Figures:
    """What an answer says of the codes. Raises Refused, BadFrame."""
    if not frame.control & 0x80:
        return {}
    told = believed(dlt.explain(frame))
    return {} if "seq" in told else chosen(str(told.get("di", "")), frame.body[4:], codes)


def chosen(di: str, data: bytes, codes: Sequence[str]) -> Figures:
    found = values(di, data)
    return {code: found[place(code)] for code in codes if identifier(code) == di and place(code) < len(found)}


def values(di: str, data: bytes) -> list[Figure]:
    """The values behind an identifier, in their order; none where the table does not know it, or they are money."""
    if di in DIGITS:
        return [Figure(read_digits(di, data[::-1].hex().upper()))]
    row = row_of(di)
    if row is None or not data or len(data) % row.size or any("balance" in name for name in row.names):
        return []
    count = len(data) // row.size
    names = row.names * count if row.many else row.names
    if count > len(names):
        return []
    raws = [data[at : at + row.size] for at in range(0, len(data), row.size)]
    return [Figure(number(raw, row), unit_of(name)) for raw, name in zip(raws, names, strict=False)]


def unit_of(name: str) -> str:
    return UNITS.get(name.rpartition("_")[2], "1")


def identifier(code: str) -> str:
    return code[:8]


def place(code: str) -> int:
    """Which value of the answer, counted from 0."""
    return int(code[9:] or 1) - 1


def known(code: str) -> bool:
    """True if the table tells what stands behind a code."""
    row = row_of(identifier(code))
    return identifier(code) in DIGITS or (row is not None and not any("balance" in name for name in row.names))


def never(error: DeviceError) -> bool:
    """True for what asking again will not change: the meter has no such data."""
    return error.code >= 0 and bool(error.code & NO_SUCH_DATA)
