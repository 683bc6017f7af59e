"""A station that only speaks: journal, spool and publisher, put together as the composition root does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from mosquitto import LIMIT, Subscriber, until

from agent.config.model import Mqtt
from agent.core.messages.envelope import GENESIS
from agent.core.model import Event, Fact, Retain, Trace
from agent.shell import clock
from agent.shell.mqtt.broker import Broker
from agent.shell.mqtt.publisher import Publisher
from agent.shell.store.history import Pace
from agent.shell.store.journal import Journal
from agent.shell.store.spool import Spool

UP, DOWN = "gse/1/up/cq-0147/", "gse/1/dn/cq-0147/"
QUICK = Pace(retry=(0.05, 0.2), spread=0.0, rate=2000.0)


def access(port: int, version: Any = "5", password: Path | None = None, tls: Any = None) -> Mqtt:
    return Mqtt("127.0.0.1", port, version, tls, "cq-0147", password, "gse")


class Station:
    """Journal, spool and publisher of one station, as the composition root would put them together."""

    def __init__(
        self, folder: Path, mqtt: Mqtt, pace: Pace = QUICK, boot: str = "b001", floor: float | None = None
    ) -> None:
        """`floor`: for a station whose clock is not known, the latest moment that is."""
        self.journal = Journal(folder / "journal.db", "cq-0147", boot)
        self.spool = Spool(folder / "spool.db")
        self.events: list[Event] = []
        broker, told = Broker(mqtt, "cq-0147", lambda: floor), self.events.append
        self.publisher = Publisher(self.journal, self.spool, broker, boot, clock.now, told, pace, lambda: 0.0)

    async def keep(self, *facts: Fact) -> None:
        self.publisher.wake(await asyncio.to_thread(self.journal.append, facts))

    def trace(self, n: int, qos: int = 1) -> None:
        self.publisher.offer(Trace("tele", "meter-1", {"n": n}, "meter-1", clock.now(), qos))

    def told(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


@asynccontextmanager
async def station(
    folder: Path, mqtt: Mqtt, pace: Pace = QUICK, boot: str = "b001", floor: float | None = None
) -> AsyncIterator[Station]:
    one = Station(folder, mqtt, pace, boot, floor)
    running = asyncio.create_task(one.publisher.run())
    try:
        yield one
    finally:
        running.cancel()
        await asyncio.wait([running])
        one.journal.close()
        one.spool.close()


async def soon(true: Callable[[], object], limit: float = LIMIT) -> None:
    await asyncio.to_thread(until, true, limit)


def fact(n: int, kind: str = "fill", id: str = "1A", retain: Retain = "no") -> Fact:
    return Fact(kind, id, {"n": n}, "dispenser-1", clock.now(), retain)


def numbers(documents: list[Any]) -> list[int]:
    return [document["seq"] for document in documents]


def assert_chained(ear: Subscriber, last: int) -> None:
    """All facts are there; in their own order; and each carries the hash of the bytes before it."""
    payloads = {one.said["seq"]: one.payload for one in ear.heard if one.payload and one.said.get("lane") == "fact"}
    assert sorted(payloads) == list(range(1, last + 1))
    before = GENESIS
    for seq in sorted(payloads):
        assert json.loads(payloads[seq])["prev"] == before
        before = sha256(payloads[seq]).hexdigest()
