"""Somebody asks for the manager: an alarm until it is seen, a task until somebody came, and how long that took.

    Call ─▶ task opened, manager-called raised ─▶ Came ─▶ task done, with the seconds
                                                  └─ by a customer who does not wait any longer: withdrawn

Nobody waits twice at one kiosk: a second touch finds the same call.
"""

from __future__ import annotations

from collections.abc import Mapping

from agent.core.messages.stamp import iso, local, utc_of
from agent.core.model import Body, Fact
from agent.core.setup import Setup
from drivers.model import Instant
from kiosk.calls import CallView, Came

Calls = Mapping[str, str]  # id of each that waits → since when, ISO 8601

RULE = "manager-called"  # the alarm of it
KIND = "manager-call"
TEXT = "顾客请负责人到场 / A customer asks for the manager"


def name(setup: Setup, now: Instant) -> str:
    return f"call-{local(now.utc, setup.zone):%y%m%d-%H%M%S}"


def begun(call: str, now: Instant) -> Fact:
    """The `task` fact of one that begins to wait."""
    return Fact("task", call, task(call, "opened", "customer", iso(now.utc)), "kiosk", now)


def ended(form: Came, since: str, now: Instant) -> Fact:
    """The `task` fact of one that waits no longer, and how long it did."""
    waited = max(0, round(now.utc - utc_of(since)))
    body = task(form.call, "withdrawn" if form.withdrawn else "done", form.by, since) | {"waited": waited}
    return Fact("task", form.call, body, "kiosk", now)


def task(call: str, event: str, by: str, since: str) -> Body:
    return {"task": call, "kind": KIND, "event": event, "by": by, "since": since, "text": TEXT}


def recall(tasks: Mapping[str, Body]) -> Calls:
    """Those that waited when the agent ended."""
    return {id: body["since"] for id, body in tasks.items() if body["kind"] == KIND and body["event"] == "opened"}


def views(setup: Setup, calls: Calls, *, seen: bool) -> tuple[CallView, ...]:
    """`seen`: one of the staff has seen it and is on the way."""
    return tuple(CallView(id, f"{local(utc_of(since), setup.zone):%H:%M}", since, seen) for id, since in calls.items())
