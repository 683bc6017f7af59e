"""Where each promise of a case stands: its profile's clocks, reckoned anew from its events whenever somebody asks.

Nothing is stored: events carry when they happened and how well that was known, so a reboot loses nothing, a jump of
the clock moves nothing, and a correction, an extension or another class is simply counted in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from agent.core.cases import rounds, spans
from agent.core.cases.calendar import Calendar
from agent.core.cases.model import CaseEvent, Happening
from agent.core.cases.profile import CLASSES, Clock, Profile, Span
from agent.core.cases.rounds import Round
from agent.core.messages.stamp import iso, utc_of
from drivers.model import Instant

State = Literal["running", "met", "breached", "unknown"]
Answerable = Literal["station", "headoffice"]
GRACE = 0.001  # seconds: messages tell milliseconds, and what was told on time was on time

OVER: tuple[Happening, ...] = ("refused", "archived")
WITHIN = ("shift-leader", "station-master")  # an escalation to one of these leaves the case at the station
ABOUT = {
    "price": "price", "payment": "price", "product": "product", "gas": "product", "metering": "product",
    "equipment": "product", "construction": "product",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clocked:
    """One clock that has started. `due`: by when, for an `earliest` clock not before when; None: that cannot be told.
    Of an unknown one `why` says why, and `due` is by the station's own unset clock. `since`: when this due time was
    set. Times are seconds since 1970."""

    name: str
    state: State
    started: float
    due: float | None
    ended: float | None
    side: Answerable
    since: float
    earliest: bool = False
    why: str = ""

    def body(self) -> dict[str, Any]:
        """As a `case` message tells it."""
        due = None if self.due is None else iso(self.due)
        return {"stop": self.name, "due": due, "state": self.state, "side": self.side}


def reckon(profile: Profile, events: Sequence[CaseEvent], calendar: Calendar, now: Instant) -> tuple[Clocked, ...]:
    """Every clock of the profile that has started, in the profile's order. What has not stopped when the case is
    refused or archived runs no more and is left out."""
    this = rounds.newest(events)
    over = any(event.kind in OVER for event in this.events)
    stopped: dict[str, int | None] = {}
    found = []
    for clock in profile.clocks:
        start = stopped[clock.start] if clock.start in stopped else this.start(clock.start)
        end = None if start is None else this.stop(clock.stops, start)
        stopped[clock.name] = end
        if start is None or (over and end is None) or (clock.wait and this.on_the_spot(end)):
            continue
        one = judge(profile, clock, this, start, end, calendar, now)
        found += [one] if one else []
    return tuple(found)


def judge(
    profile: Profile, clock: Clock, this: Round, start: int, end: int | None, calendar: Calendar, now: Instant
) -> Clocked | None:
    """One clock that has started at event `start` and, perhaps, stopped at event `end`; None: it does not run for a
    case of this class. The class is that of now, or of the moment when the clock stopped."""
    begun, ended = this.events[start].at, None if end is None else this.events[end].at
    seen = (*this.before, *this.through(end))
    rule = [clock.wait] if clock.wait else limits(clock, seen)
    until = extension(clock, this.through(end)[start:])
    due = until if until is not None else promised(seen) if rule and rule[0].unit == "promised" else None
    if not rule or (due is None and rule[0].unit == "promised"):
        return None
    pauses, open_pause = this.pauses(start, end) if profile.pause else ((), False)
    doubtful = due is None and begun.clk == "unsynced"
    if due is None:
        dues = [spans.end(span, begun.utc, calendar, profile.service, pauses) for span in rule]
        due = None if None in dues else min(d for d in dues if d is not None)
    late = bool(due is not None and (ended.utc > due + GRACE if ended else now.utc >= due - GRACE))
    state: State
    state, why = "running", ""
    if doubtful:
        state, why = "unknown", "the clock was not set when it began"
    elif due is None:
        state, why = "unknown", f"the calendar of {spans.unknown_year(begun.utc, calendar)} is not known"
    elif (ended or now).clk == "unsynced":
        state, why = "unknown", "the clock was not set when it stopped" if ended else "the clock is not set"
    elif clock.wait:
        state = "running" if not ended else "breached" if ended.utc < due - GRACE else "met"
    elif open_pause:
        due, why = None, "on hold"
    else:
        state = "breached" if late else "met" if ended else "running"
    since = max([begun.utc, *(e.at.utc for e in this.through(end)[start:] if e.kind in ("extended", "classified"))])
    last = ended.utc if ended else None
    return Clocked(clock.name, state, begun.utc, due, last, side_of(clock, seen), since, clock.wait is not None, why)


def limits(clock: Clock, seen: Sequence[CaseEvent]) -> list[Span]:
    """The limits that apply to a case of which this was seen; none: the clock does not run for it."""
    words = classes(seen) if any(limit.field for limit in clock.limits) else {}
    found = (limit.spans.get(words.get(limit.field, ""), limit.spans.get("*")) for limit in clock.limits)
    return [span for span in found if span]


def classes(seen: Sequence[CaseEvent]) -> dict[str, str]:
    """A word for each class a limit may depend on: as last said, else the usual one."""
    said: dict[str, Any] = {}
    for event in seen:
        said.update(event.body.get("members", {}) if event.kind == "corrected" else event.body)
    words = {field: str(said.get(field) or usual[0]) for field, usual in CLASSES.items()}
    words["about"] = ABOUT.get(str(said.get("topic", "")), "service")
    if said.get("major") is True:
        words["demand"] = "special"
    return words


def extension(clock: Clock, seen: Sequence[CaseEvent]) -> float | None:
    """Until when this clock was extended at last."""
    told = [e.body["until"] for e in seen if e.kind == "extended" and e.body.get("stop") == clock.name]
    return utc_of(told[-1]) if told and not clock.wait else None


def promised(seen: Sequence[CaseEvent]) -> float | None:
    """The date that was promised for this very case."""
    told = [e.body["promised"] for e in seen if e.body.get("promised")]
    return utc_of(told[-1]) if told else None


def side_of(clock: Clock, seen: Sequence[CaseEvent]) -> Answerable:
    if clock.side != "holder":
        return clock.side
    gone = any(e.kind == "transferred" or (e.kind == "escalated" and e.body.get("to") not in WITHIN) for e in seen)
    return "headoffice" if gone else "station"
