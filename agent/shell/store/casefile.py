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
    over, going = set[str](), dict[str, list[recall.Document]]()
    for last in journal.latest("case"):
        if recall.is_closed(last.document):
            over.add(last.id)
            yield last.id, [last.document]
        else:
            going[last.id] = []
    for doc in () if shelf.follows("case") else shelf.each("case"):
        number, events = doc["case"], doc["events"]
        if number in going:
            going[number] = [*map(document, events)]
        elif number not in over:  # the journal that told of it is lost
            closed = recall.is_closed(document(events[-1]))
            yield number, [document(event) for event in (events[-1:] if closed else events)]
    for number, written in going.items():
        yield number, [*written, *(fact.document for fact in journal.history("case", number))]


def document(event: Mapping[str, Any]) -> recall.Document:
    """A book's line of an event as the message it was made of; the clock of that boot is not kept in a book."""
    return {"time": event["time"], "clk": event["clk"], "mono": 0.0, "data": event}
