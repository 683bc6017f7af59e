"""The case machine as a table: which event may follow in which state, who may cause it, what has to be said with it.

```
            registered          replied            archived
   new ───────────────▶ open ───────────▶ answered ─────────▶ archived
                        │ ▲ ◀─ reopened, appealed ─┴──────────────┘
              on_hold   ▼ │ any step
                        held        external ▶ outside      refused ▶ refused
```

The steps between registration and reply come in any order, and again: the profile's clocks say by when, not whether.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from agent.core.cases.model import ROLES, Actor, Case, Happening, Role, State


class Row(NamedTuple):
    """One row: the states an event may follow in, the roles that may cause it, the members it needs."""

    after: tuple[State, ...]
    by: tuple[Role, ...]
    needs: tuple[str, ...] = ()


BEGUN: tuple[State, ...] = ("open", "held", "answered", "outside")  # registered, and not yet closed
ALIVE: tuple[State, ...] = ("new", *BEGUN)
EVER: tuple[State, ...] = (*ALIVE, "refused", "archived")

OFFICE: tuple[Role, ...] = ("head-office",)
MASTER: tuple[Role, ...] = ("station-master", *OFFICE)
LEADERS: tuple[Role, ...] = ("shift-leader", *MASTER)
STAFF: tuple[Role, ...] = ("attendant", *LEADERS)
HANDS: tuple[Role, ...] = ("maintainer", *STAFF)
PEOPLE: tuple[Role, ...] = ("customer", *STAFF)
TAKERS: tuple[Role, ...] = (*STAFF, "station")  # the station itself registers what the kiosk took
ITSELF: tuple[Role, ...] = ("station",)

TABLE: dict[Happening, Row] = {
    "received": Row((), (*PEOPLE, "maintainer", "station")),  # the first event, and never again
    "registered": Row(("new",), TAKERS),
    "acked": Row(BEGUN, TAKERS),
    "forwarded": Row(BEGUN, TAKERS),
    "first_contact": Row(BEGUN, STAFF),
    "plan_ready": Row(BEGUN, LEADERS),
    "investigated": Row(BEGUN, LEADERS),
    "handled": Row(BEGUN, HANDS),
    "rectified": Row(BEGUN, HANDS),
    "replied": Row(BEGUN, STAFF),
    "followup": Row((*BEGUN, "archived"), STAFF),
    "return_visited": Row(("answered", "outside", "archived"), PEOPLE),
    "archived": Row(("answered", "outside", "refused"), MASTER),
    "on_site": Row(BEGUN, HANDS),
    "handling": Row(BEGUN, HANDS),
    "repaired": Row(BEGUN, PEOPLE),  # not the maintainer: a repair is finished when who asked for it says so
    "extended": Row(BEGUN, MASTER, ("stop", "until", "reason", "approver", "customer_told")),
    "transferred": Row(BEGUN, LEADERS, ("to",)),
    "escalated": Row(ALIVE, TAKERS, ("to",)),
    "appealed": Row(("answered", "refused", "archived"), PEOPLE),
    "reopened": Row(("answered", "outside", "refused", "archived"), (*PEOPLE, "station")),
    "refused": Row(("open", "held"), OFFICE, ("reason",)),
    "external": Row((*BEGUN, "archived"), PEOPLE),
    "unreachable": Row(BEGUN, STAFF),
    "on_hold": Row(("open", "answered"), MASTER, ("reason",)),
    "assigned": Row(BEGUN, LEADERS, ("owner",)),
    "progress": Row(BEGUN, STAFF),
    "classified": Row(ALIVE, LEADERS),
    "verified": Row(BEGUN, LEADERS, ("verified",)),
    "leader_informed": Row(BEGUN, MASTER),
    "agreed": Row(BEGUN, STAFF),
    "called": Row(ALIVE, PEOPLE),  # for the manager, by a customer who waits
    "disputed": Row(BEGUN, STAFF),
    "mediated": Row(BEGUN, STAFF),
    "settled": Row(BEGUN, STAFF, ("text", "signatures")),
    "evidence": Row(EVER, ITSELF),
    "corrected": Row(EVER, LEADERS, ("of", "reason")),
    "erased": Row(EVER, PEOPLE),
    "warning": Row(ALIVE, ITSELF),
    "breached": Row(ALIVE, ITSELF),
}

SHORT: dict[str, Role] = {"ho": "head-office"}  # as head office calls itself in a command


def actor(text: str) -> Actor:
    """`station-master:li`, `customer`, `ho`. Raises ValueError."""
    role, _, name = text.partition(":")
    known = SHORT.get(role, role)
    for one in ROLES:
        if one == known:
            return Actor(one, name)
    raise ValueError(f"{text[:40]!r} is nobody; role:name with a role of {', '.join(ROLES)}")


def objection(case: Case, kind: Happening, by: Actor, said: Mapping[str, Any]) -> str:
    """Why this event may not follow now, in one sentence; empty when it may."""
    row = TABLE[kind]
    if case.version and case.state not in row.after:
        when = " or ".join(row.after) or "there is no case yet"
        return f"{kind} out of turn: {case.number} is {case.state}; allowed when {when}"
    if not case.version and kind != "received":
        return f"{kind} out of turn: {case.number} was not received yet"
    if by.role not in row.by:
        return f"{kind} is not for {by.role}; allowed: {', '.join(row.by)}"
    missing = [member for member in row.needs if said.get(member) in (None, "", [])]
    return f"{kind} needs {' and '.join(missing)}" if missing else ""


def allowed(case: Case, role: Role) -> list[Happening]:
    """The events that this role may cause now, when it says what they need; in the table's order."""
    return [
        kind for kind, row in TABLE.items() if not objection(case, kind, Actor(role), dict.fromkeys(row.needs, True))
    ]
