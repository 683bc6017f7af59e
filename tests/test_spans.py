"""Limits against a slow count that is obviously right, over ten years of calendar: day by day, minute by minute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from chinese_calendar import is_workday
from hypothesis import given, settings
from hypothesis import strategies as st
from promises import CALENDAR, PROFILES, SHANGHAI, event

from agent.core.cases import clocks, spans
from agent.core.cases.calendar import Calendar
from agent.core.cases.profile import Span
from agent.core.cases.spans import Pause
from drivers.model import Instant

YEARS = (2017, 2026)  # ten of them
FIRST = datetime(YEARS[0], 1, 1, tzinfo=UTC).timestamp()
LAST = datetime(YEARS[1], 11, 1, tzinfo=UTC).timestamp()
moments = st.integers(int(FIRST), int(LAST)).map(float)


def slow_days(number: int, start: float, working: bool) -> float:
    """Walks through the minutes of the wall clock, and counts a day at each midnight that ends one."""
    minute = datetime.fromtimestamp(start, SHANGHAI).replace(second=0, microsecond=0)
    day_zero, counted = minute.date(), 0
    while True:
        minute += timedelta(minutes=60 - minute.minute)
        if minute.hour == 0:
            ended = (minute - timedelta(minutes=1)).date()
            counted += ended != day_zero and (not working or is_worked(ended))
            if counted == number and (number or ended == day_zero):
                return minute.timestamp()


def is_worked(day: date) -> bool:
    return bool(is_workday(day))


@settings(max_examples=300, deadline=None)
@given(start=moments, number=st.integers(0, 15), working=st.booleans())
def test_days_end_where_somebody_who_counts_them_one_by_one_ends(start: float, number: int, working: bool) -> None:
    if working and not number:
        number = 1
    found = spans.end(Span(number, "wd" if working else "d"), start, CALENDAR)
    assert found == slow_days(number, start, working)


def slow_minutes(number: int, start: float, service: tuple[int, int], pause: Pause) -> Iterator[float]:
    """Walks minute by minute and counts those within the hours and outside the pause."""
    at = start
    while number:
        local_time = datetime.fromtimestamp(at, SHANGHAI)
        inside = service[0] <= local_time.hour * 60 + local_time.minute < service[1]
        number -= inside and not pause.begin <= at < pause.end
        at += 60
    yield at


@settings(max_examples=200, deadline=None)
@given(
    start=st.integers(int(FIRST) // 60, int(LAST) // 60).map(lambda m: m * 60.0),
    number=st.integers(1, 3000),
    hours=st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda h: h[1] - h[0] >= 60),
    pause=st.tuples(st.integers(0, 5000), st.integers(0, 5000)),
    open_all_day=st.booleans(),
)
def test_minutes_end_where_somebody_who_counts_them_one_by_one_ends(
    start: float, number: int, hours: tuple[int, int], pause: tuple[int, int], open_all_day: bool
) -> None:
    paused = Pause(start + pause[0] * 60, start + (pause[0] + pause[1]) * 60)
    service = None if open_all_day else hours
    found = spans.end(Span(number, "min"), start, CALENDAR, service, [paused])
    assert found == next(slow_minutes(number, start, service or (0, 1440), paused))


@settings(max_examples=100, deadline=None)
@given(start=moments, after=st.integers(0, 40 * 86400), jump=st.integers(-(10**8), 10**8))
def test_a_jump_of_the_clock_moves_no_due_time(start: float, after: int, jump: int) -> None:
    begun = [replace(event("received 2026-01-01 00:00"), at=Instant(1.0, start, "synced"))]
    before, behind = (Instant(2.0, start + after + moved, "synced") for moved in (0, jump))
    told = [clock.due for clock in clocks.reckon(PROFILES["P16"], begun, CALENDAR, before)]
    assert told == [clock.due for clock in clocks.reckon(PROFILES["P16"], begun, CALENDAR, behind)]


def test_another_time_zone_ends_its_days_at_its_own_midnight() -> None:
    berlin = Calendar(ZoneInfo("Europe/Berlin"), CALENDAR.years)
    start = datetime(2026, 3, 27, 12, tzinfo=UTC).timestamp()  # the clocks go forward on 29 March
    assert spans.end(Span(2, "d"), start, berlin) == datetime(2026, 3, 29, 22, tzinfo=UTC).timestamp()
