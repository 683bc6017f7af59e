"""What goes out and what its answers mean: the window filled in order of worth, live before history, suspects alone."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable
from typing import NamedTuple

from agent.core.lanes import delivery
from agent.core.lanes.delivery import DEADLY, SUSPECT, TOO_LARGE
from agent.core.lanes.traces import Traces
from agent.core.messages.stamp import iso
from agent.core.model import Event, Message, Remarked
from agent.shell.mqtt.flights import Flight, Flights
from agent.shell.mqtt.session import Session
from agent.shell.store.facts import FactLane, topic
from agent.shell.store.history import History
from agent.shell.store.late import Late
from drivers.model import Instant

log = logging.getLogger(__name__)


class Lanes(NamedTuple):
    """Where messages come from; each is asked for its next."""

    facts: FactLane
    late: Late
    traces: Traces
    history: History


class Outbox:
    """`control` makes a message that any broker takes; `release` is called with a fact whose retained copy is to be
    taken away."""

    def __init__(
        self, up: str, lanes: Lanes, clock: Callable[[], Instant], tell: Callable[[Event], None],
        control: Callable[[], Message], release: Callable[[Message], None],
    ) -> None:  # fmt: skip
        self.up, self.lanes, self.clock, self.tell = up, lanes, clock, tell
        self.control, self.release = control, release
        self.session: Session | None = None
        self.flights = Flights()
        self._urgent: deque[Message] = deque()
        self._aside: dict[str, Message] = {}  # what is so and may not go now, by topic
        self._answers: dict[str, int] = {}  # the broker's last word on each kind
        self._refused: set[str] = set()  # of what is so: told that nobody gets to know it

    def open(self, session: Session, first: Iterable[Message]) -> None:
        """A connection stands; what is to be said first."""
        self.session, self._urgent = session, deque(first)
        self.flights.connected(self.clock().mono)

    def close(self, session: Session) -> None:
        """It is gone, and what flew on it with it."""
        now = self.clock().mono
        self.session = None
        self._urgent.clear()
        self._aside.clear()
        for guilty in self.flights.ended(session.blame, now):
            if guilty.lane != "past":  # its batch comes again, and it is judged there
                self._settle(guilty, DEADLY)

    def say(self, messages: Iterable[Message]) -> None:
        """Ahead of everything, while the broker is there."""
        if self.session:
            self._urgent += messages
            self.pump()

    # ── out ─────────────────────────────────────────────────────────────────

    def pump(self) -> None:
        """Fill the window: what is so, facts, traces, history."""
        while (session := self.session) and self._send_next(session):
            pass

    def retry(self) -> None:
        """What is so and had to wait may go now, or has to wait again."""
        waiting, self._aside = self._aside, {}
        self.say(waiting.values())

    def _send_next(self, session: Session) -> bool:
        now, lanes, room = self.clock(), self.lanes, self.flights.room(session.window)
        spare = session.window // 4 if lanes.traces.waiting else 0  # a backlog of facts leaves traces a way
        if suspect := self.flights.released():
            self._publish(session, suspect, now)
            control = Flight("", self.control(), now.mono)
            if self.flights.way(control, now.mono) == "open":
                self._publish(session, control._replace(lane="control"), self.clock())
        elif room <= 0:
            return False
        elif self._urgent:
            self._send(session, "", self._urgent.popleft(), now)
        elif room > spare and (fact := lanes.facts.upcoming(now.mono)):
            self._send(session, "fact", fact, now)
        elif trace := lanes.traces.upcoming(now.mono):
            self._send(session, "trace", trace, now)
        elif late := lanes.late.upcoming(now.mono):
            self._send(session, f"late {late[0]}", late[1], now)
        elif past := lanes.history.past.upcoming(now.mono):
            self._send(session, "past", past, now)
        else:
            return False
        return True

    def _send(self, session: Session, lane: str, message: Message, now: Instant) -> None:
        flight = Flight(lane, message, now.mono)
        way = self.flights.way(flight, now.mono)
        if not session.takes(self.up + message.topic, message.payload) or (way != "open" and not message.qos):
            return self._settle(flight, TOO_LARGE)
        match way:
            case "open":
                self._publish(session, flight, now)
            case "alone":
                self.flights.waiting = flight
            case "aside":
                self._settle(flight, SUSPECT)
            case "barred":
                self._settle(flight, DEADLY)

    def _publish(self, session: Session, flight: Flight, now: Instant) -> None:
        lane, message = flight.lane, flight.message
        again = lane.startswith(("past", "late")) or (lane == "fact" and self.lanes.facts.again)
        said = (("sent", iso(now.utc)), ("as", "again" if again else "live"))
        mid = session.publish(self.up + message.topic, message.payload, message.qos, message.retain == "yes", said)
        if message.qos:
            self.flights.aloft[mid] = flight._replace(since=now.mono)

    # ── back ────────────────────────────────────────────────────────────────

    def landed(self, mid: int, code: int) -> None:
        """The broker answered one message."""
        if flight := self.flights.landed(mid, code):
            self._settle(flight, code)
            self.pump()

    def _settle(self, flight: Flight, code: int) -> None:
        message, now, lanes = flight.message, self.clock().mono, self.lanes
        self._note(topic(message)[0], code)
        if flight.lane == "fact":
            lanes.facts.landed(message, code, now)
            if message.retain == "release" and code < 0x80:
                self.release(message)
        elif flight.lane.startswith("late"):
            lanes.late.landed(flight.lane.removeprefix("late "), message, code, now)
        elif flight.lane == "trace":
            lanes.history.landed(lanes.traces, message.seq, code, now)
        elif flight.lane == "past":
            lanes.history.landed(lanes.history.past, message.seq, code, now)
        elif flight.lane == "" and code == SUSPECT:
            self._aside[message.topic] = message
        elif flight.lane == "" and delivery.verdict(code) == "poison" and message.topic not in self._refused:
            self._refused.add(message.topic)
            self.tell(Remarked("never-taken", {"topic": message.topic, "reason": delivery.REASONS[code][1]}))

    def _note(self, kind: str, code: int) -> None:
        if code != self._answers.get(kind, 0):
            self._answers[kind] = code
            if code >= 0x80:
                log.warning("the broker refuses %s: %s", kind, delivery.REASONS.get(code, ("", f"reason {code}"))[1])
