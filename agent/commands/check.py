"""Validate a station file (and print it resolved), or a device map (and run its proofs)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from agent.config import read as config
from agent.config.show import show
from drivers import mapfile
from drivers.table import Problem, load

SUMMARY = "validate and print the resolved configuration, secrets masked; or prove a device map"
BAD_CONFIGURATION = 78  # EX_CONFIG: systemd does not retry


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-c", "--config", type=Path, metavar="station.toml", default=None)
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a device map, or a station file")


def run(args: argparse.Namespace) -> int:
    path = args.file or args.config or Path("/etc/station-edge/station.toml")
    table, _ = load(path)
    if "model" in table:
        return check_map(path)
    resolved, problems, warnings = config.read(path)
    tell(warnings, "warning: ")
    tell(problems)
    if resolved is None:
        return BAD_CONFIGURATION
    print(show(resolved), end="")
    return 0


def check_map(path: Path) -> int:
    device_map, source = mapfile.load_map(path)
    tell(source.warnings, "warning: ")
    tell(source.problems)
    if source.problems:
        return BAD_CONFIGURATION
    print(f"{path}: {device_map.key}: {len(device_map.points)} points, {len(device_map.vectors)} proofs hold")
    return 0


def tell(problems: list[Problem], prefix: str = "") -> None:
    for problem in problems:
        print(f"{prefix}{problem}", file=sys.stderr)
