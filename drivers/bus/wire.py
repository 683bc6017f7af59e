"""Bytes out, bytes in: one serial port or TCP connection, from which nothing leaves that the policy does not admit."""

from __future__ import annotations

import asyncio
import errno
import os
import re
import socket
import termios
from collections.abc import Callable
from typing import Any, TypeVar

import serial

from drivers.model import DriverError, FrameError, LinkError
from drivers.policy import admit

Answer = TypeVar("Answer")
Judge = Callable[[bytearray], Answer | None]

KEPT = 1024  # bytes: more than any frame; what nobody asked for must not grow
SETTLED = 0.05  # seconds of silence after which a long enough answer will not get better
NEVER_SILENT = 1.0  # seconds spent waiting for silence before the line is called noisy
UNACKNOWLEDGED = 5000  # ms until the kernel gives up a TCP peer that does not even acknowledge
PTYS = range(136, 144)  # major device numbers
SERIAL = re.compile(r"(\d{3,7}) ([78])([NEO])([12])")

REASONS = {
    errno.ENOENT: "no such port; see /dev/serial/by-path",
    errno.ENODEV: "no device behind this port; see /dev/serial/by-path",
    errno.ENXIO: "no device behind this port; see /dev/serial/by-path",
    errno.EACCES: "not allowed; the user needs the group dialout",
    errno.EAGAIN: "in use by another program",
    errno.EBUSY: "in use by another program",
    errno.ENOTTY: "not a serial port",
    errno.ECONNREFUSED: "connection refused",
    errno.EHOSTUNREACH: "host unreachable",
    errno.ENETUNREACH: "network unreachable",
    errno.ECONNRESET: "connection reset",
    errno.ETIMEDOUT: "peer gone",
}


class Wire(asyncio.Protocol):
    """One open line. One question at a time; what was heard stays in `heard` until it is judged or cleared."""

    def __init__(self, name: str, protocol: str) -> None:
        self.name, self.protocol = name, protocol
        self.loop = asyncio.get_running_loop()
        self.heard = bytearray()
        self.gone = ""  # why the line is closed
        self.last = self.loop.time()  # when a byte was last heard, or given up on
        self.write: Callable[[bytes], object]
        self.shut: Callable[[], object] = lambda: None  # a connection may be lost before anybody holds it
        self.tune: Callable[[int], object] = lambda baud: None
        self.answer: asyncio.Future[Any] | None = None
        self.judge: Judge[Any]
        self.enough = 0
        self.silence = self.latest = 0.0
        self.timer: asyncio.TimerHandle

    async def ask(
        self,
        frame: bytes,
        judge: Judge[Answer],
        wait: float,
        enough: int = KEPT,
        silence: float = 0.0,
        longest: float = 0.0,
    ) -> Answer | None:
        """Send `frame` and return what `judge` first makes of the bytes heard; None when `wait` seconds are over.

        Once `enough` bytes were heard and the line fell silent, waiting is over too. While bytes come less than
        `silence` seconds apart, waiting goes on for up to `longest` seconds more. Without a frame it only listens.
        Raises what `judge` raises, LinkError when the line is or gets lost, PolicyError before anything is sent.
        """
        if self.gone:
            raise LinkError(f"{self.name}: {self.gone}")
        answer: asyncio.Future[Answer | None] = self.loop.create_future()
        if frame:
            admit(self.protocol, frame)
        self.answer, self.judge, self.enough = answer, judge, enough
        self.silence, self.latest = silence, self.loop.time() + wait + longest
        self.timer = self.loop.call_later(wait, self.expire)
        try:
            if frame:
                self.write(frame)
            return await answer
        finally:
            self.timer.cancel()
            self.answer = None

    async def say(self, frame: bytes, seconds: float) -> None:
        """Send what nobody answers, and give it the time it takes. Raises LinkError, PolicyError."""
        if self.gone:
            raise LinkError(f"{self.name}: {self.gone}")
        admit(self.protocol, frame)
        self.write(frame)
        await asyncio.sleep(seconds)
        self.last = self.loop.time()

    async def rest(self, seconds: float) -> None:
        """Wait until the line has been silent for `seconds`.

        Rounded down by half a millisecond or more: the loop's timers round up, a byte is known of only after it came.
        """
        left = int((self.last + seconds - self.loop.time()) * 1000 - 0.5)
        if left > 0:
            await asyncio.sleep(left / 1000)

    async def hush(self, seconds: float) -> None:
        """Wait for `seconds` of real silence and forget what was heard. Raises FrameError when it never comes."""
        end = self.loop.time() + NEVER_SILENT + seconds
        await self.catch_up()
        while (left := self.last + seconds - self.loop.time()) > 0:
            if self.loop.time() > end:
                raise FrameError(f"{self.name}: the line is never silent: noise, or another master")
            await asyncio.sleep(left)
            await self.catch_up()
        self.heard.clear()

    async def catch_up(self) -> None:
        """Let the loop read what has come: where the processor is scarce it may have come a while ago."""
        for _ in range(2):  # one turn to see it, one to read it
            await asyncio.sleep(0)

    def close(self, why: str = "closed") -> None:
        """Close at once; whoever waits for an answer gets a LinkError."""
        if not self.gone:
            self.gone = why
            self.shut()
            if self.answer and not self.answer.done():
                self.answer.set_exception(LinkError(f"{self.name}: {why}"))

    def expire(self) -> None:
        now = self.loop.time()
        if (until := min(self.last + self.silence, self.latest)) > now:
            self.timer = self.loop.call_at(until, self.expire)
            return
        self.last = now
        if self.answer and not self.answer.done():
            self.answer.set_result(None)

    def data_received(self, data: bytes) -> None:
        self.last = self.loop.time()
        self.heard += data
        if not self.answer or self.answer.done():
            del self.heard[:-KEPT]
            return
        try:
            verdict = self.judge(self.heard)
        except DriverError as error:
            self.answer.set_exception(error)
            return
        if verdict is not None:
            self.answer.set_result(verdict)
        elif len(self.heard) >= self.enough and self.last + SETTLED < self.timer.when():
            self.timer.cancel()  # never one that is due: bytes at every turn of the loop would keep it from ringing
            self.timer = self.loop.call_at(self.last + SETTLED, self.expire)

    def connection_lost(self, exc: Exception | None) -> None:
        self.close(reason(exc) if exc else "closed by the peer")


async def dial(host: str, port: int, protocol: str, timeout: float) -> Wire:
    """A TCP connection. Raises LinkError."""
    name = f"{host}:{port}"
    try:
        async with asyncio.timeout(timeout):
            transport, wire = await asyncio.get_running_loop().create_connection(
                lambda: Wire(name, protocol), host, port
            )
    except TimeoutError:
        raise LinkError(f"{name}: no connection within {timeout:g} s") from None
    except OSError as error:
        raise LinkError(f"{name}: {reason(error)}") from None
    peer: socket.socket = transport.get_extra_info("socket")
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKNOWLEDGED)
    wire.write, wire.shut = transport.write, transport.abort
    return wire


def plug(path: str, settings: str, protocol: str) -> Wire:
    """A serial port, for us alone; settings as `9600 8N1`. Raises LinkError."""
    baud, bits, parity, stops = serial_settings(settings)
    if is_pty(path):
        bits, parity, stops = 8, "N", 1
    try:
        port = serial.Serial(path, baud, bits, parity, stops, timeout=0, exclusive=True)
    except (OSError, ValueError, termios.error) as error:  # SerialException is an OSError
        raise LinkError(f"{path}: {reason(error)}") from None
    try:
        port.set_low_latency_mode(True)  # an FTDI adapter holds bytes back for 16 ms otherwise
    except (OSError, ValueError, NotImplementedError):
        pass  # this port has no such mode
    wire, number = Wire(path, protocol), port.fileno()

    def listen() -> None:
        try:
            data = os.read(number, 4096)
        except BlockingIOError:
            return
        except OSError as error:
            wire.close(reason(error))
            return
        wire.data_received(data) if data else wire.close("unplugged")

    def write(frame: bytes) -> None:
        try:
            if os.write(number, frame) < len(frame):
                wire.close("the port takes no more bytes")
        except OSError as error:
            wire.close(reason(error))

    def tune(baud: int) -> None:
        if wire.gone or baud == port.baudrate:
            return
        try:
            port.baudrate = baud
        except (OSError, ValueError, termios.error) as error:
            wire.close(f"{baud} baud: {reason(error)}")

    def shut() -> None:
        wire.loop.remove_reader(number)
        port.close()

    wire.write, wire.shut, wire.tune = write, shut, tune
    wire.loop.add_reader(number, listen)
    return wire


def is_pty(path: str) -> bool:
    """True for the end of a pty, as a simulated device has it: it carries bytes, and refuses to hear of parity."""
    try:
        return os.major(os.stat(path).st_rdev) in PTYS
    except OSError:
        return False


def serial_settings(text: str) -> tuple[int, int, str, int]:
    """`9600 8N1` → (9600, 8, "N", 1). Raises ValueError."""
    if not (match := SERIAL.fullmatch(text)):
        raise ValueError(f"{text!r} is not a serial setting; baud, bits, parity and stop bits as in 9600 8N1")
    return int(match[1]), int(match[2]), match[3], int(match[4])


def reason(error: Exception) -> str:
    """Why, in words a technician can act on."""
    causes = (error, error.__context__)  # pyserial hides some numbers in what it was raised from
    numbers = [cause.args[0] for cause in causes if cause and cause.args and isinstance(cause.args[0], int)]
    known = [REASONS[number] for number in numbers if number in REASONS]
    return known[0] if known else getattr(error, "strerror", None) or str(error) or type(error).__name__
