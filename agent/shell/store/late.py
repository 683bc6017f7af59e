"""Facts of epochs that ended and that head office does not hold: the same way, later.

Saved from a damaged journal and not yet acknowledged; or missing at a head office that was itself put back to an older
state, and says so by what it answers to hello or acknowledges.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator

from agent.core.lanes import delivery
from agent.core.messages import envelope
from agent.core.model import Event, Lost, Message, Resend
from agent.core.office import inbox
from agent.shell.store.chapter import Bygone, ended
from agent.shell.store.facts import FactLane
from agent.shell.store.journal import Journal
from drivers.model import Instant

log = logging.getLogger(__name__)


class Late:
    """One lane an epoch, oldest first; a lane ends when head office holds all that is here of it."""

    def __init__(self, journal: Journal, clock: Callable[[], Instant], tell: Callable[[Event], None]) -> None:
        self.journal, self.clock, self.tell = journal, clock, tell
        self._grown = asyncio.Event()  # a lane was added
        self._gone: set[str] = set()  # epochs of which it was told what is not here any more
        self.review()
        try:
            told = envelope.load((journal.marks.get("late") or "[]").encode())
            self.lanes = {one["epoch"]: FactLane(Bygone(journal, **one), clock, tell) for one in told}
        except (ValueError, TypeError, KeyError) as error:
            log.error("the mark of saved facts is damaged (%s): they are kept, and sent when asked for", error)
            self.lanes = {}

    def review(self) -> None:
        """See which epochs the journal has; after each new one. May block."""
        self.chapters = {one.name: one for one in reversed(list(ended(self.journal)))}

    def heads(self) -> Iterator[tuple[str, int]]:
        """Of each epoch that ended, oldest first: its name and the last fact that is here."""
        yield from ((name, chapter.seq) for name, chapter in self.chapters.items())

    def waiting(self) -> int:
        """Saved facts that head office has not acknowledged."""
        return sum(lane.delivery.head - lane.delivery.proven for lane in self.lanes.values())

    def connected(self, now: float) -> None:
        self.lanes = {name: lane for name, lane in self.lanes.items() if not done(lane) or lane.delivery.replay}
        for lane in self.lanes.values():
            lane.connected(now)

    # ── out ─────────────────────────────────────────────────────────────────

    def upcoming(self, now: float) -> tuple[str, Message] | None:
        """The next saved fact, and the epoch it belongs to."""
        for name, lane in self.lanes.items():
            if message := lane.upcoming(now):
                return name, message
        return None

    def landed(self, epoch: str, message: Message, code: int, now: float) -> None:
        if lane := self.lanes.get(epoch):
            lane.landed(message, code, now)

    def confess(self, now: float) -> None:
        """Tell what the broker will never take of them."""
        for lane in self.lanes.values():
            lane.confess(now)

    async def fetching(self, pump: Callable[[], None]) -> None:
        """Read saved facts for `upcoming`, off the loop."""
        served: set[FactLane] = set()
        async with asyncio.TaskGroup() as group:
            while True:
                self._grown.clear()
                for lane in self.lanes.values():
                    if lane not in served:
                        served.add(lane)
                        group.create_task(lane.fetching(pump))
                pump()
                await self._grown.wait()

    # ── head office ─────────────────────────────────────────────────────────

    async def acknowledged(self, said: inbox.Acknowledged) -> None:
        """Of an epoch that is done as well: a head office that was put back holds less than it had acknowledged."""
        chapter = self.chapters.get(said.epoch)
        if chapter and said.epoch not in self.lanes and said.through <= chapter.seq:
            known = await asyncio.to_thread(chapter.hash, said.through)
            if said.through == 0 or (known == said.hash and (said.through < chapter.seq or said.missing)):
                self._serve(chapter, said.through)
        if lane := self.lanes.get(said.epoch):
            await lane.acknowledged(said)

    async def answered(self, said: inbox.Answered) -> None:
        """What is after the place that head office names: the rest of that epoch, and all of those that followed."""
        if lane := self.lanes.get(said.epoch):
            await lane.answered(said)
        if not said.epoch.isdecimal() or int(said.epoch) >= int(self.journal.head().epoch):
            return
        for name, chapter in self.chapters.items():
            if int(name) > int(said.epoch):
                self._serve(chapter, 0)
            elif name == said.epoch and name not in self.lanes and said.seq < chapter.seq:
                known = await asyncio.to_thread(chapter.hash, said.seq)
                if known == said.hash or said.seq <= chapter.gone():
                    self._serve(chapter, said.seq)

    def resend(self, effect: Resend) -> bool:
        """Facts of an epoch that ended once more; False when none of it is here."""
        chapter = self.chapters.get(effect.epoch)
        if chapter is None:
            return False
        lane = self.lanes.get(effect.epoch) or self._serve(chapter, chapter.seq)
        lane.request(effect.first, effect.last)
        return True

    def _serve(self, chapter: Bygone, held: int) -> FactLane:
        """A lane for an epoch of which head office holds everything up to `held`, and nothing more."""
        now, gone = self.clock().mono, chapter.gone()
        lane = self.lanes.get(chapter.name)
        if lane is None:
            lane = FactLane(chapter, self.clock, self.tell)
            lane.connected(now)
            self.lanes = dict(sorted({**self.lanes, chapter.name: lane}.items(), key=lambda one: int(one[0])))
            log.info("of epoch %s, %d to %d are sent once more", chapter.name, held + 1, chapter.seq)
        lane.delivery = delivery.answered(lane.delivery, max(held, gone), now)
        if held < gone and chapter.name not in self._gone:
            self._gone.add(chapter.name)
            self.tell(Lost("fact", chapter.name, ((held + 1, gone),), "kept long enough, and not here any more"))
        self._grown.set()
        return lane

    def remember(self) -> None:
        """Hand the marks to the journal; an epoch that is done leaves none."""
        left = []
        for lane in self.lanes.values():
            lane.remember()
            if not done(lane) and isinstance(lane.journal, Bygone):
                left.append(lane.journal.told)
        self.journal.mark("late", envelope.dump(left).decode() if left else "")


def done(lane: FactLane) -> bool:
    return lane.delivery.proven >= lane.delivery.head
