"""From JSON to a form, strictly: what a person (or a replay) hands in is a Form, or an error that says how to mend it.

A feedback that `withdraws` a receipt stands in its place when it carries reasons or a text, and takes it back when it
carries neither.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk.model import CASE_KINDS, FACES, REASONS, TOPICS, Acknowledge, Complaint, Feedback, Form, Handover

LONGEST = 500  # characters of a free text
URGENCIES = ("general", "important", "urgent")

NAME = re.compile(r"[^\s/#+]{1,64}")  # of a person, a nozzle, an alarm: may stand in a topic
RECEIPT = re.compile(r"[^\s/#+]{0,64}")
PROFILE = re.compile(r"[A-Za-z0-9_-]{0,32}")
PHONE = re.compile(r"1[3-9][0-9]{9}|0[0-9]{9,11}|\+[0-9]{7,15}")  # mobile · area code and number · international
FIGURE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
REMARK = re.compile(r".{1,200}")
ANYTHING = re.compile(r".{0,200}")
STEPS = {  # step of a handover → what `typed` must be
    "reading": (FIGURE, "the display's digits, at most one point"),
    "second": (FIGURE, "the display's digits, at most one point"),
    "reason": (REMARK, "1 to 200 characters"),
    "verify": (ANYTHING, "at most 200 characters"),
    "sign": (ANYTHING, "at most 200 characters"),
}

JOINER = "\u200d"  # holds an emoji together; every other format character is an attack or an accident
SPACES = {"Cc", "Zl", "Zp", "Zs"}
DROPPED = {"Cf", "Cs"}  # direction marks and other invisible ones; half characters


class FormError(Exception):
    """What is wrong with a form: the key, what it holds, what is allowed."""

    def __init__(self, key: str, wrong: str, allowed: str) -> None:
        super().__init__(key, wrong, allowed)
        self.key, self.wrong, self.allowed = key, wrong, allowed

    def __str__(self) -> str:
        return f"{self.key}: {self.wrong}; allowed: {self.allowed}"


@dataclass
class Sheet:
    """One document read key by key; what nobody asked for is an error."""

    document: Mapping[str, Any]
    asked: list[str] = field(default_factory=list)

    def take(self, key: str, kind: type, allowed: str, default: Any) -> Any:
        self.asked.append(key)
        value = self.document.get(key, default)
        if value is None:
            raise FormError(key, "is missing", allowed)
        if type(value) is not kind:  # True is not the rating 1
            raise FormError(key, f"{shown(value)} is not allowed", allowed)
        return value

    def rating(self, key: str) -> int:
        allowed = "a whole number from 1 to 5"
        value = int(self.take(key, int, allowed, None))
        if value not in FACES:
            raise FormError(key, f"{shown(value)} is out of bounds", allowed)
        return value

    def choice(self, key: str, words: Collection[str], default: str | None = None) -> str:
        allowed = "one of " + ", ".join(words)
        value = str(self.take(key, str, allowed, default))
        if value not in words:
            raise FormError(key, f"{shown(value)} is unknown", allowed)
        return value

    def choices(self, key: str, words: Collection[str]) -> tuple[str, ...]:
        """Any of `words`, in the order given, each once."""
        allowed = "a list of " + ", ".join(words)
        values = self.take(key, list, allowed, [])
        for value in values:
            if type(value) is not str or value not in words:
                raise FormError(key, f"{shown(value)} is unknown", allowed)
        return tuple(dict.fromkeys(values))

    def text(self, key: str) -> str:
        allowed = f"text of at most {LONGEST} characters"
        value = cleaned(self.take(key, str, allowed, ""))
        if len(value) > LONGEST:
            raise FormError(key, f"has {len(value)} characters", allowed)
        return value

    def match(self, key: str, pattern: re.Pattern[str], allowed: str, default: str | None = None) -> str:
        value = cleaned(self.take(key, str, allowed, default))
        if not pattern.fullmatch(value):
            raise FormError(key, f"{shown(value)} is not allowed" if value else "is empty", allowed)
        return value

    def phone(self, key: str) -> str:
        """A number that can be dialled, without its spaces and hyphens, or nothing."""
        allowed = "11 digits beginning 13 to 19, or 0 and area code, or + and country code"
        value = re.sub(r"[ ()-]", "", unicodedata.normalize("NFKC", cleaned(self.take(key, str, allowed, ""))))
        if value and not PHONE.fullmatch(value):
            raise FormError(key, "is not a telephone number", allowed)  # never quoted: it is personal
        return value

    def end(self) -> None:
        for key in self.document:
            if key not in self.asked:
                raise FormError(cleaned(str(key))[:40], "unknown key", "one of " + ", ".join(self.asked))


def feedback(sheet: Sheet, reasons: Collection[str]) -> Feedback:
    return Feedback(
        rating=sheet.rating("rating"),
        reasons=sheet.choices("reasons", (*REASONS, *reasons)),
        text=sheet.text("text"),
        withdraws=sheet.match("withdraws", RECEIPT, "a receipt", ""),
    )


def complaint(sheet: Sheet, reasons: Collection[str]) -> Complaint:
    return Complaint(
        kind=sheet.choice("kind", CASE_KINDS),
        topic=sheet.choice("topic", TOPICS),
        text=sheet.text("text"),
        phone=sheet.phone("phone"),
        urgency=sheet.choice("urgency", URGENCIES, "general"),
        profile=sheet.match("profile", PROFILE, "at most 32 letters, digits, _ and -", ""),
    )


def handover(sheet: Sheet, reasons: Collection[str]) -> Handover:
    step = sheet.choice("step", STEPS, "reading")
    pattern, allowed = STEPS[step]
    return Handover(
        nozzle=sheet.match("nozzle", NAME, "the name of a nozzle"),
        typed=sheet.match("typed", pattern, allowed, "" if pattern is ANYTHING else None),
        by=sheet.match("by", NAME, "the id of a person"),
        step=step,
    )


def acknowledge(sheet: Sheet, reasons: Collection[str]) -> Acknowledge:
    return Acknowledge(
        alarm=sheet.match("alarm", NAME, "the id of an alarm"), by=sheet.match("by", NAME, "the id of a person")
    )


READERS: dict[str, Callable[[Sheet, Collection[str]], Form]] = {
    "feedback": feedback,
    **dict.fromkeys(CASE_KINDS, complaint),
    "handover": handover,
    "acknowledge": acknowledge,
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


def cleaned(text: str) -> str:
    """Without control characters, direction marks and half characters; each space and line end as one plain space."""
    kinds = ((letter, unicodedata.category(letter)) for letter in text)
    return "".join(
        " " if kind in SPACES else letter for letter, kind in kinds if letter == JOINER or kind not in DROPPED
    ).strip()


def shown(value: object) -> str:
    """A value as an error may repeat it: short, on one line, without what could harm a terminal."""
    said = cleaned(repr(value))
    return said if len(said) <= 40 else said[:39] + "…"
