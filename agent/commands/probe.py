"""Ask one device once: its settings, raw registers, decoded values, units, quality and round-trip time."""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from drivers import catalog, mapfile, modbus
from drivers.decode import compile_readings, compile_settings
from drivers.model import Block, DeviceMap, DriverError, Fault, Link, Reading
from drivers.plan import plan_points, plan_settings

SUMMARY = "ask one device once: raw registers, decoded value, unit, quality, round-trip time"
LINKS = "HOST:PORT for Modbus TCP, or /dev/PORT[,BAUD FRAMING] for RTU, such as '/dev/ttyUSB0,9600 8N1'"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="MODEL", help="a built-in model, or a path to a map")
    parser.add_argument("link", metavar="LINK", help=LINKS)
    parser.add_argument("--address", type=int, default=1, metavar="N", help="unit on the bus (default 1)")
    parser.add_argument("--timeout", type=float, default=1.0, metavar="SECONDS")
    parser.add_argument("--json", action="store_true", help="for a machine")


def run(args: argparse.Namespace) -> int:
    path = catalog.find(args.model, Path.cwd())
    if path is None:
        print(f"{args.model}: no such model; known: {', '.join(catalog.models())}", file=sys.stderr)
        return 1
    device_map, source = mapfile.load_map(path)
    link = link_of(args.link, args.timeout)
    for problem in source.problems:
        print(problem, file=sys.stderr)
    if link is None:
        print(f"{args.link}: not a link; {LINKS}", file=sys.stderr)
        return 2
    if source.problems:
        return 1
    try:
        found = asyncio.run(ask(link, args.address, device_map))
    except DriverError as error:
        print(f"{args.link}: {error}", file=sys.stderr)
        return 1
    print(json.dumps(found.document(), default=float, ensure_ascii=False) if args.json else found.page())
    return 0 if any(r.quality != "bad" for r in found.readings) else 1


def link_of(text: str, timeout: float) -> Link | None:
    """The link a person means by `text`, or None."""
    if match := re.fullmatch(r"(?:tcp://)?([^/,]+?)(?::(\d+))?", text):
        return modbus.TcpLink(match[1].strip("[]"), int(match[2] or 502), timeout)
    if match := re.fullmatch(r"(?:rtu:)?(/[^,]+)(?:,\s*(\d+ [78][NEO][12]))?", text):
        return modbus.RtuLink(match[1], match[2] or "9600 8N1", timeout)
    return None


@dataclass(frozen=True, slots=True)
class Asked:
    """One request and what came of it."""

    block: Block
    answer: list[int] | Fault
    took: float  # seconds
    said: str  # the fault in words


@dataclass(frozen=True, slots=True)
class Found:
    settings: dict[str, str]
    asked: tuple[Asked, ...]
    readings: tuple[Reading, ...]

    def page(self) -> str:
        rows = [f"{name} = {word}" for name, word in self.settings.items()]
        for a in self.asked:
            registers = a.said if isinstance(a.answer, str) else " ".join(f"{word:04X}" for word in a.answer)
            rows.append(
                f"{a.block.table} {a.block.address:#06x} × {a.block.count}, {a.took * 1000:.1f} ms: {registers}"
            )
        rows.append("")
        rows += [
            f"{r.point:20} {'–' if r.value is None else r.value!s:>16} {r.unit:10} {r.quality} {r.fault}"
            for r in self.readings
        ]
        return "\n".join(rows)

    def document(self) -> dict[str, object]:
        return {
            "settings": self.settings,
            "requests": [
                {
                    "table": a.block.table,
                    "address": a.block.address,
                    "registers": a.answer,
                    "ms": a.took * 1000,
                    "error": a.said,
                }
                for a in self.asked
            ],
            "readings": [r._asdict() for r in self.readings],
        }


async def ask(link: Link, unit: int, device_map: DeviceMap) -> Found:
    """Open, read the settings, read the points, close. Raises LinkError when the link cannot be opened."""
    await link.open()
    try:
        blocks = plan_settings(device_map)
        first = [await request(link, unit, block) for block in blocks]
        settings = compile_settings(device_map, blocks)([a.answer for a in first])
        blocks = plan_points(device_map)
        then = [await request(link, unit, block) for block in blocks]
        readings = compile_readings(device_map, settings, blocks)([a.answer for a in then])
        return Found(settings, (*first, *then), readings)
    finally:
        link.close()


async def request(link: Link, unit: int, block: Block) -> Asked:
    began = perf_counter()
    try:
        answer: list[int] | Fault = await link.read(unit, block)
        said = ""
    except DriverError as error:
        answer, said = error.fault, str(error)
    return Asked(block, answer, perf_counter() - began, said)
