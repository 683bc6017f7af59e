"""How a case stands, as its customer is told: how far it came and when, who has it, what is due, the answer, and what
the customer may do about it. No name of anybody, and nothing of what was sealed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agent.core.cases import contact, intake, machine, rounds, watch
from agent.core.cases.clocks import Clocked
from agent.core.cases.desk import Desk
from agent.core.cases.model import ANSWER, Actor, Case, Happening
from agent.core.cases.profile import STAGES
from agent.core.messages.stamp import local
from agent.core.setup import Setup
from drivers.model import Instant

UNTOLD: tuple[Happening, ...] = ("evidence", "warning", "breached")  # what the station says to itself
STEPS: dict[str, tuple[Happening, ...]] = {  # how far a case is, in five words → the events that bring it there
    "received": STAGES[0], "accepted": STAGES[1], "handling": STAGES[2], "replied": (*STAGES[3], "settled"),
    "closed": ("archived", "refused"),
}  # fmt: skip
CUSTOMER = Actor("customer")


def facts(setup: Setup, desk: Desk, case: Case, now: Instant) -> dict[str, str]:
    """All of it: `state`, `event` and `at` of the last thing that happened, `step.received` … `step.closed`, `holder`,
    `due.…`, the answer, `contact.…` masked, and `may`: the events a customer may cause."""
    clocked = watch.clocked(setup, desk.years, case, now)
    told = [event for event in case.events if event.kind not in UNTOLD]
    answer = case.last("replied")
    said = {name: str(answer.body[name]) for name in ANSWER if answer and answer.body.get(name)}
    head = {"state": case.state, "event": told[-1].kind, "at": minute(setup, told[-1].at.utc)} if told else {}
    what = {"kind": case.kind, "topic": case.topic, "holder": holder(setup, case, clocked), "may": " ".join(may(case))}
    when = {**dict(steps(setup, case)), **due(setup, clocked)}
    return head | what | when | said | dict(noted(setup, desk, case.number))


def steps(setup: Setup, case: Case) -> Iterator[tuple[str, str]]:
    """When each step was reached that was; of a case opened again those of its new round."""
    fresh = rounds.newest(case.events)
    for name, kinds in STEPS.items():
        events = case.events if name in ("received", "accepted") else fresh.events
        if found := next((event for event in events if event.kind in kinds), None):
            yield f"step.{name}", minute(setup, found.at.utc)


def holder(setup: Setup, case: Case, clocked: tuple[Clocked, ...]) -> str:
    """Who has it now: `headoffice`, or the role of whom at the station it was given to."""
    side = next((clock.side for clock in clocked if clock.ended is None and not clock.earliest), "station")
    if side == "headoffice" or not case.owner:
        return side
    return intake.role_of(setup, case.owner)


def may(case: Case) -> Iterator[str]:
    """What a customer may do about it: say once that an answer is well, or have it opened again."""
    answered = max((n for n, event in enumerate(case.events) if event.kind in STEPS["replied"]), default=-1)
    judged = any(event.kind == "return_visited" for event in case.events[answered:])
    if answered >= 0 and not judged and not machine.objection(case, "return_visited", CUSTOMER, {}):
        yield "return_visited"
    if not machine.objection(case, "reopened", CUSTOMER, {}):
        yield "reopened"


def due(setup: Setup, clocked: tuple[Clocked, ...]) -> dict[str, str]:
    """What the slip says of each promise that runs: `due.replied` → 2026-11-25 24:00 on the station's own clock; while
    that is not set, nothing."""
    return {
        f"due.{c.name}": day_time(setup, c.due) for c in clocked if c.due and c.state == "running" and not c.earliest
    }


def day_time(setup: Setup, utc: float) -> str:
    """The first instant of a day is 24:00 of the one before, as the promise is spoken."""
    moment = local(utc, setup.zone)
    if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return f"{local(utc - 1, setup.zone):%Y-%m-%d} 24:00"
    return minute(setup, utc)


def minute(setup: Setup, utc: float) -> str:
    return f"{local(utc, setup.zone):%Y-%m-%d %H:%M}"


def noted(setup: Setup, desk: Desk, number: str) -> Mapping[str, str]:
    """What was noted of the customer, masked: so that a wrong digit is seen by whom it concerns, and by nobody else."""
    box = desk.boxes.get(number, "")
    plain = contact.unlock(box, setup.secret) if box else None
    return {f"contact.{name}": shown for name, shown in contact.masked(plain or {}).items()}
