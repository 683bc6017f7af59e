"""A service promise as data, as profiles.toml tells it: clocks, each from a named event to another within a limit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple, cast, get_args

from agent.core.cases.model import LINE, REPAIR, ROLES, Happening, Role

Unit = Literal["min", "h", "d", "wd", "promised"]
Side = Literal["station", "headoffice", "holder"]  # holder: the station, until it has handed the case over
SIDES: tuple[Side, ...] = get_args(Side)
SPAN = re.compile(r"(\d{1,4}) (min|h|d|wd)")
HOURS = re.compile(r"(\d\d):([0-5]\d)-(\d\d):([0-5]\d)")
ALLOWED = 'a number and min, h, d (calendar days) or wd (working days), such as "24 h" or "3 wd"'

# The events along which a clock may run, in the order of their stages; within a stage they come in any order.
STAGES: tuple[tuple[Happening, ...], ...] = (
    ("received",),
    ("registered", "acked"),
    ("forwarded", "transferred", "assigned", "first_contact", "plan_ready", "investigated", "handled", "rectified",
     "on_site", "handling"),
    ("replied", "repaired"),
    ("followup", "return_visited"),
    ("archived",),
)  # fmt: skip
STAGE = {event: index for index, stage in enumerate(STAGES) for event in stage}
MARKS = tuple(dict.fromkeys((*LINE, *REPAIR, "transferred", "assigned")))

# What a limit may depend on, and its words; the first is taken when nothing is said.
CLASSES: dict[str, tuple[str, ...]] = {
    "kind": ("complaint", "suggestion", "question", "hazard", "fault"),
    "urgency": ("general", "important", "urgent"),
    "severity": ("dissatisfied", "very-dissatisfied", "major", "crisis"),
    "complexity": ("simple", "complex"),
    "demand": ("reasonable", "special"),  # a major matter counts as special
    "fault": ("general", "major"),
    "about": ("service", "product", "price"),  # what the topic is about
    "channel": ("*", "in-person"),
}


class Span(NamedTuple):
    """`24 h`: minutes and hours run from the instant; `3 wd`, `5 d` end at 24:00 of the n-th day after day 0."""

    number: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.number} {self.unit}" if self.unit != "promised" else self.unit


class Mark(NamedTuple):
    """An event that stops a clock; with a role, only when it comes from there: `acked by head-office`."""

    event: Happening
    by: Role | Literal[""] = ""

    def __str__(self) -> str:
        return f"{self.event} by {self.by}" if self.by else self.event


class Limit(NamedTuple):
    """One table of limits: a class field and a span for each of its words. No field: one span for all (word "")."""

    field: str
    spans: Mapping[str, Span]


@dataclass(frozen=True, slots=True)
class Clock:
    """From `start` (an event, or another clock's name: the moment that one stopped) to the first of `stops`.

    `limits`: of several that apply the strictest counts; where none applies the clock does not run. `wait`: the stop
    must not come before this has passed. `blank`: the policy leaves the figure out; `optional`: then it may stay out.
    """

    name: str  # the first stop: unique in its profile
    start: Happening
    stops: tuple[Mark, ...]
    limits: tuple[Limit, ...]
    wait: Span | None
    side: Side
    zh: str
    en: str
    blank: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """One policy's promise. `duties`: what it asks for without a figure, (zh, en): shown, not clocked."""

    key: str
    version: int
    name: str
    source: str
    zh: str
    en: str
    clocks: tuple[Clock, ...]
    duties: tuple[tuple[str, str], ...] = ()
    attempts: Mapping[str, int] = field(default_factory=dict)  # answers until it escalates, by severity
    fine: Mapping[str, int] = field(default_factory=dict)  # CNY for a breach, by severity
    contact: bool = False  # a way to reach the customer is asked for
    secret: bool = False  # who gave it is for head office alone
    offered: bool = False  # may be chosen, is never a station's default
    pause: bool = False  # on_hold stops the clocks; elsewhere they run on
    service: tuple[int, int] | None = None  # minutes of the day in which minutes and hours count; None: round the clock

    @property
    def id(self) -> str:
        """`P01@3`, as a case freezes it."""
        return f"{self.key}@{self.version}"

    @property
    def blanks(self) -> tuple[str, ...]:
        """The clocks whose figures are missing: until they are filled nobody may be promised this."""
        return tuple(clock.name for clock in self.clocks if clock.blank and not clock.optional)

    def clock(self, name: str) -> Clock | None:
        return next((clock for clock in self.clocks if clock.name == name), None)


Profiles = Mapping[str, Profile]  # by id; the newest version of each key by its key too


def span(text: str) -> Span:
    """`24 h`, `promised`. Raises ValueError."""
    if text == "promised":
        return Span(0, "promised")
    if not (found := SPAN.fullmatch(text)):
        raise ValueError(f"{text!r} is no limit")
    return Span(int(found[1]), cast(Unit, found[2]))


def mark(text: str) -> Mark:
    """`replied`, `acked by head-office`. Raises ValueError."""
    event, _, by = text.partition(" by ")
    if event not in MARKS:
        raise ValueError(f"{event!r} is no event of a clock")
    if by and by not in ROLES:
        raise ValueError(f"{by!r} is nobody's role")
    return Mark(event, cast(Role, by))


def service(text: str) -> tuple[int, int]:
    """`08:00-18:00` as minutes of the day. Raises ValueError."""
    if not (found := HOURS.fullmatch(text)):
        raise ValueError(f"{text!r} is no time of the day; such as 08:00-18:00")
    opens, closes = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    if not opens < closes <= 24 * 60:
        raise ValueError(f"{text!r} does not end after it begins, within one day")
    return opens, closes


def fill(profile: Profile, terms: Mapping[str, str]) -> Profile:
    """The profile with an operator's own figures: a clock's name → its limit (`24 h`, `7 wd from received`), or
    `service` → the hours that count. Raises ValueError."""
    clocks = {clock.name: clock for clock in profile.clocks}
    hours = profile.service
    for name, text in terms.items():
        if name == "service":
            hours = service(text)
        elif name not in clocks or clocks[name].wait:
            raise ValueError(f"no clock of {profile.key}; its clocks: {', '.join(clocks)}")
        else:
            limit, _, start = text.partition(" from ")
            begin = mark(start).event if start else clocks[name].start
            clocks[name] = replace(
                clocks[name], start=begin, limits=(Limit("", {"": span(limit)}),), blank=False, optional=False
            )
    return replace(profile, clocks=tuple(clocks.values()), service=hours)


def flaws(clocks: tuple[Clock, ...]) -> Iterator[tuple[int, str]]:
    """What makes a chain impossible: (which clock, what is wrong)."""
    above: dict[str, int] = {}
    names = [clock.name for clock in clocks]
    for index, clock in enumerate(clocks):
        if clock.name in above:
            yield index, f"two clocks stop at {clock.name}"
        if clock.start in [stop.event for stop in clock.stops if not stop.by]:
            yield index, f"starts and stops at {clock.start}"
        elif clock.start in names[index + 1 :]:
            yield index, f"starts at {clock.start}, whose own clock stands below: a circle, or the wrong order"
        for stop in clock.stops:
            if STAGE[stop.event] < STAGE[clock.start]:
                yield index, f"stops at {stop.event}, which comes before {clock.start}"
        above[clock.name] = index
