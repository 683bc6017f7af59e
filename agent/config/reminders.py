"""`[reminders]`: how long a station lets wait what has no promise, and until when a case like another one recurs."""

from __future__ import annotations

from collections.abc import Mapping

from agent.core.cases.profile import Span, span
from agent.core.cases.reminders import Intervals
from drivers.table import Table

ALLOWED = 'a number and min, h, d or wd, such as "5 d"; "off" for none'


def read(table: Table) -> Intervals:
    usual = Intervals()
    spans = {name: read_span(table, name, one) for name, one in usual.spans.items()}
    kept: Mapping[str, Span] = {name: one for name, one in spans.items() if one}
    recurrence = read_span(table, "recurrence", usual.recurrence) or Span(0, "d")
    if recurrence.unit not in ("d", "h"):
        table.problem("recurrence", f"{recurrence} is not allowed", "h or d, such as 30 d")
    table.end()
    return Intervals(kept, recurrence)


def read_span(table: Table, name: str, usual: Span) -> Span | None:
    """None: switched off."""
    text = table.text(name, str(usual))
    if text == "off":
        return None
    try:
        found = span(text)
    except ValueError as error:
        table.problem(name, str(error), ALLOWED)
        return usual
    if found.unit == "promised":
        table.problem(name, "nothing is promised here", ALLOWED)
        return usual
    return found
