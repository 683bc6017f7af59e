"""A report reckoned from facts: the station's own journal, or what somebody else kept of it; printed, or compared."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from agent.cli import BAD_CONFIGURATION, FAILED, USAGE, WELL
from agent.commands import station_file
from agent.config.model import Config
from agent.core.reports.compile import compile, digest
from agent.core.reports.documents import Facts, gather
from agent.core.reports.heard import Heard
from agent.core.reports.kinds import KINDS
from agent.core.reports.page import figure, page
from agent.core.reports.period import Period, at, read
from agent.core.reports.plot import say
from agent.core.reports.terms import Terms
from agent.shell import clock
from agent.shell.store.chronicle import Chronicle
from agent.shell.store.reader import Reader

SUMMARY = "a report reckoned from the journal: figures with their definitions, a page to print"


def arguments(parser: argparse.ArgumentParser) -> None:
    station_file.argument(parser)
    parser.add_argument("kind", metavar="KIND", nargs="?", choices=list(KINDS), help=", ".join(KINDS))
    parser.add_argument("period", metavar="PERIOD", nargs="?", help="2026-11, 2026Q4; default: the last that is over")
    parser.add_argument("--facts", type=Path, metavar="FILE", help="what `mosquitto_sub -v` kept, not the journal")
    parser.add_argument("--public", action="store_true", help="without figures so small that they point at somebody")
    parser.add_argument("--check", action="store_true", help="reckon every published report anew, and compare")
    parser.add_argument("--json", action="store_true", help="the body of the report")
    parser.add_argument("-o", "--out", type=Path, metavar="FILE.html", help="a page to print")


def run(args: argparse.Namespace) -> int:
    if not args.kind and not args.check:
        print(
            "\n".join(
                f"{kind.name:14} {kind.length:8} {kind.zh} / {kind.en} ({kind.source})" for kind in KINDS.values()
            )
        )
        return WELL
    config = station_file.read_or_tell(args.config)
    if config is None:
        return BAD_CONFIGURATION
    try:
        facts, origin = opened(args.facts, config)
        if args.check:
            return check(facts)
        kind = KINDS[args.kind]
        period = read(args.period) if args.period else at(kind.length, clock.now().utc, config.station.zone).before
    except ValueError as error:
        print(f"station-edge report: {error}", file=sys.stderr)
        return USAGE
    except OSError as error:
        print(f"station-edge report: {error}", file=sys.stderr)
        return FAILED
    if period.length != kind.length:
        print(f"station-edge report: {kind.name} is of a {kind.length}: {period.name} is none", file=sys.stderr)
        return USAGE
    body = made(facts, kind.name, period, config.station.zone, config.terms, args.public)
    if body is None:
        print(f"station-edge report: nothing is known of {period.name}: the facts begin later", file=sys.stderr)
        return FAILED
    feedback = {"officer": config.feedback.officer, "deputy": config.feedback.deputy}
    body |= origin | {role: person for role, person in feedback.items() if person}
    if args.out:
        args.out.write_text(page(config.station.name, body, config.station.zone), "utf-8")
    if args.json:
        print(json.dumps(body, ensure_ascii=False))
    elif not args.out:
        print("\n".join(text(body)))
    return WELL


def opened(file: Path | None, config: Config) -> tuple[Facts, dict[str, Any]]:
    """Where the facts are, and how far they reach. Raises OSError, ValueError."""
    if file is None:
        reader = Reader(config.station.data / "journal.db")
        chronicle = Chronicle(reader.rows, reader.top, reader.epoch, reader.base)
        return chronicle, {"epoch": reader.epoch, "through": reader.top - reader.base}
    heard, facts = Heard(), f"{config.mqtt.root}/1/up/{config.station.id}/"
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            topic, _, payload = line.partition(" ")
            if topic.startswith(facts) and '"lane":"fact"' in payload:
                try:
                    heard.hear(topic.split("/")[4], payload.encode())
                except (ValueError, KeyError) as error:
                    raise ValueError(f"{file}:{number}: no message of ours: {error}") from error
    return heard, {"epoch": heard.epoch, "through": heard.through}


def made(
    facts: Facts, kind: str, period: Period, zone: ZoneInfo, terms: Terms, public: bool = False
) -> dict[str, Any] | None:
    found = gather(facts, *period.span(zone))
    return None if found is None else compile(KINDS[kind], period, found, zone, terms, public)


def check(facts: Facts) -> int:
    """Every report that was published, reckoned anew from the facts it names; one line each."""
    wrong = told = 0
    for document in facts.published():
        body = document["data"]
        if "digest" not in body:
            continue
        part, terms = facts.until(body["epoch"], body["through"]), body["terms"]
        own = Terms(least=terms["least"], sample=terms["sample"], shifts=tuple(terms["shifts"]))
        again = None if part is None else made(part, body["kind"], read(body["period"]), ZoneInfo(terms["zone"]), own)
        same = again is not None and again["digest"] == body["digest"] == digest(body)
        said = "as published" if same else "differs" if again else "cannot be told: its facts are not here"
        told, wrong = told + 1, wrong + (not same)
        print(f"{body['report']:28} {said}")
    print(f"{told} reports, {wrong or 'none'} of them not as published")
    return FAILED if wrong else WELL


def text(body: Mapping[str, Any]) -> Iterator[str]:
    """As a terminal shows it: figures with their definitions, then the tables."""
    kind = KINDS[body["kind"]]
    yield f"{kind.zh} / {kind.en}, {body['period']} ({body['from']} – {body['to']})"
    for one in body["figures"]:
        of = f" of {one['of']}" if "of" in one else ""
        yield f"{figure(one):>12}{of:10} {one['figure']:26} {one['zh']} / {one['en']}"
    for told in body["tables"]:
        yield from ("", f"{told['zh']} / {told['en']}", "  ".join(told["columns"]))
        yield from ("  ".join(map(say, row, told["columns"])) for row in told["rows"])
