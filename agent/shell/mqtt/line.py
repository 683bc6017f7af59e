"""The line to the broker: connect, serve, pause, again; and a promise when the next sign of life is due."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from agent.shell.mqtt.broker import Broker
from agent.shell.mqtt.refusals import Unreachable
from agent.shell.mqtt.session import DIAL, PATIENCE, Listener, Session, Will
from agent.shell.store.history import Pace
from drivers.model import Instant

log = logging.getLogger(__name__)

STEADY = 5.0  # seconds after which a connection counts as good
GRACE = 10.0  # seconds beyond what was promised, before a silence counts as a hang


class Party(NamedTuple):
    """Who stands at this end: what is said when it vanishes, who hears, and what is done with a connection."""

    will: Callable[[], Will]
    listener: Listener
    serve: Callable[[Session], Awaitable[None]]


class Line:
    """Every step promises how long it may take at most; whoever serves a connection renews the promise."""

    def __init__(
        self, broker: Broker, party: Party, clock: Callable[[], Instant], pace: Pace, chance: Callable[[], float]
    ) -> None:
        self.broker, self.party, self.clock, self.pace, self.chance = broker, party, clock, pace, chance
        self.said = ""  # the last that was logged
        self.due = clock().mono + GRACE

    def promise(self, seconds: float) -> None:
        """The next sign of life comes within so many seconds."""
        self.due = self.clock().mono + seconds + GRACE

    @property
    def hangs(self) -> bool:
        """A promise was not kept: something waits for ever."""
        return self.clock().mono > self.due

    def say(self, level: int, text: str) -> None:
        """Log changes, not tries."""
        if text != self.said:
            self.said = text
            log.log(level, "%s", text)

    async def run(self) -> None:
        tries = 0
        while True:
            self.promise(2 * (DIAL + PATIENCE))  # MQTT 5, then 3.1.1
            try:
                session = await self.broker.connect(self.party.will(), self.party.listener)
            except Unreachable as error:
                self.say(logging.WARNING, str(error))
                tries += 1
            else:
                began = self.clock().mono
                await self.party.serve(session)
                tries = 1 if self.clock().mono - began >= STEADY else tries + 1
            first, longest = self.pace.retry
            pause = min(longest, first * 2 ** min(tries - 1, 16)) * (0.5 + 0.5 * self.chance())
            self.promise(pause)
            await asyncio.sleep(pause)
