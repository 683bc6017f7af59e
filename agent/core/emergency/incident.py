"""One incident: who declared it, what was done when, who was at the scene, who cleared it. Its last fact is all of it.

declared ──(step · note · at_scene)──▶ declared ──handled──▶ handled ──closed──▶ closed
                                         a leak is handled when two people of two roles have cleared it
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from agent.core.messages.stamp import iso, utc_of
from agent.core.model import Body
from kiosk.model import Person

Standing = Literal["declared", "handled", "closed"]
Event = Literal["declared", "step", "note", "at_scene", "cleared", "handled", "closed"]
TO_CLEAR = 2  # people, of as many roles, who say that a leak is mended
MASTERS = ("shift-leader", "station-master", "maintainer")  # roles that may say that it is handled, and close it
BLOCKING = "leak"  # the kind that blocks its dispenser


class Deed(NamedTuple):
    """One thing that was done; `word`: the step, or what was noted."""

    event: Event
    by: str  # role:id, or kiosk
    at: float  # utc
    word: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    number: str
    kind: str
    drill: bool
    device: str = ""  # where it is, of a leak the dispenser that is blocked
    deeds: tuple[Deed, ...] = ()
    evidence: Mapping[str, Any] | None = None  # of the half hour before it was declared
    after: Mapping[str, Any] | None = None  # of the half hour before it was closed

    @property
    def state(self) -> Standing:
        ended = {deed.event for deed in self.deeds}
        return "closed" if "closed" in ended else "handled" if "handled" in ended else "declared"

    @property
    def declared(self) -> float:
        return self.deeds[0].at

    @property
    def at_scene(self) -> float | None:
        return next((deed.at for deed in self.deeds if deed.event == "at_scene"), None)

    @property
    def cleared(self) -> tuple[str, ...]:
        return tuple(deed.by for deed in self.deeds if deed.event == "cleared")

    @property
    def blocks(self) -> str:
        """The dispenser it blocks, or an empty text: a drill blocks nothing."""
        return self.device if self.kind == BLOCKING and not self.drill and self.state == "declared" else ""


def objection(incident: Incident, event: Event, person: Person | None) -> str:
    """Why this cannot be entered, or an empty text. In an emergency nobody is asked for a PIN to tick a step."""
    if incident.state == "closed":
        return "is closed"
    if event in ("step", "note", "at_scene"):
        return ""
    if person is None:
        return "by: somebody who has unlocked"
    if event == "cleared":
        return objection_to_clearing(incident, person)
    if person.role not in MASTERS:
        return f"by: one of {', '.join(MASTERS)}"
    if event == "handled":
        waits = incident.kind == BLOCKING and not incident.drill
        return "two people of two roles clear a leak" if waits else "" if incident.state == "declared" else "is handled"
    return "" if incident.state == "handled" else "is not handled yet"


def objection_to_clearing(incident: Incident, person: Person) -> str:
    if incident.kind != BLOCKING or incident.state != "declared":
        return "has no leak to clear"
    taken = [by.partition(":")[0] for by in incident.cleared]
    return f"by: another role than {taken[0]}, who has cleared it already" if person.role in taken else ""


def enter(incident: Incident, deed: Deed) -> Incident:
    """With one more deed; the second who clears a leak has it handled."""
    incident = replace(incident, deeds=(*incident.deeds, deed))
    if deed.event == "cleared" and len(incident.cleared) == TO_CLEAR:
        incident = replace(incident, deeds=(*incident.deeds, deed._replace(event="handled")))
    return incident


def describe(incident: Incident, event: Event, text: str) -> Body:
    """The body of its fact: the whole record, so that the last one is enough."""
    body: Body = {
        "report": "incident", "incident": incident.number, "event": event, "state": incident.state,
        "kind": incident.kind, "drill": incident.drill, "text": text, "declared": iso(incident.declared),
        "deeds": [
            {"event": d.event, "by": d.by, "at": iso(d.at)} | ({"word": d.word} if d.word else {})
            for d in incident.deeds
        ],
    }  # fmt: skip
    if incident.device:
        body["device"] = incident.device
    if incident.at_scene is not None:
        body["to_scene"] = round(incident.at_scene - incident.declared)
    evidence = {"evidence": incident.evidence, "after": incident.after}
    return body | {name: frozen for name, frozen in evidence.items() if frozen}


def recall(reports: Iterable[Body]) -> dict[str, Incident]:
    """The incidents as their last facts tell them."""
    return {b["incident"]: remembered(b) for b in reports if b.get("report") == "incident"}


def remembered(body: Body) -> Incident:
    deeds = tuple(Deed(d["event"], d["by"], utc_of(d["at"]), d.get("word", "")) for d in body["deeds"])
    return Incident(
        body["incident"], body["kind"], body["drill"], body.get("device", ""), deeds, body.get("evidence"),
        body.get("after"),
    )  # fmt: skip


def figures(incidents: Iterable[Incident], within: float) -> Body:
    """Of real incidents: received, handled, the rate of them, and how many had somebody at the scene within so long."""
    real = [one for one in incidents if not one.drill]
    handled = sum(one.state != "declared" for one in real)
    seen = [one.at_scene - one.declared for one in real if one.at_scene is not None]
    return {
        "received": len(real), "handled": handled, "rate": round(handled / len(real), 3) if real else 1.0,
        "at_scene": len(seen), "in_time": sum(took <= within for took in seen),
        "slowest": round(max(seen, default=0.0)),
    }  # fmt: skip
