"""Wayne DART overheard: whose frame it is, what a pump said in it, and where its decimal points stand.

A transaction number means one thing from the pump and another from the host, and no byte tells who speaks. A frame is
the pump's when one of its transactions can only be the pump's, or when it follows a poll of that pump at once (before
the line falls silent) and could be either's. One that only the host can have sent, and one that stays in doubt, says
nothing.

    status  0 … 8        volume amount price    in the decimals that the pump's own DC7 told; unsettled before that
    nozzle  1 … 15       nozzle_out 0, 1        alarm  its code        total.1  the first counter of totals
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from drivers.dialogue.step import UNKNOWN, Dialect, Figure, Figures
from drivers.model import Json
from drivers.protocol import dart

CODE = re.compile(r"status|volume|amount|price|nozzle|nozzle_out|alarm|identity|total\.[1-8]")
POINTED = ("volume", "amount", "price")


class DartReader:
    """One pump's frames among all of a line, in the order they were heard."""

    def __init__(self, address: str) -> None:
        """`address` in decimal; empty: whichever pump it is (of a capture with one pump)."""
        self.address = int(address) if address else None
        self.decimals: dart.Decimals | None = None
        self.polled: int | None = None  # who was polled in the frame before this one

    def __call__(self, frame: dart.Frame | None, codes: Sequence[str], dialect: Dialect) -> Figures:
        """No frame: the line fell silent. A pump that was polled then will not answer any more."""
        polled, self.polled = self.polled, frame.address if frame and frame.type == "poll" else None
        if frame is None or frame.type != "data" or self.address not in (None, frame.address):
            return {}
        if not is_pumps(frame, polled == frame.address):
            return {}
        self.decimals = dart.learn(frame) or self.decimals
        told: Figures = {}
        for one in dart.explain(frame, "pump")["transactions"]:
            told |= figures(one, self.decimals)
        return {code: figure for code, figure in told.items() if code in codes}


def is_pumps(frame: dart.Frame, polled: bool) -> bool:
    """True if a data frame is the pump's: by what only one side can say, else by the poll before it."""
    can = [
        tuple(reads(number, data, who) for who in ("pump", "host")) for number, data in frame.transactions
    ]  # fmt: skip
    pump, host = (True, False) in can, (False, True) in can
    return pump if pump != host else polled and not pump


def reads(number: int, data: bytes, who: str) -> bool:
    read = dart.READERS[who].get(number)
    return read is not None and read(data) is not None


def figures(one: Json, decimals: dart.Decimals | None) -> Figures:
    """What one transaction of the pump says."""
    told: Figures = {}
    for name in POINTED:
        if (digits := one.get(f"{name}_bcd")) is not None:
            told[name] = pointed(digits, getattr(decimals, name, None))
    for name in ("status", "nozzle", "nozzle_out", "alarm"):
        if name in one:
            told[name] = Figure(Decimal(one[name]))
    if "identity" in one:
        told["identity"] = Figure(one["identity"])
    if "total" in one and one["total"] is not None:
        told[f"total.{one['counter']}"] = pointed(one["total"], decimals and decimals.volume)
    return told


def pointed(digits: int, decimals: int | None) -> Figure:
    if decimals is None:
        return Figure(Decimal(digits), UNKNOWN)
    return Figure(Decimal(digits).scaleb(-decimals))
