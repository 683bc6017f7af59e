"""Which values a point can have: those of its valid range, and of a counter none that nothing counts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from drivers.model import Point
from drivers.values.raw import TYPES

COUNTERS = ("total", "display-total")  # roles
FAINT = 1e-20  # no counter's step is smaller, in any unit: it is 1.0 in another byte order (4.6e-41), or half a number

Number = Any  # a float or a Decimal


def outside(point: Point) -> Callable[[Number], bool] | None:
    """The test of a number in the point's unit: True when it cannot be. None: everything can."""
    counts, valid = point.role in COUNTERS and point.type != "text", point.valid
    if valid is None:
        return is_faint if counts else None
    # in the type of the values, so that 99999.999 is compared as it was written
    floats = point.type in TYPES and TYPES[point.type].family == "float"
    low, high = valid if floats else (Decimal(repr(bound)) for bound in valid)
    if counts:
        return lambda value: not low <= value <= high or is_faint(value)
    return lambda value: not low <= value <= high


def is_faint(value: Number) -> bool:
    return bool(value) and abs(value) < FAINT
