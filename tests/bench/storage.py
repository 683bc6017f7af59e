"""What the card goes through: facts singly and in groups, traces of an outage. Bytes as the kernel counts them."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

from agent.core.messages import envelope
from agent.core.model import Fact, Message, Trace
from agent.shell import clock
from agent.shell.store.books import Shelf
from agent.shell.store.journal import Journal
from agent.shell.store.spool import Spool
from agent.shell.store.wear import wrote


class Cost(NamedTuple):
    """Of one sort of work: seconds of each piece, bytes written in all, bytes of what was to be kept."""

    seconds: list[float]
    written: int
    payload: int


def rating(n: int) -> Fact:
    body = {"receipt": f"R{n}", "rating": 1 + n % 5, "reasons": ["speed", "metering"], "text": "很好"}
    return Fact("feedback", "kiosk-1", body, "kiosk-1", clock.now())


def facts(folder: Path, group: int, seconds: float) -> Cost:
    """Commits of `group` facts, one after the other."""
    journal = Journal(folder / f"facts-{group}" / "journal.db", "bench", "b001", key=bytes(32))
    taken, payload, n = list[float](), 0, 0
    before, end = wrote(), time.monotonic() + seconds
    while time.monotonic() < end:
        entered = [rating(n + i) for i in range(group)]
        began = time.monotonic()
        kept = journal.append(entered)
        taken.append(time.monotonic() - began)
        payload += sum(len(message.payload) for message in kept)
        n += group
    cost = Cost(taken, wrote() - before, payload)
    journal.close()
    return cost


def outage(folder: Path, batches: int = 20, size: int = 2000) -> Cost:
    """Telemetry of twelve devices with twenty points each, spooled batch by batch."""
    spool, chance = Spool(folder / "spool.db"), random.Random(1)
    taken, payload, written = list[float](), 0, 0
    for batch in range(batches):
        messages = list(telemetry(batch * size, size, chance))
        before, began = wrote(), time.monotonic()
        spool.put("b001", messages)
        taken.append(time.monotonic() - began)
        written += wrote() - before
        payload += sum(len(message.payload) for message in messages)
    spool.close()
    return Cost(taken, written, payload)


def telemetry(first: int, count: int, chance: random.Random) -> Iterator[Message]:
    for n in range(first + 1, first + count + 1):
        values = {f"point_{i}": round(chance.gauss(100 * i, 1), 3) for i in range(20)}
        sample = {"time": "2026-11-22T08:15:30.123Z", "values": values}
        body = {"device": f"d{n % 12}", "model": "bench", "samples": [sample]}
        yield envelope.trace(Trace("tele", f"d{n % 12}", body, f"d{n % 12}", clock.now()), n, "bench", "b001")


async def book(folder: Path, documents: int) -> tuple[float, float, float]:
    """A book of so many documents: seconds to make it, seconds of one more document and its writing, and the longest
    that the loop had to wait while both were done in their thread."""
    journal = Journal(folder / "books" / "journal.db", "bench", "b001")
    for n in range(0, documents, 500):
        journal.append([rating(n + i) for i in range(500)])
    shelf = Shelf(folder / "books" / "books", journal)
    waited, done = [0.0], asyncio.Event()

    async def engine() -> None:
        while not done.is_set():
            began = time.monotonic()
            await asyncio.sleep(0.001)
            waited.append(time.monotonic() - began - 0.001)

    turning = asyncio.create_task(engine())
    began = time.monotonic()
    await asyncio.to_thread(shelf.update)
    made = time.monotonic() - began
    journal.append([rating(documents)])
    began = time.monotonic()
    await asyncio.to_thread(shelf.update)
    more = time.monotonic() - began
    done.set()
    await turning
    journal.close()
    return made, more, max(waited)


def late(seconds: list[float]) -> tuple[float, float]:
    """Median and 99 of 100, in milliseconds."""
    return 1000 * median(seconds), 1000 * quantiles(seconds, n=100)[98]
