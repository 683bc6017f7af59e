"""Devices that number and stamp every reading they hand out, behind the project's own simulated wires."""

from __future__ import annotations

import os
import socket
import struct
import threading
import time
import tty
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from drivers.sim.server import take_rtu
from drivers.sim.tcp import TcpPort

CHARACTER = 11  # bits
SILENCE = 3.5  # characters after each frame
AWAKE = 0.0005  # seconds
WORDS = 6  # registers before the plain values: number, stamp, and what stays

MAP = """\
[model]
key = "bench"
title = "Bench device"
kind = "meter"
protocol = "modbus"
source = "bench"
confidence = "integrator"
table = "holding"
order = "ABCD"
max_block = 125
"""
POINT = '\n[[point]]\nname = "{name}"\naddress = {address}\ntype = "{type}"\nunit = "1"\n'


def device_map(registers: int) -> str:
    """A map of `registers` registers: number, stamp in µs (modulo 2^32), and floats."""
    points = [("number", 0, "u32"), ("stamp", 2, "u32"), ("still", 4, "u32")]
    points += [(f"v{at}", at, "f32") for at in range(WORDS, registers, 2)]
    return MAP + "".join(POINT.format(name=name, address=at, type=type_) for name, at, type_ in points)


def stamp() -> int:
    """Microseconds of this machine's monotonic clock, as they fit into two registers."""
    return time.monotonic_ns() // 1000 & 0xFFFFFFFF


@dataclass
class Wire:
    """What was asked of the devices: moments of each unit's readings, and requests of all."""

    registers: int
    dead: int = 0  # this unit does not answer
    asked: dict[int, list[float]] = field(default_factory=dict)
    requests: int = 0

    def serve(self, unit: int, pdu: bytes) -> bytes | None:
        """A read that covers register 0 is a reading: numbered, stamped, remembered."""
        if unit == self.dead:
            return None
        address, count = struct.unpack_from(">HH", pdu, 1)
        self.requests += 1
        moments = self.asked.setdefault(unit, [])
        if address == 0:
            moments.append(time.monotonic())
        floats = struct.pack(">f", 1.5 + unit) * ((self.registers - WORDS) // 2)
        image = struct.pack(">III", len(moments), stamp(), 7) + floats
        return struct.pack(">BB", pdu[0], 2 * count) + image[2 * address : 2 * (address + count)]

    def forget(self) -> None:
        self.asked.clear()
        self.requests = 0

    def readings(self) -> int:
        return sum(map(len, self.asked.values()))

    def cycle(self) -> float:
        """Mean seconds from one reading of a unit to its next."""
        spans = [(m[-1] - m[0]) / (len(m) - 1) for m in self.asked.values() if len(m) > 1]
        return sum(spans) / len(spans) if spans else float("nan")


def untouched(_unit: int, frame: bytes) -> bytes:
    return frame


async def tcp(wire: Wire) -> TcpPort:
    port = TcpPort("127.0.0.1", 0, wire.serve, untouched)
    await port.open()
    return port


@contextmanager
def unreachable() -> Iterator[int]:
    """A port that takes no connection and refuses none, as a host that is switched off: its queue is full."""
    with ExitStack() as open_:
        door = open_.enter_context(socket.socket())
        door.bind(("127.0.0.1", 0))
        door.listen(0)
        for _ in range(3):
            waiting = open_.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(door.getsockname())
        yield door.getsockname()[1]


class Line:
    """A serial line on a pty, paced as a wire: each frame takes its time and 3.5 characters of silence after it.

    A request that comes early waits for the line; time is never given back. A thread of its own, since a loop wakes to
    the millisecond only.
    """

    def __init__(self, wire: Wire, baud: int) -> None:
        self.wire, self.character = wire, CHARACTER / baud
        self.ours, self.theirs = os.openpty()
        tty.setraw(self.theirs)
        self.path = os.ttyname(self.theirs)
        threading.Thread(target=self.run, daemon=True).start()

    def run(self) -> None:
        heard, free = bytearray(), 0.0
        while asked := self.listen():
            began = max(time.monotonic(), free)
            heard += asked
            said = take_rtu(heard, self.wire.serve, untouched)
            if said:
                built = began + (len(asked) + SILENCE) * self.character
                wait(built + len(said) * self.character)
                os.write(self.ours, said)
                free = built + (len(said) + SILENCE) * self.character

    def listen(self) -> bytes:
        try:
            return os.read(self.ours, 4096)
        except OSError:
            return b""


def wait(moment: float) -> None:
    """Until a moment of the monotonic clock, to some microseconds: a sleep wakes late, so its end is spent awake."""
    time.sleep(max(0.0, moment - AWAKE - time.monotonic()))
    while time.monotonic() < moment:
        pass


def minimum(units: int, registers: int, baud: int) -> float:
    """Seconds that one cycle takes on the wire at least: questions, answers, and the silence after each."""
    characters = 8 + (5 + 2 * registers) + 2 * SILENCE
    return units * characters * CHARACTER / baud
