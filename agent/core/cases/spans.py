"""How long a limit lasts: minutes and hours from the instant, days to their end; pauses and idle hours left out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from agent.core.cases.calendar import DAY, Calendar
from agent.core.cases.profile import Span

SECONDS = {"min": 60, "h": 3600}
FOREVER = 3700  # days: further than any limit reaches


class Pause(NamedTuple):
    """A time that does not count, in seconds since 1970."""

    begin: float
    end: float


def end(
    span: Span, start: float, calendar: Calendar, service: tuple[int, int] | None = None, pauses: Sequence[Pause] = ()
) -> float | None:
    """The instant at which a limit that began at `start` ends; None when it needs a year whose calendar is not known.

    `service`: from and to which minute of each day minutes and hours count; None: round the clock.
    """
    if span.unit in SECONDS:
        return run(start, float(span.number * SECONDS[span.unit]), calendar, service, pauses)
    day = last_day(span, calendar.day(start), calendar, pauses)
    return None if day is None else calendar.close(day)


def run(
    start: float, seconds: float, calendar: Calendar, service: tuple[int, int] | None, pauses: Sequence[Pause]
) -> float | None:
    """`start` and so many seconds that count."""
    day = calendar.day(start)
    at = start
    for pause in (*pauses, None):
        until = pause.begin if pause else float("inf")
        while at < until:
            opens, closes = opening(day, calendar, service) if service else (at, until)
            at, stop = max(at, opens), min(closes, until)
            if at + seconds <= stop:
                return at + seconds
            seconds -= max(stop - at, 0.0)
            at = max(at, stop)
            day += DAY if service and at >= closes else timedelta()
        if pause:
            at = max(at, pause.end)
            day = calendar.day(at)
    return None


def opening(day: date, calendar: Calendar, service: tuple[int, int]) -> tuple[float, float]:
    """When a day's service begins and ends."""
    return moment(day, service[0], calendar), moment(day, service[1], calendar)


def moment(day: date, minute: int, calendar: Calendar) -> float:
    if minute == 24 * 60:
        return calendar.close(day)
    return datetime.combine(day, time(minute // 60, minute % 60), calendar.zone).timestamp()


def last_day(span: Span, day: date, calendar: Calendar, pauses: Sequence[Pause]) -> date | None:
    """The n-th calendar or working day after `day`. Days in a pause do not count: neither the one after that on which
    it began, nor the one on which it ended."""
    paused = [(calendar.day(p.begin), calendar.day(p.end)) for p in pauses]
    left = span.number
    while left:
        day += DAY
        works = calendar.works(day) if span.unit == "wd" else True
        if works is None:
            return None
        left -= works and not any(begin < day <= close for begin, close in paused)
    return day


def unknown_year(start: float, calendar: Calendar) -> int:
    """The first year from `start` on whose calendar is not known."""
    year = calendar.day(start).year
    while year in calendar.years:
        year += 1
    return year
