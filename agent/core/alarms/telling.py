"""The `alarm` fact of one move, and an alarm read back from its last one: a restart forgets nothing to be seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from agent.core.alarms.machine import Alarm, Aside
from agent.core.alarms.rule import Rule
from agent.core.messages.stamp import iso, utc_of
from agent.core.model import Body, Fact
from drivers.model import Instant


def report(rule: Rule, alarm: Alarm, move: str, by: str, at: Instant, **said: Any) -> Fact:
    """The fact: retained while somebody has still to see or mend something. `said`: further members."""
    body: Body = {
        "alarm": rule.id, "rule": rule.name, "device": rule.device, "event": move, "state": alarm.phase,
        "severity": rule.severity, "by": by, "since": iso(alarm.since), "text": rule.text,
        "consequence": rule.consequence, "response": rule.response, "respond_within": rule.respond_within,
        "active": alarm.wrong, "raised": iso(alarm.raised),
    }  # fmt: skip
    if alarm.value is not None:
        body |= {"value": alarm.value} | ({"point": rule.point} if rule.point else {})
        if not isinstance(alarm.value, str):
            limit = broken(rule, alarm.value)
            body |= {"unit": rule.unit, "limit": limit}
    if rule.group:
        body |= {"group": rule.group, "first_out": alarm.first}
    if alarm.unseen:
        body |= {"unseen": True}
    if alarm.aside.by:
        until = {} if alarm.aside.until is None else {"until": iso(alarm.aside.until)}
        body |= {"why": alarm.aside.why} | until
    return Fact("alarm", rule.id, body | said, rule.device, at, "release" if alarm.phase == "normal" else "yes")


def broken(rule: Rule, value: float) -> float:
    """The limit that a value is beyond, or nearest to."""
    if rule.kind != "outside":
        return rule.limit
    return rule.limit if value - rule.limit < rule.upper - value else rule.upper


def recall(facts: Iterable[Body]) -> Mapping[str, Alarm]:
    """The alarms as the last fact of each tells them."""
    return {fact["alarm"]: remembered(fact) for fact in facts if fact["state"] != "normal"}


def remembered(fact: Body) -> Alarm:
    phase = fact["state"]
    until = utc_of(fact["until"]) if "until" in fact else None
    return Alarm(
        phase,
        utc_of(fact["since"]),
        utc_of(fact.get("raised") or fact["since"]),
        wrong=fact.get("active", phase in ("unacknowledged", "acknowledged")),
        value=fact.get("value"),
        first=fact.get("first_out", False),
        unseen=fact.get("unseen", False),
        aside=Aside(fact["by"], fact.get("why", ""), until),
    )
