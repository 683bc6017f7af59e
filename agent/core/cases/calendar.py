"""Which days are worked: public holidays and make-up workdays, year by year; and which years nobody knows.

A year without its table has no working days at all, known or guessed: whoever counts into it is told None.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
NOTICE = "calendar-"  # and the year: the id of the fact that holds it
SATURDAY = 5  # date.weekday()


class Year(NamedTuple):
    """What differs from Monday to Friday in one year: days `off`, and days of a weekend that are worked (`makeup`).

    A year's notice may also touch the last days of the December before it.
    """

    off: frozenset[date]
    makeup: frozenset[date]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The station's calendar: its time zone, and the years whose holidays are known."""

    zone: ZoneInfo
    years: Mapping[int, Year] = field(default_factory=dict)

    def works(self, day: date) -> bool | None:
        """True on a working day; None when the year of this day is not known."""
        for year in (self.years.get(day.year + 1), self.years.get(day.year)):
            if year and day in year.makeup:
                return True
            if year and day in year.off:
                return False
        return day.weekday() < SATURDAY if day.year in self.years else None

    def local(self, utc: float) -> datetime:
        """This moment on the station's wall clock."""
        return datetime.fromtimestamp(utc, self.zone)

    def day(self, utc: float) -> date:
        return self.local(utc).date()

    def close(self, day: date) -> float:
        """24:00 of a day, in seconds since 1970."""
        return datetime.combine(day + DAY, time(), self.zone).timestamp()

    def put(self, year: int, off: Iterable[date], makeup: Iterable[date]) -> Calendar:
        """The calendar with one year said anew; it takes the place of what was known of that year."""
        return replace(self, years={**self.years, year: Year(frozenset(off), frozenset(makeup))})


def read(args: Mapping[str, Any]) -> tuple[int, list[date], list[date]]:
    """Head office's `calendar.put`: `{"year": 2027, "holidays": ["2027-01-01", …], "workdays": ["2027-02-07", …]}`,
    `workdays` being the make-up workdays. Raises ValueError, which says what is wrong."""
    year = args.get("year")
    if not isinstance(year, int) or isinstance(year, bool) or not 2000 <= year <= 2199:
        raise ValueError(f"year: {year!r}; a year from 2000 to 2199")
    if strange := set(args) - {"year", "holidays", "workdays"}:
        raise ValueError(f"{sorted(strange)[0]}: unknown; year, holidays, workdays")
    off, makeup = days(args, "holidays", year), days(args, "workdays", year)
    if not off:
        raise ValueError("holidays: none; a Chinese year has some")
    if both := sorted(set(off) & set(makeup)):
        raise ValueError(f"workdays: {both[0]} is among the holidays too")
    if idle := [day for day in makeup if day.weekday() < SATURDAY]:
        raise ValueError(f"workdays: {idle[0]} is worked anyway; only days of a weekend")
    return year, off, makeup


def recall(notices: Mapping[str, Mapping[str, Any]]) -> dict[int, Year]:
    """The years that head office has said, from the last fact of each."""
    told = (body for id, body in notices.items() if id.startswith(NOTICE))
    said = (read({key: body[key] for key in ("year", "holidays", "workdays")}) for body in told)
    return {year: Year(frozenset(off), frozenset(makeup)) for year, off, makeup in said}


def days(args: Mapping[str, Any], key: str, year: int) -> list[date]:
    told = args.get(key)
    if not isinstance(told, list) or len(told) > 366:
        raise ValueError(f"{key}: {str(told)[:40]!r}; a list of dates such as {year}-01-01")
    try:
        found = [date.fromisoformat(text) for text in told]
    except (TypeError, ValueError):
        raise ValueError(f"{key}: holds what is no date; dates such as {year}-01-01") from None
    for day in found:
        if day.year != year and (day.year, day.month) != (year - 1, 12):
            raise ValueError(f"{key}: {day} is not of {year}")
    return found
