"""The form of each event of a case: what may be said with it, and how each of these is asked for on the screen.

Which events may follow, for whom, and what must be said with them, is the agent's to say (`CaseSheet.steps`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from kiosk.casebook import Step
from kiosk.caseforms import CHANNELS, COMPLEXITIES, DEMANDS, FAULTS, KINDS, MAJOR, SEVERITIES, URGENCIES
from kiosk.model import RARER_TOPICS, TOPICS

Asks = Literal[
    "text", "line", "dial", "choice", "ticks", "flag", "number", "past", "ahead", "option", "clock", "event", "sign"
]


class Field(NamedTuple):
    """How a member is asked for. `choice`, `ticks` and `number`: one or several of `words`; `past`, `ahead`: a moment;
    `option`: one of what the station knows, by the name in `words`; `dial`: a telephone number; `clock`: a running
    promise; `event`: one that happened; `sign`: who signs, on the screen."""

    asks: Asks
    words: tuple[str, ...] = ()


LADDER = ("shift-leader", "station-master", "department", "division-leader", "general-manager")
FIELDS: dict[str, Field] = {
    "text": Field("text"), "reason": Field("text"), "wish": Field("text"), "note": Field("text"),
    "process": Field("text"), "measures": Field("text"), "result": Field("text"), "method": Field("text"),
    "handler": Field("line"), "position": Field("line"), "place": Field("line"), "external": Field("line"),
    "to": Field("choice", LADDER),
    "approver": Field("choice", LADDER[1:]),
    "owner": Field("option", ("owner",)), "deputy": Field("option", ("owner",)),
    "object": Field("option", ("object",)), "profile": Field("option", ("profile",)),
    "mode": Field("choice", ("in-person", "phone", "sms", "letter", "e-mail", "written", "kiosk")),
    "outcome": Field("choice", ("satisfied", "dissatisfied", "no-answer")),
    "rating": Field("number", ("5", "4", "3", "2", "1")),
    "verified": Field("choice", ("true", "partly", "false", "open")),
    "adopted": Field("choice", ("yes", "no", "pending")),
    "remedies": Field("ticks", ("compensation", "discount", "gift", "free-service", "cost-borne")),
    "apology": Field("flag"),
    "promised": Field("ahead"), "until": Field("ahead"),
    "customer_told": Field("past"), "time": Field("past"), "happened": Field("past"),
    "stop": Field("clock"),
    "of": Field("event"),
    "signatures": Field("sign"),
    "topic": Field("choice", (*TOPICS, *RARER_TOPICS)),
    "urgency": Field("choice", URGENCIES),
    "severity": Field("choice", SEVERITIES[1:]),
    "complexity": Field("choice", COMPLEXITIES[1:]),
    "demand": Field("choice", DEMANDS[1:]),
    "fault": Field("choice", FAULTS[1:]),
    "major": Field("flag"),
    "because": Field("ticks", (*MAJOR, "exposed", "inspected", "grown")),
    "nature": Field("choice", ("valid", "concern", "unfounded")),
    "responsible": Field("choice", ("staff", "process")),
    "grade": Field("choice", ("A1", "A2", "A3", "B1", "B2", "C1", "C2", "C3", "C4")),
    "level": Field("number", ("1", "2", "3")),
    # what only a new entry says
    "kind": Field("choice", KINDS),
    "channel": Field("choice", CHANNELS[1:]),
    "told": Field("past"),
    "safety": Field("flag"),
    "phone": Field("dial"), "name": Field("line"), "email": Field("line"),
}  # fmt: skip

INTAKE = (  # what the staff takes down for a customer
    "kind", "topic", "channel", "text", "phone", "urgency", "object", "told", "name", "wish", "place", "happened",
    "because", "safety", "email",
)  # fmt: skip
ASKED = ("kind", "topic", "channel")  # … and has to

ANSWER = ("mode", "text", "process", "measures", "result", "method", "remedies", "apology", "adopted", "signatures")
FORMS: dict[str, tuple[str, ...]] = {
    "registered": ("note",),
    "acked": ("mode", "text"),
    "forwarded": ("text",),
    "first_contact": ("mode", "text", "promised"),
    "plan_ready": ("text", "measures"),
    "investigated": ("result", "process"),
    "handled": ("handler", "position", "method", "result", "measures", "signatures"),
    "rectified": ("measures", "result"),
    "replied": ANSWER,
    "followup": ("mode", "outcome", "text"),
    "return_visited": ("outcome", "mode", "rating", "text", "signatures"),
    "archived": ("result", "note"),
    "on_site": ("handler", "text"),
    "handling": ("handler", "text"),
    "repaired": ("handler", "result", "signatures"),
    "extended": ("stop", "until", "reason", "approver", "customer_told"),
    "transferred": ("to", "text"),
    "escalated": ("to", "reason"),
    "appealed": ("text", "wish"),
    "reopened": ("text", "wish"),
    "external": ("to", "external", "text"),
    "unreachable": ("mode", "text"),
    "on_hold": ("reason",),
    "assigned": ("owner", "deputy", "text"),
    "progress": ("mode", "text", "handler", "position", "promised"),
    "classified": (
        "topic", "urgency", "severity", "complexity", "demand", "fault", "major", "because", "object", "profile",
        "nature", "responsible", "grade", "level",
    ),
    "verified": ("verified", "text"),
    "leader_informed": ("to", "text"),
    "agreed": ("text", "promised"),
    "called": ("text",),
    "disputed": ("object", "place", "text"),
    "mediated": ("text", "result"),
    "settled": ("text", "remedies", "apology", "signatures"),
    "corrected": ("of", "time", "reason"),
    "erased": ("reason",),
}  # fmt: skip

MUST = {"corrected": ("time",)}  # beyond what the machine needs: the screen offers no other way to say it

GROUPS: dict[str, tuple[str, ...]] = {  # how they stand on the screen
    "answer": (
        "acked", "first_contact", "progress", "plan_ready", "investigated", "handled", "rectified", "replied",
        "followup", "return_visited", "settled", "archived",
    ),
    "guide": (
        "classified", "assigned", "transferred", "escalated", "forwarded", "extended", "on_hold", "leader_informed",
        "verified", "agreed", "unreachable",
    ),
    "scene": ("on_site", "handling", "repaired", "called", "disputed", "mediated"),
    "again": ("appealed", "reopened", "external", "corrected", "erased", "registered"),
}  # fmt: skip
STRAYS = "again"  # where an event stands that no group names


def groups(steps: Sequence[Step]) -> Mapping[str, list[Step]]:
    """The steps by group, those that keep a running promise first; a group without any is left out."""
    placed: dict[str, list[Step]] = {name: [] for name in GROUPS}
    for step in steps:
        placed[next((name for name, events in GROUPS.items() if step.event in events), STRAYS)].append(step)
    order = {event: n for n, event in enumerate(e for events in GROUPS.values() for e in events)}
    return {
        name: sorted(found, key=lambda s: (s.due is None, order.get(s.event, len(order))))
        for name, found in placed.items()
        if found
    }
