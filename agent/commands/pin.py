"""Write a person's PIN file: asked for twice on a terminal, or read from standard input."""

from __future__ import annotations

import argparse
import getpass
import re
import sys

from agent.cli import BAD_CONFIGURATION, FAILED, USAGE, WELL
from agent.commands import station_file
from agent.shell.store import pinfile

SUMMARY = "write a person's PIN file"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("person", metavar="PERSON", help="the id of a [[person]]")
    station_file.argument(parser)


def run(args: argparse.Namespace) -> int:
    config = station_file.read_or_tell(args.config)
    if config is None:
        return BAD_CONFIGURATION
    login = next((entry for entry in config.logins if entry.person.id == args.person), None)
    if login is None or login.pin_file is None:
        known = ", ".join(entry.person.id for entry in config.logins if entry.pin_file) or "nobody"
        print(f"{args.person}: no [[person]] with this id and a pin_file; known: {known}", file=sys.stderr)
        return USAGE
    pin = ask()
    if not re.fullmatch(r"\d{6}", pin):
        print("a PIN has six digits", file=sys.stderr)
        return USAGE
    try:
        pinfile.write(login.pin_file, pin)
    except OSError as error:
        print(f"{login.pin_file}: {error.strerror}", file=sys.stderr)
        return FAILED
    print(f"{login.pin_file}: written")
    return WELL


def ask() -> str:
    """The PIN, typed twice alike on a terminal; one line from a pipe."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    first = getpass.getpass("PIN, six digits: ")
    return first if getpass.getpass("once more: ") == first else ""
