"""The shift that was open when the station went down: from the journal, every fact since its opening."""

from __future__ import annotations

from collections.abc import Iterator

from agent.core.shift import ledger
from agent.core.shift.model import Shift
from agent.shell.store.journal import Journal
from agent.shell.store.journalfile import Entry

GOING = ("opened", "drafted", "confirmed", "disputed", "overdue")
PAGE = 1000


def shift(journal: Journal) -> Shift | None:
    """None: no shift was ever opened, or the journal that told of it is lost."""
    going = [entry.id for entry in journal.last("shift") if entry.body.get("state") in GOING]
    if not going:
        return None
    begun = [entry.n for entry in journal.history("shift", going[-1]) if entry.body.get("state") == "opened"]
    if not begun:
        return None
    return ledger.recall((entry.kind, entry.body, entry.at.utc) for entry in since(journal, begun[-1] - 1))


def since(journal: Journal, n: int) -> Iterator[Entry]:
    """Every fact after row `n` that a shift is read from, in order."""
    while page := journal.since(n, ledger.KINDS, PAGE):
        yield from page
        n = page[-1].n
