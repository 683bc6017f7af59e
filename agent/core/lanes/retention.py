"""How long a fact is kept: so many days after head office held it, counted in the agent's own running time.

The wall clock has no say: a jump deletes nothing, and while the agent is switched off nothing grows older.
"""

from __future__ import annotations

from typing import NamedTuple

DAY = 86400.0
HOUR = 3600.0
MARKS = 100  # bookmarks over the whole time of keeping


class Bookmark(NamedTuple):
    """At this age of the agent (seconds it has run), head office held everything up to row `n`."""

    age: float
    n: int


def note(marks: tuple[Bookmark, ...], age: float, n: int, days: float) -> tuple[Bookmark, ...]:
    """The bookmarks with a new one, where it tells anything the last one did not."""
    far = not marks or age - marks[-1].age >= max(days * DAY / MARKS, HOUR)
    return (*marks, Bookmark(age, n)) if far and n > (marks[-1].n if marks else 0) else marks


def expired(marks: tuple[Bookmark, ...], age: float, days: float) -> int:
    """The last row that has been kept long enough; 0 when there is none."""
    return max((mark.n for mark in marks if mark.age <= age - days * DAY), default=0)


def still(marks: tuple[Bookmark, ...], n: int) -> tuple[Bookmark, ...]:
    """The bookmarks that still wait, when everything up to row `n` is gone."""
    return tuple(mark for mark in marks if mark.n > n)
