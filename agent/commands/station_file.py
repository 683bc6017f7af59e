"""The station file of a command: where it lies, and how its problems are told, one a line, on standard error."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from agent.config import read
from agent.config.model import Config
from drivers.table import Problem

DEFAULT = Path("/etc/station-edge/station.toml")


def argument(parser: argparse.ArgumentParser) -> None:
    """`-c FILE`, as every command takes it."""
    parser.add_argument("-c", "--config", type=Path, default=DEFAULT, metavar="FILE", help=f"default: {DEFAULT}")


def read_or_tell(path: Path, *, warn: bool = False) -> Config | None:
    """The configuration; None after its problems were told: the command then ends with exit code 78."""
    config, problems, warnings = read.read(path)
    print_problems(warnings if warn else (), "warning: ")
    print_problems(problems)
    return config


def print_problems(problems: Sequence[Problem], prefix: str = "") -> None:
    for problem in problems:
        print(f"{prefix}{problem}", file=sys.stderr)
