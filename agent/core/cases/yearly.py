"""Head office's `calendar.put`: a year of the working calendar, kept as a fact, and which due times it moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from agent.core.cases import calendar, watch
from agent.core.cases.calendar import Year
from agent.core.messages.stamp import iso
from agent.core.model import Body, Commanded, Fact
from agent.core.state import Commands, Done, State
from drivers.model import Instant


def put(state: State, command: Commanded, now: Instant) -> Done:
    """The year takes the place of what was known of it; no due time moves silently."""
    args: Body = command.body.get("args", {})
    try:
        year, off, makeup = calendar.read(args)
    except ValueError as error:
        return state, [], f"args: {error}"
    years = {**state.desk.years, year: Year(frozenset(off), frozenset(makeup))}
    body = {**args, "by": "head-office"}
    if moves := list(moved(state, years, now)):
        body["moved"] = moves
    state = replace(state, desk=replace(state.desk, years=years, alerts=dict.fromkeys(state.desk.open, now.utc)))
    return state, [Fact("notice", f"{calendar.NOTICE}{year}", body, "head-office", now, type="gse.calendar.v1")], ""


def moved(state: State, years: Mapping[int, Year], now: Instant) -> Iterator[dict[str, Any]]:
    """Each due time that is another one with these years."""
    for case in state.desk.open.values():
        before, after = (watch.clocked(state.setup, known, case, now) for known in (state.desk.years, years))
        for old, new in zip(before, after, strict=True):
            if old.due != new.due:
                yield {"case": case.number, "stop": old.name, "before": told(old.due), "after": told(new.due)}


def told(due: float | None) -> str | None:
    return None if due is None else iso(due)


COMMANDS: Commands = {"calendar.put": put}
