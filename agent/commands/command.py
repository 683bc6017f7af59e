"""Send a command as head office does, and wait for the station's reply."""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from collections import deque
from pathlib import Path
from typing import Any

from agent.cli import FAILED, USAGE, WELL
from agent.commands.arguments import broker, level, seconds
from agent.core.messages import envelope
from agent.core.messages.stamp import iso
from agent.shell import clock
from agent.shell.mqtt.listener import Broker, BrokerError, Said, converse

SUMMARY = "send a command as head office does, and wait for its reply"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", type=level, metavar="NAME", help="ping, rebirth, replay, config.propose, case.ack, …")
    parser.add_argument(
        "args", nargs="*", metavar="KEY=VALUE", help="its arguments; a value is JSON, else text; @FILE is a file's text"
    )
    parser.add_argument("--station", type=level, metavar="ID", required=True)
    parser.add_argument(
        "--broker", type=broker, metavar="URL", required=True, help="mqtt://[USER:PASSWORD@]HOST[:PORT], or mqtts://"
    )
    parser.add_argument("--root", type=level, default="gse", help="first topic level (default: gse)")
    parser.add_argument("--by", default="ho", help="who commands (default: ho)")
    parser.add_argument(
        "--id", type=level, help="of the command; the same id is never obeyed twice (default: a new one)"
    )
    parser.add_argument(
        "--expires", type=seconds, default=3600.0, metavar="SECONDS", help="from now (default: an hour)"
    )
    parser.add_argument("--timeout", type=seconds, default=30.0, metavar="SECONDS", help="to wait (default: 30)")
    parser.add_argument("--json", action="store_true", help="the reply's body as it came")


def run(args: argparse.Namespace) -> int:
    try:
        given = dict(map(pair, args.args))
        now = clock.now().utc
        id = args.id or secrets.token_hex(6)
        body = {
            "id": id, "by": args.by, "issued": iso(now), "expires": iso(now + args.expires), "args": given,
        }  # fmt: skip
        topics = f"{args.root}/1/dn/{args.station}/cmd/{args.name}", f"{args.root}/1/up/{args.station}/reply/{id}"
        reply = ask(args.broker, *topics, envelope.dump(body), args.timeout)
    except (ValueError, OSError) as error:
        print(f"station-edge command: {error}", file=sys.stderr)
        return USAGE
    except BrokerError as error:
        print(f"station-edge command: {error}", file=sys.stderr)
        return FAILED
    if reply is None:
        print(f"{args.station} has not replied within {args.timeout:g} s; it may still", file=sys.stderr)
        return FAILED
    if args.json:
        print(json.dumps(reply, ensure_ascii=False))
    else:
        for problem in reply.get("problems", []):
            print(problem, file=sys.stderr)
        said = {key: value for key, value in reply.items() if key not in ("cmd", "ok", "reason", "problems", "args")}
        print(f"{args.name}: {'done' if reply.get('ok') else 'refused'}", reply.get("reason") or "", said or "")
    return WELL if reply.get("ok") else FAILED


def pair(word: str) -> tuple[str, Any]:
    """`from=12` → ("from", 12); `toml=@FILE` → ("toml", the file's text). Raises ValueError, OSError."""
    key, equals, value = word.partition("=")
    if not equals or not key:
        raise ValueError(f"{word!r}: KEY=VALUE")
    if value.startswith("@"):
        return key, Path(value[1:]).read_text("utf-8")
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value


def read(payload: bytes) -> dict[str, Any] | None:
    """The body of a station's message; None of anything else."""
    try:
        message = envelope.load(payload)
    except ValueError:
        return None
    body = message.get("data") if isinstance(message, dict) else None
    return body if isinstance(body, dict) else None


def ask(broker: Broker, down: str, up: str, command: bytes, patience: float) -> dict[str, Any] | None:
    """The body of the reply; of a trial, that of its outcome; None when none came. Raises BrokerError."""
    end = clock.now().mono + patience
    outbox, trying = deque([Said(down, command)]), False

    def told(text: str) -> None:
        """The line came or went: the same id is obeyed once, so it may be said again."""
        outbox.clear()
        outbox.append(Said(down, command))
        print(text, file=sys.stderr, flush=True) if sys.stderr.isatty() else None

    for turn in converse(broker, [up], told, outbox):
        for heard in turn:
            if (body := read(heard.payload)) is None:
                continue
            if body.get("state") != "trying":
                return body
            end = clock.now().mono + body.get("minutes", 0.0) * 60 + patience  # the outcome is a second reply
            outbox.clear()
            if not trying:  # the station says it again when it is back
                print(f"on trial, at most for minutes: {body.get('minutes')}", file=sys.stderr, flush=True)
            trying = True
        if clock.now().mono > end:
            break
    return None
