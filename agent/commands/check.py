"""Validate a station file (and print it resolved), or a device map (and run its proofs)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from agent.cli import BAD_CONFIGURATION, WELL
from agent.commands.station_file import DEFAULT, print_problems, read_or_tell
from agent.config.model import Gpio
from agent.config.show import show
from drivers.maps import mapfile
from drivers.table import load

SUMMARY = "validate and print the resolved configuration, secrets masked; or prove a device map"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-c", "--config", type=Path, metavar="station.toml", default=None)
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a device map, or a station file")


def run(args: argparse.Namespace) -> int:
    path = args.file or args.config or DEFAULT
    table, _ = load(path)
    if "model" in table:
        return check_map(path)
    config = read_or_tell(path, warn=True)
    if config is None:
        return BAD_CONFIGURATION
    if config.inputs or config.outputs:
        warn_of_pins(path, config.gpio)
    print(show(config), end="")
    return WELL


def warn_of_pins(path: Path, gpio: Gpio) -> None:
    from agent.shell.pins import simulated  # takes a while, and most stations checked on a desk have no pins

    if gpio.factory == "mock":
        print(f"warning: {path}: gpio.factory: inputs and outputs are simulated: nothing sounds", file=sys.stderr)
    elif simulated(gpio):
        print(f"warning: {path}: input, output: no GPIO on this machine: they would be simulated here", file=sys.stderr)


def check_map(path: Path) -> int:
    device_map, source = mapfile.load_map(path)
    print_problems(source.warnings, "warning: ")
    print_problems(source.problems)
    if source.problems:
        return BAD_CONFIGURATION
    print(f"{path}: {device_map.key}: {len(device_map.points)} points, {len(device_map.vectors)} proofs hold")
    return WELL
