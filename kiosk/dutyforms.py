"""The forms of the staff's own duties: a report's deed, a questionnaire somebody was asked, who is on duty."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from kiosk.caseforms import EVENT, OBJECT, rest
from kiosk.duties import Answered, DutyChange, ReportDeed
from kiosk.sheet import NAME, REMARK, FormError, Sheet, shown

MOST = 20  # items of a questionnaire


def report(sheet: Sheet, reasons: Collection[str]) -> ReportDeed:
    """What stands beside report, event and by is what is said with it."""
    head = ReportDeed(
        event=sheet.match("event", EVENT, "the name of an event"),
        by=sheet.match("by", REMARK, "who did it: the id of a person"),
        report=sheet.match("report", OBJECT, "the id of a report", ""),
    )
    return replace(head, said=rest(sheet))


def answers(sheet: Sheet, reasons: Collection[str]) -> Answered:
    told = sheet.document.get("answers", {})
    sheet.asked.append("answers")
    allowed = f"at most {MOST} items with a whole number each"
    if not isinstance(told, dict) or len(told) > MOST:
        raise FormError("answers", f"{shown(told)} is not allowed", allowed)
    for item, mark in told.items():
        if isinstance(mark, bool) or not isinstance(mark, int):
            raise FormError(f"answers.{shown(item)}", f"{shown(mark)} is not allowed", allowed)
    return Answered(
        survey=sheet.match("survey", NAME, "the name of a questionnaire"),
        answers=dict(told),
        text=sheet.text("text"),
        case=sheet.match("case", OBJECT, "the number of a case", ""),
        by=sheet.match("by", OBJECT, "the id of the person who asked", ""),
    )


def duty(sheet: Sheet, reasons: Collection[str]) -> DutyChange:
    event = sheet.choice("event", ("on", "off"), "on")
    return DutyChange(
        person=sheet.match("person", NAME, "the id of a person"),
        by=sheet.match("by", REMARK, "who says so: the id of a person"),
        on=event == "on",
    )
