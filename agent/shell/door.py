"""The door between kiosk and engine: a form goes in as an event, its receipt comes back when the fact is durable."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path

from agent.core.model import Answer, Event, Remarked, Show, Submitted
from agent.shell.clerk import Clerk
from agent.shell.store import pinfile
from kiosk.model import Form, Receipt, Refusal, Screen

PATIENCE = 10.0  # seconds a person waits for a receipt before the page says it did not work


class Door:
    """Implements `kiosk.model.Door`. `keeping()` tells whether facts can be kept now, `reasons()` what is not well."""

    def __init__(
        self,
        put: Callable[[Event], None],
        pins: Mapping[str, Path | None],
        screen: Screen,
        keeping: Callable[[], bool],
        reasons: Callable[[], tuple[bool, dict[str, object]]],
        clerk: Clerk,
    ) -> None:
        self._put, self._pins, self._keeping, self._reasons = put, pins, keeping, reasons
        self._screen = screen
        self.cases, self.case, self.slip, self.moment = clerk.cases, clerk.case, clerk.slip, clerk.moment
        self.reports, self.report, self.forecourt = clerk.reports, clerk.report, clerk.forecourt
        self._tickets = count(1)
        self._waiting: dict[int, asyncio.Future[Receipt | Refusal]] = {}
        self.shown: Callable[[Screen], None] = lambda screen: None

    async def submit(self, form: Form) -> Receipt | Refusal:
        ticket = next(self._tickets)
        answer: asyncio.Future[Receipt | Refusal] = asyncio.get_running_loop().create_future()
        self._waiting[ticket] = answer
        self._put(Submitted(form, ticket))
        try:
            async with asyncio.timeout(PATIENCE):
                return await answer
        except TimeoutError:
            return Refusal("unavailable", "the station did not answer in time")
        finally:
            del self._waiting[ticket]

    def answer(self, effect: Answer) -> None:
        """Hand the outcome to whoever waits; a page that has gone away misses nothing but the sight of it."""
        waiting = self._waiting.get(effect.ticket)
        if waiting and not waiting.done():
            waiting.set_result(effect.outcome)

    def show(self, effect: Show) -> None:
        self._screen = effect.screen
        self.shown(self.screen())

    def refresh(self) -> None:
        """Something beside the core's own screen has changed: whether facts can be kept."""
        self.shown(self.screen())

    def screen(self) -> Screen:
        return replace(self._screen, keeping=self._keeping())

    async def unlock(self, person: str, pin: str) -> bool:
        file = self._pins.get(person)
        right = file is not None and await asyncio.to_thread(pinfile.matches, file, pin)
        self._put(Remarked("login", {"by": person if person in self._pins else "unknown", "ok": right}))
        return right

    def health(self) -> tuple[bool, dict[str, object]]:
        return self._reasons()
