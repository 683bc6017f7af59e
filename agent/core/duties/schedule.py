"""By when a duty is to be done: the last such moment, and the next one, on the station's own calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from agent.core.cases.calendar import Calendar
from agent.core.duties.duty import Duty, Progress, Standing

DAY = timedelta(days=1)
SPAN = {"day": 9, "week": 16, "month": 63}  # days to look at on either side: a holiday week, a missing 31st
MINUTE, DAYS = 60.0, 86400.0


def around(duty: Duty, at: Progress, calendar: Calendar, utc: float) -> tuple[float | None, float | None]:
    """The last moment by which it was to be done, and the next."""
    if duty.every == "months":
        due = renewed(duty, at, calendar)
        return (None, None) if due is None else (due, None) if due <= utc else (None, due)
    today = calendar.day(utc)
    moments = [moment for moment in times(duty, calendar, today)]
    return (
        max((moment for moment in moments if moment <= utc), default=None),
        min((moment for moment in moments if moment > utc), default=None),
    )


def times(duty: Duty, calendar: Calendar, today: date) -> Iterator[float]:
    """Every such moment near today."""
    for step in range(-SPAN[duty.every], SPAN[duty.every] + 1):
        day = today + step * DAY
        if falls_on(duty, day) and (not duty.working or calendar.works(day)):
            yield from (datetime.combine(day, at, calendar.zone).timestamp() for at in duty.at)


def falls_on(duty: Duty, day: date) -> bool:
    if duty.every == "week":
        return day.isoweekday() == duty.weekday
    if duty.every == "month":
        return day.day == min(duty.day, last_day(day))
    return True


def last_day(day: date) -> int:
    """Of the month of this day."""
    return ((day.replace(day=28) + 4 * DAY).replace(day=1) - DAY).day


def renewed(duty: Duty, at: Progress, calendar: Calendar) -> float | None:
    """So many months after it was done last; None when nobody knows when that was."""
    done = max((day for day in (duty.since, calendar.day(at.done) if at.done else None) if day), default=None)
    if done is None:
        return None
    months = done.month - 1 + duty.months
    first = date(done.year + months // 12, months % 12 + 1, 1)
    due = first.replace(day=min(done.day, last_day(first)))
    return datetime.combine(due, time(23, 59), calendar.zone).timestamp()


def standing(duty: Duty, at: Progress, calendar: Calendar, utc: float) -> Standing:
    """ok: done for now; due: to be done by the next moment; overdue: its time is over."""
    last, following = around(duty, at, calendar, utc)
    if duty.every == "months":
        if last is None and following is None:
            return "unknown"
        return "overdue" if last else "due" if following and following - utc <= duty.warning * DAYS else "ok"
    if last is not None and last > at.watched and (at.done is None or at.done <= before(duty, at, calendar, last)):
        return "overdue"
    return "ok" if at.done is not None and last is not None and at.done > last else "due"


def before(duty: Duty, at: Progress, calendar: Calendar, moment: float) -> float:
    """The moment before this one: what was done after it counts for this one."""
    earlier, _ = around(duty, at, calendar, moment - 1.0)
    return earlier if earlier is not None else float("-inf")


def missed(duty: Duty, at: Progress, calendar: Calendar, utc: float) -> float | None:
    """The moment that was missed and not told yet; None: none."""
    if standing(duty, at, calendar, utc) != "overdue":
        return None
    last, _ = around(duty, at, calendar, utc)
    if last is None or utc < last + duty.within * MINUTE or at.missed == last:
        return None
    return last
