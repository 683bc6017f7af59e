"""Head office's commands: refused when expired, retained, seen before, unknown or malformed; always answered once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from agent.core.messages import bodies, schema
from agent.core.model import Body, Commanded, Effect, Fact
from drivers.model import Instant

Handler = Callable[[Body], list[Effect]]
ARGUMENTS: dict[str, type] = {"replay": bodies.ReplayArguments}  # of commands that take some
ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")  # it becomes a topic level, and a topic must be sayable
HARMLESS = frozenset({"ping", "rebirth", "replay"})  # late or not, they hurt nobody


def answer(event: Commanded, seen: frozenset[str], handlers: Mapping[str, Handler], now: Instant) -> list[Effect]:
    """The reply, and what the command causes when it is taken. A repeated id gets no second one: its own stands."""
    id = event.body.get("id")
    if not isinstance(id, str) or not ID.fullmatch(id):
        return [
            Fact(
                "audit",
                "_",
                {"what": "command-refused", "cmd": event.name, "reason": "no id, or not of A-Z a-z 0-9 _ . : -"},
                "head-office",
                now,
            )
        ]
    if id in seen:
        return []
    why = objection(event, handlers, now)
    reply = Fact("reply", id, {"cmd": event.name, "ok": not why, "reason": why}, "station", now)
    return [reply] if why else [reply, *handlers[event.name](event.body.get("args", {}))]


def objection(event: Commanded, handlers: Mapping[str, Handler], now: Instant) -> str:
    """Why a command is not taken, or an empty text."""
    if event.retained:
        return "retained: a command is for now, not for whoever connects next"
    if event.name not in handlers:
        return f"unknown command {event.name!r}; known: {', '.join(sorted(handlers))}"
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
