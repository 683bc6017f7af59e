"""The cases as they stood when the station went down: from the journal, and from the book where a journal was lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agent.core.cases import recall
from agent.core.cases.desk import Desk
from agent.shell.store.books import Shelf
from agent.shell.store.journal import Journal


def desk(journal: Journal, shelf: Shelf, boxes: Mapping[str, str]) -> Desk:
    """One case at a time, and only those that are still open whole: there may be very many."""
    return recall.desk(stories(journal, shelf), boxes)


def stories(journal: Journal, shelf: Shelf) -> Iterator[tuple[str, list[recall.Document]]]:
    """Each case with its facts, as far as they are needed; of a closed one, the last."""
    written = {doc["case"]: doc["events"] for doc in shelf.each("case")}
    for last in journal.latest("case"):
        events = written.pop(last.id, [])
        if recall.is_closed(last.document):
            yield last.id, [last.document]
        else:
            yield last.id, [*map(document, events), *(fact.document for fact in journal.history("case", last.id))]
    for number, events in written.items():  # the journal that told these is lost
        last_word = document(events[-1])
        yield number, [last_word] if recall.is_closed(last_word) else [*map(document, events)]


def document(event: Mapping[str, Any]) -> recall.Document:
    """A book's line of an event as the message it was made of; the clock of that boot is not kept in a book."""
    return {"time": event["time"], "clk": event["clk"], "mono": 0.0, "data": event}
