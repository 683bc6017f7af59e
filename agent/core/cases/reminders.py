"""What nobody promised a customer by the hour, and must not be forgotten: told once for each time it is due.

A reported danger that nobody went to, progress where several departments are at it, an unfounded case that is to be
cleared up, a hand-over that nobody took, a correction that was to be done by a day, a return visit. Reckoned from the
case's events, like its clocks.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from agent.core.cases import spans
from agent.core.cases.calendar import Calendar
from agent.core.cases.model import Case, CaseEvent, Happening
from agent.core.cases.profile import Span
from agent.core.messages.stamp import utc_of

TOLD: tuple[Happening, ...] = (  # the customer hears how it stands
    "acked", "first_contact", "progress", "agreed", "extended", "replied", "followup", "return_visited", "settled",
)  # fmt: skip
THERE: tuple[Happening, ...] = ("on_site", "handling", "handled", "repaired", "rectified", "settled", "mediated")
REOPENED: tuple[Happening, ...] = ("reopened", "appealed")


MONTH = Span(30, "d")


@dataclass(frozen=True, slots=True)
class Intervals:
    """How long each may wait, and how long after one a case like it counts as recurring: a station's [reminders]."""

    spans: Mapping[str, Span] = field(
        default_factory=lambda: {
            "scene": Span(30, "min"), "progress": Span(5, "d"),
            "clarify": Span(15, "d"), "transfer": Span(24, "h"), "visit": Span(7, "d"),
        }
    )  # fmt: skip
    recurrence: Span = MONTH


USUAL_INTERVALS = Intervals()


class Reminder(NamedTuple):
    """`since`: from which event it is waited for, None: it is not; `alarm`: what sounds; `text`: what is to be done."""

    name: str
    since: Callable[[Case], CaseEvent | None]
    alarm: str
    text: str


class Reminded(NamedTuple):
    """One that is due at a moment, seconds since 1970."""

    reminder: Reminder
    due: float


def last(case: Case, *kinds: Happening) -> CaseEvent | None:
    return next((event for event in reversed(case.events) if event.kind in kinds), None)


def after(case: Case, event: CaseEvent | None, *kinds: Happening, role: str = "") -> bool:
    """True when one of these (of any kind, if none is named; by this role) came after the event."""
    later = case.events[case.events.index(event) + 1 :] if event else ()
    return any((not kinds or one.kind in kinds) and role in ("", one.by.role) for one in later)


def progress(case: Case) -> CaseEvent | None:
    """Several departments are at it: it was handed on, or is complex; and it is not answered."""
    shared = case.complexity == "complex" or any(e.kind in ("transferred", "escalated") for e in case.events)
    return last(case, "registered", *TOLD, *REOPENED) if shared and case.state in ("open", "held") else None


def clarify(case: Case) -> CaseEvent | None:
    """Unfounded is so only until it is cleared up: since it was called so."""
    named = next((e for e in reversed(case.events) if e.body.get("nature") == "unfounded"), None)
    return named if case.nature == "unfounded" and not case.closed else None


def transfer(case: Case) -> CaseEvent | None:
    """Handed over, and head office has not answered since."""
    given = last(case, "transferred")
    return given if given and not case.closed and not after(case, given, role="head-office") else None


def visit(case: Case) -> CaseEvent | None:
    """Answered, and nobody has asked the customer since."""
    answer = last(case, "replied", "repaired", "settled")
    asked = after(case, answer, "return_visited", "followup", "reopened", "appealed")
    return answer if answer and case.state == "answered" and not asked else None


def scene(case: Case) -> CaseEvent | None:
    """Somebody reported a danger, and nobody has been there yet: R4's thirty minutes, whatever else was promised."""
    danger = case.topic == "safety" or "safety" in case.events[0].body.get("because", ())
    there = any(event.kind in THERE for event in case.events)
    return case.first("registered") if danger and case.state in ("open", "held") and not there else None


def rectify(case: Case) -> CaseEvent | None:
    """To be put right by a day that was named, and it is not."""
    plan = next((e for e in reversed(case.events) if e.kind in ("plan_ready", "handled") and "until" in e.body), None)
    return plan if plan and not case.closed and not after(case, plan, "rectified", "settled") else None


REMINDERS: tuple[Reminder, ...] = (
    Reminder("scene", scene, "scene-overdue", "到现场查看安全隐患 / Go to where the danger was reported"),
    Reminder("progress", progress, "progress-overdue", "向顾客说明进度 / Tell the customer how it stands"),
    Reminder("clarify", clarify, "case-unclarified", "查清无根据事项:有效或关注 / Clear it up: valid, or a concern"),
    Reminder("transfer", transfer, "transfer-unanswered", "移交后公司未回应,请催办 / Head office is silent: ask again"),
    Reminder("visit", visit, "visit-overdue", "回访顾客 / Ask the customer whether it is well now"),
    Reminder("rectify", rectify, "rectification-overdue", "整改到期未完成 / It was to be put right by now"),
)
NAMES = tuple(reminder.name for reminder in REMINDERS)


def due(case: Case, intervals: Intervals, calendar: Calendar) -> Iterator[Reminded]:
    """What is waited for, and until when."""
    for reminder in REMINDERS:
        event = reminder.since(case)
        moment = until(reminder, event, intervals, calendar) if event else None
        if moment is not None:
            yield Reminded(reminder, moment)


def until(reminder: Reminder, event: CaseEvent, intervals: Intervals, calendar: Calendar) -> float | None:
    """None: it is switched off, or cannot be told."""
    if "until" in event.body and reminder.name == "rectify":
        return utc_of(event.body["until"])
    if event.at.clk == "unsynced" or reminder.name not in intervals.spans:
        return None
    return spans.end(intervals.spans[reminder.name], event.at.utc, calendar)


def task(reminder: str, number: str) -> str:
    """The id of the `task` that one reminder of one case is."""
    return f"{reminder}-{number}"


def next_look(case: Case, waited: Sequence[Reminded], tasks: Collection[str], utc: float) -> float | None:
    """When a task of this case is to be opened, or is done; None: never, as things stand."""
    moments = {task(one.reminder.name, case.number): one.due for one in waited}
    unopened = [moment for id, moment in moments.items() if id not in tasks]
    over = [utc for id in (task(name, case.number) for name in NAMES) if id in tasks and moments.get(id, utc + 1) > utc]
    return min([*unopened, *over], default=None)


def recall(last: Mapping[str, Mapping[str, Any]]) -> frozenset[str]:
    """The open ones, by the last `task` fact of each."""
    return frozenset(id for id, body in last.items() if body["event"] == "opened" and body["kind"] in NAMES)
