"""Cases made of a few words, as the tests of the clocks tell them: `"received 2026-02-13 10:00"`."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from agent.config.holidays import published
from agent.config.profiles import shipped
from agent.core.cases import clocks
from agent.core.cases.calendar import Calendar
from agent.core.cases.clocks import Clocked
from agent.core.cases.machine import actor
from agent.core.cases.model import Case, CaseEvent, fold
from agent.core.cases.profile import Profile
from drivers.model import Clk, Instant

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar(SHANGHAI, published())
PROFILES = shipped()


def utc(text: str) -> float:
    """A moment on the wall clock of the station; `24:00` is the end of a day."""
    day, _, time = text.partition(" ")
    if time == "24:00":
        return CALENDAR.close(datetime.fromisoformat(day).date())
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).timestamp()


def at(text: str, clk: Clk = "synced") -> Instant:
    return Instant(utc(text) - utc("2026-01-01 00:00"), utc(text), clk)


def local(moment: float | None) -> str:
    """`2026-02-13 10:00`; the first instant of a day is 24:00 of the one before."""
    if moment is None:
        return "?"
    time = datetime.fromtimestamp(moment, SHANGHAI)
    if f"{time:%H:%M:%S}" == "00:00:00":
        return f"{datetime.fromtimestamp(moment - 1, SHANGHAI):%Y-%m-%d} 24:00"
    return f"{time:%Y-%m-%d %H:%M}" + (f":{time:%S}" if time.second else "")


def event(line: str, clk: Clk = "synced", **said: Any) -> CaseEvent:
    """`"replied 2026-02-13 10:00"`, `"acked by head-office 2026-02-13 10:00"`."""
    what, day, time = line.rsplit(" ", 2)
    kind, _, by = what.partition(" by ")
    return CaseEvent(kind, at(f"{day} {time}", clk), actor(by or "shift-leader:li"), said)  # type: ignore[arg-type]


def case(*events: CaseEvent) -> Case:
    made = Case("T-260101")
    for one in events:
        made = fold(made, one)
    return made


def reckon(
    profile: str | Profile, events: list[CaseEvent], now: str, clk: Clk = "synced", calendar: Calendar = CALENDAR
) -> dict[str, Clocked]:
    """Each clock by its name, as it stands at `now`."""
    one = PROFILES[profile] if isinstance(profile, str) else profile
    return {c.name: c for c in clocks.reckon(one, case(*events).events, calendar, at(now, clk))}


def shown(profile: str | Profile, events: list[CaseEvent], now: str, **more: Any) -> dict[str, str]:
    """`{"replied": "running 2026-02-16 24:00"}`."""
    return {name: f"{c.state} {local(c.due)}" for name, c in reckon(profile, events, now, **more).items()}
