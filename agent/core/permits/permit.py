"""One permit: who does what duty, what was confirmed, what happened. Its last fact is all of it.

issued ──permitted──▶ permitted ◀──resumed── interrupted        extended and transferred change no state
  │                     │  └──interrupted, day_ended──▲ │
  └─voided─▶ void       └───────work_ended──────────────┴──▶ work_ended ──permit_ended──▶ permit_ended
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from agent.core.messages.stamp import iso, utc_of
from agent.core.model import Body

Standing = Literal["issued", "permitted", "interrupted", "work_ended", "permit_ended", "void"]
OPEN: tuple[Standing, ...] = ("issued", "permitted", "interrupted", "work_ended")
WORKING: tuple[Standing, ...] = ("permitted", "interrupted", "work_ended")  # its devices are in maintenance
Duty = Literal["issuer", "permitter", "leader", "guardian"]


class Row(NamedTuple):
    """When an event may be entered, the state it leads to (empty: the same), the duties that may enter it."""

    after: tuple[Standing, ...]
    state: Standing | Literal[""]
    by: tuple[Duty, ...] = ()  # empty: any of the staff


EVENTS: Mapping[str, Row] = {
    "measured": Row(("issued",), ""),
    "briefed": Row(("issued", "permitted", "interrupted"), ""),
    "tested": Row(("issued", "permitted", "interrupted"), ""),
    "printed": Row(OPEN, ""),
    "permitted": Row(("issued",), "permitted", ("permitter",)),
    "interrupted": Row(("permitted",), "interrupted", ("leader", "permitter", "guardian")),
    "resumed": Row(("interrupted",), "permitted", ("permitter",)),
    "extended": Row(("permitted", "interrupted"), "", ("permitter",)),
    "transferred": Row(("permitted", "interrupted"), "", ("issuer", "permitter")),
    "crew_changed": Row(("issued", "permitted", "interrupted"), "", ("leader", "permitter")),
    "visited": Row(("permitted", "interrupted"), "", ("issuer",)),
    "day_ended": Row(("permitted",), "interrupted", ("leader",)),
    "work_ended": Row(("permitted", "interrupted"), "work_ended", ("leader",)),
    "test_filled": Row(("work_ended",), ""),
    "permit_ended": Row(("work_ended",), "permit_ended", ("permitter",)),
    "voided": Row(("issued",), "void", ("issuer", "permitter")),
}
DAY_END = ("people", "tools", "power", "fire")  # counted, collected, switched off, no source of fire left
MAY_NOT: tuple[tuple[Duty, Duty], ...] = (("issuer", "leader"), ("permitter", "leader"), ("permitter", "guardian"))


class Deed(NamedTuple):
    """One thing that happened; `said` as the form told it."""

    event: str
    by: str
    at: float  # utc
    said: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Permit:
    number: str
    kind: str
    work: str
    place: str
    devices: tuple[str, ...]
    duties: Mapping[str, str]  # ids of people, by duty
    crew: tuple[str, ...]  # ids or badge numbers
    since: float  # utc: from when on it is valid
    until: float  # utc
    state: Standing = "issued"
    parent: str = ""
    paper: bool = False  # entered from a hand-written one
    deeds: tuple[Deed, ...] = field(default=())

    def last(self, event: str) -> Deed | None:
        return next((deed for deed in reversed(self.deeds) if deed.event == event), None)

    def all(self, event: str, member: str) -> set[str]:
        """What was said of `member` in every such event."""
        return {str(deed.said.get(member, "")) for deed in self.deeds if deed.event == event}

    @property
    def prints(self) -> int:
        return sum(deed.event == "printed" for deed in self.deeds)


def enter(permit: Permit, deed: Deed) -> Permit:
    """With one more deed, and what it changes."""
    permit = replace(permit, deeds=(*permit.deeds, deed))
    if state := EVENTS[deed.event].state:
        permit = replace(permit, state=state)
    match deed.event:
        case "extended":
            return replace(permit, until=utc_of(deed.said["until"]))
        case "transferred":
            return replace(permit, duties={**permit.duties, "leader": deed.said["leader"]})
        case "crew_changed":
            return replace(permit, crew=tuple(deed.said["crew"]))
    return permit


def describe(permit: Permit, event: str, text: str) -> Body:
    """The body of its fact."""
    body: Body = {
        "permit": permit.number, "event": event, "state": permit.state, "kind": permit.kind, "work": permit.work,
        "place": permit.place, "devices": list(permit.devices), "duties": dict(permit.duties),
        "crew": list(permit.crew), "from": iso(permit.since), "until": iso(permit.until), "paper": permit.paper,
        "text": text,
        "deeds": [{"event": d.event, "by": d.by, "at": iso(d.at), "said": dict(d.said)} for d in permit.deeds],
    }  # fmt: skip
    return body | ({"parent": permit.parent} if permit.parent else {})


def recall(bodies: Iterable[Body]) -> dict[str, Permit]:
    """The permits as their last facts tell them."""
    return {body["permit"]: remembered(body) for body in bodies if "permit" in body}


def remembered(body: Body) -> Permit:
    deeds = tuple(Deed(d["event"], d["by"], utc_of(d["at"]), d["said"]) for d in body["deeds"])
    return Permit(
        body["permit"], body["kind"], body["work"], body["place"], tuple(body["devices"]), body["duties"],
        tuple(body["crew"]), utc_of(body["from"]), utc_of(body["until"]), body["state"], body.get("parent", ""),
        body["paper"], deeds,
    )  # fmt: skip
