"""What befalls the wall clock is told: a step while we run, and by how much the times of this boot are to be moved.

Nothing is decided by a jump: `clk` says whether a time may be believed, and what waits goes by the monotonic clock.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from agent.core.messages.stamp import iso
from agent.core.model import Body, Fact
from drivers.model import Instant

STEP = 1.0  # seconds: a smaller change is the slow hand of NTP


class Wall(NamedTuple):
    """The wall clock as it was last seen. `boots`: runs of the agent since the machine started that have told times
    which nobody can place yet. `moved`: seconds by which hands have moved it since it was last believed."""

    seen: Instant | None = None
    boots: tuple[str, ...] = ()
    moved: float = 0.0


def shift(before: Instant, now: Instant) -> float:
    """Seconds by which the wall clock went otherwise than time did, between two moments of one machine's run."""
    return (now.utc - before.utc) - (now.mono - before.mono)


def observe(wall: Wall, boot: str, now: Instant) -> tuple[Wall, list[Fact]]:
    """One look: a step is told with the time that it would have been; an unknown offset as soon as it is known."""
    facts: list[Fact] = []
    if wall.seen and abs(by := shift(wall.seen, now)) > STEP:
        body = {"before": iso(now.utc - by), "after": iso(now.utc), "by": round(by, 3), "boot": boot}
        facts.append(audit("clock-stepped", body, now))
        wall = wall._replace(moved=wall.moved + by)
    if now.clk == "unsynced" and boot not in wall.boots:
        wall = wall._replace(boots=(*wall.boots, boot))
    if now.clk != "unsynced" and wall.boots:
        body = {"boot": boot, "boots": list(wall.boots), "offset": round(now.utc - now.mono, 3)}
        facts.append(audit("clock-known", body, now))
        wall = wall._replace(boots=())
    if now.clk != "unsynced":
        wall = wall._replace(moved=0.0)
    return wall._replace(seen=now), facts


def untouched(wall: Wall, now: Instant) -> Instant:
    """`now` as it would be told by a clock that nobody had moved; a clock that is believed is taken at its word."""
    if now.clk != "unsynced":
        return now
    fresh = shift(wall.seen, now) if wall.seen else 0.0
    return replace(now, utc=now.utc - wall.moved - (fresh if abs(fresh) > STEP else 0.0))


def audit(what: str, body: Body, now: Instant) -> Fact:
    return Fact("audit", "_", {"what": what} | body, "station", now)
