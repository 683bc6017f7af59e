"""A closed case in few bytes: what it was, how often something happened to it, its first event, its answer, its last.

Twenty thousand of them are in memory for years, and hardly one is asked for again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from agent.core.cases.machine import actor
from agent.core.cases.model import ANSWER, MEMBERS, Case, CaseEvent
from agent.core.messages import envelope
from drivers.model import Instant


def pack(case: Case) -> bytes:
    """The bytes that `unpack` makes the case of again; the words of its events are in the journal and in the book."""
    members = {name: value for name in (*MEMBERS, "terms") if (value := getattr(case, name))}
    answer = answer_of(case)
    kept = [event for event in (case.events[0], answer, case.events[-1]) if event]
    ends = [[event.kind, round(event.at.utc, 3), event.at.clk, str(event.by)] for event in kept]
    packed = envelope.dump([case.version, case.state, case.attempts, case.sealed, members, ends, told(answer)])
    return bytes(memoryview(packed))  # a copy of its own length: what the encoder gives keeps its whole buffer alive


def unpack(number: str, packed: bytes) -> Case:
    version, state, attempts, sealed, members, ends, answer = envelope.load(packed)
    first, *between, last = map(event_of, ends)  # its clocks, should it be opened again, go by what it was
    events = (replace(first, body=members), *(replace(event, body=answer) for event in between), last)
    return replace(
        Case(number), version=version, state=state, attempts=attempts, sealed=sealed, events=events, **members
    )


def answer_of(case: Case) -> CaseEvent | None:
    """The last answer, which its customer may still come and ask for; None when there was none."""
    answer = case.last("replied")
    return None if answer in (case.events[0], case.events[-1]) else answer


def told(answer: CaseEvent | None) -> dict[str, Any]:
    """What the customer is told of an answer."""
    return {name: answer.body[name] for name in ANSWER if answer.body.get(name)} if answer else {}


def event_of(end: list[Any]) -> CaseEvent:
    kind, utc, clk, by = end
    return CaseEvent(kind, Instant(0.0, utc, clk), actor(by))
