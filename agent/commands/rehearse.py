"""Replay recorded or invented events through the same core, and print every message that would be published."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from agent.cli import BAD_CONFIGURATION, FAILED, WELL
from agent.commands import station_file
from agent.config.setup import setup
from agent.core.rehearsal import ScriptError, play

SUMMARY = "replay events through the same core, and print every message that would be published"


def arguments(parser: argparse.ArgumentParser) -> None:
    station_file.argument(parser)
    parser.add_argument(
        "events", metavar="EVENTS.jsonl", help="one JSON object a line, in time order; - for standard input"
    )
    parser.add_argument("--seed", type=int, default=0, help="of identifiers, PINs and salts (default 0)")


def run(args: argparse.Namespace) -> int:
    config = station_file.read_or_tell(args.config)
    if config is None:
        return BAD_CONFIGURATION
    try:
        for message in play(setup(config), read(args.events), args.seed, frozenset(config.kiosk.reasons), note):
            topic = f"{config.mqtt.root}/1/up/{config.station.id}/{message.topic}"
            payload = message.payload.decode()
            retain = "true" if message.retain == "yes" else "false"
            print(f'{{"topic": {json.dumps(topic)}, "retain": {retain}, "payload": {payload}}}')
    except ScriptError as error:
        print(f"{args.events}: {error}", file=sys.stderr)
        return FAILED
    return WELL


def note(text: str) -> None:
    print(text, file=sys.stderr)


def read(path: str) -> Iterator[dict[str, Any]]:
    """The lines of a script; numbers stay decimals, so that 123456.78 comes out as it went in."""
    try:
        with sys.stdin if path == "-" else open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield parsed(line, number)
    except OSError as error:
        raise ScriptError(f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ScriptError("cannot be read: not UTF-8") from None


def parsed(line: str, number: int) -> dict[str, Any]:
    """One line's object. Raises ScriptError."""
    try:
        content = json.loads(line, parse_float=Decimal, parse_constant=lambda word: None)
    except (ValueError, RecursionError) as error:
        raise ScriptError(f"line {number}: not JSON: {error}") from None
    if not isinstance(content, dict):
        raise ScriptError(f"line {number}: not an object")
    return content
