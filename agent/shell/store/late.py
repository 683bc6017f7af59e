"""Facts of epochs that ended with a damaged journal, saved from it and not yet at head office: the same way, later."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from agent.core.messages import envelope
from agent.core.model import Event, Message
from agent.core.office import inbox
from agent.shell.store.chapter import Bygone
from agent.shell.store.facts import FactLane
from agent.shell.store.journal import Journal
from drivers.model import Instant

log = logging.getLogger(__name__)


class Late:
    """One lane an epoch, oldest first; a lane ends when head office holds all that was saved."""

    def __init__(self, journal: Journal, clock: Callable[[], Instant], tell: Callable[[Event], None]) -> None:
        self.journal = journal
        try:
            told = envelope.load((journal.marks.get("late") or "[]").encode())
            self.lanes = [FactLane(Bygone(journal, **one), clock, tell) for one in told]
        except (ValueError, TypeError) as error:
            log.error("the mark of saved facts is damaged (%s): they are kept, and sent when asked for", error)
            self.lanes = []

    def waiting(self) -> int:
        """Saved facts that head office has not acknowledged."""
        return sum(lane.delivery.head - lane.delivery.proven for lane in self.lanes)

    def connected(self, now: float) -> None:
        self.lanes = [lane for lane in self.lanes if lane.delivery.proven < lane.delivery.head]
        for lane in self.lanes:
            lane.connected(now)

    def upcoming(self, now: float) -> tuple[str, Message] | None:
        """The next saved fact, and the epoch it belongs to."""
        for lane in self.lanes:
            if message := lane.upcoming(now):
                return lane.journal.head().epoch, message
        return None

    def landed(self, epoch: str, message: Message, code: int, now: float) -> None:
        for lane in self.lanes:
            if lane.journal.head().epoch == epoch:
                lane.landed(message, code, now)

    def confess(self, now: float) -> None:
        """Tell what the broker will never take of them."""
        for lane in self.lanes:
            lane.confess(now)

    async def fetching(self, pump: Callable[[], None]) -> None:
        """Read saved facts for `upcoming`, off the loop."""
        await asyncio.gather(*(lane.fetching(pump) for lane in self.lanes), asyncio.Event().wait())

    async def acknowledged(self, said: inbox.Acknowledged) -> None:
        for lane in self.lanes:
            await lane.acknowledged(said)

    async def answered(self, said: inbox.Answered) -> None:
        for lane in self.lanes:
            await lane.answered(said)

    def remember(self) -> None:
        """Hand the marks to the journal; an epoch that is done leaves none."""
        left = []
        for lane in self.lanes:
            lane.remember()
            if lane.delivery.proven < lane.delivery.head and isinstance(lane.journal, Bygone):
                one = lane.journal
                left.append({"epoch": one.name, "base": one.base, "seq": one.seq})
        self.journal.mark("late", envelope.dump(left).decode() if left else "")
