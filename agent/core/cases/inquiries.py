"""What somebody may learn of a case: its customer how it stands, by number and PIN; one of the staff the contact.

That a contact was read is a fact of the audit trail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from agent.core.cases import contact, desk, numbers, watch
from agent.core.cases.desk import Desk, Tries, without
from agent.core.cases.model import Case
from agent.core.messages.stamp import local
from agent.core.model import Fact
from agent.core.setup import Setup
from drivers.model import Instant
from kiosk.model import LookUp, Reveal

TRIES = 5  # wrong PINs of one case before a wait
WAIT = 900.0  # seconds
READERS = ("attendant", "shift-leader", "station-master")  # who may call a customer back
SHOWN = ("text", "result", "measures", "promised", "adopted")  # of the last answer


def unlock(setup: Setup, at: Desk, number: str, pin: str, now: Instant) -> tuple[Desk, str]:
    """Why this PIN opens nothing, or an empty text; and the desk that has counted the try."""
    case = at.find(number)
    tries = at.tries.get(number, Tries())
    if now.mono < tries.until:
        return at, f"pin: too many tries; again in {tries.until - now.mono:.0f} s"
    if case and pin == numbers.pin(setup.secret, number):
        return replace(at, tries=without(at.tries, number)), ""
    if case:
        wrong = tries.wrong + 1
        counted = Tries(wrong % TRIES, now.mono + WAIT if wrong == TRIES else tries.until)
        at = replace(at, tries={**at.tries, number: counted})
    return at, "pin: number and PIN do not belong together"


def stands(setup: Setup, case: Case) -> dict[str, str]:
    """How a case stands, for its customer: no name of anybody, and nothing of what was sealed."""
    told = [event for event in case.events if event.kind not in ("evidence", "warning", "breached")]
    answer = case.last("replied")
    said = {name: str(answer.body[name]) for name in SHOWN if answer and answer.body.get(name)}
    at = f"{local(told[-1].at.utc, setup.zone):%Y-%m-%d %H:%M}" if told else ""
    return {"state": case.state, "event": told[-1].kind if told else "", "at": at, **said}


def promised(setup: Setup, at: Desk, case: Case, now: Instant) -> dict[str, str]:
    """What the slip says of each promise that runs: `due.replied` → 2026-11-25 24:00 on the station's own clock; while
    that is not set, nothing."""
    clocked = watch.clocked(setup, at.years, case, now)
    return {
        f"due.{c.name}": day_time(setup, c.due) for c in clocked if c.due and c.state == "running" and not c.earliest
    }


def day_time(setup: Setup, utc: float) -> str:
    """The first instant of a day is 24:00 of the one before, as the promise is spoken."""
    moment = local(utc, setup.zone)
    if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return f"{local(utc - 1, setup.zone):%Y-%m-%d} 24:00"
    return f"{moment:%Y-%m-%d %H:%M}"


def look_up(setup: Setup, desk: Desk, form: LookUp, now: Instant) -> tuple[Desk, dict[str, str], str]:
    """How the case stands; or why that is not told."""
    desk, why = unlock(setup, desk, form.case, form.pin, now)
    case = desk.find(form.case)
    if case is None or why:
        return desk, {}, why
    return desk, stands(setup, case) | promised(setup, desk, case, now) | noted(setup, desk, form.case), ""


def noted(setup: Setup, desk: Desk, number: str) -> dict[str, str]:
    """What was noted of the customer, masked: so that a wrong digit is seen by whom it concerns, and by nobody else."""
    box = desk.boxes.get(number, "")
    plain = contact.unlock(box, setup.secret) if box else None
    return {f"contact.{name}": shown for name, shown in contact.masked(plain or {}).items()}


def reveal(setup: Setup, at: Desk, form: Reveal, now: Instant) -> tuple[list[Fact], Mapping[str, str], str]:
    """The contact, and the audit fact that it was read; or why not."""
    try:
        by = desk.who(setup, form.by)
    except ValueError as error:
        return [], {}, f"by: {error}"
    case, box = at.find(form.case), at.boxes.get(form.case, "")
    if case is None or desk.hidden(case, by):
        return [], {}, f"case: {form.case!r} is unknown"
    if by.role not in READERS:
        return [], {}, f"a contact is not for {by.role}; allowed: {', '.join(READERS)}"
    if case.secret:
        return [], {}, f"{form.case} is a tip-off: who gave it is for head office alone"
    plain = contact.unlock(box, setup.secret) if box else None
    if plain is None:
        return [], {}, f"{form.case} has no contact"
    body = {"what": "contact-read", "case": form.case, "by": str(by), "members": sorted(plain)}
    return [Fact("audit", "_", body, "staff", now)], plain, ""
