"""From JSON to a form, strictly: what a person (or a replay) hands in is a Form, or an error that says how to mend it.

A feedback that `withdraws` a receipt stands in its place when it carries reasons or a text, and takes it back when it
carries neither.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from kiosk import safetyforms
from kiosk.calls import Call, Came
from kiosk.caseforms import KINDS, act, complaint, look_up, reprint, reveal
from kiosk.dutyforms import answers, duty, report
from kiosk.model import REASONS, Acknowledge, Feedback, Form, Seen
from kiosk.sheet import ANYTHING, FIGURE, NAME, RECEIPT, REMARK, SHORT, FormError, Sheet, shown
from kiosk.shift import Handover, Vent

OF_A_NOZZLE = ("reading", "second", "reason", "correct")
STEPS: dict[str, tuple[re.Pattern[str], str]] = {  # step of a handover → what `typed` must be
    "reading": (FIGURE, "the display's digits, at most one point"),
    "second": (FIGURE, "the display's digits, at most one point"),
    "reason": (REMARK, "1 to 200 characters"),
    "verify": (ANYTHING, "at most 200 characters"),
    "sign": (ANYTHING, "at most 200 characters"),
    "query": (REMARK, "1 to 200 characters"),
    "answer": (REMARK, "1 to 200 characters"),
    "brief": (REMARK, "1 to 200 characters"),
    "correct": (REMARK, "the right closing, a blank, and why"),
    "accept": (NAME, "the number of an open case"),
    "inspect": (REMARK, "1 to 200 characters"),
}


def feedback(sheet: Sheet, reasons: Collection[str]) -> Feedback:
    return Feedback(
        rating=sheet.rating("rating"),
        reasons=sheet.choices("reasons", (*REASONS, *reasons)),
        text=sheet.text("text"),
        withdraws=sheet.match("withdraws", RECEIPT, "a receipt", ""),
    )


ANY_NOZZLE = (RECEIPT, "the name of a nozzle, or none", "")
MOST_VENTED = 100_000.0  # kg


def vent(sheet: Sheet, reasons: Collection[str]) -> Vent:
    return Vent(mass=sheet.number("mass", MOST_VENTED), by=sheet.match("by", NAME, "the id of a person"))


def handover(sheet: Sheet, reasons: Collection[str]) -> Handover:
    step = sheet.choice("step", STEPS, "reading")
    pattern, allowed = STEPS[step]
    return Handover(
        nozzle=sheet.match("nozzle", *((NAME, "the name of a nozzle") if step in OF_A_NOZZLE else ANY_NOZZLE)),
        typed=sheet.match("typed", pattern, allowed, "" if pattern is ANYTHING else None),
        by=sheet.match("by", NAME, "the id of a person"),
        step=step,
    )


def acknowledge(sheet: Sheet, reasons: Collection[str]) -> Acknowledge:
    return Acknowledge(
        alarm=sheet.match("alarm", NAME, "the id of an alarm"),
        by=sheet.match("by", NAME, "the id of a person"),
        why=sheet.text("why", SHORT),
    )


def call(sheet: Sheet, reasons: Collection[str]) -> Call:
    return Call()


def came(sheet: Sheet, reasons: Collection[str]) -> Came:
    return Came(
        call=sheet.match("call", NAME, "the id of a call"),
        by=sheet.match("by", NAME, "customer, or the id of a person"),
        withdrawn=sheet.flag("withdrawn"),
    )


def seen(sheet: Sheet, reasons: Collection[str]) -> Seen:
    return Seen(
        notice=sheet.match("notice", NAME, "the id of a notice"), by=sheet.match("by", NAME, "the id of a person")
    )


READERS: dict[str, Callable[[Sheet, Collection[str]], Form]] = {
    "feedback": feedback,
    **dict.fromkeys(KINDS, complaint),
    "act": act,
    "look-up": look_up,
    "reveal": reveal,
    "reprint": reprint,
    "report": report,
    "answers": answers,
    "duty": duty,
    "handover": handover,
    "vent": vent,
    "acknowledge": acknowledge,
    "seen": seen,
    **safetyforms.READERS,
    "call": call,
    "came": came,
}


def read_form(document: Mapping[str, Any], reasons: Collection[str] = ()) -> Form:
    """The form a document is. `reasons`: the station's own, beside the common ones. Raises FormError."""
    if not isinstance(document, Mapping):
        raise FormError("form", f"{shown(document)} is not allowed", "a JSON object")
    sheet = Sheet(document)
    form = READERS[sheet.choice("kind", READERS)](sheet, reasons)
    sheet.end()
    return form


def read_json(body: bytes) -> dict[str, Any]:
    """The JSON object a body is: UTF-8, no NaN, every key once. Raises FormError."""
    try:
        content = json.loads(body.decode(), object_pairs_hook=once, parse_constant=never)
    except (ValueError, RecursionError) as error:
        raise FormError("body", "is not JSON", "a JSON object in UTF-8") from error
    if not isinstance(content, dict):
        raise FormError("body", f"{shown(content)} is not allowed", "a JSON object")
    return content


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):  # of two, nobody knows which was meant
        raise FormError("body", "a key stands twice", "every key once")
    return content


def never(name: str) -> None:
    raise ValueError(name)
