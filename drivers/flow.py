"""The largest flow of a device, as its plate tells it: `650 m3/h`."""

from __future__ import annotations

import re
from typing import NamedTuple

from drivers.table import Table

FORM = re.compile(r"(\d{1,9}(?:\.\d{1,6})?) ([^\s/]+)/(s|min|h)")
ALLOWED = 'a number, a UCUM unit of quantity and a time, as in "650 m3/h" or "80 kg/min"'
SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}


class Flow(NamedTuple):
    """So much of a quantity in each second, minute or hour."""

    amount: float
    unit: str  # UCUM, of the quantity
    per: str  # a key of SECONDS

    def __str__(self) -> str:
        return f"{self.amount:.12g} {self.unit}/{self.per}"


def parse_flow(text: str) -> Flow | None:
    """The flow that `str` of it wrote; None for anything else, and for no flow at all."""
    match = FORM.fullmatch(text)
    return Flow(float(match[1]), match[2], match[3]) if match and float(match[1]) else None


def read_flow(table: Table) -> Flow | None:
    """The `qmax` of a map or of an installed device, if it is given."""
    text = table.text("qmax", "", allowed=ALLOWED)
    flow = parse_flow(text)
    if text and flow is None:
        table.problem("qmax", f"{text!r} is not a flow", ALLOWED)
    return flow
