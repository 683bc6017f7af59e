"""Check a capture of the station's messages; findings first, then what it holds."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from agent.cli import FAILED, WELL
from agent.core.lanes.verify import Report, verify

SUMMARY = "check captured messages: envelope, gaps, duplicates, forks, hash chain"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="what `mosquitto_sub -v` printed; - for standard input")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(args: argparse.Namespace) -> int:
    try:
        if args.file == "-":
            report = verify(sys.stdin)
        else:
            with Path(args.file).open(encoding="utf-8", newline="\n") as lines:
                report = verify(lines)
    except (OSError, UnicodeDecodeError) as error:
        print(f"{args.file}: {error}", file=sys.stderr)
        return FAILED
    if args.json:
        print(json.dumps(told(report), ensure_ascii=False))
    else:
        for line, fault, text in report.findings:
            print(f"{args.file}:{line}: {fault}: {text}" if line else f"{args.file}: {fault}: {text}")
        print(summary(report))
    return FAILED if report.findings else WELL


def told(report: Report) -> dict[str, object]:
    return {
        "messages": report.messages,
        "duplicates": report.duplicates,
        "kinds": dict(report.kinds),
        "lanes": [
            {"station": s, "lane": lane, "epoch": epoch, "from": min(x.seen), "to": max(x.seen), "held": len(x.seen)}
            for (s, lane, epoch), x in report.ledgers.items()
            if x.seen
        ],
        "findings": [finding._asdict() for finding in report.findings],
    }


def summary(report: Report) -> str:
    kinds = ", ".join(f"{count} {kind}" for kind, count in report.kinds.most_common())
    rows = [f"{report.messages} messages ({kinds or 'none'}), {report.duplicates} of them again"]
    rows += [
        f"  {station} {lane} epoch {epoch}: {len(x.seen)} held, {min(x.seen)} to {max(x.seen)}"
        for (station, lane, epoch), x in report.ledgers.items()
        if x.seen
    ]
    return "\n".join([*rows, f"{len(report.findings) or 'no'} finding{'s' if len(report.findings) != 1 else ''}"])
