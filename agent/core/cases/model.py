"""The vocabulary of a case: what can happen to it, who may do it, and the case itself, which is nothing but its events.

A case is never altered: `fold` adds one event, and a correction is an event too. `version` is how many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import reduce
from typing import Any, Literal, NamedTuple

from agent.core.messages.stamp import utc_of
from drivers.model import Instant

Body = Mapping[str, Any]

Role = Literal["customer", "attendant", "shift-leader", "station-master", "maintainer", "head-office", "station"]
ROLES: tuple[Role, ...] = (
    "customer", "attendant", "shift-leader", "station-master", "maintainer", "head-office", "station",
)  # fmt: skip

Happening = Literal[
    # the line a case goes along; clocks start and stop at these
    "received", "registered", "acked", "forwarded", "first_contact", "plan_ready", "investigated", "handled",
    "rectified", "replied", "followup", "return_visited", "archived",
    # the same for a repair
    "on_site", "handling", "repaired",
    # what happens beside the line
    "extended", "transferred", "escalated", "appealed", "reopened", "refused", "external", "unreachable", "on_hold",
    "assigned", "progress", "classified", "verified", "leader_informed", "agreed", "called", "disputed", "mediated",
    "settled", "evidence", "corrected", "erased",
    # what the station's own clocks say
    "warning", "breached",
]  # fmt: skip

LINE: tuple[Happening, ...] = (
    "received", "registered", "acked", "forwarded", "first_contact", "plan_ready", "investigated", "handled",
    "rectified", "replied", "followup", "return_visited", "archived",
)  # fmt: skip
REPAIR: tuple[Happening, ...] = ("on_site", "handling", "repaired")

State = Literal["new", "open", "held", "answered", "outside", "refused", "archived"]
CLOSED: tuple[State, ...] = ("refused", "archived")

AFTER: dict[Happening, State] = {  # where a case stands after an event; an event not named here leaves it where it is
    "received": "new", "registered": "open", "replied": "answered", "repaired": "answered", "settled": "answered",
    "on_hold": "held", "external": "outside", "refused": "refused", "archived": "archived",
    "reopened": "open", "appealed": "open",
}  # fmt: skip


class Actor(NamedTuple):
    """Who caused an event: `station-master:li`; the station itself and an unnamed customer are a role alone."""

    role: Role
    name: str = ""

    def __str__(self) -> str:
        return f"{self.role}:{self.name}" if self.name else self.role


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One thing that happened. `body`: what was said with it, without the members that every case message carries."""

    kind: Happening
    at: Instant
    by: Actor
    body: Body = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """Everything known of one case. Empty text: not said. Words and not what was told: that stands in its events."""

    number: str
    events: tuple[CaseEvent, ...] = ()
    version: int = 0  # events that happened; a closed case may hold but the first and the last of them
    state: State = "new"
    attempts: int = 0  # answers given so far
    # ── set by the member of that name in an event's body ──
    kind: str = ""  # complaint suggestion question hazard fault
    topic: str = ""
    object: str = ""  # whom or what it is about: a person's id, a dispenser, …
    channel: str = ""
    urgency: str = ""  # general important urgent
    severity: str = ""  # dissatisfied very-dissatisfied major crisis
    complexity: str = ""  # simple complex
    demand: str = ""  # reasonable special
    fault: str = ""  # general major
    major: bool = False
    nature: str = ""  # valid concern unfounded
    responsible: str = ""  # staff process
    grade: str = ""  # A1 … C4
    level: int = 0  # 1 2 3; 0: none
    notable: bool = False  # worth being told upwards at once, as the station master says
    threat: bool = False  # somebody may come to harm over it
    profile: str = ""  # P01@3, frozen at intake
    owner: str = ""  # who answers for it now
    deputy: str = ""
    external: str = ""  # its number elsewhere
    secret: bool = False  # a tip-off: who gave it is for head office alone
    terms: Mapping[str, str] = field(
        default_factory=dict
    )  # the operator's own figures of its profile, as they were then
    evidence: str = ""  # digest of what was frozen at its intake
    sealed: bool = False  # a contact was given and is sealed

    @property
    def closed(self) -> bool:
        return self.state in CLOSED

    def first(self, kind: Happening) -> CaseEvent | None:
        """The first event of a kind."""
        return next((event for event in self.events if event.kind == kind), None)

    def last(self, kind: Happening) -> CaseEvent | None:
        """The last event of a kind."""
        return next((event for event in reversed(self.events) if event.kind == kind), None)


ANSWER = ("text", "result", "measures", "promised", "adopted")  # what a customer is told of an answer
MEMBERS = {f.name: type(f.default) for f in fields(Case)[5:] if f.name not in ("sealed", "evidence", "terms")}


def fold(case: Case, event: CaseEvent) -> Case:
    """The case after one more event."""
    said = event.body.get("members", {}) if event.kind == "corrected" else event.body
    told = {name: said[name] for name, kind in MEMBERS.items() if type(said.get(name)) is kind}
    state = AFTER.get(event.kind, case.state)
    if case.state == "held" and event.kind in LINE:
        state = AFTER.get(event.kind, "open")
    if event.kind == "registered" and (frozen := event.body.get("evidence")):
        told["evidence"] = frozen["digest"]
    if "terms" in event.body:
        told["terms"] = event.body["terms"]
    if "contact" in event.body:
        told["sealed"] = True
    if event.kind == "erased":
        told["sealed"] = False
    return replace(
        case,
        **told,
        events=(*mended(case.events, event), event),
        version=case.version + 1,
        state=state,
        attempts=case.attempts + (event.kind == "replied"),
    )


def mended(events: tuple[CaseEvent, ...], event: CaseEvent) -> tuple[CaseEvent, ...]:
    """The events as a correction lets them be seen: `of` names one by its version, `time` places it anew."""
    if event.kind != "corrected" or "time" not in event.body:
        return events
    place = event.body["of"] - 1
    old = events[place]
    utc = utc_of(event.body["time"])
    at = Instant(old.at.mono + utc - old.at.utc, utc, event.at.clk)
    return (*events[:place], replace(old, at=at), *events[place + 1 :])


def case_of(number: str, events: Iterable[CaseEvent]) -> Case:
    """A case made of its events, in their order."""
    return reduce(fold, events, Case(number))
