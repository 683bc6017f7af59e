"""The desk as it stood: open cases from all their facts, closed ones from their last, from journal and book alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from agent.core.cases import numbers, remnant
from agent.core.cases.desk import Desk
from agent.core.cases.evidence import AROUND
from agent.core.cases.machine import TABLE, actor
from agent.core.cases.model import ANSWER, CLOSED, MEMBERS, Actor, Case, CaseEvent, case_of
from agent.core.messages.stamp import utc_of
from drivers.model import Instant

Document = Mapping[str, Any]  # a whole CloudEvents message
COMMON = ("case", "event", "version", "by", "clocks")
ANOTHER_RUN = -1.0  # its monotonic seconds say nothing to this one
CLOSING = ("archived", "refused")


def is_closed(document: Document) -> bool:
    """True of the last fact of a case that is over: nothing more of it need be read."""
    return document["data"].get("event") in CLOSING


def desk(stories: Iterable[tuple[str, Iterable[Document]]], boxes: Mapping[str, str]) -> Desk:
    """`stories`: each case that anything still tells of, with its facts in their order (of a closed one, the last is
    enough); `boxes`: the contacts at rest."""
    opened, closed, known, waiting = dict[str, Case](), dict[str, bytes](), list[str](), dict[str, float]()
    for number, documents in stories:
        known.append(number)
        one = case(number, documents)
        if one.closed:
            closed[number] = remnant.pack(one)
        elif one.version:
            opened[number] = one
            waiting |= half_hour(one)
    alerts = dict.fromkeys(opened, 0.0)  # whatever became due meanwhile is told at the next tick
    return Desk(opened, closed, numbers.recall(known), waiting, boxes, alerts=alerts)


def half_hour(case: Case) -> dict[str, float]:
    """When the second half of a case's evidence is due; nothing when there is none, or it is there."""
    registered = case.first("registered")
    if registered is None or "evidence" not in registered.body or case.first("evidence"):
        return {}
    return {case.number: registered.at.utc + AROUND}


def case(number: str, documents: Iterable[Document]) -> Case:
    """Each version once, whatever was told again in another epoch; what is no event of ours is left out."""
    told = {d["data"]["version"]: d for d in documents if d["data"].get("event") in TABLE}
    if len(told) == 1 and is_closed(last := next(iter(told.values()))):
        return closed_by(number, last)
    made = case_of(number, (event_of(told[version]) for version in sorted(told)))
    return replace(made, version=max(told, default=0))  # what is lost of it was told all the same


def event_of(document: Document) -> CaseEvent:
    """One event as its fact tells it."""
    body = document["data"]
    said = {name: value for name, value in body.items() if name not in COMMON}
    at = Instant(ANOTHER_RUN, utc_of(document["time"]), document["clk"])
    return CaseEvent(body["event"], at, actor(body["by"]), said)


def closed_by(number: str, last: Document) -> Case:
    """A closed case, by the fact that closed it."""
    event, body = event_of(last), last["data"]
    utc = utc_of(body["opened"]) if "opened" in body else event.at.utc
    members = {name: body[name] for name in (*MEMBERS, "terms") if name in body}
    began = Instant(event.at.mono + utc - event.at.utc, utc, event.at.clk)
    first = CaseEvent("received", began, Actor("customer"), members)
    answer = [replied(body["answer"], event.at)] if "answer" in body else []
    state = "refused" if event.kind == "refused" else "archived"
    assert state in CLOSED
    return replace(Case(number), **members, events=(first, *answer, event), version=body["version"], state=state)


def replied(answer: Mapping[str, Any], closed: Instant) -> CaseEvent:
    """The answer as the fact that closed its case tells it."""
    utc = utc_of(answer["time"])
    at = Instant(closed.mono + utc - closed.utc, utc, closed.clk)
    return CaseEvent("replied", at, actor(answer["by"]), {name: answer[name] for name in ANSWER if name in answer})
