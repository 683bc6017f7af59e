"""Devices that answer late by one, for another unit, too short, too long, as an echo, in noise: never a wrong value."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, deque
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from peers import Says, mbap, rtu, serial_peer, tcp_peer

from drivers.bus.modbus import RtuLink, TcpLink
from drivers.bus.poller import opening
from drivers.bus.talk import Talk
from drivers.model import Device, DeviceMap, Instant, Link, Point, Sample

SERIAL, NETWORK, UNITS = 16, 8, (1, 2)  # lines at once, devices on each
TIMEOUT = 0.012  # seconds
HONEST = 0.6  # of the answers
LAST = 900.0  # seconds after which it has hung
MAP = DeviceMap(
    "m", "M", "meter", "modbus", "made for tests", "integrator", "holding", "ABCD",
    tuple(Point(f"r{at}", at, "u16") for at in range(10)),
)  # fmt: skip

Mischief = Callable[["Line", bytes], Says]  # (the line, unit and PDU of a question) → what is said, framed


def word(unit: int, at: int, moment: int) -> int:
    """What a register holds: every question finds another value there."""
    return (unit * 7919 + at * 31 + moment * 613) & 0xFFFF


class Line:
    """One line whose devices tell the truth of the moment, or what chance makes of it."""

    def __init__(self, wrap: Callable[[int, bytes], bytes], mischiefs: Mapping[str, Mischief], seed: int) -> None:
        self.wrap, self.mischiefs, self.chance = wrap, mischiefs, random.Random(seed)
        self.moment = self.number = 0
        self.pocket: list[bytes] = []  # answers that come with the next question
        self.asked: dict[int, int] = {}  # unit → moment of its last question
        self.did: Counter[str] = Counter()
        self.past: deque[str] = deque(maxlen=8)  # the last questions, and what was made of their answers

    def reply(self, question: bytes, number: int = 0) -> Says:
        """`question`: unit and PDU; `number`: its transaction."""
        self.moment, self.number = self.moment + 1, number
        self.asked[question[0]] = self.moment
        kind = "truth" if self.chance.random() < HONEST else self.chance.choice(list(self.mischiefs))
        self.did[kind] += 1
        self.past.append(f"{self.moment}: unit {question[0]}, {question[5]} registers: {kind}")
        owed, self.pocket = [(0.0, frame) for frame in self.pocket], []
        return [*owed, *self.mischiefs[kind](self, question)]

    def pdu(self, question: bytes, more: int = 0) -> bytes:
        unit, first = question[0], int.from_bytes(question[2:4], "big")
        count = max(1, int.from_bytes(question[4:6], "big") + more)
        words = (word(unit, at, self.moment).to_bytes(2, "big") for at in range(first, first + count))
        return bytes((question[1], 2 * count)) + b"".join(words)

    def frame(self, question: bytes, unit: int = 0, more: int = 0) -> bytes:
        return self.wrap(unit or question[0], self.pdu(question, more))

    def noise(self) -> bytes:
        return self.chance.randbytes(self.chance.randint(1, 12))

    def flipped(self, frame: bytes) -> bytes:
        at = self.chance.randrange(len(frame))
        return frame[:at] + bytes((frame[at] ^ 1 << self.chance.randrange(8),)) + frame[at + 1 :]


def late(line: Line, question: bytes) -> Says:
    line.pocket.append(line.frame(question))
    return []


BOTH: dict[str, Mischief] = {
    "truth": lambda line, q: [(0.0, line.frame(q))],
    "silence": lambda line, q: [],
    "late by one": late,
    "late by a moment": lambda line, q: [(TIMEOUT + line.chance.random() * 0.08, line.frame(q))],
    "another unit's id": lambda line, q: [(0.0, line.frame(q, unit=3 - q[0]))],
    "a shorter block": lambda line, q: [(0.0, line.frame(q, more=-line.chance.randint(1, 3)))],
    "a longer block": lambda line, q: [(0.0, line.frame(q, more=line.chance.randint(1, 3)))],
    "busy": lambda line, q: [(0.0, line.wrap(q[0], bytes((q[1] | 0x80, 6))))],
    "in pieces": lambda line, q: [(0.0, line.frame(q)[:4]), (0.002, line.frame(q)[4:])],
}
ON_SERIAL = BOTH | {
    "an echo alone": lambda line, q: [(0.0, rtu(q[0], q[1:]))],
    "an echo, then the truth": lambda line, q: [(0.0, rtu(q[0], q[1:]) + line.frame(q))],
    "noise before": lambda line, q: [(0.0, line.noise() + line.frame(q))],
    "noise behind": lambda line, q: [(0.0, line.frame(q) + line.noise())],
    "noise before and behind": lambda line, q: [(0.0, line.noise() + line.frame(q) + line.noise())],
    "noise alone": lambda line, q: [(0.0, line.noise())],
    "a flipped bit": lambda line, q: [(0.0, line.flipped(line.frame(q)))],
    "half an answer": lambda line, q: [(0.0, line.frame(q)[: line.chance.randrange(1, 24)])],
}


def numbered(line: Line, question: bytes, number: int) -> Says:
    return [(0.0, mbap(number & 0xFFFF, question[0], line.pdu(question)))]


ON_NETWORK = BOTH | {
    "the number before": lambda line, q: numbered(line, q, line.number - 1),
    "the number behind": lambda line, q: numbered(line, q, line.number + 1),
    "no number": lambda line, q: numbered(line, q, 0),
    "any number": lambda line, q: numbered(line, q, line.number ^ line.chance.randrange(1, 0x10000)),
    "an echo alone": lambda line, q: [(0.0, mbap(line.number, q[0], q[1:]))],
    "another function": lambda line, q: [(0.0, line.wrap(q[0], b"\x04" + line.pdu(q)[1:]))],
    "noise behind": lambda line, q: [(0.0, line.frame(q) + line.noise())],
    "hung up": lambda line, q: [(0.0, b"")],
}


class Counts:
    """What became of the polls."""

    def __init__(self) -> None:
        self.polls = self.right = 0
        self.wrong: list[str] = []
        self.faults: Counter[str] = Counter()


async def poll(line: Line, link: Link, polls: int, counts: Counts) -> None:
    """Ask the line's devices in turn; each good reading must be the truth of the very question it answered."""
    loop = asyncio.get_running_loop()
    sides = [Talk(Device(f"u{unit}", MAP, "line", unit, 0.0), link, lambda: None) for unit in UNITS]
    while await opening(link):
        counts.faults["link"] += 1
    for number in range(polls):
        side = sides[number % len(sides)]
        unit = int(side.device.address)
        turn = await side.poll(Instant(loop.time(), 0.0, "unsynced"))
        counts.polls += 1
        counts.faults.update(turn.faults)
        (sample,) = [event for event in turn.events if isinstance(event, Sample)]
        good = [(at, r.value) for at, r in enumerate(sample.readings) if r.quality == "good"]
        counts.right += bool(good)
        if any(value != word(unit, at, line.asked[unit]) for at, value in good):
            counts.wrong.append(f"unit {unit}: {good} after {'; '.join(line.past)}")
        while "link" in turn.faults and await opening(link):
            counts.faults["link"] += 1
    link.close()


def adversary(_folder: Path, polls: int, seed: int) -> str:
    """So many polls of all lines together. Raises AssertionError when one value was wrong."""
    counts, lines = Counts(), list[Line]()
    share = -(-polls // (SERIAL + NETWORK))

    async def serial(at: int) -> None:
        lines.append(line := Line(rtu, ON_SERIAL, seed + at))
        peer: AbstractAsyncContextManager[str] = serial_peer(lambda question: line.reply(question[:-2]))
        async with peer as path:
            await poll(line, RtuLink(path, "115200 8N1", TIMEOUT), share, counts)

    async def network(at: int) -> None:
        line = Line(lambda unit, pdu: mbap(line.number, unit, pdu), ON_NETWORK, seed + at)
        lines.append(line)
        async with tcp_peer(lambda question: line.reply(question[6:], int.from_bytes(question[:2], "big"))) as port:
            await poll(line, TcpLink("127.0.0.1", port, TIMEOUT), share, counts)

    async def everyone() -> None:
        async with asyncio.timeout(LAST), asyncio.TaskGroup() as tasks:
            for at in range(SERIAL):
                tasks.create_task(serial(at))
            for at in range(SERIAL, SERIAL + NETWORK):
                tasks.create_task(network(at))

    asyncio.run(everyone())
    assert not counts.wrong, f"{len(counts.wrong)} polls with wrong values, such as {counts.wrong[:2]}"
    assert counts.right > counts.polls / 4, f"only {counts.right} of {counts.polls} polls gave values"
    did = sum((line.did for line in lines), Counter[str]())
    kinds = ", ".join(f"{kind} {did[kind]}" for kind in sorted(did))
    return (
        f"adversary: {counts.polls} polls on {SERIAL} serial and {NETWORK} network lines, 0 wrong values; "
        f"{counts.right} polls gave values; failed requests {dict(counts.faults)}; answers: {kinds}"
    )
