"""What somebody may learn of a case: its customer how it stands, by number and PIN; one of the staff the contact.

That a contact was read is a fact of the audit trail.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from agent.core.cases import contact, desk, numbers, standing
from agent.core.cases.desk import Desk, Tries, without
from agent.core.model import Fact
from agent.core.setup import Setup
from drivers.model import Instant
from kiosk.model import LookUp, Reveal

TRIES = 5  # wrong PINs of one case before a wait
WAIT = 900.0  # seconds
LOCKED = "pin-locked"  # in the audit trail: what a restart has to know of
READERS = ("attendant", "shift-leader", "station-master")  # who may call a customer back


def unlock(setup: Setup, at: Desk, number: str, pin: str, now: Instant) -> tuple[Desk, str]:
    """Why this PIN opens nothing, or an empty text; and the desk that has counted the try."""
    case = at.find(number)
    if pause := wait(at, number, now):
        return at, f"pin: too many tries; again in {pause:.0f} s"
    if case and pin == numbers.pin(setup.secret, number):
        return replace(at, tries=without(at.tries, number)), ""
    if case:
        tries = at.tries.get(number, Tries())
        wrong = tries.wrong + 1
        counted = Tries(wrong % TRIES, now.mono + WAIT if wrong == TRIES else tries.until)
        at = replace(at, tries={**at.tries, number: counted})
    return at, "pin: number and PIN do not belong together"


def wait(at: Desk, number: str, now: Instant) -> float:
    """Seconds until a PIN of this case is looked at again; 0: now."""
    return max(0.0, at.tries.get(number, Tries()).until - now.mono)


def locked(before: Desk, after: Desk, number: str, now: Instant) -> list[Fact]:
    """The audit fact that no further PIN of this case is looked at for a while, when that has just begun."""
    if wait(after, number, now) <= wait(before, number, now):
        return []
    return [Fact("audit", "_", {"what": LOCKED, "case": number}, "kiosk", now)]


def locked_before(cases: Iterable[str], now: Instant) -> dict[str, Tries]:
    """As it is after a start: for these cases the wait begins anew."""
    return {case: Tries(0, now.mono + WAIT) for case in cases}


def look_up(setup: Setup, desk: Desk, form: LookUp, now: Instant) -> tuple[Desk, dict[str, str], str]:
    """How the case stands; or why that is not told."""
    desk, why = unlock(setup, desk, form.case, form.pin, now)
    case = desk.find(form.case)
    if case is None or why:
        return desk, {}, why
    return desk, standing.facts(setup, desk, case, now), ""


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
