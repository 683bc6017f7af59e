"""What a `case` message says: what every one carries, and what its events may say beside it."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from agent.core.messages.shapes import Hash, Number, Scalar, Time, says

Word = Annotated[str, says(pattern=r"^[^\s/#+]{1,64}$")]
Line = Annotated[str, says("one line", maxLength=200)]
Prose = Annotated[str, says("free text, without telephone, identity, card or plate numbers", maxLength=2000)]


Day = Annotated[str, says(pattern=r"^\d{4}-\d\d-\d\d$")]


class Digest(TypedDict):
    digest: Annotated[Hash, says("SHA-256 of salt and sealed text")]


class CaseClock(TypedDict):
    stop: str
    due: Time | None
    state: Literal["running", "met", "breached", "unknown"]
    side: Literal["station", "headoffice"]


class Frozen(TypedDict):
    """What the station knew of the moment: frozen with a digest, never changed."""

    digest: Annotated[Hash, says("SHA-256 of the other members, as compact JSON with sorted keys")]
    around: Time
    readings: NotRequired[list[list[Scalar]]]
    fills: NotRequired[list[dict[str, Any]]]
    alarms: NotRequired[list[str]]
    duty: NotRequired[list[str]]


class ClassMembers(TypedDict):
    """What a case is: the members a classification sets."""

    kind: NotRequired[Literal["complaint", "suggestion", "question", "hazard", "fault"]]
    topic: NotRequired[str]
    object: NotRequired[Annotated[str, says("whom or what it is about: a person's id, a dispenser, a nozzle")]]
    channel: NotRequired[str]
    urgency: NotRequired[Literal["general", "important", "urgent"]]
    severity: NotRequired[Literal["dissatisfied", "very-dissatisfied", "major", "crisis"]]
    complexity: NotRequired[Literal["simple", "complex"]]
    demand: NotRequired[Literal["reasonable", "special"]]
    fault: NotRequired[Literal["general", "major"]]
    major: NotRequired[bool]
    nature: NotRequired[Literal["valid", "concern", "unfounded"]]
    responsible: NotRequired[Literal["staff", "process"]]
    grade: NotRequired[Literal["A1", "A2", "A3", "B1", "B2", "C1", "C2", "C3", "C4"]]
    level: NotRequired[Annotated[int, says(minimum=0, maximum=3)]]
    notable: NotRequired[Annotated[bool, says("worth being told upwards at once")]]
    threat: NotRequired[Annotated[bool, says("somebody may come to harm over it")]]
    profile: NotRequired[str]
    owner: NotRequired[Word]
    deputy: NotRequired[Word]
    external: NotRequired[Annotated[Line, says("its number elsewhere")]]
    secret: NotRequired[Annotated[bool, says("a tip-off: who gave it is for head office alone")]]


Score = Annotated[int, says(minimum=1, maximum=5)]


class CaseSaid(ClassMembers):
    """What a person may say with an event."""

    text: NotRequired[Prose]
    wish: NotRequired[Annotated[Prose, says("what the customer demands")]]
    place: NotRequired[Line]
    happened: NotRequired[Annotated[Time, says("when it happened, as the customer says")]]
    parties: NotRequired[list[Line]]
    because: NotRequired[Annotated[list[str], says("ticks of the checklist that makes a case major, or level 1")]]
    note: NotRequired[Prose]
    to: NotRequired[Line]
    reason: NotRequired[Prose]
    mode: NotRequired[Literal["kiosk", "in-person", "phone", "sms", "letter", "e-mail", "written"]]
    outcome: NotRequired[Literal["satisfied", "dissatisfied", "no-answer"]]
    rating: NotRequired[Annotated[int, says(minimum=1, maximum=5)]]
    scores: NotRequired[Annotated[dict[str, Score], says("of a return visit: result, quality, attitude")]]
    process: NotRequired[Prose]
    measures: NotRequired[Prose]
    result: NotRequired[Prose]
    method: NotRequired[Prose]
    remedies: NotRequired[list[Literal["compensation", "discount", "gift", "free-service", "cost-borne"]]]
    apology: NotRequired[bool]
    adopted: NotRequired[Literal["yes", "no", "pending"]]
    promised: NotRequired[Time]
    verified: NotRequired[Literal["true", "partly", "false", "open"]]
    handler: NotRequired[Line]
    position: NotRequired[Line]
    signatures: NotRequired[Annotated[list[Line], says("who signed: customer, or the id of a person")]]
    stop: NotRequired[Annotated[str, says("which clock: the event that stops it")]]
    until: NotRequired[Time]
    approver: NotRequired[Line]
    customer_told: NotRequired[Time]
    of: NotRequired[Annotated[int, says("version of the event that is corrected", minimum=1)]]
    time: NotRequired[Annotated[Time, says("when the corrected event really happened")]]
    members: NotRequired[ClassMembers]


class Answer(TypedDict):
    """The last answer of a case, as its customer is told it."""

    time: Time
    by: str
    text: NotRequired[Prose]
    result: NotRequired[Prose]
    measures: NotRequired[Prose]
    promised: NotRequired[Time]
    adopted: NotRequired[Literal["yes", "no", "pending"]]


class Case(CaseSaid):
    """One event of one case."""

    case: str
    event: str
    version: Number
    by: str
    clocks: NotRequired[list[CaseClock]]
    terms: NotRequired[Annotated[dict[str, str], says("the operator's own figures of the profile")]]
    contact: NotRequired[Digest]
    written: NotRequired[Annotated[bool, says("a name was given: a written result is owed")]]
    received_by: NotRequired[Annotated[Word, says("who was on duty when the kiosk took it")]]
    recurs: NotRequired[Annotated[list[str], says("cases about the same, not long ago")]]
    evidence: NotRequired[Frozen]
    share: NotRequired[Annotated[float, says("of the time a warning speaks of", minimum=0, maximum=1)]]
    side: NotRequired[Literal["station", "headoffice"]]
    due: NotRequired[Time]
    before: NotRequired[Annotated[dict[str, Any], says("what a classification or correction replaced")]]
    answer: NotRequired[Annotated[Answer, says("of a closed case: the last answer")]]
    opened: NotRequired[Annotated[Time, says("of a closed case: when it was received")]]


# ── head office's commands ──────────────────────────────────────────────────


class CaseCommand(CaseSaid):
    """Arguments of every command about a case that is there."""

    case: str
    version: Annotated[Number, says("the case's version as head office last saw it; another is a conflict")]
    event: NotRequired[Annotated[str, says("of case.event: which event head office enters")]]
    at: NotRequired[Annotated[Time, says("when head office did it; default: issued, else now")]]


class CaseOpen(CaseSaid):
    """Arguments of case.open: a case that another channel took."""

    received: NotRequired[Annotated[Time, says("when it was told there; default: now")]]


class CalendarPut(TypedDict):
    """Arguments of calendar.put: one year, which takes the place of what was known of it."""

    year: Annotated[int, says(minimum=2000, maximum=2199)]
    holidays: Annotated[list[Day], says("days off; those of a weekend may be left out")]
    workdays: Annotated[list[Day], says("make-up workdays: days of a weekend that are worked")]


class Moved(TypedDict):
    """A due time that a calendar has moved."""

    case: str
    stop: str
    before: Time | None
    after: Time | None


class CalendarYear(CalendarPut):
    """The working calendar of one year, as head office said it."""

    by: str
    moved: NotRequired[list[Moved]]


ARGUMENTS: dict[str, type] = {
    "case.open": CaseOpen,
    **dict.fromkeys(
        (
            "case.ack", "case.assign", "case.progress", "case.reply", "case.classify", "case.close", "case.reopen",
            "case.transfer", "case.extend", "case.refuse", "case.event",
        ),
        CaseCommand,
    ),
}  # fmt: skip
