"""Ask one device once: its settings, raw registers, decoded values, units, quality and round-trip time."""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from agent.commands import probe_codes
from agent.commands.arguments import seconds
from agent.commands.model_map import read_or_tell
from agent.commands.record import record, refusal
from drivers.bus import modbus
from drivers.bus.plan import plan_points, plan_settings
from drivers.model import Block, DeviceError, DeviceMap, DriverError, Fault, Link, Reading, Registers
from drivers.values.decode import compile_readings, compile_settings
from drivers.values.find import Candidate, find

SUMMARY = "ask one device once: raw registers, decoded value, unit, quality, round-trip time"
LINKS = (
    "HOST:PORT for Modbus TCP, or /dev/PORT[,BAUD FRAMING] for a serial line, such as '/dev/ttyUSB0,9600 8N1'; "
    "with ascii behind it for Modbus in letters"
)
FEW = 12  # candidates shown
ROW = 8  # registers a line


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="MODEL", help="a built-in model, or a path to a map")
    parser.add_argument("link", metavar="LINK", help=LINKS)
    parser.add_argument(
        "--address", metavar="N", help="unit on the bus (default 1), or the meter's number (default: whoever is there)"
    )
    parser.add_argument("--timeout", type=seconds, metavar="SECONDS", help="for an answer (default 1, of a meter 2)")
    parser.add_argument(
        "--find", metavar="VALUE", help="what the device's own display shows now: where could it stand?"
    )
    parser.add_argument(
        "--record", type=Path, metavar="FILE", help="add what was read to a map as a proof, or write a new file"
    )
    parser.add_argument("--raw", action="store_true", help="registers by address, or all bytes, in hex")
    parser.add_argument("--json", action="store_true", help="for a machine")


def run(args: argparse.Namespace) -> int:
    device_map, code = read_or_tell(args.model)
    if device_map is None:
        return code
    if device_map.coded:
        return probe_codes.run(args, device_map)
    args.address = args.address or "1"
    if not args.address.isdecimal() or not 1 <= int(args.address) <= 255:
        print(f"--address {args.address}: a unit on the bus is 1 to 255", file=sys.stderr)
        return 2
    link = link_of(args.link, args.timeout or 1.0)
    if link is None:
        print(f"{args.link}: not a link; {LINKS}", file=sys.stderr)
        return 2
    if args.record and (why := refusal(args.record)):
        print(why, file=sys.stderr)
        return 2
    try:
        found = asyncio.run(ask(link, int(args.address), device_map, 1 if args.find else 0))
        candidates = find(args.find, found.registers(), device_map) if args.find else None
    except DriverError as error:
        print(f"{args.link}: {error}", file=sys.stderr)
        return 1
    except ValueError as error:
        print(f"--find {error}", file=sys.stderr)
        return 2
    print(said(args, found, candidates))
    if args.record and (why := record(args.record, device_map, found.registers(), found.readings, where(args))):
        print(why, file=sys.stderr)
        return 1
    return 0 if candidates or (candidates is None and any(r.quality != "bad" for r in found.readings)) else 1


def said(args: argparse.Namespace, found: Found, candidates: list[Candidate] | None) -> str:
    if not args.json:
        return (
            found.page(args.raw) if candidates is None else f"{found.page(args.raw)}\n\n{table(args.find, candidates)}"
        )
    document = found.document()
    if candidates is not None:
        document["candidates"] = [candidate._asdict() for candidate in candidates]
    return json.dumps(document, default=float, ensure_ascii=False)


def where(args: argparse.Namespace) -> str:
    return f"{args.link}, address {args.address}"


def link_of(text: str, timeout: float) -> Link | None:
    """The link a person means by `text`, or None."""
    if match := re.fullmatch(r"(?:tcp://)?([^/,]+?)(?::(\d+))?", text):
        port = int(match[2] or 502)
        return modbus.TcpLink(match[1].strip("[]"), port, timeout) if 0 < port < 65536 else None
    if match := re.fullmatch(r"(?:rtu:)?(/[^,]+)(?:,\s*(\d+ [78][NEO][12](?: ascii)?))?", text):
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

    def registers(self) -> Registers:
        """Every register that was answered."""
        return {
            (a.block.table, a.block.address + at): word
            for a in self.asked
            if not isinstance(a.answer, str)
            for at, word in enumerate(a.answer)
        }

    def page(self, raw: bool) -> str:
        rows = [f"{name} = {word}" for name, word in self.settings.items()]
        for a in self.asked:
            head = f"{a.block.table} {a.block.address:#06x} × {a.block.count}, {a.took * 1000:.1f} ms:"
            if isinstance(a.answer, str):
                rows.append(f"{head} {a.said}")
            elif raw:
                rows += [head, *dump(a.block.address, a.answer)]
            else:
                rows.append(f"{head} {spelt(a.answer)}")
        rows.append("")
        rows += [
            f"{r.point:20} {'–' if r.value is None else r.value!s:>16} {r.unit:10} {r.quality} {r.fault}".rstrip()
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


def spelt(words: Sequence[int]) -> str:
    return " ".join(f"{word:04X}" for word in words)


def dump(address: int, words: Sequence[int]) -> list[str]:
    """Registers as rows: address, words in hex, and the characters they would be."""
    rows = []
    for at in range(0, len(words), ROW):
        row = words[at : at + ROW]
        raw = b"".join(word.to_bytes(2, "big") for word in row)
        letters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in raw)
        rows.append(f"  {address + at:#06x}  {spelt(row):{5 * ROW}} {letters}")
    return rows


def table(shown: str, candidates: Sequence[Candidate]) -> str:
    """The likeliest ways to read the number on the display."""
    if not candidates:
        return f"{shown} stands nowhere in these registers, in no type and order; is it what the display shows now?"
    rows = [f"{shown} could be:"]
    for c in candidates[:FEW]:
        near = f"{c.point} {c.shift:+d}" if c.shift else c.point
        scale = f"exp = {c.exp}" if c.exp else ""
        rows.append(f"  {c.table} {c.address:#06x}  {c.type:9} {c.order:8} {scale:9} {c.value!s:>16}  {near}".rstrip())
    more = len(candidates) - FEW
    return "\n".join(rows) + (f"\n  … and {more} less likely" if more > 0 else "")


async def ask(link: Link, unit: int, device_map: DeviceMap, margin: int = 0) -> Found:
    """Open, read the settings, read the points, close. Raises LinkError when the link cannot be opened.

    With a `margin`, so many registers more at both ends of each block, where the device gives them.
    """
    await link.open()
    try:
        blocks = plan_settings(device_map)
        first = [await request(link, unit, block) for block in blocks]
        settings = compile_settings(device_map, blocks)([a.answer for a in first])
        blocks = plan_points(device_map)
        then = [await widely(link, unit, block, device_map, margin) for block in blocks]
        decode = compile_readings(device_map, settings, [a.block for a in then])
        return Found(settings, (*first, *then), decode([a.answer for a in then]))
    finally:
        link.close()


async def widely(link: Link, unit: int, block: Block, device_map: DeviceMap, margin: int) -> Asked:
    """A block with its margin; the block alone if the device refuses that."""
    first = max(block.address - margin, 0)
    count = min(block.address + block.count + margin, 0x10000) - first
    if margin and count <= device_map.max_block:
        asked = await request(link, unit, Block(block.table, first, count))
        if asked.answer != DeviceError.fault:
            return asked
    return await request(link, unit, block)


async def request(link: Link, unit: int, block: Block) -> Asked:
    began = perf_counter()
    try:
        answer: list[int] | Fault = await link.read(unit, block)
        said = ""
    except DriverError as error:
        answer, said = error.fault, str(error)
    return Asked(block, answer, perf_counter() - began, said)
