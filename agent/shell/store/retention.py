"""Facts that were kept long enough leave the journal, a bounded number at a time, and a `gap` fact says which."""

from __future__ import annotations

import logging
from collections.abc import Callable

from agent.core.lanes import retention
from agent.core.lanes.retention import Bookmark
from agent.core.messages import envelope
from agent.core.model import Message
from agent.shell.store.journal import Journal
from drivers.model import Instant

log = logging.getLogger(__name__)

MOST = 5000  # rows forgotten at once


class Retention:
    """`forget_due` may block and belongs in a thread. `proven`: the seq up to which head office holds everything."""

    def __init__(self, journal: Journal, days: float, clock: Callable[[], Instant], proven: Callable[[], int]) -> None:
        self.journal, self.days, self.clock, self.proven = journal, days, clock, proven
        self.began = clock().mono
        try:
            self.age = float(journal.marks.get("age") or 0.0)  # as far as it is written down
            told = envelope.load((journal.marks.get("bookmarks") or "[]").encode())
            self.marks = tuple(Bookmark(float(age), int(n)) for age, n in told)
        except (ValueError, TypeError) as error:
            log.error("the marks of retention are damaged (%s): facts are kept longer", error)
            self.age, self.marks = 0.0, ()

    def forget_due(self) -> list[Message]:
        """Age by an hour when one has passed, and forget what is due; the facts that say so."""
        now = self.clock()
        if now.mono - self.began >= retention.HOUR:
            self.age, self.began = self.age + now.mono - self.began, now.mono
            acked = self.journal.epoch.base + self.proven()
            self.marks = retention.note(self.marks, self.age, acked, self.days)
            self._write_down()
        due = retention.expired(self.marks, self.age, self.days)
        if due <= self.journal.pruned:
            return []
        try:
            told = self.journal.prune(min(due, self.journal.pruned + MOST), now)
        except OSError as error:
            log.warning("facts past their time were not deleted: %s", error)
            return []
        self.marks = retention.still(self.marks, self.journal.pruned)
        self._write_down()
        return told

    def _write_down(self) -> None:
        """With the journal's next commit: a lost hour keeps facts an hour longer."""
        self.journal.mark("age", f"{self.age:.0f}")
        self.journal.mark("bookmarks", envelope.dump([list(mark) for mark in self.marks]).decode())
