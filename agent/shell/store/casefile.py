"""The cases as they stood when the station went down: from the journal, and from the book where a journal was lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.core.cases import recall
from agent.core.cases.desk import Desk
from agent.shell.store.books import Shelf
from agent.shell.store.journal import Journal


def desk(journal: Journal, shelf: Shelf, boxes: Mapping[str, str]) -> Desk:
    """Only cases that are still open are read whole."""
    cases: dict[str, list[recall.Document]] = {}
    for doc in shelf.find("case"):
        events = [document(event) for event in doc["events"]]
        cases[doc["case"]] = events[-1:] if recall.is_closed(events[-1]) else events
    for last in journal.last("case"):
        if recall.is_closed(last.document):
            cases[last.id] = [last.document]
        else:
            facts = journal.history("case", last.id)
            cases[last.id] = [*cases.get(last.id, ()), *(fact.document for fact in facts)]
    return recall.desk(cases, (), boxes)


def document(event: Mapping[str, Any]) -> recall.Document:
    """A book's line of an event as the message it was made of; the clock of that boot is not kept in a book."""
    return {"time": event["time"], "clk": event["clk"], "mono": 0.0, "data": event}
