"""What a station allows of a fill: how far figures may differ, how long gas may stand still, when it may be sold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Limits:
    """`increment`: CNY; `short`, `drained`: kg; `pause`: seconds by fuel; `hours`: None is day and night.

    The pauses are ours: banks of a CNG station change within seconds, an LNG gun is cooled and vented for longer.
    """

    increment: float = 0.01
    short: float = 0.05
    drained: float = 0.05
    pause: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({"cng": 20.0, "lng": 60.0}))
    hours: tuple[time, time] | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """The verification of one gun (检定): it must not be used after `until`."""

    number: str = ""
    until: date | None = None  # None: nobody has said


USUAL = Limits()
UNKNOWN = Certificate()


def is_open(hours: tuple[time, time] | None, at: time) -> bool:
    """True within opening hours, which may go past midnight."""
    if hours is None:
        return True
    opens, closes = hours
    return opens <= at < closes if opens < closes else at >= opens or at < closes
