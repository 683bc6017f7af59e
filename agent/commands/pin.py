"""Write a person's PIN file: asked for twice on a terminal, or read from standard input."""

from __future__ import annotations

import argparse
import getpass
import re
import sys
from pathlib import Path

from agent.commands.check import BAD_CONFIGURATION, tell
from agent.config import read as config
from agent.shell import pinfile

SUMMARY = "write a person's PIN file"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("person", metavar="PERSON", help="the id of a [[person]]")
    parser.add_argument(
        "-c", "--config", type=Path, default=Path("/etc/station-edge/station.toml"), metavar="station.toml"
    )


def run(args: argparse.Namespace) -> int:
    resolved, problems, _ = config.read(args.config)
    if resolved is None:
        tell(problems)
        return BAD_CONFIGURATION
    login = next((entry for entry in resolved.logins if entry.person.id == args.person), None)
    if login is None or login.pin_file is None:
        known = ", ".join(entry.person.id for entry in resolved.logins if entry.pin_file) or "nobody"
        print(f"{args.person}: no [[person]] with this id and a pin_file; known: {known}", file=sys.stderr)
        return 1
    pin = ask()
    if not re.fullmatch(r"\d{6}", pin):
        print("a PIN has six digits", file=sys.stderr)
        return 1
    pinfile.write(login.pin_file, pin)
    print(f"{login.pin_file}: written")
    return 0


def ask() -> str:
    """The PIN, typed twice alike on a terminal; one line from a pipe."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    first = getpass.getpass("PIN, six digits: ")
    return first if getpass.getpass("once more: ") == first else ""
