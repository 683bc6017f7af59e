"""What is told at the kiosk or to an attendant becomes the first events of a case; what is personal is parted off."""

from __future__ import annotations

from typing import NamedTuple

from agent.core.cases import classify, privacy
from agent.core.cases.contact import Contact
from agent.core.cases.model import ROLES, Actor, Body, CaseEvent, Role
from agent.core.messages.stamp import utc_of
from agent.core.setup import Setup
from drivers.model import Instant
from kiosk.model import Complaint

CUSTOMER, STATION = Actor("customer"), Actor("station")
OPEN = (  # as told
    "text", "wish", "place", "object", "urgency", "severity", "complexity", "demand", "fault", "channel", "happened",
    "external",
)  # fmt: skip
PASSED_ON = ("letter", "fax", "box", "supervisor", "media", "authority")  # nobody is there to be asked
AHEAD = 60.0  # seconds that a time told may lie ahead: two clocks are never one


class Told(NamedTuple):
    """The events in their order, and what is to be sealed."""

    events: list[CaseEvent]
    contact: Contact
    secret: bool  # head office alone may know who told it


def hear(setup: Setup, form: Complaint, now: Instant, clerk: Actor | None = None) -> Told:
    """At the kiosk a case is received, registered and acknowledged (the slip) in one moment; what somebody enters was
    received when it was told, is registered now, and has still to be acknowledged. `clerk`: who enters it, when that
    is nobody of the station."""
    body, contact = content(setup, form)
    if form.by and not clerk:
        clerk = Actor(role_of(setup, form.by), form.by)
    if not clerk:
        return Told(
            [
                CaseEvent("received", now, CUSTOMER, body),
                CaseEvent("registered", now, STATION, owner(*answers(setup, form.object))),
                CaseEvent("acked", now, STATION),
            ],
            contact,
            bool(body.get("secret")),
        )
    heard = CaseEvent("received", moment(form.told, now), CUSTOMER, body)
    return Told([heard, CaseEvent("registered", now, clerk, owner(clerk.name))], contact, bool(body.get("secret")))


def objection(setup: Setup, form: Complaint, now: Instant) -> str:
    """Why this form cannot be taken, or an empty text."""
    if form.by and not any(p.id == form.by for p in setup.people):
        return f"by: {form.by!r} is unknown; known: {', '.join(p.id for p in setup.people) or 'nobody'}"
    if why := setup.promises.objection(form.profile):
        return why
    if form.told and utc_of(form.told) > now.utc + AHEAD:
        return f"told: {form.told} has not come yet"
    if (form.phone or form.email or form.name) and setup.head_office is None:
        return "phone: this station has no key to seal it; leave it out"
    return anonymous(setup, form)


def anonymous(setup: Setup, form: Complaint) -> str:
    """What this station asks of whoever complains, and was not said; of a tip-off nothing is asked."""
    if form.kind != "complaint" or setup.identity == "anonymous" or form.channel in PASSED_ON:
        return ""
    if not (form.phone or form.email):
        return "phone: missing; this station asks for a telephone number or an e-mail address with a complaint"
    return "name: missing; this station asks for it" if setup.identity == "verified" and not form.name else ""


def content(setup: Setup, form: Complaint) -> tuple[dict[str, object], Contact]:
    """What may be said in the open, and what may not."""
    told, cut = privacy.part_all({name: getattr(form, name) for name in OPEN} | {"parties": list(form.parties)})
    told |= {"written": bool(form.name)} | classify.propose(form) | setup.promises.freeze(form.kind, form.profile)
    given = {"phone": form.phone, "email": form.email, "name": form.name, "text": " ".join(cut)}
    return {k: v for k, v in told.items() if v}, {k: v for k, v in given.items() if v}


def owner(person: str = "", deputy: str = "") -> Body:
    return ({"owner": person} if person else {}) | ({"deputy": deputy} if deputy else {})


def answers(setup: Setup, accused: str) -> list[str]:
    """Who answers for what the kiosk takes: the feedback officer and the deputy, but not for a complaint about them."""
    return [person for person in (setup.officer, setup.deputy) if person and person != accused]


def role_of(setup: Setup, person: str) -> Role:
    """The role of one of the station's people."""
    told = next((p.role for p in setup.people if p.id == person), "")
    return next((role for role in ROLES if role == told), "attendant")


def moment(told: str, now: Instant) -> Instant:
    """A time that somebody told, on this boot's clock; now when none was told."""
    if not told:
        return now
    utc = min(utc_of(told), now.utc)
    return Instant(now.mono + utc - now.utc, utc, now.clk)
