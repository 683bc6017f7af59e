"""A line that is only listened to: its port is opened for reading alone, so that nothing can be written to it.

dispenser ──┬── its controller        what goes between the two is overheard
           tap                        a poll of the tap asks nobody: it tells what was heard lately
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import termios
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from drivers.bus.talk import Turn
from drivers.bus.wire import is_pty, reason, serial_settings
from drivers.dialogue.step import Figure, Told
from drivers.dialogue.tongues import dialect_of, tongue_of
from drivers.framing import Framing
from drivers.model import Device, DriverError, Fault, Instant, LinkError, Sample
from drivers.protocol.codecs import codec_of
from drivers.values.figures import compile_figures

SILENCE = 0.05  # seconds after which a beginning of a frame is given up
BITS = {7: termios.CS7, 8: termios.CS8}
PARITY = {"N": 0, "E": termios.PARENB, "O": termios.PARENB | termios.PARODD}


class Heard(NamedTuple):
    figure: Figure
    at: float  # seconds of the loop's clock


class Tap:
    """One port and the devices that are overheard on it. There is no way to send."""

    echoes = False  # nothing is sent

    def __init__(self, port: str, serial: str, protocol: str, framing: Framing | None = None) -> None:
        self.port, self.settings = port, serial_settings(serial)
        self.sides: list[Listening] = []
        self.codec = codec_of(protocol, framing)
        self.framer = self.codec.framer()
        self.number = -1
        self.bytes = self.sound = 0  # bytes and frames since the line was opened
        self.watch: Callable[[bool, bytes], object] = lambda sent, data: None  # for who wants to see the bytes
        self.quiet: asyncio.TimerHandle | None = None

    async def open(self) -> None:
        """Open for reading, for us alone. Raises LinkError."""
        self.close()
        try:
            number = os.open(self.port, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError as error:
            raise LinkError(f"{self.port}: {reason(error)}") from None
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            baud, bits, parity, stops = self.settings
            framing = (8, "N", 1) if is_pty(self.port) else (bits, parity, stops)
            termios.tcsetattr(number, termios.TCSANOW, attributes(baud, *framing))
        except (OSError, ValueError, termios.error) as error:
            os.close(number)
            raise LinkError(f"{self.port}: {reason(error)}") from None
        self.number, self.framer = number, self.codec.framer()
        self.bytes = self.sound = 0
        asyncio.get_running_loop().add_reader(number, self.hear)

    def close(self) -> None:
        if self.quiet:
            self.quiet.cancel()
        if self.number >= 0:
            asyncio.get_running_loop().remove_reader(self.number)
            os.close(self.number)
        self.number = -1

    def hear(self) -> None:
        try:
            data = os.read(self.number, 4096)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            return
        self.watch(False, data)
        self.bytes += len(data)
        self.deliver(self.framer.feed(data))
        if self.quiet:
            self.quiet.cancel()
        self.quiet = asyncio.get_running_loop().call_later(SILENCE, self.fall_silent)

    def hears(self) -> str:
        """Why a device may not have been heard."""
        if self.bytes and not self.sound:
            return f"{self.bytes} bytes came, and no message among them; baud rate, parity, and polarity of the pair?"
        return f"{self.sound} messages came, none of this device's" if self.sound else "not a byte was heard"

    def fall_silent(self) -> None:
        self.deliver(self.framer.flush())
        for side in self.sides:
            side.overhear(None, asyncio.get_running_loop().time())

    def deliver(self, frames: Sequence[bytes]) -> None:
        """Every device hears every frame: what stands before its own tells whose that is."""
        for data in frames:
            try:
                frame = self.codec.parse(data)
            except DriverError:
                continue
            self.sound += 1
            for side in self.sides:
                side.overhear(frame, asyncio.get_running_loop().time())


class Listening:
    """One device's side of a line that is only listened to."""

    def __init__(self, device: Device, tap: Tap) -> None:
        self.device, self.tap = device, tap
        self.tongue = tongue_of(device.map.protocol, device.map.framing)
        self.read = self.tongue.reader(str(device.address))
        self.dialect = dialect_of(device.map.protocol, device.map.dialect)
        self.keep = int(self.dialect["keep"])
        self.codes = tuple(dict.fromkeys(point.code for point in device.map.points))
        self.decode = compile_figures(device.map)
        self.told: dict[str, Heard] = {}
        tap.sides.append(self)

    def forget(self) -> None:
        """After a new connection: behind the address may be another device, with other decimals."""
        self.told.clear()
        self.read = self.tongue.reader(str(self.device.address))

    def overhear(self, frame: object | None, at: float) -> None:
        """Remember what a frame says of this device; no frame: the line fell silent."""
        try:
            figures = self.read(frame, self.codes, self.dialect)
        except DriverError:
            return
        self.told.update({code: Heard(figure, at) for code, figure in figures.items()})

    async def poll(self, at: Instant) -> Turn:
        """What was heard lately: older than the map's `keep` is "stale", never heard is "timeout"."""
        if self.tap.number < 0:
            return self.absent(at, f"{self.tap.port}: unplugged")
        oldest = asyncio.get_running_loop().time() - self.keep
        fresh: Told = {code: heard.figure for code, heard in self.told.items() if heard.at >= oldest}
        stale: Told = {code: old(heard) for code, heard in self.told.items() if heard.at < oldest}
        sample = Sample(self.device.name, at, self.decode({**stale, **fresh}, "timeout"))
        if fresh:
            return Turn((sample,), True)
        why: Fault = "stale" if stale else "timeout"
        said = f"nothing of it was heard for {self.keep} s" if stale else self.tap.hears()
        return Turn((sample,), False, (why,), f"{self.tap.port}: {said}")

    def absent(self, at: Instant, why: str) -> Turn:
        """The turn of a device whose line is not open."""
        return Turn((Sample(self.device.name, at, self.decode({}, "link")),), False, ("link",), why)


def old(heard: Heard) -> DriverError:
    error = DriverError("said too long ago to be believed")
    error.fault = "stale"
    return error


def attributes(baud: int, bits: int, parity: str, stops: int) -> list[Any]:
    """Raw bytes in, as `termios` has it: nothing is echoed, turned or waited for. Raises ValueError: no such rate."""
    speed = getattr(termios, f"B{baud}", None)
    if speed is None:
        raise ValueError(f"{baud} baud is not a rate of this machine")
    control = termios.CREAD | termios.CLOCAL | BITS[bits] | PARITY[parity] | (termios.CSTOPB if stops == 2 else 0)
    characters: list[Any] = [b"\0"] * 32
    characters[termios.VMIN], characters[termios.VTIME] = 1, 0
    check = termios.INPCK | termios.IGNPAR if parity != "N" else 0
    return [check, 0, control, 0, speed, speed, characters]
