"""The one reader of the one queue: events in turns, facts durable first, then everything else that was decided."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping
from errno import ENOSPC
from typing import Any, Protocol

from agent.core import station
from agent.core.model import Answer, Effect, Event, Fact, Message
from agent.core.station import State
from drivers.model import Instant
from kiosk.model import Refusal

log = logging.getLogger(__name__)

MOST = 256  # events a turn: a flood is cut into transactions of bounded size


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
        """Decide, keep, then act. What could not be kept did not happen: the state before the turn stands."""
        state, effects = self.state, list[Effect]()
        for event in events:
            state, caused = station.step(state, event, self.clock())
            effects += caused
        facts = [effect for effect in effects if isinstance(effect, Fact)]
        if facts:
            try:
                messages = await asyncio.to_thread(self.keeper.append, facts)
            except OSError as error:
                self.refuse(effects, error)
                if error.errno != ENOSPC:  # a disk that failed is not asked twice: end, and start from what is on it
                    raise
                return
            self.keeping = True
            self.kept(messages)
        self.state = state
        self.turns += 1
        for effect in effects:
            if not isinstance(effect, Fact):
                self.hands[type(effect)](effect)

    def refuse(self, effects: list[Effect], error: OSError) -> None:
        """The disk cannot keep a fact: whoever waits for a receipt is told, and nothing is pretended."""
        if self.keeping:
            log.error("facts cannot be kept: %s", error)
        self.keeping = False
        for effect in effects:
            if isinstance(effect, Answer):
                self.hands[Answer](Answer(effect.ticket, Refusal("unavailable", "the station cannot keep this now")))
