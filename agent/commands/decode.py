"""A captured frame or read-out, explained; with a model's map also the readings in an answer."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agent.cli import FAILED, USAGE, WELL
from agent.commands.model_map import read_or_tell
from drivers.bus.plan import plan_points
from drivers.maps.frames import frame_readings
from drivers.model import Block, DeviceMap, Json
from drivers.protocol import capture
from drivers.protocol.codecs import CODECS
from drivers.protocol.fault import BadFrame
from drivers.values.decode import compile_readings

SUMMARY = "a captured frame or read-out, explained"

HEX = re.compile(r"\s*(0x)?[0-9A-Fa-f]{2}((\s|,)*(0x)?[0-9A-Fa-f]{2})*[\s,]*|[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2})+\s*")
CONTROL = re.compile(r"<(SOH|STX|ETX|EOT|ACK|NAK|CR|LF)>|\\([rn])|\\(?:x|u00)([0-9A-Fa-f]{2})")
NAMES = {"SOH": 1, "STX": 2, "ETX": 3, "EOT": 4, "ACK": 6, "NAK": 21, "CR": 13, "LF": 10, "r": 13, "n": 10}
TABLES = {3: "holding", 4: "input"}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "protocol",
        metavar="PROTOCOL",
        choices=(*CODECS, "private"),
        help=", ".join(CODECS) + "; private, with --model FILE",
    )
    parser.add_argument(
        "capture", metavar="HEX|TEXT|FILE", help="an existing file, else hex, else text; - reads standard input"
    )
    parser.add_argument("--model", metavar="MODEL", help="read an answer through this model's map")
    parser.add_argument("--at", type=lambda text: int(text, 0), metavar="ADDRESS", help="address of the first register")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=WORD", help="a setting the map asks for")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(args: argparse.Namespace) -> int:
    device_map = None
    if args.model:
        device_map, code = read_or_tell(args.model)
        if device_map is None:
            return code
        if wrong := refused_settings(args.set, device_map):
            print(wrong, file=sys.stderr)
            return USAGE
    framing = device_map.framing if device_map and args.protocol == "private" else None
    if args.protocol == "private" and framing is None:
        print("private: which private bus? --model FILE, a map with a [framing]", file=sys.stderr)
        return USAGE
    try:
        data = bytes_of(args.capture)
    except OSError as error:
        print(f"{args.capture}: {error.strerror}", file=sys.stderr)
        return FAILED
    try:
        told = capture.explain(args.protocol, data, framing)
    except BadFrame as bad:
        if args.json:
            print(json.dumps(bad.document(), default=float, ensure_ascii=False))
        else:
            print(f"{args.protocol}: {bad.kind}: {bad}", file=sys.stderr)
        return FAILED
    if device_map is not None and device_map.coded:
        told["readings"] = [reading._asdict() for reading in frame_readings(device_map, [data]).values()]
    elif device_map is not None:
        add_readings(told, device_map, args.at, dict(word.partition("=")[::2] for word in args.set))
    print(json.dumps(told, default=float, ensure_ascii=False) if args.json else "\n".join(page(told)))
    return FAILED if any(map(refuses, told.get("frames", [told]))) else WELL


def refuses(document: Json) -> bool:
    """A frame not believed, or one in which the device says no."""
    return bool(document.get("error")) or document.get("type") == "exception"


# ── what was given ──


def bytes_of(text: str) -> bytes:
    """The bytes a person means. Raises OSError for a file that cannot be read."""
    if text == "-":
        return unwrapped(sys.stdin.buffer.read())
    if is_file(text):
        return unwrapped(Path(text).read_bytes())
    if HEX.fullmatch(text):
        return unhexed(text)
    if not any(ord(character) < 32 for character in text):  # typed: <STX> and \r\n stand for what they name
        text = CONTROL.sub(lambda m: chr(int(m[3], 16) if m[3] else NAMES[m[1] or m[2]]), text)
    return os.fsencode(text)


def is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # too long for a name, or a zero byte in it
        return False


def unwrapped(content: bytes) -> bytes:
    """A file of hex digits holds the bytes they spell; any other file holds the bytes themselves."""
    text = content.decode("latin-1")
    return unhexed(text) if HEX.fullmatch(text) else content


def unhexed(text: str) -> bytes:
    return bytes.fromhex(re.sub(r"0x|[\s,:-]", "", text))


# ── registers through a map ──


def refused_settings(given: list[str], device_map: DeviceMap) -> str:
    """What is wrong with the `--set` words, or nothing."""
    known = [setting.name for setting in device_map.settings]
    wrong = [word for word in given if word.partition("=")[0] not in known or "=" not in word]
    allowed = ", ".join(f"{name}=WORD" for name in known) or "nothing: this map asks for no setting"
    return f"--set {wrong[0]}: {allowed}" if wrong else ""


def add_readings(told: Json, device_map: DeviceMap, at: int | None, settings: dict[str, str]) -> None:
    """`readings` in every answer with registers whose address is known: given, asked for before, or planned so."""
    asked: int | None = None
    for document in told.get("frames", [told]):
        if document.get("type") == "request":
            asked = document.get("address")
        if document.get("type") != "response" or document.get("fc") not in TABLES:
            continue
        registers, table = document["registers"], TABLES[document["fc"]]
        address = next((a for a in (at, asked, planned(device_map, table, len(registers))) if a is not None), None)
        if address is None:
            document["readings"] = []
            document["why"] = "which registers these are is not in an answer; say --at ADDRESS"
        else:
            block = Block(table, address, len(registers))
            document["address"] = address
            document["readings"] = readings(device_map, block, registers, settings)


def planned(device_map: DeviceMap, table: str, count: int) -> int | None:
    """The address of the only request of this size we would make ourselves."""
    fitting = [b.address for b in plan_points(device_map) if (b.table, b.count) == (table, count)]
    return fitting[0] if len(fitting) == 1 else None


def readings(device_map: DeviceMap, block: Block, registers: list[int], settings: dict[str, str]) -> list[Json]:
    found = compile_readings(device_map, settings, [block])([registers])
    return [reading._asdict() for reading in found if reading.fault != "refused"]  # refused: not in these registers


# ── for people ──


def page(told: Json, indent: str = "") -> Iterator[str]:
    """One member a line; lists of objects as rows."""
    width = max(map(len, told), default=0)
    for key, value in told.items():
        if isinstance(value, dict):
            yield f"{indent}{key}:"
            yield from page(value, indent + "  ")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            yield f"{indent}{key}:"
            for item in value:
                yield from rows(item, indent + "  ")
        else:
            yield f"{indent}{key:<{width}}  {shown(value)}"


def rows(item: Json, indent: str) -> Iterator[str]:
    """A flat object on one line, a deep one on many."""
    if any(isinstance(value, dict | list) and value for value in item.values()):
        yield from page(item, indent)
        yield ""
    else:
        yield indent + "  ".join(f"{key} {shown(value)}" for key, value in item.items() if value not in ("", None))


def shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(map(str, value)) or "–"
    return "–" if value is None or value == "" else str(value)
