"""The daemon: read the configuration, refuse it line by line or run the station until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import faulthandler
import logging
import os
import sys
from collections.abc import Iterator

from agent.cli import BAD_CONFIGURATION, FAILED, WELL
from agent.commands import station_file
from agent.shell.proposals import Anew
from agent.shell.store import trialfile

SUMMARY = "the daemon"
log = logging.getLogger("agent")


def arguments(parser: argparse.ArgumentParser) -> None:
    station_file.argument(parser)
    parser.add_argument("--log", choices=("debug", "info", "warning"), default="info", help="how much is told")


def run(args: argparse.Namespace) -> int:
    try:
        trial = trialfile.begin(args.config)
        config = station_file.read_or_tell(args.config, warn=True)
        if config is None and trial and trial.stage == "trying":
            trial = trialfile.take_back(args.config, trial, "it cannot be read any more")
            config = station_file.read_or_tell(args.config, warn=True)
    except OSError as wrong:
        print(f"station-edge run: {wrong}", file=sys.stderr)
        return FAILED
    if config is None:
        return BAD_CONFIGURATION
    # journald stamps the lines itself; a terminal or a file has nobody else to do it
    stamp = "" if os.environ.get("JOURNAL_STREAM") else "%(asctime)s "
    logging.basicConfig(level=args.log.upper(), format=f"{stamp}%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    faulthandler.enable()  # ended by the watchdog, the log says where every thread stood
    from agent.compose import serve

    outcome: int | None = WELL
    try:
        asyncio.run(serve(config, args.config, trial))
    except* OSError as group:
        for error in leaves(group):
            log.error("%s", error)
        outcome = FAILED
    except* Anew as group:
        log.warning("beginning anew: %s", next(leaves(group)))
        outcome = None
    if outcome is None:  # the same process for whoever watches it, and nothing left of the old one
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
    return outcome


def leaves(group: BaseException) -> Iterator[BaseException]:
    """The errors themselves, however deep the tasks that raised them were nested."""
    if isinstance(group, BaseExceptionGroup):
        for inner in group.exceptions:
            yield from leaves(inner)
    else:
        yield group
