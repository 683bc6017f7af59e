"""The desk of a station whose clock a test winds: forms in, the staff's screens out, no process and no wire."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stations import small

from agent.core import station
from agent.core.cases import views
from agent.core.model import Answer, Effect, Submitted
from agent.core.setup import Setup
from agent.core.state import State, begin
from drivers.model import Instant
from kiosk.casebook import CaseSheet
from kiosk.forms import read_form
from kiosk.model import Receipt, Refusal

MORE = """
[[person]]
id = "wang"
name = "王站长"
role = "station-master"
"""
NOON = 1795579200.0  # 2026-11-25 04:00 UTC: noon at the station


class Desk:
    """A station whose clock the test winds, and its staff."""

    def __init__(self, folder: Path, extra: str = "") -> None:
        self.setup: Setup = small(folder, extra)
        self.state: State = begin(self.setup, bytes(32))
        self.utc = NOON
        self.caused: Sequence[Effect] = ()  # by the last form

    @property
    def now(self) -> Instant:
        return Instant(self.utc - NOON + 100.0, self.utc, "synced")

    def hand_in(self, **form: Any) -> Receipt | Refusal:
        self.utc += 60
        self.state, self.caused = station.step(self.state, Submitted(read_form(form), 1), self.now)
        return next(effect.outcome for effect in self.caused if isinstance(effect, Answer))

    def complain(self, **more: Any) -> str:
        taken = self.hand_in(**{"kind": "complaint", "topic": "attitude", **more})
        assert isinstance(taken, Receipt), taken
        return taken.number

    def act(self, case: str, event: str, by: str = "wang", **said: Any) -> Receipt | Refusal:
        return self.hand_in(kind="act", case=case, event=event, by=by, **said)

    def list(self, wanted: Any = "todo", person: str = "wang", page: int = 0) -> list[str]:
        found = views.listing(self.setup, self.state.desk, person, wanted, page, self.now)
        return [line.number for line in found.lines]

    def sheet(self, case: str, person: str = "wang") -> CaseSheet:
        found = self.state.desk.find(case)
        assert found
        sheet = views.sheet(self.setup, self.state.desk, found, person, self.now)
        assert sheet
        return sheet

    def events(self, case: str, person: str = "wang") -> set[str]:
        return {step.event for step in self.sheet(case, person).steps}
