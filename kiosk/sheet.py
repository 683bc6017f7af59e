"""One document read key by key: what is missing, wrong or unknown is an error that says how to mend it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar, cast

from kiosk.model import FACES

LONGEST = 500  # characters of a free text
SHORT = 200  # … of a line

NAME = re.compile(r"[^\s/#+]{1,64}")  # of a person, a nozzle, an alarm: may stand in a topic
RECEIPT = re.compile(r"[^\s/#+]{0,64}")
PHONE = re.compile(r"1[3-9][0-9]{9}|0[0-9]{9,11}|\+[0-9]{7,15}")  # mobile · area code and number · international
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(\.[\w-]+)+")
FIGURE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
REMARK = re.compile(r".{1,200}")
ANYTHING = re.compile(r".{0,200}")

JOINER = "\u200d"  # holds an emoji together; every other format character is an attack or an accident
SPACES = {"Cc", "Zl", "Zp", "Zs"}
DROPPED = {"Cf", "Cs"}  # direction marks and other invisible ones; half characters

Word = TypeVar("Word", bound=str)


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

    def whole(self, key: str, low: int, high: int) -> int:
        allowed = f"a whole number from {low} to {high}"
        value = int(self.take(key, int, allowed, None))
        if not low <= value <= high:
            raise FormError(key, f"{shown(value)} is out of bounds", allowed)
        return value

    def choice(self, key: str, words: Collection[Word], default: Word | None = None) -> Word:
        allowed = "one of " + ", ".join(words)
        value: Any = self.take(key, str, allowed, default)
        if value not in words:
            raise FormError(key, f"{shown(value)} is unknown", allowed)
        return cast(Word, value)

    def choices(self, key: str, words: Collection[str]) -> tuple[str, ...]:
        """Any of `words`, in the order given, each once."""
        allowed = "a list of " + ", ".join(words)
        values = self.take(key, list, allowed, [])
        for value in values:
            if type(value) is not str or value not in words:
                raise FormError(key, f"{shown(value)} is unknown", allowed)
        return tuple(dict.fromkeys(values))

    def text(self, key: str, most: int = LONGEST) -> str:
        allowed = f"text of at most {most} characters"
        value = str(self.take(key, str, allowed, ""))
        if len(value) > most:  # before it is looked at letter by letter: it may be very long
            raise FormError(key, f"has {len(value)} characters", allowed)
        return cleaned(value)

    def number(self, key: str, most: float) -> float:
        """A number above 0 and not above `most`; JSON's integers too."""
        allowed = f"a number above 0, at most {most:g}"
        self.asked.append(key)
        value = self.document.get(key)
        if value is None:
            raise FormError(key, "is missing", allowed)
        if isinstance(value, bool | str | list | dict) or not 0 < float(value) <= most:
            raise FormError(key, f"{shown(value)} is not allowed", allowed)
        return float(value)

    def flag(self, key: str) -> bool:
        return bool(self.take(key, bool, "true or false", False))

    def moment(self, key: str) -> str:
        """ISO 8601 with its offset, or nothing."""
        allowed = "a time as 2026-11-22T08:15:00+08:00"
        value = str(self.take(key, str, allowed, ""))
        try:
            if value and datetime.fromisoformat(value).tzinfo is None:
                raise ValueError
        except ValueError:
            raise FormError(key, f"{shown(value)} is no time", allowed) from None
        return value

    def lines(self, key: str, most: int) -> tuple[str, ...]:
        """A list of short texts."""
        allowed = f"a list of at most {most} texts of at most {SHORT} characters"
        values = self.take(key, list, allowed, [])
        if len(values) > most or not all(type(value) is str and len(value) <= SHORT for value in values):
            raise FormError(key, "is not allowed", allowed)
        return tuple(cleaned(value) for value in values)

    def match(self, key: str, pattern: re.Pattern[str], allowed: str, default: str | None = None) -> str:
        value = cleaned(str(self.take(key, str, allowed, default))[: 2 * LONGEST])
        if not pattern.fullmatch(value):
            raise FormError(key, f"{shown(value)} is not allowed" if value else "is empty", allowed)
        return value

    def phone(self, key: str) -> str:
        """A number that can be dialled, without its spaces and hyphens, or nothing."""
        allowed = "11 digits beginning 13 to 19, or 0 and area code, or + and country code"
        given = str(self.take(key, str, allowed, ""))[:LONGEST]
        value = re.sub(r"[ ()-]", "", unicodedata.normalize("NFKC", cleaned(given)))
        if value and not PHONE.fullmatch(value):
            raise FormError(key, "is not a telephone number", allowed)  # never quoted: it is personal
        return value

    def email(self, key: str) -> str:
        allowed = "an address as name@example.com"
        value = cleaned(str(self.take(key, str, allowed, ""))[:LONGEST])
        if value and not EMAIL.fullmatch(value):
            raise FormError(key, "is not an e-mail address", allowed)  # never quoted: it is personal
        return value

    def end(self) -> None:
        for key in self.document:
            if key not in self.asked:
                raise FormError(cleaned(str(key))[:40], "unknown key", "one of " + ", ".join(self.asked))


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
