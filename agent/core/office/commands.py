"""Head office's commands: refused when expired, retained, seen before, unknown or malformed; always answered once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import datetime

from agent.core.messages import bodies, casebodies, schema
from agent.core.model import Commanded, Effect, Fact
from drivers.model import Instant

ARGUMENTS: dict[str, type] = {"replay": bodies.ReplayArguments, **casebodies.ARGUMENTS}  # of commands that take some
ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")  # it becomes a topic level, and a topic must be sayable
HARMLESS = frozenset({"ping", "rebirth", "replay", *casebodies.ARGUMENTS})  # late or not: a case has its version


def examine(event: Commanded, seen: frozenset[str], known: Collection[str], now: Instant) -> tuple[str | None, str]:
    """The command's id, and why it is not taken (an empty text: it is). No id: it cannot be answered."""
    id = event.body.get("id")
    if not isinstance(id, str) or not ID.fullmatch(id):
        return None, "no id, or not of A-Z a-z 0-9 _ . : -"
    return id, "" if id in seen else objection(event, known, now)


def reply(event: Commanded, id: str, why: str, now: Instant) -> Fact:
    """The one answer to a command; `why` it was refused, or an empty text."""
    return Fact("reply", id, {"cmd": event.name, "ok": not why, "reason": why}, "station", now)


def unanswerable(event: Commanded, why: str, now: Instant) -> list[Effect]:
    """A command that names no id has nobody to answer to: it stands in the audit trail."""
    return [Fact("audit", "_", {"what": "command-refused", "cmd": event.name, "reason": why}, "head-office", now)]


def objection(event: Commanded, known: Collection[str], now: Instant) -> str:
    """Why a command is not taken, or an empty text."""
    if event.retained:
        return "retained: a command is for now, not for whoever connects next"
    if event.name not in known:
        return f"unknown command {event.name!r}; known: {', '.join(sorted(known))}"
    if not isinstance(event.body.get("args", {}), dict):
        return "args must be an object"
    if wrong := next(misfits(event), None):
        return f"args: {wrong}"
    expires = event.body.get("expires")
    if expires is None:
        return ""
    try:
        moment = datetime.fromisoformat(expires)
    except (TypeError, ValueError):
        return "expires must be an ISO 8601 time"
    if moment.tzinfo is None:
        return "expires must name its time zone"
    if now.clk == "unsynced" and event.name not in HARMLESS:
        return "the station's clock is not set: it cannot tell whether this has expired"
    return "expired" if moment.timestamp() < now.utc else ""


def misfits(event: Commanded) -> Iterator[str]:
    """What of the arguments is not as the command's description says."""
    if shape := ARGUMENTS.get(event.name):
        yield from schema.misfits(schema.of(shape), event.body.get("args", {}))
