"""The wires of station.toml: its buses, its devices, and what the two must agree on."""

from __future__ import annotations

import stat
from pathlib import Path

from agent.config.files import other
from agent.config.hosts import read_host
from agent.config.model import Bus, Wiring
from agent.core.readings.allowance import largest
from drivers.dialogue.tongues import TONGUES, tongue_of
from drivers.flow import ALLOWED, read_flow
from drivers.maps import catalog, mapfile
from drivers.model import Device, DeviceMap
from drivers.table import MISSING, Problem, Source, Table

NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"  # a topic level: no / + # and no blank
LINKS: tuple[Wiring, ...] = ("rtu", "tcp", "serial")
SERIAL = r"\d{3,6} [78][NEO][12]"
SLOW = 2.0  # seconds: a meter of IEC 62056-21 may take one and a half
PORT = "a serial device, best by /dev/serial/by-path/"
ASCII = r"( ascii)?"  # Modbus in letters instead of bytes


def read_bus(table: Table) -> Bus:
    name = table.text("name", pattern=NAME, allowed="a short name without blanks")
    link = table.choice("link", LINKS)
    timeout = table.number("timeout", SLOW if link == "serial" else 1.0, low=0.05, high=60.0)
    host, port, serial = "", "", ""
    if link == "tcp":
        host = read_host(table)
        port = str(table.integer("port", 502, low=1, high=65535))
    else:
        port = read_port(table)
        pattern, default = (SERIAL, MISSING) if link == "serial" else (SERIAL + ASCII, "9600 8N1")
        serial = table.text("serial", default, pattern=pattern, allowed='baud and framing, such as "9600 8N1"')
    table.end()
    return Bus(name, link, port, host, serial, timeout)


def read_port(table: Table) -> str:
    """A serial device, which may be unplugged at this moment."""
    port = table.text("port", fits=bool, allowed=PORT)
    if port and (why := other(Path(port), stat.S_ISCHR)):
        table.problem("port", f"{why}: {port}", PORT)
    return port


class Maps:
    """Device maps, each read once however many devices use it."""

    def __init__(self, base: Path, source: Source) -> None:
        self.base, self.station = base, source
        self.loaded: dict[Path, tuple[DeviceMap, Source]] = {}
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    def get(self, table: Table) -> DeviceMap | None:
        """The map that `model` names, or None after a problem was noted."""
        model = table.text("model", allowed="a built-in model, or a path to a map")
        path = catalog.find(model, self.base) if model else None
        if path is None:
            table.problem("model", f"{model!r} is unknown", "a path to a map, or one of " + ", ".join(catalog.models()))
            return None
        if path not in self.loaded:
            device_map, source = mapfile.load_map(path)
            self.loaded[path] = device_map, source
            self.problems += source.problems
            self.warnings += source.warnings
        device_map, source = self.loaded[path]
        return None if source.problems else device_map


def read_device(table: Table, buses: tuple[Bus, ...], maps: Maps) -> Device:
    name = table.text("name", pattern=NAME, allowed="a short name without blanks: it is a topic level")
    device_map = maps.get(table)
    bus = table.choice("bus", [b.name for b in buses] or ["(no [[bus]] in this file)"])
    line = next((b for b in buses if b.name == bus), None)
    address = read_address(table, device_map, line.link if line else "")
    every = table.number("every", 1.0, low=0.0, high=86400.0)
    label = table.text("label", name)
    qmax = read_flow(table)
    table.end()
    device = Device(name, device_map, bus, address, every, label, qmax)  # type: ignore[arg-type]  # beside a problem
    if device_map:
        judge_flow(table, device)
    return device


def judge_flow(table: Table, device: Device) -> None:
    """The largest flow must say something of what the device counts; without one, nobody can tell a false total."""
    own = device.qmax or device.map.qmax
    units = [p.unit for p in device.map.points if p.role == "total" and not p.unit.startswith("@")]
    for unit in units:
        if largest(device, unit) is None and own:
            table.problem("qmax", f"{str(own)!r} cannot be compared with a total in {unit}", ALLOWED)
        elif largest(device, unit) is None:
            wrong = f"nobody can say how fast a total in {unit} grows: one that leaps is believed"
            table.warn("qmax", wrong, "qmax = the largest flow, on the device's plate")


def read_address(table: Table, device_map: DeviceMap | None, link: str) -> int | str:
    """A unit number on a Modbus bus; on a serial line what the protocol calls its devices, a meter number mostly."""
    protocol = device_map.protocol if device_map else ""
    if protocol and link and (protocol in TONGUES) != (link == "serial"):
        fit = 'link = "serial"' if protocol in TONGUES else 'link = "rtu" or "tcp"'
        table.problem("bus", f"the model speaks {protocol}, the bus is {link}", f"a bus with {fit}")
    if protocol not in TONGUES or link != "serial":
        table.asked.add("address")
        return 1 if protocol in TONGUES else table.integer("address", 1, low=1, high=255)
    tongue = tongue_of(protocol, device_map.framing if device_map else None)
    given = table.take("address", (str, int), tongue.addresses, tongue.anybody)
    if not tongue.address.fullmatch(address := str(given)):
        table.problem("address", f"{given!r} is not allowed", tongue.addresses)
    return address


def speaks_alike(source: Source, devices: tuple[Device, ...], buses: tuple[Bus, ...]) -> None:
    """One serial line, one protocol; and who answers to any address is alone there, or two answer at once."""
    serial = {b.name for b in buses if b.link == "serial"}
    for index, device in enumerate(devices):
        others = [d for d in devices if d.bus == device.bus and d is not device and d.map]
        if device.bus not in serial or not device.map or not others:
            continue
        if strange := [d for d in others if d.map.protocol != device.map.protocol]:
            other = strange[0]
            wrong = f"speaks {device.map.protocol}, {other.name} on the same line {other.map.protocol}"
            source.problem(("device", index, "bus"), wrong, "one protocol a line")
        elif strange := [d for d in others if d.map.framing != device.map.framing]:
            wrong = f"frames its messages otherwise than {strange[0].name} on the same line"
            source.problem(("device", index, "bus"), wrong, "one [framing] a line")
        elif device.map.protocol in TONGUES and device.address == TONGUES[device.map.protocol].anybody:
            source.problem(
                ("device", index, "address"), "whoever is there answers, and there are others", "its own address"
            )
