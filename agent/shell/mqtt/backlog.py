"""How delivery stands: what waits in each lane, for how long, and since when nobody takes it."""

from __future__ import annotations

import asyncio

from agent.core.messages import envelope
from agent.core.messages.stamp import iso, utc_of
from agent.core.model import Body
from agent.shell.store.chapter import Chapter
from agent.shell.store.facts import FactLane
from agent.shell.store.history import History
from agent.shell.store.journal import Journal
from agent.shell.store.late import Late
from drivers.model import Instant

CASE, MOST = "case", 200  # facts of cases looked at


class Backlog:
    """`oldest`: utc second of the oldest fact that waits; None: none does. `unsent`: cases that no broker has taken."""

    def __init__(self, journal: Journal, facts: FactLane, late: Late, history: History, began: Instant) -> None:
        self.journal, self.facts, self.late, self.history = journal, facts, late, history
        self.online, self.since = False, began
        self.oldest: float | None = None
        self.unsent: list[str] = []

    def linked(self, online: bool, now: Instant) -> None:
        """The broker came or went; this moment counts from here."""
        if online != self.online:
            self.online, self.since = online, now

    async def find_oldest(self) -> None:
        """Find the oldest fact that waits, off the loop."""
        d = self.facts.delivery
        first = (d.proven if d.answers else d.mark) + 1
        waiting = await asyncio.to_thread(self.facts.journal.read, first - 1, 1) if first <= d.head else []
        self.unsent = await asyncio.to_thread(self._cases) if d.mark < d.head or d.waiting else []
        self.oldest = utc_of(envelope.load(waiting[0].payload)["time"]) if waiting else None

    def _cases(self) -> list[str]:
        """The cases whose first word no broker has taken."""
        d, journal = self.facts.delivery, self.journal
        chapter = Chapter(journal.ask, journal.epoch.base)
        held = [d.waiting[CASE]] if CASE in d.waiting else []
        found = [
            entry for first, last in (*held, (d.mark + 1, d.head)) for entry in chapter.of(CASE, first, last, MOST)
        ]
        return [entry.id for entry in found if entry.body.get("version") == 1]

    def figures(self, now: Instant) -> Body:
        """For `diag` and `status`: numbers of facts and traces, seconds, bytes."""
        d, spool, live = self.facts.delivery, self.history.spool, self.history.live
        held = sum(last - first + 1 for first, last in d.waiting.values())
        return {
            "online": self.online, "since": iso(self.since.utc), "away": 0 if self.online else self._age(now),
            "head": d.head, "delivered": d.mark, "acknowledged": d.proven,
            "unsent": self.unsent, "waiting": min(d.head - d.mark + held, d.head), "late": self.late.waiting(),
            "oldest": 0 if self.oldest is None else round(max(now.utc - self.oldest, 0)),
            "traces": len(live), "spool": spool.size, "spool_share": round(spool.size / spool.bound, 3),
        }  # fmt: skip

    def _age(self, now: Instant) -> int:
        return round(now.mono - self.since.mono)
