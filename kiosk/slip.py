"""The acceptance slip: what stands on it, and the same as lines of a roll of paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple
from unicodedata import east_asian_width

from kiosk.words import Words

Style = Literal["plain", "bold", "large"]  # large: twice as wide and as high


class Promise(NamedTuple):
    """A promise, in words by language, and by when on the station's clock; empty: that cannot be told now. `later`: it
    begins with a step that is still to come."""

    words: Mapping[str, str]
    due: str
    later: bool = False


@dataclass(frozen=True, slots=True)
class Slip:
    """`receiver`: name of who took it; empty: the kiosk. `pin`: empty where it is not to be shown. `copy`: printed
    again by the staff."""

    number: str
    pin: str
    station: str
    hotline: str
    kind: str
    topic: str
    received: str
    receiver: str = ""
    promise: Mapping[str, str] = field(default_factory=dict)
    promises: tuple[Promise, ...] = ()
    copy: bool = False


@dataclass(frozen=True, slots=True)
class Reprint:
    """One of the staff asks for the slip of a case once more: the PIN is told, a copy is printed on a `roll` where
    there is a printer for one, and that it was asked for is a fact."""

    case: str
    by: str
    roll: bool = False
    kind: Literal["reprint"] = "reprint"


class Line(NamedTuple):
    """One line of the roll; `text` empty: a rule across it."""

    text: str
    style: Style = "plain"
    centred: bool = False


def lines(slip: Slip, words: Words, languages: Sequence[str], columns: int) -> list[Line]:
    """The slip on paper of so many columns (32 on 58 mm, 48 on 80 mm); a Chinese character takes two."""
    return [piece for line in written(slip, words, languages) for piece in fold(line, columns)]


def written(slip: Slip, words: Words, languages: Sequence[str]) -> Iterator[Line]:
    def say(key: str, between: str = " ") -> str:
        return between.join(words[key][language] for language in languages)

    def told(texts: Mapping[str, str]) -> str:
        return " ".join(texts[language] for language in languages if language in texts)

    yield Line(slip.station, "bold", True)
    yield Line(say("slip.title"), "bold", True)
    if slip.copy:
        yield Line(f"*** {say('slip.copy')} ***", "bold", True)
    yield Line("")
    yield Line(say("slip.number"))
    yield Line(slip.number, "large", True)
    if slip.pin:
        yield Line(say("slip.pin"))
        yield Line(slip.pin, "large", True)
    yield Line("")
    about = f"topic.{slip.topic}"
    yield Line(f"{say(f'kind.{slip.kind}')} · {say(about) if about in words else slip.topic}")
    yield Line(f"{say('slip.received')}: {slip.received}")
    if slip.receiver:
        yield Line(f"{say('slip.receiver')}: {slip.receiver}")
    yield Line("")
    if slip.promises:
        yield Line(say("slip.dues"), "bold")
        for promise in slip.promises:
            yield Line(told(promise.words))
            yield Line(f"    {promise.due or say('slip.later' if promise.later else 'slip.unknown')}", "bold")
        yield Line("")
    yield Line(say("slip.progress"))
    if slip.hotline:
        yield Line(say("slip.hotline"))
        yield Line(slip.hotline, "bold", True)


def width(text: str) -> int:
    """Columns of the paper."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def fold(line: Line, columns: int) -> Iterator[Line]:
    """The line in pieces that fit, broken at a space where there is one near."""
    room = columns // 2 if line.style == "large" else columns
    rest = line.text
    while width(rest) > room:
        end = 0
        while width(rest[: end + 1]) <= room:
            end += 1
        space = rest.rfind(" ", room // 3, end + 1)
        end = space if space > 0 else end
        yield line._replace(text=rest[:end].rstrip())
        rest = rest[end:].lstrip()
    yield line._replace(text=rest)
