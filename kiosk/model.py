"""The vocabulary of the screen: what people hand in, what they are shown, and the door between the two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from kiosk.calls import Call, CallView, Came
from kiosk.casebook import CaseList, CaseSheet, Wanted
from kiosk.duties import Answered, DutyChange, ReportDeed
from kiosk.figures import IDLE, Published, Upkeep
from kiosk.forecourt import PumpView
from kiosk.reportbook import ReportLine, ReportSheet
from kiosk.safety import AlarmAct, Conduct, DutyDone, Emergency, IncidentAct, PermitAct, Stopped
from kiosk.safetyviews import NOTHING_STANDS, Safety
from kiosk.shift import Handover, HandoverView, RecordView, Vent
from kiosk.slip import Reprint, Slip
from kiosk.surveys import SurveyView

FACES = (5, 4, 3, 2, 1)  # 非常满意 … 非常不满意
REASONS = ("gas", "filling", "attitude", "speed", "price", "metering", "equipment", "safety")
TOPICS = ("metering", "attitude", "speed", "price", "equipment", "payment", "safety", "other")
RARER_TOPICS = ("gas", "service", "promise", "conduct", "construction")  # no tile of their own on the kiosk
CASE_KINDS = ("complaint", "suggestion", "question", "hazard")
RARER_KINDS = ("fault",)


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
    """A complaint, suggestion, question, hazard or fault report: handed in at the kiosk, or by who took it down (`by`).

    `phone`, `email` and `name` leave the station sealed or not at all. Empty: not said.
    """

    kind: str  # one of CASE_KINDS or RARER_KINDS
    topic: str
    text: str = ""
    phone: str = ""
    urgency: str = "general"
    profile: str = ""
    severity: str = ""
    complexity: str = ""
    demand: str = ""
    fault: str = ""
    major: bool = False
    because: tuple[str, ...] = ()  # ticks of the checklist that makes a case major
    safety: bool = False  # somebody's life or health is in danger
    object: str = ""  # whom or what it is about: a person's id, a dispenser, a nozzle
    place: str = ""
    happened: str = ""  # ISO 8601
    parties: tuple[str, ...] = ()
    wish: str = ""
    name: str = ""
    email: str = ""
    channel: str = "kiosk"
    told: str = ""  # ISO 8601: when a register entry was told to who entered it; empty: now
    by: str = ""  # id of the person who entered it
    external: str = ""  # its number where it came from


@dataclass(frozen=True, slots=True)
class CaseAct:
    """One more thing that happened to a case. `by`: a person's id, `customer` or role:name; `said`: what is told."""

    case: str
    event: str
    by: str
    said: Mapping[str, Any] = field(default_factory=dict)
    pin: str = ""  # of the slip, when the customer acts at the kiosk
    ink: Mapping[str, str] = field(default_factory=dict)  # who signed on the screen → strokes as "x,y x,y;x,y …"
    kind: Literal["act"] = "act"


@dataclass(frozen=True, slots=True)
class LookUp:
    """A customer asks how the case stands."""

    case: str
    pin: str
    kind: Literal["look-up"] = "look-up"


@dataclass(frozen=True, slots=True)
class Reveal:
    """One of the staff asks for the contact of a case, to call back. That it was read is a fact."""

    case: str
    by: str
    kind: Literal["reveal"] = "reveal"


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """A person has seen an alarm."""

    alarm: str
    by: str
    why: str = ""  # what was found, what was done; may be left out
    kind: Literal["acknowledge"] = "acknowledge"


@dataclass(frozen=True, slots=True)
class Seen:
    """A person has read a notice that asks for it."""

    notice: str
    by: str
    kind: Literal["seen"] = "seen"


Form = (
    Feedback | Complaint | CaseAct | LookUp | Reveal | Reprint | Handover | Vent | Acknowledge | AlarmAct | Seen
    | Emergency | IncidentAct | ReportDeed | Answered | DutyChange | PermitAct | Stopped | DutyDone | Conduct
    | Call | Came
)  # fmt: skip


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
    wait: float = 0.0  # seconds until it is worth another try


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
class FillView:
    """A fill that was just done, as whoever did it knows it again; never whose it was."""

    nozzle: str
    at: str  # 14:32 on the station's clock
    ended: str  # ISO 8601
    mass: str  # kg
    amount: str = ""  # CNY


@dataclass(frozen=True, slots=True)
class AlarmView:
    id: str
    state: str
    text: str
    severity: str
    since: str
    response: str
    consequence: str = ""
    where: str = ""  # the device, or the contact
    first: bool = False  # of its group
    until: str = ""  # of a shelved one
    by: str = ""  # who put it aside, and why
    why: str = ""
    hideable: bool = False  # it may be shelved and taken out of service
    explain: bool = False  # who acknowledges it says what was found and done


@dataclass(frozen=True, slots=True)
class NoticeView:
    """What head office tells customers and attendants, by language; `asks`: an attendant has not read it yet."""

    id: str
    priority: str  # normal · important · urgent
    title: Mapping[str, str]
    text: Mapping[str, str]
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Screen:
    """Everything a page may show, whole: a page never has to ask for more."""

    station: str
    languages: tuple[str, ...] = ("zh-CN", "en")
    hotline: str = ""
    prefix: str = ""  # what the station's case numbers begin with
    contact: bool = False  # a head-office key is there, so a phone number can be sealed
    contact_needed: tuple[str, ...] = ()  # kinds of case whose promise cannot be kept without one
    online: bool = True
    waiting: int = 0  # facts not yet at the broker
    keeping: bool = True  # False: the disk cannot keep a fact, and the page says so
    clk: str = "synced"
    supervision: str = ""  # the number of whoever supervises the station
    published: Published | None = None
    surveys: tuple[SurveyView, ...] = ()
    people: tuple[Person, ...] = ()
    nozzles: tuple[NozzleView, ...] = ()
    fills: tuple[FillView, ...] = ()  # the last few, newest first
    handover: HandoverView | None = None
    record: RecordView | None = None  # of the last shift
    calls: tuple[CallView, ...] = ()
    alarms: tuple[AlarmView, ...] = ()
    hidden: int = 0  # alarms that stand beside these
    safety: Safety = NOTHING_STANDS
    notices: tuple[NoticeView, ...] = ()
    upkeep: Upkeep = IDLE


class Door(Protocol):
    """The one way from the kiosk into the agent."""

    async def submit(self, form: Form) -> Receipt | Refusal:
        """Hand in a form; returns when the fact is durable, or why it is not."""
        ...

    def screen(self) -> Screen:
        """What may be shown now."""
        ...

    def cases(self, person: str, wanted: Wanted, page: int) -> CaseList:
        """One page of the cases that this person may see."""
        ...

    async def case(self, person: str, number: str) -> CaseSheet | None:
        """One case whole; None when there is none, or not for this person."""
        ...

    def forecourt(self) -> tuple[PumpView, ...]:
        """Every gun at this moment."""
        ...

    def moment(self) -> str:
        """Now, on the station's own clock: ISO 8601 with its offset, to the minute."""
        ...

    def slip(self, person: str, number: str) -> Slip | None:
        """The slip of a case without its PIN; None when there is none, or not for this person."""
        ...

    def reports(self) -> tuple[ReportLine, ...]:
        """Which reports there are, what is to be done first."""
        ...

    async def report(self, id: str) -> ReportSheet | None:
        """One report whole; None when there is none."""
        ...

    async def unlock(self, person: str, pin: str) -> bool:
        """True when `pin` is this person's."""
        ...

    def health(self) -> tuple[bool, dict[str, object]]:
        """Well or not, and the reasons, for /healthz."""
        ...
