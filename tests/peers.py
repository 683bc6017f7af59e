"""Peers on the other end of a line that do exactly what a test tells them: good, late, wrong, or noisy."""

from __future__ import annotations

import asyncio
import os
import tty
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

from pymodbus.framer import FramerRTU

from drivers.bus.modbus import RtuLink, TcpLink
from drivers.model import Block, DriverError, Link

TEN = Block("holding", 100, 10)

Says = Iterable[tuple[float, bytes]]  # (seconds after the question, bytes)
Reply = Callable[[bytes], Says]  # what a peer says to a question


def registers(block: Block) -> list[int]:
    """What a truthful peer holds: every register its own address, marked by table."""
    return [(at * 7 + (1 if block.table == "input" else 0)) & 0xFFFF for at in span(block)]


def span(block: Block) -> range:
    return range(block.address, block.address + block.count)


def truth(pdu: bytes) -> bytes:
    """The reply PDU of a truthful peer."""
    function, address, count = pdu[0], int.from_bytes(pdu[1:3], "big"), int.from_bytes(pdu[3:5], "big")
    words = registers(Block("input" if function == 4 else "holding", address, count))
    return bytes((function, 2 * count)) + b"".join(word.to_bytes(2, "big") for word in words)


def rtu(unit: int, pdu: bytes) -> bytes:
    frame = bytes((unit,)) + pdu
    return frame + FramerRTU.compute_CRC(frame).to_bytes(2, "big")


def mbap(number: int, unit: int, pdu: bytes) -> bytes:
    return number.to_bytes(2, "big") + b"\0\0" + (len(pdu) + 1).to_bytes(2, "big") + bytes((unit,)) + pdu


@asynccontextmanager
async def serial_peer(reply: Reply) -> AsyncIterator[str]:
    """A pty whose other end answers each 8-byte question by `reply`, one after the other as a device does."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    os.set_blocking(ours, False)
    loop, heard, free = asyncio.get_running_loop(), bytearray(), 0.0

    def listen() -> None:
        nonlocal free
        heard.extend(os.read(ours, 4096))
        while len(heard) >= 8:
            question = bytes(heard[:8])
            del heard[:8]
            began = max(loop.time(), free)
            for after, said in reply(question):
                free = began + after
                loop.call_at(free, os.write, ours, said)

    loop.add_reader(ours, listen)
    try:
        yield os.ttyname(theirs)
    finally:
        loop.remove_reader(ours)
        os.close(theirs)
        await asyncio.sleep(max(0.0, free - loop.time()) + 0.01)
        os.close(ours)


@asynccontextmanager
async def babble() -> AsyncIterator[str]:
    """A pty that always holds more noise than its reader took, however late either of them gets the processor."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    os.set_blocking(ours, False)
    loop = asyncio.get_running_loop()

    def talk() -> None:
        with suppress(BlockingIOError):
            os.write(ours, bytes(4096))

    loop.add_writer(ours, talk)  # the reader's own loop: what gives the one its turn gives it to the other
    try:
        yield os.ttyname(theirs)
    finally:
        loop.remove_writer(ours)
        os.close(theirs)
        os.close(ours)


@asynccontextmanager
async def tcp_peer(reply: Reply) -> AsyncIterator[int]:
    """A port whose peer answers each 12-byte question by `reply`; saying nothing at all (b"") hangs up."""
    loop = asyncio.get_running_loop()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                question = await reader.readexactly(12)
                for after, said in reply(question):
                    loop.call_later(after, partial(writer.write, said) if said else writer.close)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


class line_to:
    """An open link to a peer that maps (transaction, unit, pdu) to [(delay, unit, pdu, transaction)]."""

    def __init__(self, line: str, answer: Any, timeout: float = 0.6) -> None:
        self.line, self.answer, self.timeout = line, answer, timeout

    async def __aenter__(self) -> Link:
        def serial_reply(question: bytes) -> Says:
            return [(after, rtu(unit, pdu)) for after, unit, pdu, _ in self.answer(0, question[0], question[1:-2])]

        def tcp_reply(question: bytes) -> Says:
            number = int.from_bytes(question[:2], "big")
            return [
                (after, mbap(given, unit, pdu))
                for after, unit, pdu, given in self.answer(number, question[6], question[7:])
            ]

        if self.line == "rtu":
            self.peer: Any = serial_peer(serial_reply)
            self.link: Link = RtuLink(await self.peer.__aenter__(), "115200 8N1", self.timeout)
        else:
            self.peer = tcp_peer(tcp_reply)
            self.link = TcpLink("127.0.0.1", await self.peer.__aenter__(), self.timeout)
        await self.link.open()
        return self.link

    async def __aexit__(self, *_: object) -> None:
        self.link.close()
        await self.peer.__aexit__(None, None, None)


def run(coroutine: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(coroutine, 120))


async def read(link: Link, block: Block = TEN, unit: int = 1) -> list[int] | type[DriverError]:
    """The registers, or the kind of error."""
    try:
        return await link.read(unit, block)
    except DriverError as error:
        return type(error)
