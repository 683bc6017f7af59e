"""What the staff ask of cases and forecourt: answered from the state of the engine, and from the journal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from agent.core.cases import recall, slips, views
from agent.core.fills.forecourt import pumps
from agent.core.reports import views as reports
from agent.core.state import State
from agent.shell.store.journal import Journal
from drivers.model import Instant
from kiosk.casebook import CaseList, CaseSheet, Wanted
from kiosk.forecourt import PumpView
from kiosk.reportbook import ReportLine, ReportSheet
from kiosk.slip import Slip


class Clerk:
    """`state()`: the station as it is now; `clock()`: now."""

    def __init__(self, state: Callable[[], State], journal: Journal, clock: Callable[[], Instant]) -> None:
        self.state, self.journal, self.clock = state, journal, clock

    def cases(self, person: str, wanted: Wanted, page: int) -> CaseList:
        state = self.state()
        return views.listing(state.setup, state.desk, person, wanted, page, self.clock())

    async def case(self, person: str, number: str) -> CaseSheet | None:
        state = self.state()
        case = state.desk.find(number)
        if case is None:
            return None
        if case.closed:  # in memory there are but its first event and its last
            told = await asyncio.to_thread(self.journal.history, "case", number)
            case = recall.case(number, [fact.document for fact in told]) if told else case
        return views.sheet(state.setup, state.desk, case, person, self.clock())

    def forecourt(self) -> tuple[PumpView, ...]:
        return pumps(self.state())

    def moment(self) -> str:
        return views.moment(self.state().setup, self.clock())

    def reports(self) -> tuple[ReportLine, ...]:
        return reports.listing(self.state(), self.clock())

    async def report(self, id: str) -> ReportSheet | None:
        """None for one that is not among the reports."""
        if id not in [one.id for one in self.reports()]:
            return None
        facts = await asyncio.to_thread(self.journal.history, "report", id)
        return reports.sheet(self.state(), id, [fact.document for fact in facts])

    def slip(self, person: str, number: str) -> Slip | None:
        state = self.state()
        case = state.desk.find(number)
        if case is None or views.hidden(state.setup, case, person):
            return None
        return replace(slips.slip(state.setup, state.desk, case, self.clock(), copy=True), pin="")
