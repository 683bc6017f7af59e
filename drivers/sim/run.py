"""The simulated station at work: everything listens, says where, and obeys one-line commands.

silent NAME · alive NAME · exception NAME · noise NAME · late NAME · frozen NAME · reset NAME · density NAME · quit
"""

from __future__ import annotations

import asyncio
import json
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Literal, TextIO, get_args

from drivers.model import MapError
from drivers.sim import page
from drivers.sim.devices import Mood, SimDevice, facade, image, shown
from drivers.sim.moods import spoil
from drivers.sim.pty import PtyLine
from drivers.sim.server import DEVICE_FAILURE, answer, refuse, take_rtu
from drivers.sim.speaker.reply import Reply, Shown
from drivers.sim.speaker.speakers import SPEAKERS
from drivers.sim.station import DEFAULT, SimLine, SimStation, read_station
from drivers.sim.tcp import TcpPort

LATE = 3.0  # seconds: longer than anybody waits


class Simulation:
    """A station under way: its devices' moods, and the doors they are reached through."""

    def __init__(self, station: SimStation, clock: Callable[[], float]) -> None:
        self.devices = station.devices
        self.clock = clock  # seconds since the start
        self.moods: dict[str, Mood] = {device.name: "alive" for device in station.devices}
        self.since: dict[str, float] = {}  # when the mood began
        serve, damage = self.serves("rtu"), self.damages("rtu")
        heard = bytearray()

        def take(asked: bytes, speed: int) -> list[Reply]:
            heard.extend(asked)
            said = take_rtu(heard, serve, damage)
            return [Reply(str(said[0]), said)] if said else []

        self.tcp = TcpPort(station.host, station.port, self.serves("tcp"), self.damages("tcp"), self.delays("tcp"))
        self.rtu = PtyLine(station.path, station.baud, take, self.delays("rtu"))
        self.lines = {line.name: self.line(line) for line in station.lines}

    def line(self, line: SimLine) -> PtyLine:
        """A line of devices that are not asked by registers."""
        sides = {str(each.address): Side(self, each) for each in self.devices if each.bus == line.name}
        speaker = SPEAKERS[line.protocol](dict(sides), line.baud)

        def answer(heard: bytes, speed: int) -> list[Reply]:
            return [
                sides[reply.address].spoken(reply) for reply in speaker(heard, speed) if sides[reply.address].speaks()
            ]

        return PtyLine(line.path, 0 if line.hurry else line.baud, answer, lambda address: sides[address].delay())

    async def open(self) -> None:
        await self.tcp.open()
        for line in (self.rtu, *self.lines.values()):
            line.open()

    def close(self) -> None:
        self.tcp.close()
        for line in (self.rtu, *self.lines.values()):
            line.close()

    def where(self) -> str:
        """One line of JSON: where a master finds the devices."""
        places: dict[str, dict[str, str | int]] = {name: {"path": str(line.path)} for name, line in self.lines.items()}
        return json.dumps(
            {"tcp": {"host": self.tcp.host, "port": self.tcp.port}, "rtu": {"path": str(self.rtu.path)}} | places
        )

    def obey(self, line: str) -> str:
        """Carry out a command; what is wrong with it, or nothing."""
        mood, _, name = line.strip().partition(" ")
        if mood not in get_args(Mood):
            return f"{mood!r} is no command; one of {', '.join(get_args(Mood))}, quit"
        if name not in self.moods:
            return f"no device {name!r}; one of {', '.join(self.moods)}"
        self.moods[name] = mood  # type: ignore[assignment]  # looked up above
        self.since[name] = self.clock()
        return ""

    def scene(self) -> dict[str, object]:
        """What there is to see: each device, its mood, and what it shows now."""
        devices = [
            {
                "name": device.name, "model": device.map.key, "bus": device.bus, "address": str(device.address),
                "mood": self.moods[device.name], "values": facade(self.seen(device), self.clock()),
            }
            for device in self.devices
        ]  # fmt: skip
        return {"where": self.where(), "moods": get_args(Mood), "devices": devices}

    def seen(self, device: SimDevice) -> SimDevice:
        """The device through its mood."""
        return replace(device, play=spoil(device.play, self.moods[device.name], self.since.get(device.name, 0.0)))

    def serves(self, bus: Literal["tcp", "rtu"]) -> Callable[[int, bytes], bytes | None]:
        units = self.units(bus)

        def serve(unit: int, pdu: bytes) -> bytes | None:
            device = units.get(unit)
            if device is None or self.moods[device.name] == "silent":
                return None
            if self.moods[device.name] == "exception":
                return refuse(pdu[0], DEVICE_FAILURE)
            return answer(pdu, image(self.seen(device), self.clock()))

        return serve

    def damages(self, bus: Literal["tcp", "rtu"]) -> Callable[[int, bytes], bytes]:
        """Noise turns bits: of the checksum on a serial line, of the unit in a TCP frame."""
        units, place = self.units(bus), -1 if bus == "rtu" else 6

        def damage(unit: int, frame: bytes) -> bytes:
            return turned(frame, place) if self.moods[units[unit].name] == "noise" else frame

        return damage

    def delays(self, bus: Literal["tcp", "rtu"]) -> Callable[[int | str], float]:
        units = self.units(bus)

        def delay(unit: int | str) -> float:
            device = units.get(int(unit))
            return LATE if device and self.moods[device.name] == "late" else 0.0

        return delay

    def units(self, bus: Literal["tcp", "rtu"]) -> dict[int, SimDevice]:
        return {int(device.address): device for device in self.devices if device.bus == bus}


class Side:
    """One device as its serial line sees it, through its mood."""

    def __init__(self, simulation: Simulation, device: SimDevice) -> None:
        self.simulation, self.device = simulation, device

    @property
    def mood(self) -> Mood:
        return self.simulation.moods[self.device.name]

    def shows(self) -> dict[str, Shown]:
        return shown(self.simulation.seen(self.device), self.simulation.clock())

    def refuses(self) -> bool:
        return self.mood == "exception"

    def speaks(self) -> bool:
        return self.mood != "silent"

    def delay(self) -> float:
        return LATE if self.mood == "late" else 0.0

    def spoken(self, reply: Reply) -> Reply:
        """Noise turns bits in the middle of what is said."""
        return reply._replace(data=turned(reply.data, len(reply.data) // 2)) if self.mood == "noise" else reply


def turned(frame: bytes, place: int) -> bytes:
    noisy = bytearray(frame)
    noisy[place] ^= 0x55
    return bytes(noisy)


def build(config: Path | None, clock: Callable[[], float]) -> Simulation:
    """The simulation of `config`, the built-in one without. Raises MapError naming every problem, one a line."""
    station, source = read_station(config or DEFAULT)
    if source.problems:
        raise MapError("\n".join(str(problem) for problem in source.problems))
    return Simulation(station, clock)


async def run(
    config: Path | None, out: TextIO, commands: TextIO | None = None, age: float = 0.0, web: int | None = None
) -> None:
    """Run until `quit`, the end of `commands`, or cancellation. Raises MapError, OSError (port taken).

    `web`: the port of the page, 0 for any; None: there is none.
    `age`: seconds the station has been selling gas already, so that its totals go on where they were.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    simulation = build(config, lambda: loop.time() - began + age)
    await simulation.open()
    window = None
    try:
        print(simulation.where(), file=out, flush=True)
        if web is not None:
            window = await page.serve(simulation, web)
            host, port = window.sockets[0].getsockname()
            print(f"http://{host}:{port}/", file=out, flush=True)
        reader = await listen(commands) if commands else None
        while reader is None:
            await asyncio.sleep(3600)
        while (line := (await reader.readline()).decode("utf-8", "replace")) and line.strip() != "quit":
            if line.strip() and (wrong := simulation.obey(line)):
                print(wrong, file=out, flush=True)
    finally:
        if window:
            window.close()
        simulation.close()


async def listen(commands: TextIO) -> asyncio.StreamReader | None:
    """Lines from a pipe or a terminal; None for what cannot be waited for (/dev/null, a file)."""
    kind = os.fstat(commands.fileno()).st_mode
    if not (stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind) or commands.isatty()):
        return None
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), commands)
    return reader
