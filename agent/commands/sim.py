"""The simulated devices alone, on real sockets and ptys, and one-line commands to make them fail."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from agent.cli import BAD_CONFIGURATION, FAILED, WELL
from agent.commands.arguments import age, port
from drivers.model import MapError
from drivers.sim import run as simulation

SUMMARY = "the simulated devices alone: Modbus TCP, Modbus RTU on a pty, serial protocols on ptys"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-c", "--config", type=Path, metavar="FILE", help="a sim.toml; without one: the demo's station")
    parser.add_argument(
        "--age", type=age, default=0.0, metavar="SECONDS", help="how long it has been selling gas already"
    )
    parser.add_argument(
        "--web",
        type=port,
        metavar="PORT",
        help="a page on 127.0.0.1 with every device and its faults; 0: any free port",
    )
    parser.epilog = (
        "While it runs, one line of input is a command: alive NAME; silent NAME, late NAME, noise NAME, "
        "exception NAME: the line suffers; frozen NAME, reset NAME, density NAME: its figures do; quit."
    )


def run(args: argparse.Namespace) -> int:
    try:
        asyncio.run(simulation.run(args.config, sys.stdout, sys.stdin, args.age, args.web))
    except MapError as error:
        print(error, file=sys.stderr)
        return BAD_CONFIGURATION
    except OSError as error:
        print(f"station-edge sim: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        pass
    return WELL
