"""Whether the readings of a poll still go with the settings they were decoded by, or these must be read again first.

Another byte order or unit moves values further than gas does. A doubt costs a few requests, a false figure more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

from drivers.model import DeviceMap, Point, Reading, Value
from drivers.values.layout import order_of

LEAST = 0.1  # of a unit: what is smaller than this before and after is nothing
FAR = 0.5  # of the larger of two values
REST = 10.0  # seconds without a doubt after one for nothing, unless a total or a parameter gives it
UNALTERED = ("parameter", "serial")  # roles of what must not change
RESTLESS = ("flow", "sale", "sale-number", "amount", "preset")  # roles of what any fill moves so far


class Doubt:
    """The last good values of a device, which the next ones must go with."""

    def __init__(self, device_map: DeviceMap) -> None:
        points = device_map.points if device_map.settings else ()
        self.watched = tuple((at, p.role) for at, p in enumerate(points) if watched(p, device_map))
        self.forget()

    def forget(self) -> None:
        self.known: dict[str, Value] = {}
        self.rest = -math.inf

    def arises(self, readings: Sequence[Reading], now: float) -> bool:
        """True when a reading does not go with the last good one of its point."""
        return any(self.strange(readings[at], role, now >= self.rest) for at, role in self.watched)

    def strange(self, reading: Reading, role: str, roused: bool) -> bool:
        point, value, _, quality, fault = reading
        if (before := self.known.get(point)) is None:
            return False
        if role in UNALTERED:
            return quality == "good" and value != before
        if quality != "good":
            return fault in ("null", "range") and (roused or role == "total")
        if role == "total":
            return below(value, before) or far(before, value)
        return roused and far(before, value)

    def keep(self, readings: Sequence[Reading]) -> None:
        """These are believed."""
        for at, _ in self.watched:
            if readings[at].quality == "good":
                self.known[readings[at].point] = readings[at].value

    def end(self, now: float) -> None:
        """The settings were read again and are what they were."""
        self.rest = now + REST


def watched(point: Point, device_map: DeviceMap) -> bool:
    return point.role in (*UNALTERED, "total") or (depends(point, device_map) and point.role not in RESTLESS)


def depends(point: Point, device_map: DeviceMap) -> bool:
    """True for a point that some setting tells the meaning of."""
    parts = any(part.list or order_of(part, device_map).startswith("@") for part in point.parts)
    return parts or point.unit.startswith("@") or order_of(point, device_map).startswith("@")


def below(value: Value, before: Value) -> bool:
    return isinstance(value, Decimal | float) and isinstance(before, Decimal | float) and value < before


def far(before: Value, now: Value) -> bool:
    """True for two numbers of which one is more than twice the other, or on the other side of zero."""
    if isinstance(before, str | None) or isinstance(now, str | None):
        return before != now
    a, b = float(before), float(now)
    most = max(abs(a), abs(b))
    return most >= LEAST and abs(a - b) > FAR * most
