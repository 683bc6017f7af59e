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
from typing import TextIO, get_args

from drivers.model import MapError
from drivers.sim import page
from drivers.sim.devices import Mood, SimDevice, facade, image, shown
from drivers.sim.moods import spoil
from drivers.sim.pty import PtyLine
from drivers.sim.server import DEVICE_FAILURE, Damage, Serve, answer, refuse, take_ascii, take_rtu
from drivers.sim.speaker.reply import Reply, Shown, Speaker
from drivers.sim.speaker.speakers import SPEAKERS, TALKERS
from drivers.sim.station import DEFAULT, LETTERS, SimLine, SimStation, read_station
from drivers.sim.tcp import TcpPort

LATE = 3.0  # seconds: longer than anybody waits


class Simulation:
    """A station under way: its devices' moods, and the doors they are reached through."""

    def __init__(self, station: SimStation, clock: Callable[[], float]) -> None:
        self.devices = station.devices
        self.clock = clock  # seconds since the start
        self.moods: dict[str, Mood] = {device.name: "alive" for device in station.devices}
        self.since: dict[str, float] = {}  # when the mood began
        self.tcp = TcpPort(station.host, station.port, self.serves("tcp"), self.damages("tcp"), self.delays("tcp"))
        self.rtu = PtyLine(station.path, station.baud, self.registers("rtu", take_rtu), self.delays("rtu"))
        self.lines = {line.name: self.line(line) for line in station.lines}

    def registers(self, bus: str, take: Callable[[bytearray, Serve, Damage], bytes]) -> Speaker:
        """Who answers on a line of devices that are asked by registers."""
        serve, damage, heard, asked = self.serves(bus), self.damages(bus), bytearray(), [0]

        def served(unit: int, pdu: bytes) -> bytes | None:
            asked[0] = unit
            return serve(unit, pdu)

        def answer(question: bytes, speed: int) -> list[Reply]:
            heard.extend(question)
            said = take(heard, served, damage)
            return [Reply(str(asked[0]), said)] if said else []

        return answer

    def line(self, line: SimLine) -> PtyLine:
        """A line of its own: of registers in letters, of devices with codes, or of ones that talk unasked."""
        baud = 0 if line.hurry else line.baud
        if line.protocol == LETTERS:
            return PtyLine(line.path, baud, self.registers(line.name, take_ascii), self.delays(line.name))
        here = [each for each in self.devices if each.bus == line.name]
        sides = {str(each.address): Side(self, each) for each in here}

        def through(replies: list[Reply]) -> list[Reply]:
            return [sides[reply.address].spoken(reply) for reply in replies if sides[reply.address].speaks()]

        def delay(address: str) -> float:
            return sides[address].delay()

        if talk := TALKERS.get(line.protocol):
            talker = talk.talker(dict(sides), [each.map for each in here])
            return PtyLine(line.path, baud, lambda heard, speed: [], delay, lambda: through(talker()), talk.every)
        speaker = SPEAKERS[line.protocol](dict(sides), line.baud)
        return PtyLine(line.path, baud, lambda heard, speed: through(speaker(heard, speed)), delay)

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

    def serves(self, bus: str) -> Callable[[int, bytes], bytes | None]:
        units = self.units(bus)

        def serve(unit: int, pdu: bytes) -> bytes | None:
            device = units.get(unit)
            if device is None or self.moods[device.name] == "silent":
                return None
            if self.moods[device.name] == "exception":
                return refuse(pdu[0], DEVICE_FAILURE)
            return answer(pdu, image(self.seen(device), self.clock()))

        return serve

    def damages(self, bus: str) -> Callable[[int, bytes], bytes]:
        """Noise turns bits: of the check sum on a serial line (CR and LF stand behind it in letters), of a TCP unit."""
        units, place = self.units(bus), {"rtu": -1, "tcp": 6}.get(bus, -3)

        def damage(unit: int, frame: bytes) -> bytes:
            return turned(frame, place) if self.moods[units[unit].name] == "noise" else frame

        return damage

    def delays(self, bus: str) -> Callable[[int | str], float]:
        units = self.units(bus)

        def delay(unit: int | str) -> float:
            device = units.get(int(unit))
            return LATE if device and self.moods[device.name] == "late" else 0.0

        return delay

    def units(self, bus: str) -> dict[int, SimDevice]:
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
