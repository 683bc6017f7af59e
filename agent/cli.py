"""The command line: one word names a module of agent/commands, and only that module is loaded."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, cast

from agent import __version__

WELL, FAILED, USAGE, BAD_CONFIGURATION = 0, 1, 2, 78

COMMANDS = (
    "run",
    "check",
    "demo",
    "sim",
    "models",
    "profiles",
    "gas",
    "probe",
    "decode",
    "rehearse",
    "watch",
    "verify",
    "command",
    "collect",
    "export",
    "report",
    "schema",
    "status",
    "pin",
)


class Command(Protocol):
    """What a module of agent/commands offers."""

    SUMMARY: str

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare what may follow the command's name."""

    def run(self, args: argparse.Namespace) -> int:
        """Do it; the exit code."""
        ...


def main(words: Sequence[str] | None = None) -> int:
    """Run one command. 0 well · 1 failed · 2 wrong usage · 78 bad configuration."""
    name, *rest = (sys.argv[1:] if words is None else list(words)) or [""]
    if name in ("--version", "-V"):
        print(f"station-edge {__version__}")
        return WELL
    if name in ("--help", "-h", "help"):
        print(overview())
        return WELL
    if name not in COMMANDS:
        print(f"station-edge: {name!r} is no command\n\n{overview()}" if name else overview(), file=sys.stderr)
        return USAGE
    command = load(name)
    parser = argparse.ArgumentParser(f"station-edge {name}", description=command.SUMMARY)
    command.arguments(parser)
    args = parser.parse_args(rest)
    try:
        return command.run(args)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return WELL


def load(name: str) -> Command:
    return cast(Command, import_module(f"agent.commands.{name}"))


def overview() -> str:
    """Every command with its one line."""
    rows = (f"  {name:<10}{load(name).SUMMARY}" for name in COMMANDS)
    return "\n".join(["station-edge COMMAND … (each one takes --help)", "", *rows])


if __name__ == "__main__":
    sys.exit(main())
