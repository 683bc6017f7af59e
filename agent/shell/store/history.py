"""Traces that could not go at once: from memory to disk while the broker is away, and back at a bounded rate."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from agent.config.hosts import is_loopback
from agent.core.lanes.delivery import WINDOW
from agent.core.lanes.traces import Traces
from agent.core.messages.envelope import historic
from agent.core.model import Event, Lost, Message
from agent.shell.store.spool import Dropped, Spool, runs

FOLD = 30.0  # seconds for which losses of one kind are told in one fact
IDLE = 5.0  # seconds between two looks at an empty spool
STRIDE = 0.02  # seconds: the rate is kept in strides, not message by message
MOST = 1000  # messages of history in memory; what is on its way when a line drops goes once more
SPACING = 5.0  # seconds between two batches to disk, at least: each costs the card a sync


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast, how much, how long. Seconds, messages, messages a second."""

    retry: tuple[float, float] = (1.0, 60.0)  # first and longest pause before the next connect
    patience: float = 30.0  # for the broker's answer to one message; then the line is dead
    memory: int = 4000  # traces in memory
    away: float = 30.0  # for so long traces stay in memory although nothing goes
    spread: float = 60.0  # history begins at a random moment within
    rate: float = 200.0  # of history


def pace_for(host: str, history: int | None = None) -> Pace:
    """A broker on the same machine is nobody's bottleneck: no polite waiting. `history`: its rate, where a station's
    file names one."""
    pace = Pace(retry=(0.1, 2.0), spread=2.0, rate=10_000.0) if is_loopback(host) else Pace()
    return replace(pace, rate=float(history)) if history else pace


class History:
    """Owns the spool. `live` is the lane of the moment, `past` what is being replayed."""

    def __init__(self, spool: Spool, live: Traces, boot: str, tell: Callable[[Event], None], pace: Pace) -> None:
        self.spool, self.live, self.boot, self.tell, self.pace = spool, live, boot, tell, pace
        self.past = Traces()
        self.moved = asyncio.Event()  # something of the past has landed
        self.overrun: list[int] = []  # dropped from memory since the last look
        self.replayed = ""  # the epoch of the past on its way
        self.poison: dict[tuple[str, int], list[int]] = {}  # what no broker will ever take, by epoch and reason
        self._spilled, self._told = float("-inf"), float("-inf")

    def begin(self) -> None:
        """Tell what was already gone at start."""
        self.lose(self.spool.lost)

    def lose(self, dropped: Iterable[Dropped]) -> None:
        for gone in dropped:
            self.tell(Lost("trace", gone.epoch or self.boot, gone.ranges, gone.reason))

    def landed(self, lane: Traces, seq: int, code: int, now: float) -> None:
        """The broker answered for a trace. What it will never take is told with others: no flood of facts."""
        if lost := lane.landed(seq, code, now):
            self.poison.setdefault((self.boot if lane is self.live else self.replayed, code), []).append(lost.seq)
        self.moved.set()

    def confess(self) -> None:
        """Tell what was refused, one loss for each reason."""
        told, self.poison = self.poison, {}
        for (epoch, code), seqs in told.items():
            why = f"the broker will never take it (reason {code})"
            self.lose([Dropped(epoch, runs(sorted(seqs)), why)])

    def bound(self) -> None:
        """Memory has an end, also while a batch is on its way to the disk."""
        if len(self.live.waiting) > 2 * self.pace.memory:
            self.overrun += [message.seq for message in self.live.give_up(1)]

    async def spill(self, now: float) -> None:
        """To disk with what memory should not hold any longer: one batch, one fsync."""
        over = len(self.live.waiting) > self.pace.memory and now - self._spilled >= SPACING
        stale = self.live.stuck is not None and now - max(self.live.stuck, self._spilled) > self.pace.away
        if self.overrun:
            lost, self.overrun = runs(self.overrun), []
            self.lose([Dropped(self.boot, lost, "more than memory holds")])
        if self.poison and now - self._told > FOLD:
            self._told = now
            self.confess()
        if over or stale:
            self._spilled = now
            await self.keep(self.live.give_up(len(self.live.waiting) if stale else len(self.live.waiting) // 2))

    async def keep(self, messages: list[Message]) -> None:
        """One batch to disk. What asks for no acknowledgement is not worth the wear."""
        worth = [message for message in messages if message.qos]
        if len(worth) < len(messages):
            gone = runs(message.seq for message in messages if not message.qos)
            self.lose([Dropped(self.boot, gone, "diagnostics are not kept")])
        if worth:
            self.lose(await asyncio.to_thread(self.spool.put, self.boot, worth))

    async def replay(self, start: float, pump: Callable[[], None]) -> None:
        """Send what the spool holds, batch by batch, a batch deleted when all of it has landed."""
        await asyncio.sleep(start * self.pace.spread)
        stride, some = max(int(self.pace.rate * STRIDE), 1), min(int(self.pace.rate), MOST)
        while True:
            batch = await asyncio.to_thread(self.spool.oldest, some)
            if batch is None:
                await asyncio.sleep(IDLE)
            elif isinstance(batch, Dropped):
                self.lose([batch])
            else:
                self.replayed = batch.epoch
                for first in range(0, len(batch.messages), stride):
                    await self._room(WINDOW)
                    for message in batch.messages[first : first + stride]:
                        self.past.offer(replace(message, payload=historic(message.payload)))
                    pump()
                    await asyncio.sleep(stride / self.pace.rate)
                await self._room(1)
                await asyncio.to_thread(self.spool.delete, batch.n)

    def interrupt(self) -> None:
        """The connection is gone: the batch on its way begins anew on the next one."""
        self.past = Traces()

    async def _room(self, most: int) -> None:
        while len(self.past) >= most:
            self.moved.clear()
            await self.moved.wait()
