"""The station's voice: facts, traces and what is so, one connection to the broker at a time, live before history."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, NamedTuple

from agent.core.lanes import delivery
from agent.core.lanes.traces import Traces
from agent.core.messages import envelope
from agent.core.messages.stamp import iso
from agent.core.model import Body, Commanded, Event, Linked, Message, Remarked, Repeat, Resend, Standing, Trace
from agent.core.office import inbox
from agent.shell.mqtt.backlog import Backlog
from agent.shell.mqtt.broker import Broker
from agent.shell.mqtt.line import Line, Party
from agent.shell.mqtt.presence import Presence
from agent.shell.mqtt.session import Session, Will
from agent.shell.store.facts import FactLane, topic
from agent.shell.store.history import History, Pace, pace_for
from agent.shell.store.journal import Journal
from agent.shell.store.late import Late
from agent.shell.store.spool import Spool
from drivers.model import Instant

log = logging.getLogger(__name__)

BEAT = 0.5  # seconds between two looks at what is due
FLUSH = 60.0  # seconds for which marks may wait to be written
TOO_LARGE = 0x95


class Flight(NamedTuple):
    """A message the broker has not answered yet."""

    lane: str  # fact · late EPOCH · trace · past · "" (nothing follows from its answer)
    message: Message
    since: float


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
        self.session: Session | None = None
        self.line = Line(broker, Party(self._will, self, self._serve), clock, pace, chance)
        self.facts, self.late = FactLane(journal, clock, tell), Late(journal, clock, tell)
        self.traces = Traces()
        self.history = History(spool, self.traces, boot, tell, pace)
        self.backlog = Backlog(self.facts, self.late, self.history, clock())
        self.presence = Presence(self.station, boot, clock)
        self._seq = 0  # traces of this boot
        self._urgent: deque[Message] = deque()
        self._flying: dict[int, Flight] = {}
        self._answers: dict[str, int] = {}  # the broker's last word on each kind
        self._group: asyncio.TaskGroup

    # ── for the engine ──────────────────────────────────────────────────────

    def offer(self, effect: Trace | Standing) -> None:
        """Publish a trace or what is so; a trace leaves in this very call while the broker is there."""
        if isinstance(effect, Standing):
            self.presence.offer(effect)
            if self.session:
                self._urgent.append(self.presence.message(effect))
        elif effect.qos or self.session:  # what may get lost is not even numbered while nobody is there
            self._seq += 1
            self.traces.offer(envelope.trace(effect, self._seq, self.station, self.boot))
            self.history.bound()
        self._pump()

    def wake(self, messages: Iterable[Message] = ()) -> None:
        """Facts were appended (these, if they are at hand)."""
        self.facts.wake(messages)
        self._pump()

    def resend(self, effect: Resend | Repeat) -> None:
        """Send facts once more, behind everything that waits."""
        self._errand(self.facts.resend(effect))

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
            self.facts.fetching(self._pump), self.late.fetching(self._pump), self._beating(session),
            self.history.replay(self.chance(), self._pump),
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
            self._disconnected()

    def _connected(self, session: Session) -> None:
        now = self.clock()
        self.session = session
        self.line.say(logging.INFO, f"connected to {self.broker.where} with MQTT {session.version}")
        self.facts.connected(now.mono)
        self.late.connected(now.mono)
        self.traces.connected()
        session.subscribe(f"{self.down}#")
        self._urgent = deque([*self.presence.everything(), self._hello()])
        if not session.resumed:  # the broker may have forgotten what it retained
            self._errand(self._also(self.facts.retained(self.facts.delivery.sent)))
        self.backlog.linked(True, now)
        self.tell(Linked(True))
        self._pump()

    def _disconnected(self) -> None:
        self.session = None
        self._flying.clear()
        self._urgent.clear()
        self.traces.disconnected(self.clock().mono)
        self.history.interrupt()
        self.backlog.linked(False, self.clock())
        self.tell(Linked(False))

    async def _goodbye(self, session: Session) -> None:
        offline = self.presence.status("offline")
        mid = session.publish(self.up + offline.topic, offline.payload, 1, True)
        self._flying[mid] = Flight("", offline, self.clock().mono)
        for _ in range(50):
            if mid not in self._flying or session.ended.is_set():
                break
            await asyncio.sleep(0.02)
        session.close("stopped")

    async def _beating(self, session: Session) -> None:
        while True:
            await asyncio.sleep(BEAT)
            now = self.clock().mono
            self.line.promise(BEAT)
            if now - min((flight.since for flight in self._flying.values()), default=now) > self.pace.patience:
                session.close(f"no acknowledgement for {self.pace.patience:.0f} s")
            self._pump()

    async def _keeping(self, beat: Callable[[], None]) -> None:
        """Whether connected or not: memory stays bounded, marks are written now and then. A hanging line is no beat."""
        flushed = self.clock().mono
        while True:
            await asyncio.sleep(1.0)
            now = self.clock().mono
            await self.history.spill(now)
            await self.backlog.look()
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

    # ── what goes out ───────────────────────────────────────────────────────

    def _pump(self) -> None:
        """Fill the window: what is so, facts, traces, history."""
        while (session := self.session) and len(self._flying) < session.window and self._send_one(session):
            pass

    def _send_one(self, session: Session) -> bool:
        now = self.clock()
        spare = session.window // 4 if self.traces.waiting else 0  # a backlog of facts leaves traces a way
        if self._urgent:
            self._send(session, "", self._urgent.popleft(), now)
        elif len(self._flying) < session.window - spare and (fact := self.facts.upcoming(now.mono)):
            self._send(session, "fact", fact, now)
        elif trace := self.traces.upcoming(now.mono):
            self._send(session, "trace", trace, now)
        elif late := self.late.upcoming(now.mono):
            self._send(session, f"late {late[0]}", late[1], now)
        elif past := self.history.past.upcoming(now.mono):
            self._send(session, "past", past, now)
        else:
            return False
        return True

    def _send(self, session: Session, lane: str, message: Message, now: Instant) -> None:
        again = lane.startswith(("past", "late")) or (lane == "fact" and self.facts.again)
        if not session.takes(message.topic, message.payload):
            self._settle(Flight(lane, message, now.mono), TOO_LARGE)
            return
        said = (("sent", iso(now.utc)), ("as", "again" if again else "live"))
        mid = session.publish(self.up + message.topic, message.payload, message.qos, message.retain == "yes", said)
        if message.qos:
            self._flying[mid] = Flight(lane, message, now.mono)

    # ── what comes back ─────────────────────────────────────────────────────

    def landed(self, mid: int, code: int) -> None:
        """The broker answered one message."""
        flight = self._flying.pop(mid, None)
        if flight is not None:
            self._settle(flight, code)
            self._pump()

    def _settle(self, flight: Flight, code: int) -> None:
        message, now = flight.message, self.clock().mono
        self._note(topic(message)[0], code)
        if flight.lane == "fact":
            self.facts.landed(message, code, now)
            if message.retain == "release" and code < 0x80:
                self._errand(self._also(self.facts.release(message)))
        elif flight.lane.startswith("late"):
            self.late.landed(flight.lane.removeprefix("late "), message, code, now)
        elif flight.lane == "trace":
            self.history.landed(self.traces, message.seq, code, now)
        elif flight.lane == "past":
            self.history.landed(self.history.past, message.seq, code, now)

    def _note(self, kind: str, code: int) -> None:
        if code != self._answers.get(kind, 0):
            self._answers[kind] = code
            if code >= 0x80:
                log.warning("the broker refuses %s: %s", kind, delivery.REASONS.get(code, ("", f"reason {code}"))[1])

    def received(self, where: str, payload: bytes, retained: bool) -> None:
        """A message from head office, or from whoever may write where only head office should."""
        match inbox.read(where.removeprefix(self.down), payload, retained, self.facts.delivery.head):
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
        self._pump()

    async def _answered(self, said: inbox.Answered) -> None:
        await self.late.answered(said)
        if await self.facts.answered(said):
            self._flying |= {mid: old._replace(lane="") for mid, old in self._flying.items() if old.lane == "fact"}
            self._urgent.append(self._hello())
        self._pump()

    async def _also(self, reading: Coroutine[Any, Any, list[Message]]) -> None:
        """Say what had to be read first."""
        self._urgent += await reading
        self._pump()
