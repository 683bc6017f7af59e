"""What the staff are shown of the cases: a list, one case whole, and what may happen to it next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Mood = Literal["breached", "warned", "running", "unknown", "calm"]  # calm: no promise runs
Wanted = Literal["todo", "waiting", "answered", "mine", "closed"]
WANTED: tuple[Wanted, ...] = ("todo", "waiting", "answered", "mine", "closed")


@dataclass(frozen=True, slots=True)
class Due:
    """One promise: the event that keeps it, what it says by language, by when on the station's clock (empty: that
    cannot be told), how it stands, and whose it is. `mood`: how a person should look at it."""

    stop: str
    words: Mapping[str, str]
    due: str
    state: str  # running met breached unknown
    side: str  # station headoffice
    mood: Mood
    earliest: bool = False  # not before this time, instead of by it


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in a list. `owner`: the name of who answers for it; `due`: the promise that comes first."""

    number: str
    kind: str
    topic: str
    state: str
    urgency: str
    severity: str
    object: str
    owner: str
    received: str
    mood: Mood
    due: Due | None = None


@dataclass(frozen=True, slots=True)
class CaseList:
    """One page of a list; `counts`: how many cases each list has that this person may see."""

    wanted: Wanted
    lines: tuple[CaseLine, ...] = ()
    page: int = 0
    pages: int = 1
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of a case. `by`: role, then the name of who did it, if anybody of the station; `said`: member → value
    as it was told."""

    version: int
    event: str
    at: str
    role: str
    name: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """An event that may follow now, for whom is in. `needs`: members that must be said with it; `due`: the running
    promise that it keeps; `lacks`: an event that has to come before, or a member that was not said yet."""

    event: str
    needs: tuple[str, ...] = ()
    due: Due | None = None
    lacks: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One of several values, with its words."""

    value: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was frozen: around when, its digest, readings as (time, device, point, value), alarms that stood."""

    around: str
    digest: str
    readings: tuple[tuple[str, ...], ...] = ()
    alarms: tuple[str, ...] = ()
    duty: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseSheet:
    """One case, whole. `classes`: what it is, by the names of the members a classification sets; `contact`: masked;
    `options`: for members whose values only the station knows."""

    line: CaseLine
    promise: Mapping[str, str] = field(default_factory=dict)  # what it was promised, by language
    profile: str = ""
    dues: tuple[Due, ...] = ()
    history: tuple[Happened, ...] = ()
    steps: tuple[Step, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    classes: Mapping[str, Any] = field(default_factory=dict)
    contact: Mapping[str, str] = field(default_factory=dict)
    signed: tuple[str, ...] = ()  # who signed on the screen
    secret: bool = False
    options: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)
    now: str = ""  # ISO 8601 with the station's offset
