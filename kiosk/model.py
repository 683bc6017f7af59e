"""The vocabulary of the screen: what people hand in, what they are shown, and the door between the two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

FACES = (5, 4, 3, 2, 1)  # 非常满意 … 非常不满意
REASONS = ("gas", "filling", "attitude", "speed", "price", "metering", "equipment", "safety")
TOPICS = ("metering", "attitude", "speed", "price", "equipment", "payment", "safety", "other")
CASE_KINDS = ("complaint", "suggestion", "question", "hazard")


@dataclass(frozen=True, slots=True)
class Feedback:
    """One rating. `withdraws` names an earlier receipt: the undo is a second fact, nothing is deleted."""

    rating: int
    reasons: tuple[str, ...] = ()
    text: str = ""
    withdraws: str = ""
    kind: Literal["feedback"] = "feedback"


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint, suggestion, question or hazard report. `phone` leaves the station sealed or not at all."""

    kind: str  # one of CASE_KINDS
    topic: str
    text: str = ""
    phone: str = ""
    urgency: str = "general"
    profile: str = ""


@dataclass(frozen=True, slots=True)
class Handover:
    """What an attendant says a dispenser's own display shows, typed before the agent's figure is shown."""

    nozzle: str
    typed: str
    by: str
    step: str = "reading"
    kind: Literal["handover"] = "handover"


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """A person has seen an alarm."""

    alarm: str
    by: str
    kind: Literal["acknowledge"] = "acknowledge"


Form = Feedback | Complaint | Handover | Acknowledge


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the form became, after it is durable: a number to keep, and what the page may now tell."""

    number: str
    facts: dict[str, str]  # e.g. read and agree of a handover, pin of a case


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a form was not taken: `invalid` is the person's to mend, `unavailable` is ours."""

    why: Literal["invalid", "unavailable"]
    text: str


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class NozzleView:
    """A gun as the forecourt knows it. Never its total: that is shown only after an attendant typed the display's."""

    name: str
    label: str
    state: str  # ok · silent
    confirmed: str  # "", "agree" or "differ": the last confirmation in this shift


@dataclass(frozen=True, slots=True)
class AlarmView:
    id: str
    state: str
    text: str
    severity: str
    since: str
    response: str


@dataclass(frozen=True, slots=True)
class Screen:
    """Everything a page may show, whole: a page never has to ask for more."""

    station: str
    languages: tuple[str, ...] = ("zh-CN", "en")
    hotline: str = ""
    contact: bool = False  # a head-office key is there, so a phone number can be sealed
    online: bool = True
    waiting: int = 0  # facts not yet at the broker
    keeping: bool = True  # False: the disk cannot keep a fact, and the page says so
    clk: str = "synced"
    people: tuple[Person, ...] = ()
    nozzles: tuple[NozzleView, ...] = ()
    alarms: tuple[AlarmView, ...] = ()


class Door(Protocol):
    """The one way from the kiosk into the agent."""

    async def submit(self, form: Form) -> Receipt | Refusal:
        """Hand in a form; returns when the fact is durable, or why it is not."""
        ...

    def screen(self) -> Screen:
        """What may be shown now."""
        ...

    async def unlock(self, person: str, pin: str) -> bool:
        """True when `pin` is this person's."""
        ...

    def health(self) -> tuple[bool, dict[str, object]]:
        """Well or not, and the reasons, for /healthz."""
        ...
