"""A book as a table: CSV, XLSX or JSON, of all days or of some."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import IO

from agent.cli import BAD_CONFIGURATION, FAILED, USAGE, WELL
from agent.commands import station_file
from agent.core import export
from agent.core.books import BOOKS
from agent.shell import spreadsheet
from agent.shell.store.books import shelved

SUMMARY = "a book as CSV, XLSX or JSON"
FORMATS = ("csv", "xlsx", "json")
MARK = "\ufeff"  # at the head of a CSV file: without it Excel reads Chinese as something else
NAMES = ", ".join(book.name for book in BOOKS)


def arguments(parser: argparse.ArgumentParser) -> None:
    station_file.argument(parser)
    parser.add_argument("book", metavar="BOOK", choices=[book.name for book in BOOKS], help=NAMES)
    parser.add_argument("--from", dest="first", type=day, metavar="DATE", help="first day, as 2026-11-01")
    parser.add_argument("--to", dest="last", type=day, metavar="DATE", help="last day, included")
    parser.add_argument("--format", choices=FORMATS, help="default: as the name of --out ends, else csv")
    parser.add_argument("--events", action="store_true", help="of the case book: one row an event (XLSX has both)")
    parser.add_argument("-o", "--out", type=Path, metavar="FILE", help="default: standard output; XLSX needs one")


def run(args: argparse.Namespace) -> int:
    form = args.format or (args.out.suffix[1:] if args.out and args.out.suffix[1:] in FORMATS else "csv")
    if form == "xlsx" and args.out is None:
        print("station-edge export: an XLSX is no text: --out FILE", file=sys.stderr)
        return USAGE
    config = station_file.read_or_tell(args.config)
    if config is None:
        return BAD_CONFIGURATION
    zone = config.station.zone
    try:
        docs = shelved(config.station.data / "books", args.book)
        chosen = export.within(args.book, docs, zone, args.first, args.last)
        tables = export.tables(args.book, chosen, zone)
        if form == "xlsx":
            spreadsheet.write(args.out, tables)
        else:
            with open(args.out, "w", encoding="utf-8", newline="") if args.out else nullcontext(sys.stdout) as out:
                out.write(MARK if args.out and form == "csv" else "")
                write_json(out, chosen) if form == "json" else write_csv(out, tables[-1 if args.events else 0])
    except OSError as error:
        print(f"station-edge export: {error}", file=sys.stderr)
        return FAILED
    if sys.stderr.isatty():
        print(f"{len(chosen)} of {len(docs)} documents", file=sys.stderr)
    return WELL


def write_json(out: IO[str], docs: Iterable[export.Doc]) -> None:
    """One document a line, as the book holds it."""
    for doc in docs:
        out.write(json.dumps(doc, ensure_ascii=False) + "\n")


def write_csv(out: IO[str], table: export.Table) -> None:
    lines = csv.writer(out)
    lines.writerow(table.head)
    lines.writerows([export.harmless(cell) for cell in row] for row in table.rows)


def day(text: str) -> date:
    return date.fromisoformat(text)
