"""The station's voice: facts, traces and what is so, one connection to the broker at a time, live before history."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from agent.core.lanes.traces import Traces
from agent.core.messages import envelope
from agent.core.model import (
    Body,
    Commanded,
    Event,
    Hurry,
    Linked,
    Message,
    Remarked,
    Repeat,
    Replayed,
    Resend,
    Standing,
    Trace,
)
from agent.core.office import inbox
from agent.shell.mqtt.backlog import Backlog
from agent.shell.mqtt.broker import Broker
from agent.shell.mqtt.flights import Flight
from agent.shell.mqtt.line import Line, Party
from agent.shell.mqtt.outbox import Lanes, Outbox
from agent.shell.mqtt.presence import Presence
from agent.shell.mqtt.session import Session, Will
from agent.shell.store.facts import FactLane
from agent.shell.store.history import History, Pace, pace_for
from agent.shell.store.journal import Journal
from agent.shell.store.late import Late
from agent.shell.store.spool import Spool
from drivers.model import Instant

log = logging.getLogger(__name__)

BEAT = 0.5  # seconds between two looks at what is due
FLUSH = 60.0  # seconds for which marks may wait to be written


class Publisher:
    """`offer` and `wake` are for the engine: never blocking, on the loop. `tell` takes the events that come back."""

    def __init__(
        self, journal: Journal, spool: Spool, broker: Broker, boot: str, clock: Callable[[], Instant],
        tell: Callable[[Event], None], pace: Pace | None = None, chance: Callable[[], float] = random.random,
    ) -> None:  # fmt: skip
        pace = pace or pace_for(broker.mqtt.host, broker.mqtt.history)
        self.broker, self.boot, self.clock, self.tell, self.pace, self.chance = broker, boot, clock, tell, pace, chance
        self.station = broker.station
        self.up, self.down = (f"{broker.mqtt.root}/1/{way}/{self.station}/" for way in ("up", "dn"))
        self.line = Line(broker, Party(self._will, self, self._serve), clock, pace, chance)
        self.facts, self.late = FactLane(journal, clock, tell), Late(journal, clock, tell)
        self.traces = Traces()
        self.history = History(spool, self.traces, boot, tell, pace)
        lanes = Lanes(self.facts, self.late, self.traces, self.history)
        self.backlog = Backlog(journal, self.facts, self.late, self.history, clock())
        self.presence = Presence(self.station, boot, clock)
        self.outbox = Outbox(self.up, lanes, clock, tell, self.presence.still, self._release)
        self._seq = 0  # traces of this boot
        self._urgent: dict[tuple[str, str], Hurry] = {}
        self._group: asyncio.TaskGroup

    # ── for the engine ──────────────────────────────────────────────────────

    def offer(self, effect: Trace | Standing) -> None:
        """Publish a trace or what is so; a trace leaves in this very call while the broker is there."""
        if isinstance(effect, Standing):
            self.presence.offer(effect)
            if self.online:
                self.outbox.say([self.presence.message(effect)])
        elif effect.qos or self.online:  # what may get lost is not even numbered while nobody is there
            self._seq += 1
            self.traces.offer(envelope.trace(effect, self._seq, self.station, self.boot))
            self.history.bound()
        self.outbox.pump()

    def wake(self, messages: Iterable[Message] = ()) -> None:
        """Facts were appended (these, if they are at hand)."""
        self.facts.wake(messages)
        self.outbox.pump()

    def resend(self, effect: Resend | Repeat) -> None:
        """Send facts once more, behind everything that waits."""
        if isinstance(effect, Repeat):
            self._errand(self.facts.repeat(effect))
        elif effect.epoch in ("", self.facts.journal.head().epoch):
            self.facts.request(effect.first, effect.last)
        elif not self.late.resend(effect):
            self.tell(Replayed())

    def hurry(self, effect: Hurry) -> None:
        """Send a fact at once, before everything that waits; when nobody is there, first of all as soon as there is."""
        self._urgent[effect.kind, effect.id] = effect
        if self.online:
            self._hasten()

    def _hasten(self) -> None:
        for effect in self._urgent.values():
            self._errand(self._also(self.facts.newest(effect)))
        self._urgent.clear()

    @property
    def online(self) -> bool:
        """The broker is there."""
        return self.outbox.session is not None

    def figures(self) -> Body:
        """How delivery stands, for `diag`."""
        return {"mqtt": self.broker.version, "said": self.line.said} | self.backlog.figures(self.clock())

    async def run(self, beat: Callable[[], None] = lambda: None) -> None:
        """For ever; beats while nothing hangs. When cancelled, says good-bye and puts what memory holds on disk."""
        self.history.begin()
        self.wake()
        try:
            async with asyncio.TaskGroup() as self._group:
                self._group.create_task(self.line.run())
                self._group.create_task(self._keeping(beat))
        finally:
            await self.history.keep(self.traces.give_up(len(self.traces)))
            self.facts.remember()
            self.late.remember()
            await asyncio.to_thread(self.facts.flush)

    # ── connections ─────────────────────────────────────────────────────────

    async def _serve(self, session: Session) -> None:
        """One connection, from its first message to its end."""
        works: tuple[Coroutine[Any, Any, None], ...] = (
            self.facts.fetching(self.outbox.pump), self.late.fetching(self.outbox.pump), self._beating(session),
            self.history.replay(self.chance(), self.outbox.pump),
        )  # fmt: skip
        tasks = [asyncio.create_task(work) for work in works]
        ended = asyncio.create_task(session.ended.wait())
        try:
            self._connected(session)
            done, _ = await asyncio.wait([ended, *tasks], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()  # a bug ends the publisher
            if session.failed:
                raise session.failed
            self.line.say(logging.WARNING, f"{self.broker.where}: {session.why}")
        finally:
            for one in (ended, *tasks):
                one.cancel()
            if not session.ended.is_set():
                await self._goodbye(session)
            self._disconnected(session)

    def _connected(self, session: Session) -> None:
        now = self.clock()
        self.line.say(logging.INFO, f"connected to {self.broker.where} with MQTT {session.version}")
        self.facts.connected(now.mono)
        self.late.connected(now.mono)
        self.traces.connected()
        session.subscribe(f"{self.down}#")
        self.outbox.open(session, [*self.presence.everything(), self._hello()])
        self._hasten()
        if not session.resumed:  # the broker may have forgotten what it retained
            self._errand(self._also(self.facts.retained(self.facts.delivery.sent)))
        self.backlog.linked(True, now)
        self.tell(Linked(True))
        self.outbox.pump()

    def _disconnected(self, session: Session) -> None:
        self.outbox.close(session)
        self.traces.disconnected(self.clock().mono)
        self.history.interrupt()
        self.backlog.linked(False, self.clock())
        self.tell(Linked(False))

    async def _goodbye(self, session: Session) -> None:
        offline = self.presence.status("offline")
        mid = session.publish(self.up + offline.topic, offline.payload, 1, True)
        aloft = self.outbox.flights.aloft
        aloft[mid] = Flight("", offline, self.clock().mono)
        for _ in range(50):
            if mid not in aloft or session.ended.is_set():
                break
            await asyncio.sleep(0.02)
        session.close("stopped")

    async def _beating(self, session: Session) -> None:
        while True:
            await asyncio.sleep(BEAT)
            now = self.clock().mono
            self.line.promise(BEAT)
            if (blame := self.outbox.flights.overdue(now, self.pace.patience)) is not None:
                session.close(f"no acknowledgement for {self.pace.patience:.0f} s", blame)
            self.outbox.retry()
            self.outbox.pump()

    async def _keeping(self, beat: Callable[[], None]) -> None:
        """Whether connected or not: memory stays bounded, marks are written now and then. A hanging line is no beat."""
        flushed = self.clock().mono
        while True:
            await asyncio.sleep(1.0)
            now = self.clock().mono
            await self.history.spill(now)
            await self.backlog.find_oldest()
            for lane in (self.facts, self.late):
                lane.confess(now)
                lane.remember()
            if now - flushed >= FLUSH:
                flushed = now
                await asyncio.to_thread(self.facts.flush)
            if not self.line.hangs:
                beat()

    def _will(self) -> Will:
        gone = self.presence.status("offline")
        return Will(self.up + gone.topic, gone.payload)

    def _hello(self) -> Message:
        return self.presence.hello(self.facts.journal.head(), self._seq)

    # ── what comes back ─────────────────────────────────────────────────────

    def landed(self, mid: int, code: int) -> None:
        """The broker answered one message."""
        self.outbox.landed(mid, code)

    def received(self, where: str, payload: bytes, retained: bool) -> None:
        """A message from head office, or from whoever may write where only head office should."""
        here = (*self.late.heads(), (self.facts.journal.head().epoch, self.facts.delivery.head))
        match inbox.read(where.removeprefix(self.down), payload, retained, here):
            case Commanded() | Remarked() as event:
                self.tell(event)
            case inbox.Acknowledged(lane="fact") as said:
                self._errand(self._acknowledged(said))
            case inbox.Answered() as said:
                self._errand(self._answered(said))

    # ── errands: what needs the disk ────────────────────────────────────────

    def _errand(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            self._group.create_task(work)
        except RuntimeError:  # head office's last words, heard while the line is being closed
            work.close()

    async def _acknowledged(self, said: inbox.Acknowledged) -> None:
        for lane in (self.facts, self.late):
            await lane.acknowledged(said)
        self.outbox.pump()

    async def _answered(self, said: inbox.Answered) -> None:
        await self.late.answered(said)
        if await self.facts.answered(said):
            await asyncio.to_thread(self.late.review)
            self.outbox.flights.disown("fact")
            self.outbox.say([self._hello()])
        self.outbox.pump()

    async def _also(self, reading: Coroutine[Any, Any, list[Message]]) -> None:
        """Say what had to be read first."""
        self.outbox.say(await reading)

    def _release(self, message: Message) -> None:
        self._errand(self._also(self.facts.release(message)))
