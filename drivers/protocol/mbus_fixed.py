"""The older fixed answer of an M-Bus meter: two counters, their units from a table of 64.

CI 73: id 4 BCD · access number · status · medium and unit 2 · counter 4 · counter 4      low byte first
CI 77: the same, high byte first
status 80: counters are binary, not BCD · 40: both were stored on the due date · unit 3E: as counter 1, but stored
"""

from __future__ import annotations

from decimal import Decimal

from drivers.model import Json
from drivers.protocol.check import bcd_low_first
from drivers.protocol.fault import BadFrame
from drivers.protocol.mbus_record import Record, written
from drivers.protocol.mbus_tables import FIXED_MEDIA, FIXED_UNITS, FUNCTIONS, Meaning

SIZE = 16
BINARY, STORED = 0x80, 0x40  # bits of the status
HISTORIC = 0x3E
STEPS = {"10 ": Decimal(10), "100 ": Decimal(100), "1e-3 ": Decimal("0.001")}  # in front of a unit


def low_first(data: bytes) -> bytes:
    """Data that came high byte first, in the order of CI 73. Raises BadFrame("frame")."""
    if len(data) != SIZE:
        raise BadFrame("frame", f"fixed data have {SIZE} bytes, not {len(data)}")
    return b"".join((data[3::-1], data[4:8], data[11:7:-1], data[15:11:-1]))


def explain(data: bytes) -> Json:
    """`id medium access_number status` and two `records`. Raises BadFrame("frame")."""
    if len(data) != SIZE:
        raise BadFrame("frame", f"fixed data have {SIZE} bytes, not {len(data)}")
    status = data[5]
    function = "Stored value" if status & STORED else "Actual value"
    counters = []
    for n, (kind, raw) in enumerate(((data[6], data[8:12]), (data[7], data[12:16]))):
        value = str(int.from_bytes(raw, "little", signed=True)) if status & BINARY else digits(raw)
        counters.append({"n": n, "function": function, "unit": FIXED_UNITS[kind & 0x3F], "value": value})
    return {
        "id": digits(data[:4]),
        "medium": FIXED_MEDIA[data[6] >> 6 | (data[7] & 0xC0) >> 4],
        "access_number": str(data[4]),
        "status": f"{status:02X}",
        "records": counters,
    }


def digits(raw: bytes) -> str:
    """The digits as they read, without leading zeros."""
    return raw[::-1].hex().upper().lstrip("0") or "0"


def records(data: bytes) -> tuple[Record, ...]:
    """The two counters as records of the quantity "Counter". Raises BadFrame("frame")."""
    if len(data) != SIZE:
        raise BadFrame("frame", f"fixed data have {SIZE} bytes, not {len(data)}")
    status, kinds = data[5], (data[6] & 0x3F, data[7] & 0x3F)
    counters = []
    for kind, raw in zip(kinds, (data[8:12], data[12:16]), strict=True):
        stored = int(bool(status & STORED) or kind == HISTORIC)
        unit, factor = scale(FIXED_UNITS[kinds[0] if kind == HISTORIC else kind])
        number = int.from_bytes(raw, "little", signed=True) if status & BINARY else bcd_low_first(raw)
        value = None if number is None else number * factor
        shown = "" if value is not None else written(digits(raw))
        counters.append(
            Record(FUNCTIONS[0], stored, meaning=Meaning("Counter", unit, factor), value=value, shown=shown)
        )
    return tuple(counters)


def scale(text: str) -> tuple[str, Decimal]:
    """`10 kWh` → kWh, 10."""
    step = next((step for step in STEPS if text.startswith(step)), "")
    return text.removeprefix(step), STEPS.get(step, Decimal(1))
