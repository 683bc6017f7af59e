"""`[reports]`: a station's own terms of its reports, and until when the day is to be reviewed."""

from __future__ import annotations

import re

from agent.core.reports.kinds import KINDS
from agent.core.reports.terms import Terms
from drivers.table import Table

CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
ALLOWED = "a time of the day, such as 20:00"


def read(table: Table) -> Terms:
    usual = Terms()
    review = minute(table, "review", table.text("review", ""), usual.review)
    begins = table.items("shifts", str, f"a list: {ALLOWED}", [])
    shifts = tuple(minute(table, "shifts", text, 0) for text in begins) or usual.shifts
    inner = table.table("within")
    duties = {name: kind.within for name, kind in KINDS.items() if kind.deed and name in inner}
    within = {name: inner.integer(name, days, low=1, high=366) for name, days in duties.items()}
    inner.end()
    terms = Terms(
        review,
        table.integer("inquiry", usual.inquiry, low=0, high=100_000),
        table.integer("least", usual.least, low=1, high=100),
        table.integer("sample", usual.sample, low=1, high=100_000),
        shifts,
        within,
    )
    table.end()
    return terms


def minute(table: Table, key: str, text: str, usual: int) -> int:
    """Of the day; what is no time of the day is a problem."""
    if not text:
        return usual
    if not (found := CLOCK.fullmatch(text)):
        table.problem(key, f"{text[:20]!r} is no time of the day", ALLOWED)
        return usual
    return int(found[1]) * 60 + int(found[2])
