"""The same thing again: a case about the same matter of the same thing or person within so many days of another."""

from __future__ import annotations

from agent.core.cases import numbers, remnant, spans
from agent.core.cases.desk import Desk
from agent.core.cases.model import Case
from agent.core.cases.watch import calendar
from agent.core.messages import envelope
from agent.core.messages.stamp import local
from agent.core.setup import Setup
from drivers.model import Instant
from kiosk.model import Complaint

KINDS = ("complaint", "hazard", "fault")
MOST = 5  # earlier ones that are named


def earlier(setup: Setup, desk: Desk, form: Complaint, now: Instant) -> list[str]:
    """The numbers of the cases this one repeats, oldest first. Nothing without an object: then nobody can tell."""
    if not form.object or form.kind not in KINDS:
        return []
    alike = [
        case for case in (*desk.open.values(), *closed(setup, desk, form, now)) if is_alike(setup, case, form, now)
    ]
    return [case.number for case in sorted(alike, key=lambda case: case.events[0].at.utc)][-MOST:]


def is_alike(setup: Setup, case: Case, form: Complaint, now: Instant) -> bool:
    if (case.topic, case.object) != (form.topic, form.object) or case.kind not in KINDS:
        return False
    until = spans.end(setup.intervals.recurrence, case.events[0].at.utc, calendar(setup, {}))
    return until is not None and now.utc < until


def closed(setup: Setup, desk: Desk, form: Complaint, now: Instant) -> list[Case]:
    """Closed ones that may be alike: of twenty thousand, those of these months that hold both words."""
    days = setup.intervals.recurrence.number * (86400.0 if setup.intervals.recurrence.unit == "d" else 3600.0)
    first = f"{local(now.utc - days, setup.zone):%y%m}"
    words = [envelope.dump({name: value})[1:-1] for name, value in (("topic", form.topic), ("object", form.object))]
    found = (
        (number, packed)
        for number, packed in desk.closed.items()
        if numbers.month(number) >= first and all(word in packed for word in words)
    )
    return [remnant.unpack(number, packed) for number, packed in found]
