"""A meter's own clock as text: local time without a zone, or nothing when it was never set."""

from __future__ import annotations

from collections.abc import Iterable

MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def stamp(parts: Iterable[int | None]) -> str | None:
    """`2015-05-11T22:01:31` of century, year, month, day, hour, minute, second.

    None where one is missing or impossible.
    """
    known = [part for part in parts if part is not None]
    if len(known) != 7:
        return None
    century, year, month, day, hour, minute, second = known
    if not (day_exists(month, day) and century < 100 and year < 100 and hour < 24 and minute < 60 and second < 60):
        return None
    return f"{century:02}{year:02}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"


def day_exists(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= MONTHS[month - 1]
