"""The JSON Schema of a message type, or all of them and the AsyncAPI document into a folder."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from agent import __version__
from agent.cli import FAILED, USAGE, WELL
from agent.core.messages import asyncapi, schema

SUMMARY = "the JSON Schema of a message type; all of them into a folder"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("type", nargs="?", metavar="TYPE", help="such as gse.tele.v1, dn.ack, asyncapi; none: the list")
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="write every schema there, and asyncapi.json")


def run(args: argparse.Namespace) -> int:
    documents = schema.every() | {"asyncapi": asyncapi.document(__version__)}
    if args.write:
        return write(args.write, documents)
    if args.type is None:
        print(*documents, sep="\n")
        return WELL
    if args.type not in documents:
        print(f"{args.type!r} is no message type; one of {', '.join(documents)}", file=sys.stderr)
        return USAGE
    print(format_schema(documents[args.type]), end="")
    return WELL


def write(folder: Path, documents: dict[str, schema.Schema]) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, document in documents.items():
            (folder / f"{name}.json").write_text(format_schema(document), "utf-8")
    except OSError as error:
        print(f"{folder}: {error.strerror}", file=sys.stderr)
        return FAILED
    return WELL


def format_schema(document: schema.Schema) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
