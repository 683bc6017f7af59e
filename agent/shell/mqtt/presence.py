"""What the station says outside its two lanes: that it is there, what it is, and where its lanes stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from agent.core.messages import envelope
from agent.core.messages.envelope import Chain
from agent.core.messages.stamp import iso
from agent.core.model import Message, Standing
from drivers.model import Instant

ORDER = ("status", "birth", "config")


class Presence:
    """Remembers the last of each standing message, and numbers everything that has no lane."""

    def __init__(self, station: str, boot: str, clock: Callable[[], Instant]) -> None:
        self.station, self.boot, self.clock = station, boot, clock
        self._n = 0
        self._online = self._status("online")
        self._standing: dict[tuple[str, str], Standing] = {}

    def offer(self, standing: Standing) -> None:
        self._standing[standing.kind, standing.id] = standing

    def message(self, standing: Standing) -> Message:
        self._n += 1
        return envelope.standing(standing, self._n, self.station, self.boot)

    def status(self, state: str) -> Message:
        return self.message(self._status(state))

    def _status(self, state: str) -> Standing:
        now = self.clock()
        return Standing("status", "_", {"state": state, "since": iso(now.utc)}, now)

    def still(self) -> Message:
        """What was said first on this connection, again."""
        return self.message(replace(self._online, at=self.clock()))

    def hello(self, chain: Chain, traces: int) -> Message:
        body = {"epoch": chain.epoch, "fact": {"seq": chain.seq, "hash": chain.hash}, "trace": {"seq": traces}}
        return replace(self.message(Standing("hello", "_", body, self.clock())), retain="no")

    def everything(self) -> list[Message]:
        """What is said at each connect: online, then what is so."""
        standing = sorted(self._standing.values(), key=lambda s: (*ORDER, s.kind).index(s.kind))
        self._online = self._status("online")
        return list(map(self.message, [self._online, *standing]))
