"""What a `report` message says, and an answered questionnaire, its definition, and who is on duty."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, TypedDict

from agent.core.messages.casebodies import Line, Prose, Word
from agent.core.messages.shapes import Count, Hash, Number, Scalar, Time, Unit, says

Least = Annotated[int, says("there is a figure, of fewer than this; it is not told", minimum=1)]


class ReportFigure(TypedDict):
    """One figure with its definition beside it. Without a value there was nothing to reckon it from."""

    figure: str
    unit: Unit
    zh: str
    en: str
    value: NotRequired[float]
    of: NotRequired[Annotated[int, says("how many cases, ratings or promises it is made of", minimum=0)]]
    below: NotRequired[Least]


class ReportTable(TypedDict):
    table: str
    zh: str
    en: str
    columns: list[str]
    rows: Annotated[list[list[Scalar]], says("null: none, or of too few to be told")]
    left_out: NotRequired[Count]


class ReportSaid(TypedDict):
    """What a person may say with a duty done."""

    text: NotRequired[Annotated[Prose, says("comments; causes and improvements proposed")]]
    held: NotRequired[Annotated[Time, says("when the briefing was held")]]
    attendees: NotRequired[list[Line]]
    signatures: NotRequired[list[Line]]


class ReportTerms(TypedDict):
    """What the figures depend on beside the facts: who has both reckons the same."""

    zone: str
    least: Annotated[int, says("counts below it are not told to the public")]
    sample: Annotated[int, says("ratings without which nobody is proposed")]
    shifts: Annotated[list[int], says("minutes of the day at which shifts begin")]


Report = TypedDict(
    "Report",
    {
        "report": Annotated[str, says("kind and period: the same for whoever makes it")],
        "kind": Literal["briefing", "statistics", "publication", "return-visits", "stars", "review"],
        "period": Annotated[str, says("2026-11-25, 2026-11, 2026Q4")],
        "event": Literal["issued", "held", "reviewed", "noted", "late"],
        "state": Annotated[Literal["open", "done", "late", "none"], says("its duty; none: it asks for none")],
        "by": str,
        "from": NotRequired[Time],
        "to": NotRequired[Annotated[Time, says("belongs to the next period")]],
        "public": NotRequired[Annotated[bool, says("nothing in it is so small that it points at somebody")]],
        "terms": NotRequired[ReportTerms],
        "figures": NotRequired[list[ReportFigure]],
        "tables": NotRequired[list[ReportTable]],
        "digest": NotRequired[Annotated[Hash, says("SHA-256 of report, kind, period, from, to, public, terms, figures "
                                                   "and tables, as compact JSON with sorted keys")]],
        "epoch": NotRequired[str],
        "through": NotRequired[Annotated[Count, says("seq of the newest fact that was counted")]],
        "officer": NotRequired[Annotated[Word, says("who collects feedback")]],
        "deputy": NotRequired[Word],
        "open": NotRequired[Annotated[Count, says("of a review: cases that were open")]],
        "overdue": NotRequired[Annotated[Count, says("of these, with a promise broken")]],
        "unread": NotRequired[Annotated[Count, says("of a review: ratings since the one before, or since the start")]],
        "text": NotRequired[Prose],
        "held": NotRequired[Time],
        "attendees": NotRequired[list[Line]],
        "signatures": NotRequired[list[Line]],
    },
)  # fmt: skip


class ReportReview(ReportSaid):
    """Arguments of report.review: head office does, or comments on, a report's duty."""

    report: str


class ReportCompile(TypedDict):
    """Arguments of report.compile: a period that is over, once more."""

    kind: Literal["briefing", "statistics", "publication", "return-visits", "stars"]
    period: Annotated[str, says(pattern=r"^\d{4}(-\d\d|Q[1-4])$")]


Item = Annotated[str, says(pattern="^[a-z0-9-]{1,32}$")]
Titles = TypedDict("Titles", {"zh-CN": str, "en": NotRequired[str]})
SurveyItem = TypedDict("SurveyItem", {"item": Item, "zh-CN": str, "en": NotRequired[str]})
SurveyPut = TypedDict(
    "SurveyPut",
    {
        "survey": Annotated[Item, says("putting it again replaces it")],
        "title": NotRequired[Annotated[Titles, says("needed unless it ends")]],
        "items": NotRequired[Annotated[list[SurveyItem], says("needed unless it ends; 1 to 20")]],
        "scale": NotRequired[Annotated[int, says("best mark; 1 is worst; 5", minimum=2, maximum=10)]],
        "target": NotRequired[Annotated[int, says("people to be asked in a month", minimum=1)]],
        "from": NotRequired[Time],
        "until": NotRequired[Time],
        "end": NotRequired[Annotated[bool, says("true: nobody is asked any more")]],
    },
)  # fmt: skip
Survey = TypedDict(
    "Survey",
    {
        "survey": Item, "title": Titles, "items": list[SurveyItem], "scale": int, "by": str,
        "target": NotRequired[int], "from": NotRequired[Time], "until": NotRequired[Time], "end": NotRequired[bool],
    },
)  # fmt: skip


class Answers(TypedDict):
    """One questionnaire that somebody was asked to answer. Without answers it was declined."""

    receipt: str
    survey: Item
    answers: Annotated[dict[str, int], says("item → mark, 1 is worst")]
    text: NotRequired[Prose]
    case: NotRequired[str]
    by: NotRequired[Annotated[str, says("id of the person who asked")]]


class Duty(TypedDict):
    """Who is on duty from now on."""

    people: list[Word]
    person: Annotated[Word, says("who came or went")]
    event: Literal["on", "off"]
    by: str


ARGUMENTS: dict[str, type] = {
    "report.review": ReportReview, "report.compile": ReportCompile, "survey.put": SurveyPut,
}  # fmt: skip
__all__ = ["ARGUMENTS", "Answers", "Duty", "Number", "Report", "ReportSaid", "Survey", "SurveyPut"]
