"""Head office's commands, looked at before anything is done: the id, whether it is for now, whether it makes sense."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from agent.core.messages import envelope, schema
from agent.core.model import Body, Commanded, Fact
from drivers.model import Instant

ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")  # it becomes a topic level, and a topic must be sayable


def examine(event: Commanded, known: Collection[str], now: Instant) -> tuple[str | None, str]:
    """The command's id, and why it is not taken (an empty text: it is). No id: it cannot be answered."""
    id = event.body.get("id")
    if not isinstance(id, str) or not ID.fullmatch(id):
        return None, "no id, or not of A-Z a-z 0-9 _ . : -"
    return id, objection(event, known, now)


def content(event: Commanded) -> str:
    """What an id stands for: the command and the digest of its arguments, whenever it was issued."""
    args = event.body.get("args")
    return f"{event.name} {envelope.digest(envelope.dump(args, ordered=True))[:16] if args else ''}"


def reply(event: Commanded, id: str, why: str, now: Instant, **more: object) -> Fact:
    """The answer to a command; `why` it was refused, or an empty text. It tells what the id stands for from now on."""
    return answer(id, content(event), why, now, **more)


def answer(id: str, content: str, why: str, now: Instant, **more: object) -> Fact:
    """A reply to the command that `content` stands for."""
    cmd, _, args = content.partition(" ")
    body: Body = {"cmd": cmd[:64], "ok": not why, "reason": why} | more | ({"args": args} if args else {})
    return Fact("reply", id, body, "station", now)


def recall(replies: Collection[tuple[str, Body]]) -> dict[str, str]:
    """What each id that was answered stands for, by its last reply."""
    return {id: f"{body.get('cmd')} {body.get('args', '')}" for id, body in replies}


def open_proposal(replies: Mapping[str, Body]) -> str:
    """The proposal whose outcome has not been told yet; an empty text: none."""
    return next((id for id, body in reversed(list(replies.items())) if body.get("state") == "trying"), "")


def unanswerable(event: Commanded, why: str, now: Instant) -> Fact:
    """A command that names no id has nobody to answer to: it stands in the audit trail."""
    return Fact("audit", "_", {"what": "command-refused", "cmd": event.name[:64], "reason": why}, "head-office", now)


def objection(event: Commanded, known: Collection[str], now: Instant) -> str:
    """Why a command is not taken, or an empty text."""
    if event.retained:
        return "retained: a command is for now, not for whoever connects next"
    if event.name not in known:
        return f"unknown command {event.name[:64]!r}; known: {', '.join(sorted(known))}"
    if not isinstance(event.body.get("args", {}), dict):
        return "args must be an object"
    if wrong := next(misfits(event), None):
        return wrong
    return belated(event, now)


def belated(event: Commanded, now: Instant) -> str:
    """Why a command is not for this moment. Without `expires` it is for whenever it comes."""
    expires = event.body.get("expires")
    if expires is None:
        return ""
    try:
        moment = datetime.fromisoformat(expires)
    except (TypeError, ValueError):
        return "expires must be an ISO 8601 time"
    if moment.tzinfo is None:
        return "expires must name its time zone"
    return "expired" if moment.timestamp() < now.utc else ""


def misfits(event: Commanded) -> Iterator[str]:
    """What of the command, and of its arguments, is not as its description says."""
    for member in ("by", "issued"):
        if member in event.body and not isinstance(event.body[member], str):
            yield f"{member}: {str(event.body[member])[:40]!r} is no string"
    if shape := schema.ARGUMENTS.get(event.name):
        yield from (f"args: {wrong}" for wrong in schema.misfits(schema.of(shape), event.body.get("args", {})))
