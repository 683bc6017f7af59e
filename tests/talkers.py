"""Peers of the serial protocols that tell the truth of the moment, and what can happen to it on the way."""

from __future__ import annotations

import asyncio
import os
import termios
import tty
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from drivers.bus.converse import Conversation
from drivers.bus.line import SerialLine
from drivers.bus.talk import Turn
from drivers.maps.catalog import models
from drivers.maps.mapfile import load_map
from drivers.model import Device, DeviceMap, Instant, Sample
from drivers.sim.pty import SPEEDS
from drivers.sim.speaker.reply import Shown
from drivers.sim.speaker.speakers import SPEAKERS

Says = list[tuple[float, bytes]]  # (seconds after the question, bytes)
Mischief = Callable[[bytes, bytes], Says]  # (question, true answer) → what is said instead


@dataclass
class Truth:
    """A device whose figures all say how often it was polled."""

    codes: tuple[str, ...]
    polls: int = 0

    def shows(self) -> dict[str, Shown]:
        return {code: Shown(self.polls, unit(code)) for code in self.codes}

    def refuses(self) -> bool:
        return False


def unit(code: str) -> str:
    return "bar" if code.startswith("7:") else "m3"


POINTS: dict[str, tuple[str, str, str, tuple[str, ...]]] = {  # protocol → model, serial setting, address, codes
    "iec62056-21": ("elster-ek280", "9600 7E1", "", ("2:302", "7:310_1")),
    "cjt188": ("cjt188-gas", "19200 8E1", "00110987654321", ("current", "settlement")),
    "dlt645": ("dlt645-energy", "19200 8E1", "810000760162", ("00010000", "00020000")),
    "mbus": ("mbus-gas", "19200 8E1", "5", ("volume", "volume storage 1")),
}


def map_of(protocol: str) -> DeviceMap:
    """The built-in map, of which two figures are asked for."""
    model, _, _, codes = POINTS[protocol]
    device_map, _ = load_map(models()[model])
    return replace(device_map, points=tuple(p for p in device_map.points if p.code in codes))


def device_of(protocol: str) -> Device:
    return Device("it", map_of(protocol), "line", POINTS[protocol][2], 1.0)


@asynccontextmanager
async def talker(protocol: str, truth: Truth, mischief: Mischief) -> AsyncIterator[str]:
    """A pty whose other end answers as the protocol has it, or as `mischief` makes of that: one after the other."""
    _, serial, address, _ = POINTS[protocol]
    speaker = SPEAKERS[protocol]({address: truth}, int(serial.split()[0]))
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    os.set_blocking(ours, False)
    loop, free = asyncio.get_running_loop(), 0.0
    pending: list[asyncio.TimerHandle] = []

    def listen() -> None:
        nonlocal free
        asked = os.read(ours, 4096)
        for reply in speaker(asked, SPEEDS[termios.tcgetattr(theirs)[4]]):
            began = max(loop.time(), free)
            for after, said in mischief(asked, reply.data):
                free = began + after
                pending.append(loop.call_at(free, os.write, ours, said))

    loop.add_reader(ours, listen)
    try:
        yield os.ttyname(theirs)
    finally:
        loop.remove_reader(ours)
        for each in pending:
            each.cancel()
        os.close(theirs)
        os.close(ours)


async def polls(protocol: str, mischief: Mischief, count: int, timeout: float = 0.15, every: float = 0.0) -> list[Turn]:
    """Poll that peer so often. Whatever is good must be the truth of that very poll."""
    truth = Truth(POINTS[protocol][3])
    turns: list[Turn] = []
    async with talker(protocol, truth, mischief) as path:
        line = SerialLine(path, POINTS[protocol][1], timeout, protocol)
        await line.open()
        side = Conversation(device_of(protocol), line, lambda: None)
        for number in range(1, count + 1):
            truth.polls = number
            turn = await side.poll(Instant(asyncio.get_running_loop().time(), 0.0, "unsynced"))
            wrong = [reading for reading in good(turn) if reading[1] != number]
            assert not wrong, f"poll {number}: {wrong}"
            turns.append(turn)
            await asyncio.sleep(every)
        line.close()
    return turns


def good(turn: Turn) -> list[tuple[str, object]]:
    samples = [event for event in turn.events if isinstance(event, Sample)]
    return [(r.point, r.value) for sample in samples for r in sample.readings if r.quality == "good"]


def faults(turn: Turn) -> set[str]:
    return {r.fault for event in turn.events if isinstance(event, Sample) for r in event.readings}
