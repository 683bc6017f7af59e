"""Who is on duty: people come and go, and everybody who is there is named by the last `shift` fact of id `duty`."""

from __future__ import annotations

from dataclasses import replace

from agent.core.cases.machine import actor
from agent.core.model import Body, Fact
from agent.core.state import State, Taken
from drivers.model import Instant
from kiosk.duties import DutyChange
from kiosk.model import Receipt, Refusal

DUTY = "duty"
ORDER = ("shift-leader", "station-master", "attendant", "maintainer")  # who receives what the kiosk takes


def change(state: State, form: DutyChange, now: Instant) -> Taken:
    """Somebody came or went. The same again changes nothing, and is told all the same."""
    known = {person.id for person in state.setup.people}
    if form.person not in known:
        return state, [], Refusal("invalid", f"person: {form.person!r} is unknown; known: {', '.join(sorted(known))}")
    if form.by not in known:
        try:
            actor(form.by)
        except ValueError as error:
            return state, [], Refusal("invalid", f"by: {error}")
    rest = tuple(person for person in state.duty if person != form.person)
    people = (*rest, form.person) if form.on else rest
    body: Body = {"people": list(people), "person": form.person, "event": "on" if form.on else "off", "by": form.by}
    told = Fact("shift", DUTY, body, "staff", now, type="gse.duty.v1")
    return replace(state, duty=people), [told], Receipt(DUTY, {"people": ", ".join(people)})


def receiver(state: State) -> str:
    """Who of those on duty receives what customers hand in; nobody when nobody is known to be there."""
    roles = {person.id: person.role for person in state.setup.people}
    there = [person for person in state.duty if person in roles]
    return min(there, key=lambda person: ORDER.index(roles[person]), default="")
