"""What flies: the messages that the broker has not answered yet, and the one that has to fly alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from agent.core.lanes import suspicion
from agent.core.lanes.suspicion import Blame, Key, Suspicion
from agent.core.model import Message


class Flight(NamedTuple):
    """A message on its way."""

    lane: str  # fact · late EPOCH · trace · past · "" (what is so) · bygone, control (nothing follows from its answer)
    message: Message
    since: float

    @property
    def key(self) -> Key:
        """The same for the same message on another connection; of what is so, the same for its next wording."""
        one = self.message
        return (one.topic, one.seq, hash(one.payload)) if self.lane else one.topic

    @property
    def size(self) -> int:
        return len(self.message.payload)


class Flights:
    """One connection after the other; `suspicion` outlives them."""

    def __init__(self) -> None:
        self.aloft: dict[int, Flight] = {}
        self.waiting: Flight | None = None  # a suspect, until nothing else flies
        self.suspicion = Suspicion()
        self._alone = False  # what flies, flies alone
        self._worked = False  # something was taken on this connection
        self._answered = float("-inf")  # when the latest was sent that was answered on this connection

    def connected(self, now: float) -> None:
        self.suspicion = suspicion.connected(self.suspicion, now)

    def room(self, window: int) -> int:
        """How many more may be sent now."""
        return 0 if self.waiting or self._alone else window - len(self.aloft)

    def way(self, flight: Flight, now: float) -> suspicion.Way:
        return suspicion.way(self.suspicion, flight.key, flight.size, now)

    def released(self) -> Flight | None:
        """The suspect that waits, when its way is free. A control follows it: silence on both of them is the line's."""
        flight = None if self.aloft else self.waiting
        if flight:
            self.waiting, self._alone = None, True
        return flight

    def landed(self, mid: int, code: int) -> Flight | None:
        """The broker answered message `mid`; None when it is none of ours."""
        flight = self.aloft.pop(mid, None)
        if flight:
            self.suspicion = suspicion.answered(self.suspicion, flight.key, flight.size, code < 0x80)
            self._alone = self._alone and flight.lane == "control"
            self._worked = self._worked or code < 0x80
            self._answered = max(self._answered, flight.since)
        return flight

    def overdue(self, now: float, patience: float) -> Blame | None:
        """None while all is well; else whether the broker is silent on one message, or altogether."""
        oldest = min((flight.since for flight in self.aloft.values()), default=now)
        if now - oldest <= patience:
            return None
        return "message" if oldest < self._answered else ""  # acknowledgements come in order (MQTT 5 §4.6)

    def disown(self, lane: str) -> None:
        """Nothing follows any more from what is answered for a lane."""
        self.aloft |= {mid: one._replace(lane="bygone") for mid, one in self.aloft.items() if one.lane == lane}

    def ended(self, blame: Blame, now: float) -> Iterator[Flight]:
        """The connection is gone. Yields what was found guilty with it."""
        before, flew = self.suspicion.guilty, [one for one in self.aloft.values() if one.lane != "control"]
        sizes = {flight.key: flight.size for flight in flew}
        self.suspicion = suspicion.broken(self.suspicion, sizes, self._worked, blame, now)
        self.aloft, self.waiting, self._alone, self._worked, self._answered = {}, None, False, False, float("-inf")
        yield from (flight for flight in flew if flight.key in self.suspicion.guilty - before)
