"""The span of time a report is about: a day, month or quarter of the station's own calendar, and its name."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Literal, NamedTuple, get_args
from zoneinfo import ZoneInfo

from agent.core.messages.stamp import local

Length = Literal["day", "month", "quarter"]
LENGTHS: tuple[Length, ...] = get_args(Length)
MONTHS: dict[Length, int] = {"month": 1, "quarter": 3}
NAME = re.compile(r"(\d{4})-(\d\d)-(\d\d)|(\d{4})-(\d\d)|(\d{4})Q([1-4])")


class Period(NamedTuple):
    """`2026-11-25`, `2026-11`, `2026Q4`. `first` is its first day, `after` the first day that is no longer of it."""

    name: str
    length: Length
    first: date
    after: date

    def span(self, zone: ZoneInfo) -> tuple[float, float]:
        """Seconds since 1970 of its beginning, and of its end, which belongs to the next."""
        return midnight(self.first, zone), midnight(self.after, zone)

    @property
    def next(self) -> Period:
        return around(self.length, self.after)

    @property
    def before(self) -> Period:
        return around(self.length, date.fromordinal(self.first.toordinal() - 1))


def read(text: str) -> Period:
    """A period by its name. Raises ValueError."""
    if not (found := NAME.fullmatch(text)):
        raise ValueError(f"{text[:20]!r} is no period; such as 2026-11-25, 2026-11 or 2026Q4")
    if found[1]:
        return around("day", date(*map(int, found.group(1, 2, 3))))
    if found[4]:
        return around("month", date(int(found[4]), int(found[5]), 1))
    return around("quarter", date(int(found[6]), 3 * int(found[7]) - 2, 1))


def at(length: Length, utc: float, zone: ZoneInfo) -> Period:
    """The period that this moment belongs to, on the station's own calendar."""
    return around(length, local(utc, zone).date())


def around(length: Length, day: date) -> Period:
    """The period of this length that a day belongs to."""
    if length == "day":
        return Period(day.isoformat(), length, day, date.fromordinal(day.toordinal() + 1))
    months = MONTHS[length]
    month = (day.month - 1) // months * months + 1
    first = day.replace(month=month, day=1)
    end = month + months
    after = first.replace(month=end) if end <= 12 else date(first.year + 1, end - 12, 1)
    name = f"{first:%Y-%m}" if length == "month" else f"{first.year}Q{(month + 2) // 3}"
    return Period(name, length, first, after)


def midnight(day: date, zone: ZoneInfo) -> float:
    return datetime.combine(day, time(), zone).timestamp()
