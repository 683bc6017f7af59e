"""The daemon under measurement: its configuration, its process, and what a subscriber hears of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from wires import device_map, stamp

from agent.shell.mqtt.listener import Broker, listen

STATION = """\
[station]
id = "bench"
data = "data"
[mqtt]
host = "127.0.0.1"
port = {mqtt}
[kiosk]
listen = "127.0.0.1:{kiosk}"
"""
BUS = '[[bus]]\nname = "line{number}"\n{bus}\n'
DEVICE = """\
[[device]]
name = "d{number}-{unit}"
model = "./map.toml"
bus = "line{number}"
address = {unit}
every = {every}
"""
TICKS = os.sysconf("SC_CLK_TCK")


def write(folder: Path, buses: Sequence[Bus], registers: int, every: float, mqtt: int, kiosk: int) -> Path:
    """A station of bench devices, so many on each bus."""
    (folder / "map.toml").write_text(device_map(registers))
    path = folder / "station.toml"
    lines = "".join(BUS.format(number=number, bus=bus.link) for number, bus in enumerate(buses))
    devices = "".join(
        DEVICE.format(number=number, unit=unit, every=every)
        for number, bus in enumerate(buses)
        for unit in range(1, bus.units + 1)
    )
    path.write_text(STATION.format(mqtt=mqtt, kiosk=kiosk) + lines + devices)
    return path


class Bus(NamedTuple):
    """One line: its keys in the station file, and how many devices are on it."""

    link: str
    units: int


@dataclass
class Used:
    """What a process has used so far: processor seconds, peak bytes of memory, bytes written to a disk."""

    processor: float
    memory: int
    written: int


@dataclass
class Daemon:
    """One running `station-edge run`."""

    process: subprocess.Popen[bytes]

    def used(self) -> Used:
        proc = Path("/proc") / str(self.process.pid)
        fields = (proc / "stat").read_text().rpartition(")")[2].split()
        peak = next(line for line in (proc / "status").read_text().splitlines() if line.startswith("VmHWM"))
        wrote = next(line for line in (proc / "io").read_text().splitlines() if line.startswith("write_bytes"))
        return Used((int(fields[11]) + int(fields[12])) / TICKS, int(peak.split()[1]) * 1024, int(wrote.split()[1]))


@contextmanager
def running(path: Path) -> Iterator[Daemon]:
    """The daemon on this configuration; ended afterwards. Its log stands beside the configuration."""
    with path.with_name("daemon.log").open("wb") as log:
        command = [sys.executable, "-m", "agent.cli", "run", "-c", str(path), "--log", "warning"]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        yield Daemon(process)
        if process.poll() is not None:
            raise RuntimeError(path.with_name("daemon.log").read_text())
    finally:
        process.terminate()
        process.wait(30)


@dataclass
class Subscriber:
    """Every reading heard: (unit, number) and how many milliseconds after its answer was built."""

    port: int
    heard: list[tuple[str, int, float]] = field(default_factory=list)

    def start(self) -> None:
        threading.Thread(target=self.run, daemon=True).start()

    def run(self) -> None:
        for topic, payload, _ in listen(Broker("127.0.0.1", self.port), ["gse/1/up/bench/tele/+"], lambda _: None):
            now = stamp()
            for sample in json.loads(payload)["data"]["samples"]:
                values = sample["values"]
                if "stamp" in values:
                    late = (now - values["stamp"] & 0xFFFFFFFF) / 1000
                    self.heard.append((topic.rpartition("/")[2], values["number"], late))
