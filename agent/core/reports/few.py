"""What the public may see: no count so small that it points at somebody, nor one that the rest would give away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agent.core.reports.tables import Row


def figure(told: dict[str, Any], least: int) -> dict[str, Any]:
    """The figure without its value when that is made of too few: `below` says of how many."""
    value, of = told.get("value"), told.get("of")
    small = 0 < (of or 0) < least if "of" in told else isinstance(value, int) and 0 < value < least
    if not small:
        return told
    return {name: said for name, said in told.items() if name not in ("value", "of")} | {"below": least}


def rows(columns: Sequence[str], counts: Sequence[str], found: list[Row], least: int) -> list[Row]:
    """A row with a small count loses all its figures; if it is the only one, the next smallest goes with it."""
    places = [columns.index(name) for name in counts]
    if not places:
        return []  # a list of single cases is nobody's business
    hidden = [at for at, row in enumerate(found) if any(0 < size(row[place]) < least for place in places)]
    others = [at for at, row in enumerate(found) if at not in hidden and size(row[places[0]])]
    if len(hidden) == 1 and others:
        hidden.append(min(others, key=lambda at: size(found[at][places[0]])))
    return [[row[0], *(None for _ in row[1:])] if at in hidden else row for at, row in enumerate(found)]


def size(cell: object) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0
