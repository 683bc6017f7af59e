"""What anybody may cause as often as they like is told one by one up to a limit; the rest of a minute as a number."""

from __future__ import annotations

from typing import NamedTuple

from agent.core.model import Fact
from drivers.model import Instant

LIMIT = 20  # facts
MINUTE = 60.0  # seconds
LIMITED = frozenset({"message-unreadable", "fork"})  # remarks that whoever may write where we listen can cause


class Flood(NamedTuple):
    """The minute that began at `since` (monotonic): what was told in it, and what was only counted."""

    since: float = float("-inf")
    told: int = 0
    counted: int = 0


def admit(flood: Flood, fact: Fact, now: Instant) -> tuple[Flood, list[Fact]]:
    """The fact, or nothing but one more in the count; and before it the sum of the minute before."""
    flood, summed = settle(flood, now)
    if now.mono - flood.since >= MINUTE:
        flood = Flood(now.mono)
    if flood.told >= LIMIT:
        return flood._replace(counted=flood.counted + 1), summed
    return flood._replace(told=flood.told + 1), [*summed, fact]


def settle(flood: Flood, now: Instant) -> tuple[Flood, list[Fact]]:
    """When the minute is over: one fact that says how much was not told."""
    if not flood.counted or now.mono - flood.since < MINUTE:
        return flood, []
    reason = f"more than {LIMIT} a minute were refused or could not be read"
    body = {"what": "refusals-counted", "count": flood.counted, "seconds": MINUTE, "reason": reason}
    return Flood(), [Fact("audit", "_", body, "station", now)]
