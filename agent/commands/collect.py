"""The reference head office: hears every station, keeps each message once, acknowledges, asks for what is missing."""

from __future__ import annotations

import argparse
import signal
import sqlite3
import sys
from collections import deque
from pathlib import Path

from agent.cli import FAILED, USAGE, WELL
from agent.collect.office import Office
from agent.collect.store import Store
from agent.commands.arguments import broker, level
from agent.shell import clock
from agent.shell.mqtt.listener import Broker, BrokerError, Said, converse
from agent.shell.signals import answering

SUMMARY = "reference head office: verify, store once, acknowledge, ask for what is missing"
FORMS = "sqlite:///FILE (a second slash more for an absolute path)"
PROGRESS = 2.0  # seconds between two looks at the counts, on a terminal


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--broker", type=broker, metavar="URL", required=True, help="mqtt://[USER:PASSWORD@]HOST[:PORT], or mqtts://"
    )
    parser.add_argument("--db", metavar="URL", required=True, help=FORMS)
    parser.add_argument("--root", type=level, default="gse", help="first topic level (default: gse)")
    parser.add_argument("--ca", type=Path, metavar="FILE", help="for mqtts: whom to believe")
    parser.add_argument("--cert", type=Path, metavar="FILE", help="for mqtts: who we are, with --key")
    parser.add_argument("--key", type=Path, metavar="FILE")


def run(args: argparse.Namespace) -> int:
    try:
        path = file_of(args.db)
        place = args.broker._replace(ca=args.ca, cert=args.cert, key=args.key)
    except ValueError as error:
        print(f"station-edge collect: {error}", file=sys.stderr)
        return USAGE
    with answering(signal.default_int_handler, signal.SIGTERM):
        try:
            store = Store(path)
            collect(place, Office(store, args.root))
        except (BrokerError, sqlite3.Error) as error:
            print(f"station-edge collect: {error}", file=sys.stderr)
            return FAILED
        except KeyboardInterrupt:
            store.close()
    return WELL


def collect(broker: Broker, office: Office) -> None:
    """For ever. Raises BrokerError, sqlite3.Error."""
    outbox: deque[Said] = deque()
    shown = clock.now().mono
    for heard in converse(broker, [f"{office.root}/1/up/#"], say, outbox):
        now = clock.now().mono
        turn = office.take(heard, now)
        outbox.extend(Said(topic, payload) for topic, payload in turn.said)
        for remark in turn.remarks:
            say(remark)
        if sys.stdout.isatty() and now - shown >= PROGRESS:
            shown = now
            print(f"\r{', '.join(f'{count} {what}' for what, count in office.tally.items())}", end="", flush=True)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def file_of(url: str) -> Path:
    """Raises ValueError."""
    if url.startswith("postgresql:"):
        raise ValueError(f"PostgreSQL is not there yet; {FORMS}")
    if not url.startswith("sqlite:///") or url == "sqlite:///":
        raise ValueError(f"{url!r} is no database; {FORMS}")
    return Path(url.removeprefix("sqlite:///"))
