"""One duty: how often, by when, and where it stands. Its last fact is enough to go on from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Literal, NamedTuple

from agent.core.emergency.plan import Said
from agent.core.messages.stamp import iso, utc_of
from agent.core.model import Body

Every = Literal["day", "week", "month", "months"]
Standing = Literal["ok", "due", "overdue", "unknown"]
KIND = "duty"  # of its `task` facts


class Duty(NamedTuple):
    """`every` day, week (on `weekday`, 1 is Monday), month (on `day`, or its last), or `months` since it was done."""

    id: str
    name: Said
    every: Every
    at: tuple[time, ...] = (time(18),)
    weekday: int = 1
    day: int = 1
    months: int = 0
    since: date | None = None  # of `months`: when it was done last, as the station's file says
    working: bool = False  # on working days alone
    within: float = 60.0  # minutes after its time until it is missed
    points: tuple[str, ...] = ()
    warning: float = 30.0  # of `months`: days before its time in which it is due


class Duties(NamedTuple):
    duties: Mapping[str, Duty]
    points: Mapping[str, Said]
    usual: bool = False  # the shipped ones are among them
    own: tuple[str, ...] = ()  # the station's, and its equipment


NO_DUTIES = Duties({}, {})


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a duty stands: watched since, done last, missed last (moments since 1970), points signed meanwhile."""

    watched: float
    done: float | None = None
    missed: float | None = None
    points: tuple[str, ...] = ()


def sign(before: Progress, duty: Duty, point: str, utc: float) -> Progress:
    """One point signed off, or all of it; with its last point it is done."""
    points = tuple(p for p in duty.points if p in before.points or p == point)
    if duty.points and len(points) < len(duty.points):
        return replace(before, points=points)
    return replace(before, done=utc, points=())


def describe(duty: Duty, at: Progress, event: str, by: str, text: str) -> Body:
    body: Body = {
        "task": f"{KIND}.{duty.id}", "kind": KIND, "event": event, "by": by, "text": text,
        "watched": iso(at.watched), "points": list(at.points),
    }  # fmt: skip
    moments = {"done": at.done, "missed": at.missed}
    return body | {name: iso(moment) for name, moment in moments.items() if moment is not None}


def recall(tasks: Iterable[Body]) -> dict[str, Progress]:
    """Every duty as its last fact tells it."""
    return {body["task"].removeprefix(f"{KIND}."): remembered(body) for body in tasks if body.get("kind") == KIND}


def remembered(body: Body) -> Progress:
    moments = {name: utc_of(body[name]) if name in body else None for name in ("done", "missed")}
    return Progress(utc_of(body["watched"]), moments["done"], moments["missed"], tuple(body["points"]))
