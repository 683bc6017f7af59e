"""Reports made of the journal, off the loop: one at a time, whoever asked for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from agent.core.model import Body, Compile, Compiled, Event
from agent.core.reports.compile import compile
from agent.core.reports.documents import gather
from agent.core.reports.kinds import KINDS
from agent.core.setup import Setup
from agent.shell.store.chronicle import Chronicle
from agent.shell.store.journal import Journal


class Reports:
    """`take` is for the engine."""

    def __init__(self, setup: Setup, journal: Journal, put: Callable[[Event], None]) -> None:
        self.setup, self.journal, self.put = setup, journal, put
        self._wanted: asyncio.Queue[Compile] = asyncio.Queue()

    def take(self, effect: Compile) -> None:
        self._wanted.put_nowait(effect)

    async def run(self) -> None:
        """For ever."""
        while True:
            wanted = await self._wanted.get()
            body = await asyncio.to_thread(self._make, wanted)
            self.put(Compiled(wanted.kind, wanted.period, wanted.by, body))

    def _make(self, wanted: Compile) -> Body | None:
        epoch, top = self.journal.epoch, self.journal.rows()
        begin, end = wanted.period.span(self.setup.zone)
        facts = gather(Chronicle(self.journal.ask, top, epoch.name, epoch.base), begin, end)
        if facts is None:
            return None
        body = compile(KINDS[wanted.kind], wanted.period, facts, self.setup.zone, self.setup.terms)
        return body | {"epoch": epoch.name, "through": top - epoch.base}
