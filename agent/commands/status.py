"""Ask the running daemon how it is, through its own /healthz."""

from __future__ import annotations

import argparse
import json
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from agent.cli import BAD_CONFIGURATION, FAILED, WELL
from agent.commands import station_file

SUMMARY = "health of the running daemon"
PATIENCE = 5  # seconds
DIRECT = build_opener(ProxyHandler({}))  # the daemon is on this machine: never through a proxy


def arguments(parser: argparse.ArgumentParser) -> None:
    station_file.argument(parser)
    parser.add_argument("--json", action="store_true", help="what the daemon said, one JSON object")


def run(args: argparse.Namespace) -> int:
    config = station_file.read_or_tell(args.config)
    if config is None:
        return BAD_CONFIGURATION
    host = "127.0.0.1" if config.kiosk.host in ("0.0.0.0", "::") else config.kiosk.host
    url = f"http://{f'[{host}]' if ':' in host else host}:{config.kiosk.port}/healthz"
    try:
        well, health = ask(url)
    except (OSError, HTTPException, ValueError) as error:
        said = {"well": False, "reasons": {"daemon": f"no answer at {url}: {error}"}}
        print(json.dumps(said) if args.json else f"no daemon answers at {url}: {error}")
        return FAILED
    print(json.dumps(health, ensure_ascii=False) if args.json else spoken(well, health))
    return WELL if well else FAILED


def ask(url: str) -> tuple[bool, Any]:
    """Well or not, and the reasons. Raises OSError, HTTPException, ValueError when no daemon of ours answers."""
    try:
        with DIRECT.open(url, timeout=PATIENCE) as answer:
            return True, json.load(answer)
    except HTTPError as error:
        if error.code != 503:
            raise
        return False, json.load(error)


def spoken(well: bool, health: Any) -> str:
    """The health object as rows; what is nested is indented."""
    return "\n".join(["well" if well else "NOT WELL", *rows(health, 1)])


def rows(said: Any, depth: int) -> list[str]:
    if not isinstance(said, dict):
        return [f"{'  ' * depth}{said}"]
    lines: list[str] = []
    for key, value in said.items():
        if isinstance(value, dict) and value:
            lines += [f"{'  ' * depth}{key}", *rows(value, depth + 1)]
        elif isinstance(value, list) and value:
            lines += [f"{'  ' * depth}{key}: {', '.join(map(str, value))}"]
        elif value not in ({}, []):
            lines += [f"{'  ' * depth}{key}: {value}"]
    return lines
