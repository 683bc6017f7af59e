"""A door into the real core, without an agent around it: what is handed in is decided, every page shows the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agent.core import station
from agent.core.fills.forecourt import pumps
from agent.core.model import Answer, Event, Fact, Show, Submitted
from agent.core.setup import Setup
from agent.core.state import begin
from agent.core.view import show
from drivers.model import Instant
from kiosk.casebook import CaseList
from kiosk.forecourt import PumpView
from kiosk.model import Form, Receipt, Refusal, Screen
from kiosk.toy import PIN


class CoreDoor:
    """Implements `kiosk.model.Door`; time stands still unless `second` is set."""

    def __init__(self, setup: Setup, start: float) -> None:
        self.state, self.start, self.second = begin(setup, b"s" * 32), start, 0.0
        self.facts: list[Fact] = []
        self.tell: Callable[[Screen], None] = lambda screen: None

    @property
    def now(self) -> Instant:
        return Instant(self.second, self.start + self.second, "synced")

    def step(self, event: Event) -> Receipt | Refusal | None:
        """The outcome of a form, if it was one."""
        self.state, effects = station.step(self.state, event, self.now)
        self.facts += [effect for effect in effects if isinstance(effect, Fact)]
        for effect in effects:
            if isinstance(effect, Show):
                self.tell(effect.screen)
        return next((effect.outcome for effect in effects if isinstance(effect, Answer)), None)

    async def submit(self, form: Form) -> Receipt | Refusal:
        outcome = self.step(Submitted(form, 1))
        assert outcome
        return outcome

    def screen(self) -> Screen:
        return self.state.screen or show(self.state, self.now)

    def forecourt(self) -> tuple[PumpView, ...]:
        return pumps(self.state)

    async def unlock(self, person: str, pin: str) -> bool:
        return pin == PIN

    def cases(self, person: str, wanted: Any, page: int) -> CaseList:
        return CaseList(wanted, (), 0, 1, {})

    async def case(self, person: str, number: str) -> None:
        return None

    def health(self) -> tuple[bool, dict[str, object]]:
        return True, {}
