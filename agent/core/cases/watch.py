"""What time does to a case: its clocks as they stand, when to look again, and who is told of a promise not kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from agent.core.cases import clocks, reminders
from agent.core.cases.calendar import Calendar, Year
from agent.core.cases.clocks import Clocked
from agent.core.cases.model import Actor, Case, CaseEvent
from agent.core.cases.reminders import Reminded
from agent.core.cases.signals import next_moment, signals
from agent.core.setup import Setup
from drivers.model import Instant

STATION = Actor("station")
AGAIN = 60.0  # seconds until a clock that is unknown is looked at again

# Who is told of a case's first breach, its second … : the ladder, as long as it is. A warning goes to the first rung.
LADDERS: dict[str, tuple[str, ...]] = {
    "station": ("shift-leader", "station-master", "department", "division-leader", "general-manager"),
    "headoffice": ("department", "division-leader", "general-manager"),
}


def clocked(setup: Setup, years: Mapping[int, Year], case: Case, now: Instant) -> tuple[Clocked, ...]:
    """Where each promise of this case stands."""
    profile = setup.promises.of(case)
    if profile is None:
        return ()
    return clocks.reckon(profile, case.events, calendar(setup, years), now)


def calendar(setup: Setup, years: Mapping[int, Year]) -> Calendar:
    return Calendar(setup.zone, {**setup.years, **years})


def waited(setup: Setup, years: Mapping[int, Year], case: Case) -> list[Reminded]:
    """What nobody promised by the hour, and is waited for all the same."""
    return [*reminders.due(case, setup.intervals, calendar(setup, years))]


def look_again(
    clocked: Sequence[Clocked], waiting: Sequence[Reminded], case: Case, tasks: Collection[str], now: Instant
) -> float | None:
    """When something will have to be said of this case, in seconds since 1970; None: never, as things stand."""
    if any(clock.state == "unknown" for clock in clocked):
        return now.utc + AGAIN
    moments = (next_moment(clocked, case.events), reminders.next_look(case, waiting, tasks, now.utc))
    return min((moment for moment in moments if moment is not None), default=None)


def said_by_itself(setup: Setup, case: Case, clocked: Sequence[Clocked], now: Instant) -> list[CaseEvent]:
    """The warnings and breaches that are to be told now; each one names whom it is for."""
    breaches = sum(event.kind == "breached" for event in case.events)
    found = []
    for signal in signals(clocked, case.events, now):
        rung = breaches if signal.kind == "breached" else 0
        breaches += signal.kind == "breached"
        body: dict[str, Any] = signal.body | {"to": rung_of(setup, case, signal.body["side"], rung)}
        found.append(CaseEvent(signal.kind, now, STATION, body))
    return found


def rung_of(setup: Setup, case: Case, side: str, rung: int) -> str:
    """Who is told: the role on this rung; it goes past whom the case is about."""
    accused = {person.role for person in setup.people if person.id == case.object}
    ladder = [role for role in LADDERS[side] if role not in accused] or list(LADDERS["headoffice"])
    return ladder[min(rung, len(ladder) - 1)]


def exhausted(setup: Setup, case: Case) -> bool:
    """True when as many answers were given as the profile allows: then it goes up instead of round again."""
    profile = setup.promises.of(case)
    most = profile.attempts.get(case.severity or "dissatisfied") if profile else None
    return most is not None and case.attempts >= most
