"""A bad line between a station and its broker: late, thin, cut, half-open, losing acknowledgements, sending rubbish."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

PUBACK = 4  # MQTT 5 §2.1.2
AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: the end is a reset


@dataclass(frozen=True, slots=True)
class Weather:
    """What the line does to what passes."""

    delay: float = 0.0  # seconds, each way
    rate: float = float("inf")  # bytes a second that the broker takes
    deaf: bool = False  # connections are taken, and nothing ever comes of them, also when the weather is fine again
    loses: int = 0  # packets of this type never come back from the broker


FINE = Weather()


class Proxy:
    """Listens at `port` while the block runs, in a thread of its own; `weather` may be changed at any time."""

    def __init__(self, target: int = 0) -> None:
        """`target`: the broker's port; it may be named later. `lost`: packets; `made`: connections."""
        self.target, self.weather, self.lost, self.made = target, FINE, 0, 0
        self._loop = asyncio.new_event_loop()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self._lines: set[Line] = set()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Proxy:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, t: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(asyncio.start_server(self._joined, sock=self._door))
        self._loop.run_forever()

    # ── faults ──────────────────────────────────────────────────────────────

    def cut(self, *, reset: bool = False) -> None:
        """Every connection ends: orderly, or by a reset."""
        self._each(lambda line: line.end(reset))

    def swallow(self) -> None:
        """Every connection stays open, and what is sent on it is gone: a half-open line."""
        self._each(Line.swallow)

    def babble(self, content: bytes) -> None:
        """The station hears `content` from its broker."""
        self._each(lambda line: line.station.write(content))

    def _each(self, fault: Callable[[Line], None]) -> None:
        def strike() -> None:
            for line in tuple(self._lines):
                fault(line)

        self._loop.call_soon_threadsafe(strike)

    # ── connections ─────────────────────────────────────────────────────────

    async def _joined(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.made += 1
        try:
            up, down = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        line = Line(self, writer, down)
        self._lines.add(line)
        if self.weather.deaf:
            line.swallow()
        try:
            await asyncio.gather(line.out(reader), line.back(up))
        except OSError:
            pass
        finally:
            line.end(reset=False)
            self._lines.discard(line)


class Line:
    """One connection: bytes out to the broker, packets back to the station."""

    def __init__(self, proxy: Proxy, station: asyncio.StreamWriter, broker: asyncio.StreamWriter) -> None:
        self.proxy, self.station, self.broker, self.swallows = proxy, station, broker, False
        self.due = {station: 0.0, broker: 0.0}  # when the last that was sent arrives: nothing overtakes

    def swallow(self) -> None:
        self.swallows = True

    def end(self, reset: bool) -> None:
        for writer in (self.station, self.broker):
            handle = writer.get_extra_info("socket")
            if reset and handle is not None:
                with contextlib.suppress(OSError):
                    handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            writer.transport.abort() if reset else writer.close()

    async def out(self, reader: asyncio.StreamReader) -> None:
        while content := await reader.read(4096):
            await self._pass(content, self.broker)
            await asyncio.sleep(len(content) / self.proxy.weather.rate)
        self.broker.close()

    async def back(self, reader: asyncio.StreamReader) -> None:
        """Packet by packet, so that one of them can be lost."""
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                packet = await read_packet(reader)
                if packet[0] >> 4 == self.proxy.weather.loses:
                    self.proxy.lost += 1
                else:
                    await self._pass(packet, self.station)
        self.station.close()

    async def _pass(self, content: bytes, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        due = self.due[writer] = max(self.due[writer], loop.time() + self.proxy.weather.delay)
        if due > loop.time():
            loop.call_at(due, self._put, content, writer)
        else:
            self._put(content, writer)
            await writer.drain()

    def _put(self, content: bytes, writer: asyncio.StreamWriter) -> None:
        if not self.swallows:
            writer.write(content)


async def read_packet(reader: asyncio.StreamReader) -> bytes:
    """One MQTT control packet: type, remaining length in up to four bytes of seven bits, the rest (MQTT 5 §1.5.5)."""
    head, length = await reader.readexactly(1), 0
    for place in range(4):
        byte = await reader.readexactly(1)
        head += byte
        length |= (byte[0] & 127) << 7 * place
        if byte[0] < 128:
            break
    return head + await reader.readexactly(length)
