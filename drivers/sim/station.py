"""Reading sim.toml: which devices there are, where they listen, and what happens at their nozzles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from drivers.dialogue.tongues import TONGUES, tongue_of
from drivers.maps.catalog import find, models
from drivers.maps.mapfile import load_map
from drivers.sim.devices import SimDevice, problems
from drivers.sim.filling import Inlet, Nozzle
from drivers.sim.speaker.speakers import SPEAKERS, TALKERS
from drivers.table import Source, Table, load

LETTERS = "modbus-ascii"  # a line of devices with registers, beside tcp and rtu
DEFAULT = Path(__file__).with_name("sim.toml")


@dataclass(frozen=True, slots=True)
class SimLine:
    """One serial line of its own protocol."""

    name: str
    protocol: str
    baud: int  # at which its devices are spoken to
    path: Path | None  # of the link to the pty
    hurry: bool  # bytes take no time


@dataclass(frozen=True, slots=True)
class SimStation:
    """The whole simulation."""

    host: str
    port: int
    path: Path | None  # of the link to the pty
    baud: int  # 0: bytes take no time
    devices: tuple[SimDevice, ...]
    lines: tuple[SimLine, ...] = ()


def read_station(path: Path) -> tuple[SimStation, Source]:
    """The simulation of a TOML file. It means something only while `source.problems` is empty."""
    table, source = load(path)
    tcp, rtu = table.table("tcp"), table.table("rtu")
    host, port = tcp.text("host", "127.0.0.1"), tcp.integer("port", 0, high=65535)
    line, baud = rtu.text("path", ""), rtu.integer("baud", 9600, high=4_000_000)
    lines = tuple(read_line(each, path.parent) for each in table.tables("line"))
    nozzles: list[Nozzle] = []
    devices = tuple(
        device
        for each in table.tables("device")
        if (device := read_device(each, nozzles, lines, path.parent)) is not None
    )
    for each in (tcp, rtu, table):
        each.end()
    return SimStation(host, port, path.parent / line if line else None, baud, devices, lines), source


def read_line(table: Table, base: Path) -> SimLine:
    """One [[line]]."""
    name = table.text("name", pattern="(?!tcp$|rtu$).+", allowed="a name that is not tcp or rtu")
    protocol = table.choice("protocol", (*SPEAKERS, *TALKERS, LETTERS))
    usual = "9600 7E1" if protocol == LETTERS else TONGUES[protocol].serial
    baud = table.integer("baud", int(usual.split()[0]), low=300, high=115200)
    path, hurry = table.text("path", ""), table.flag("hurry", False)
    table.end()
    return SimLine(name, protocol, baud, base / path if path else None, hurry)


def read_device(table: Table, nozzles: list[Nozzle], lines: Sequence[SimLine], base: Path) -> SimDevice | None:
    """One [[device]]. A nozzle joins those the meters follow, wherever it stands in the file."""
    name, model = table.text("name"), table.text("model")
    bus = table.choice("bus", ("tcp", "rtu", *(line.name for line in lines)))
    line = next((line for line in lines if line.name == bus), None)
    coded = line is not None and line.protocol != LETTERS
    address = table.text("address", "") if coded else table.integer("address", low=1, high=247)
    play = table.choice("play", ("nozzle", "inlet"))
    seed, total = table.integer("seed", 1), Decimal(str(table.number("total", 0.0)))
    settings, show, values = words(table.table("settings")), words(table.table("show")), table.table("values")
    constants = {key: values.take(key, (int, float, str), "a number or text", 0) for key in values.content}
    table.end()
    if (found := find(model, base)) is None:
        table.problem("model", f"{model!r} is unknown", "one of " + ", ".join(models()))
        return None
    device_map, map_source = load_map(found)
    if map_source.problems:
        table.source.problems += map_source.problems
        return None
    protocol = line.protocol if line and coded else "modbus"
    if device_map.protocol != protocol:
        table.problem("bus", f"{model} speaks {device_map.protocol}, {bus} is {protocol}", "a bus of its protocol")
        return None
    tongue = tongue_of(protocol, device_map.framing) if coded else None
    if tongue and not tongue.address.fullmatch(str(address)):
        table.problem("address", f"{address!r} is not allowed", tongue.addresses)
        return None
    source = Inlet(nozzles, total) if play == "inlet" else Nozzle(seed, total)
    if isinstance(source, Nozzle):
        nozzles.append(source)
    device = SimDevice(name, device_map, bus, address, source.at, settings, show, constants)
    for problem in problems(device):
        table.problem("", problem)
    return device


def words(table: Table) -> dict[str, str]:
    return {key: table.text(key) for key in table.content}
