"""A poller to tell stories with: sleeping takes it no time, and everything it says is kept."""

from __future__ import annotations

import asyncio
import os
import time
import tty
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from peers import run

from drivers.bus.listen import Tap
from drivers.bus.modbus import TcpLink
from drivers.bus.poller import End, Tally, poll
from drivers.model import Device, Fault, Instant, News, Reading, Sample
from drivers.sim.run import Simulation, build


class Poll:
    """A poller at work. Sleeping takes no time: its clock leaps instead."""

    def __init__(self, link: End, devices: list[Device]) -> None:
        self.said: list[News] = []
        self.tallies: dict[str, Tally] = {}
        self.beats = 0
        self.leapt = 0.0
        self.news = asyncio.Event()
        self.task = asyncio.create_task(
            poll(link, devices, self.clock, self.emit, sleep=self.sleep, beat=self.beat, tallies=self.tallies)
        )

    def clock(self) -> Instant:
        return Instant(time.monotonic() + self.leapt, 0.0, "unsynced")

    async def sleep(self, seconds: float) -> None:
        self.leapt += seconds
        await asyncio.sleep(0)

    def beat(self) -> None:
        self.beats += 1

    def emit(self, event: News) -> None:
        self.said.append(event)
        self.news.set()

    async def until(self, seen: Callable[[list[News]], bool]) -> list[News]:
        """What is said from now on, up to and with the moment `seen` is true of it."""
        begin = len(self.said)
        while not seen(self.said[begin:]):
            if self.task.done():
                await self.task
            self.news.clear()
            await self.news.wait()
        return self.said[begin:]

    async def next(self, name: str, count: int = 1) -> Sample:
        """The sample of a device after `count - 1` others from now on."""
        return samples(await self.until(lambda said: len(samples(said, name)) >= count), name)[-1]

    async def end(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


def listening(
    tap: Callable[[str], Tap], devices: list[Device], story: Callable[..., Coroutine[Any, Any, None]]
) -> None:
    """Run a story with devices on a tapped line; at its end nothing was written to it."""

    async def play() -> None:
        ours, theirs = os.openpty()
        tty.setraw(theirs)
        os.set_blocking(ours, False)
        end = tap(os.ttyname(theirs))
        poller = Poll(end, devices)
        await poller.next(devices[0].name)
        await story(end, poller, lambda data: os.write(ours, data))
        await poller.end()
        with pytest.raises(BlockingIOError):
            os.read(ours, 1)
        os.close(ours)
        os.close(theirs)

    run(play())


def samples(said: list[News], name: str) -> list[Sample]:
    return [event for event in said if isinstance(event, Sample) and event.device == name]


def faults(sample: Sample) -> set[Fault]:
    return {reading.fault for reading in sample.readings}


def value(sample: Sample, point: str) -> Reading:
    return next(reading for reading in sample.readings if reading.point == point)


def devices(simulation: Simulation, bus: str) -> list[Device]:
    return [Device(each.name, each.map, bus, each.address, 1.0) for each in simulation.devices if each.bus == bus]


@contextmanager
def simulated() -> Iterator[tuple[Simulation, list[float]]]:
    now = [100.0]
    simulation = build(None, lambda: now[0])
    yield simulation, now
    simulation.close()


def station(story: Callable[[Simulation, Poll, list[float]], Coroutine[Any, Any, None]]) -> None:
    """Run a story with the simulated dispensers and a poller on their TCP port."""

    async def play() -> None:
        with simulated() as (simulation, now):
            await simulation.open()
            poller = Poll(TcpLink(simulation.tcp.host, simulation.tcp.port, 0.1), devices(simulation, "tcp"))
            await story(simulation, poller, now)
            await poller.end()

    run(play())
