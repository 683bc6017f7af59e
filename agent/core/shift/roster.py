"""When shifts end, on the station's wall clock; and how their names follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from agent.core.messages.stamp import local

MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Roster:
    """`times`: of the day at which one shift takes over from another. Minutes: `draft` before the end the record is
    drafted, `late` after it an open shift is late, `unattended` after it the station closes it alone. `tolerance`: kg
    by which a gun's total and its fills may differ."""

    times: tuple[time, ...] = (time(8), time(20))
    draft: float = 30.0
    late: float = 15.0
    unattended: float = 120.0
    tolerance: float = 0.1


TWELVE_HOURS = Roster()


def next_end(roster: Roster, zone: ZoneInfo, after: float) -> float:
    """The first end of a shift after a moment, in seconds since 1970."""
    day = local(after, zone).date()
    ends = (
        datetime.combine(day + timedelta(days=more), at, zone).timestamp()
        for more in (0, 1, 2)
        for at in sorted(roster.times)
    )
    return next(end for end in ends if end > after)


def start_of(roster: Roster, zone: ZoneInfo, end: float) -> datetime:
    """When the shift that ends then begins by the roster."""
    ends = local(end, zone)
    days = (ends.date() - timedelta(days=less) for less in (0, 1))
    starts = (datetime.combine(day, at, zone) for day in days for at in sorted(roster.times, reverse=True))
    return next(start for start in starts if start < ends)


def name_of(roster: Roster, zone: ZoneInfo, end: float) -> str:
    """`20261122-1`: the day on which the shift begins by the roster, and which of that day's it is."""
    start = start_of(roster, zone, end)
    return f"{start:%Y%m%d}-{sorted(roster.times).index(start.time()) + 1}"
