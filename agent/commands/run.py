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

SUMMARY = "the daemon"
log = logging.getLogger("agent")


def arguments(parser: argparse.ArgumentParser) -> None:
    station_file.argument(parser)
    parser.add_argument("--log", choices=("debug", "info", "warning"), default="info", help="how much is told")


def run(args: argparse.Namespace) -> int:
    config = station_file.read_or_tell(args.config, warn=True)
    if config is None:
        return BAD_CONFIGURATION
    # journald stamps the lines itself; a terminal or a file has nobody else to do it
    stamp = "" if os.environ.get("JOURNAL_STREAM") else "%(asctime)s "
    logging.basicConfig(level=args.log.upper(), format=f"{stamp}%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    faulthandler.enable()  # ended by the watchdog, the log says where every thread stood
    from agent.compose import serve

    outcome = WELL
    try:
        asyncio.run(serve(config))
    except* OSError as group:
        for error in leaves(group):
            log.error("%s", error)
        outcome = FAILED
    return outcome


def leaves(group: BaseException) -> Iterator[BaseException]:
    """The errors themselves, however deep the tasks that raised them were nested."""
    if isinstance(group, BaseExceptionGroup):
        for inner in group.exceptions:
            yield from leaves(inner)
    else:
        yield group
