"""What one report looks at: the cases, ratings, answers and people on duty of one period, made of facts alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from agent.core.messages.stamp import utc_of
from agent.core.reports.story import ANSWERS, RESPONSES, Decided, Document, Story, Told, stories
from agent.core.reports.terms import Terms

KINDS = ("case", "feedback", "shift", "audit")  # of facts that a report is made of
PEOPLE = ("attendant", "shift-leader", "station-master", "maintainer", "head-office")
AFTER_CASE = "after-case"
INQUIRY = "inquiry"


class Rating(NamedTuple):
    """One rating that nobody took back."""

    utc: float
    rating: int
    reasons: tuple[str, ...]


class Answer(NamedTuple):
    """One questionnaire that was handed out; without answers it was declined."""

    utc: float
    survey: str
    answers: Mapping[str, int]
    case: str


class Roster(NamedTuple):
    """Who was on duty from this moment on."""

    utc: float
    people: tuple[str, ...]


@dataclass(frozen=True)
class Ledger:
    """From `begin` to `end`, seconds since 1970; `stories` also of the cases that were received before."""

    begin: float
    end: float
    zone: ZoneInfo
    terms: Terms
    stories: tuple[Story, ...]
    ratings: tuple[Rating, ...] = ()
    answers: tuple[Answer, ...] = ()
    rosters: tuple[Roster, ...] = ()
    outages: tuple[tuple[float, float], ...] = ()  # from the last word of one run to the first of the next

    @cached_property
    def received(self) -> list[Story]:
        return [one for one in self.stories if one.received >= self.begin]

    @cached_property
    def complaints(self) -> list[Story]:
        return [one for one in self.received if one.members.get("kind") == "complaint"]

    @cached_property
    def answered(self) -> list[Story]:
        """Cases that got an answer in this period."""
        return [one for one in self.stories if one.within(self.begin, *ANSWERS)]

    @cached_property
    def open(self) -> list[Story]:
        return [one for one in self.stories if one.open]

    @cached_property
    def decided(self) -> list[Decided]:
        return [promise for one in self.stories for promise in one.decided if promise.utc >= self.begin]

    def happened(self, *events: str) -> list[tuple[Story, Told]]:
        """Every one of these events in this period, with its case."""
        return [(story, one) for story in self.stories for one in story.within(self.begin, *events)]

    def minutes(self, *events: str, by: tuple[str, ...] = (), since: tuple[str, ...] = ("received",)) -> list[float]:
        """From the first of `since` to the first of `events`, of each case where the latter fell into this period."""
        found = []
        for story in self.stories:
            start, end = story.first(*since), story.first(*events, by=by)
            if start and end and end.utc >= max(self.begin, start.utc):
                found.append(round((end.utc - start.utc) / 60, 1))
        return found

    def responded(self, story: Story) -> bool:
        return story.first(*RESPONSES, by=PEOPLE) is not None

    def away(self) -> float:
        """Seconds of the period in which the station did not run."""
        spans = ((max(begin, self.begin), min(end, self.end)) for begin, end in self.outages)
        return sum(max(0.0, end - begin) for begin, end in spans)

    def on_duty(self, utc: float) -> tuple[str, ...]:
        """Who was on duty then; nobody when no roster was told."""
        known = [roster for roster in self.rosters if roster.utc <= utc]
        return known[-1].people if known else ()


def ledger(documents: Iterable[Document], begin: float, end: float, zone: ZoneInfo, terms: Terms) -> Ledger:
    """`documents`: the facts of the KINDS from `begin` on, and every fact of a case that any of them is about."""
    found = list(documents)
    feedback = [one for one in found if one["type"] == "gse.feedback.v1" and utc_of(one["time"]) < end]
    gone = {one["data"].get("withdraws") for one in feedback}
    stood = {one["data"]["receipt"]: one for one in feedback}  # each receipt once, whatever was told again
    return Ledger(
        begin, end, zone, terms, stories((one for one in found if one["type"] == "gse.case.v1"), end),
        tuple(rating(one) for receipt, one in stood.items() if receipt not in gone and counts(one, begin)),
        tuple(answers(found, begin, end)), tuple(rosters(found, end)), tuple(outages(found)),
    )  # fmt: skip


def counts(document: Document, begin: float) -> bool:
    """True for a rating of the period; one that takes another back and says nothing in its place is none."""
    body = document["data"]
    undo = body.get("withdraws") and not body.get("reasons") and not body.get("text")
    return utc_of(document["time"]) >= begin and not undo


def rating(document: Document) -> Rating:
    body = document["data"]
    return Rating(utc_of(document["time"]), body["rating"], tuple(body.get("reasons", ())))


def answers(documents: Iterable[Document], begin: float, end: float) -> Iterator[Answer]:
    seen = set[str]()
    for one in documents:
        utc, body = utc_of(one["time"]), one["data"]
        if one["type"] == "gse.answers.v1" and begin <= utc < end and body["receipt"] not in seen:
            seen.add(body["receipt"])
            yield Answer(utc, body["survey"], body.get("answers", {}), body.get("case", ""))
    for one in documents:  # what a customer says at a return visit is an answer after the case
        utc, body = utc_of(one["time"]), one["data"]
        told = f"{body.get('case')}/{body.get('version')}"
        if one["type"] == "gse.case.v1" and body.get("scores") and begin <= utc < end and told not in seen:
            seen.add(told)
            yield Answer(utc, AFTER_CASE, body["scores"], body["case"])


def rosters(documents: Iterable[Document], end: float) -> list[Roster]:
    found = [
        Roster(utc_of(one["time"]), tuple(one["data"]["people"]))
        for one in documents
        if one["type"] == "gse.duty.v1" and utc_of(one["time"]) < end
    ]
    return sorted(found)


def outages(documents: Iterable[Document]) -> Iterator[tuple[float, float]]:
    """When the station did not run, by what each start says of the run before it; each start once."""
    starts = {one["time"]: one["data"] for one in documents if one["type"] == "gse.audit.v1"}
    for time, body in sorted(starts.items()):
        if body.get("what") == "started" and "before" in body:
            yield utc_of(body["before"]), utc_of(time)


def share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def middle(figures: list[float]) -> float | None:
    return round(median(figures), 1) if figures else None


def mean(figures: Iterable[Any]) -> float | None:
    known = list(figures)
    return round(sum(known) / len(known), 2) if known else None
