"""A closed case in few bytes: what it was, how often something happened to it, its first event and its last.

Twenty thousand of them are in memory for years, and hardly one is asked for again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from agent.core.cases.machine import actor
from agent.core.cases.model import MEMBERS, Case, CaseEvent
from agent.core.messages import envelope
from drivers.model import Instant


def pack(case: Case) -> bytes:
    """The bytes that `unpack` makes the case of again; the words of its events are in the journal and in the book."""
    members = {name: value for name in (*MEMBERS, "terms") if (value := getattr(case, name))}
    ends = [
        [event.kind, round(event.at.utc, 3), event.at.clk, str(event.by)] for event in (case.events[0], case.events[-1])
    ]
    packed = envelope.dump([case.version, case.state, case.attempts, case.sealed, members, ends])
    return bytes(memoryview(packed))  # a copy of its own length: what the encoder gives keeps its whole buffer alive


def unpack(number: str, packed: bytes) -> Case:
    version, state, attempts, sealed, members, ends = envelope.load(packed)
    first, last = map(event_of, ends)
    events = (replace(first, body=members), last)  # its clocks, should it be opened again, go by what it was
    return replace(
        Case(number), version=version, state=state, attempts=attempts, sealed=sealed, events=events, **members
    )


def event_of(end: list[Any]) -> CaseEvent:
    kind, utc, clk, by = end
    return CaseEvent(kind, Instant(0.0, utc, clk), actor(by))
