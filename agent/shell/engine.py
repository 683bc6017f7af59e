"""The one reader of the one queue: events in turns, facts durable first, then everything else that was decided."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping
from errno import ENOSPC
from typing import Any, Protocol

from agent.core import station
from agent.core.model import Answer, Effect, Event, Fact, Message, Submitted, Tick
from agent.core.state import State
from drivers.model import Instant
from kiosk.model import Refusal

log = logging.getLogger(__name__)

MOST = 256  # events a turn: a flood is cut into transactions of bounded size
OWED = 1000  # facts that wait in memory for a full disk; then the newest count


class Keeper(Protocol):
    """Where facts become durable."""

    def append(self, facts: list[Fact]) -> list[Message]:
        """One transaction, on disk when it returns. Raises OSError when it cannot keep them; then it kept none."""
        ...


class Engine:
    """Runs `station.step` over the queue. `hands` performs each type of effect; facts go to the keeper before."""

    def __init__(self, state: State, keeper: Keeper, clock: Callable[[], Instant]) -> None:
        self.state, self.keeper, self.clock = state, keeper, clock
        self.hands: Mapping[type, Callable[[Any], None]] = {}
        self.kept: Callable[[list[Message]], None] = lambda messages: None
        self.keeping = True
        self.turned: Callable[[], None] = lambda: None  # `keeping` has changed
        self.owed: list[Fact] = []
        self.turns = 0
        self._queue: deque[Event] = deque()
        self._more = asyncio.Event()

    def put(self, event: Event) -> None:
        """Queue an event; from the loop's own thread only."""
        self._queue.append(event)
        self._more.set()

    async def run(self, beat: Callable[[], None]) -> None:
        while True:
            await self._more.wait()
            self._more.clear()
            while self._queue:
                await self.turn([self._queue.popleft() for _ in range(min(MOST, len(self._queue)))])
                beat()

    async def turn(self, events: list[Event]) -> None:
        """Decide, keep, then act."""
        state, effects = self.decide(events)
        facts = facts_of(effects)
        if facts or (self.owed and any(isinstance(event, Tick) for event in events)):
            try:
                messages = await asyncio.to_thread(self.keeper.append, [*self.owed, *facts])
            except OSError as error:
                state, effects = self.refuse(events, error)
            else:
                self.owed = []
                self.report_keeping(keeping=True)
                self.kept(messages)
        self.state = state
        self.turns += 1
        for effect in effects:
            if not isinstance(effect, Fact):
                self.hands[type(effect)](effect)

    def decide(self, events: list[Event]) -> tuple[State, list[Effect]]:
        state, effects = self.state, list[Effect]()
        for event in events:
            state, caused = station.step(state, event, self.clock())
            effects += caused
        return state, effects

    def refuse(self, events: list[Event], error: OSError) -> tuple[State, list[Effect]]:
        """Nothing of this turn was kept. Whoever handed in a form is told, and it did not happen; what the station saw
        by itself goes on without the disk: alarms sound, telemetry flows, and its facts are owed until there is room.

        Raises the error of a disk that failed: it is not asked twice, we end and start from what is on it.
        """
        self.report_keeping(keeping=False, why=str(error))
        for event in events:
            if isinstance(event, Submitted):
                self.hands[Answer](Answer(event.ticket, Refusal("unavailable", "the station cannot keep this now")))
        if error.errno != ENOSPC:
            raise error
        state, effects = self.decide([event for event in events if not isinstance(event, Submitted)])
        self.owed = [*self.owed, *facts_of(effects)][-OWED:]
        return state, effects

    def report_keeping(self, *, keeping: bool, why: str = "") -> None:
        """Say when it changes whether facts can be kept."""
        if keeping != self.keeping:
            self.keeping = keeping
            level, said = (logging.INFO, "facts are kept again") if keeping else (logging.ERROR, f"no facts: {why}")
            log.log(level, "%s", said)
            self.turned()


def facts_of(effects: list[Effect]) -> list[Fact]:
    return [effect for effect in effects if isinstance(effect, Fact)]
