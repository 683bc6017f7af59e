"""Modbus in letters: the same link, the same distrust, another framing."""

from __future__ import annotations

import asyncio
import os
import tty
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from peers import TEN, read, registers, run, truth

from drivers.bus.modbus import RtuLink
from drivers.model import Block, DeviceError, DriverError, FrameError, LinkError
from drivers.protocol.check import sum8

Says = list[tuple[float, bytes]]


def letters(unit: int, pdu: bytes) -> bytes:
    frame = bytes((unit,)) + pdu
    return b":" + (frame + bytes((-sum8(frame) & 0xFF,))).hex().upper().encode() + b"\r\n"


@asynccontextmanager
async def line_to(reply: Callable[[int, bytes], Says], timeout: float = 0.1) -> AsyncIterator[RtuLink]:
    """An open link to a peer that maps (unit, pdu) to what it says, one after the other."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    loop, heard, free = asyncio.get_running_loop(), bytearray(), 0.0

    def listen() -> None:
        nonlocal free
        heard.extend(os.read(ours, 4096))
        while b"\n" in heard:
            line, _, rest = bytes(heard).partition(b"\r\n")
            heard[:] = rest
            frame = bytes.fromhex(line.partition(b":")[2].decode())
            began = max(loop.time(), free)
            for after, said in reply(frame[0], frame[1:-1]):
                free = began + after
                loop.call_at(free, os.write, ours, said)

    loop.add_reader(ours, listen)
    link = RtuLink(os.ttyname(theirs), "115200 7E1 ascii", timeout)
    await link.open()
    try:
        yield link
    finally:
        link.close()
        loop.remove_reader(ours)
        os.close(theirs)
        os.close(ours)


GOOD: dict[str, Callable[[bytes], Says]] = {
    "plain": lambda said: [(0.0, said)],
    "small letters": lambda said: [(0.0, said.lower())],
    "byte by byte": lambda said: [(at / 1000, said[at : at + 1]) for at in range(len(said))],
    "behind noise": lambda said: [(0.0, b"\x00:01:" + said)],
    "behind the question's echo": lambda said: [(0.0, b":01030064000A8E\r\n" + said)],
}


@pytest.mark.parametrize("kind", GOOD)
def test_an_answer_in_letters_is_read(kind: str) -> None:
    async def story() -> None:
        async with line_to(lambda unit, pdu: GOOD[kind](letters(unit, truth(pdu))), 1.0) as link:
            for block in (TEN, Block("input", 7, 1), Block("holding", 0, 125)):
                assert await read(link, block) == registers(block)

    run(story())


BAD: dict[str, tuple[type[DriverError], Callable[[bytes], bytes]]] = {
    "another unit": (FrameError, lambda pdu: letters(2, truth(pdu))),
    "fewer registers": (FrameError, lambda pdu: letters(1, truth(pdu[:-1] + bytes((pdu[-1] - 1,))))),
    "a wrong check sum": (FrameError, lambda pdu: letters(1, truth(pdu))[:-4] + b"00\r\n"),
    "bytes instead of letters": (FrameError, lambda pdu: b"\x01" + truth(pdu)),
    "a refusal": (DeviceError, lambda pdu: letters(1, b"\x83\x02")),
    "silence": (LinkError, lambda pdu: b""),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_wrong_answer_is_an_error(kind: str) -> None:
    error, said = BAD[kind]

    async def story() -> None:
        async with line_to(lambda unit, pdu: [(0.0, said(pdu))] if said(pdu) else []) as link:
            assert await read(link) is error

    run(story())


def test_a_late_answer_in_letters_is_never_believed() -> None:
    asked = [0]

    def reply(unit: int, pdu: bytes) -> Says:
        asked[0] += 1
        return [(0.2 if asked[0] % 4 == 0 else 0.0, letters(unit, truth(pdu)))]

    async def story() -> None:
        async with line_to(reply) as link:
            for at in range(16):
                block = Block("holding", 10 * at, 10)
                got = await read(link, block)
                assert isinstance(got, type) or got == registers(block)

    run(story())
