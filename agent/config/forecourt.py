"""The forecourt of station.toml: its guns with their verification, and what is allowed of a fill."""

from __future__ import annotations

import re
from datetime import date, time

from agent.config.lines import NAME
from agent.core.fills.limits import USUAL, Certificate, Limits
from agent.core.setup import Nozzle
from agent.core.shift.roster import TWELVE_HOURS, Roster
from drivers.model import Device
from drivers.table import Table

CLOCK = re.compile(r"\d\d:\d\d")
HOURS = re.compile(r"\d\d:\d\d-\d\d:\d\d")


def read_nozzle(table: Table, devices: tuple[Device, ...], fuels: tuple[str, ...]) -> Nozzle:
    name = table.text("name", pattern=NAME, allowed="a short name without blanks: it is a topic level")
    device = table.choice("device", [d.name for d in devices] or ["(no [[device]] in this file)"])
    fuel = table.choice("fuel", fuels or ("cng",), (fuels or ("cng",))[0])
    certificate = Certificate(table.text("certificate", ""), read_day(table, "verified_until"))
    table.end()
    return Nozzle(name, device, fuel, certificate)


def read_day(table: Table, key: str) -> date | None:
    """A day, as a TOML date or as text; None when the key is absent."""
    allowed = "a day, such as 2027-02-28"
    value = table.take(key, (date, str), allowed, "")
    if not value:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        table.problem(key, f"{str(value)!r} is no day", allowed)
        return None


def read_fills(table: Table) -> Limits:
    """`[fills]`: payment increment in CNY, masses in kg, seconds of standing gas by fuel, opening hours."""
    limits = Limits(
        increment=table.number("increment", USUAL.increment, low=0.0001, high=100),
        short=table.number("short", USUAL.short, low=0.001, high=10),
        drained=table.number("drained", USUAL.drained, low=0.001, high=100),
        pause={fuel: table.number(f"pause_{fuel}", seconds, low=1, high=3600) for fuel, seconds in USUAL.pause.items()},
        hours=read_hours(table, "hours"),
    )
    table.end()
    return limits


def read_roster(table: Table) -> Roster:
    """`[shift]`: when one ends and the next begins; minutes before and after; kg."""
    usual = [f"{at:%H:%M}" for at in TWELVE_HOURS.times]
    allowed = 'a list of times of the day, such as ["08:00", "20:00"]'
    texts = table.items("times", str, allowed, usual)
    try:
        times = tuple(sorted({time.fromisoformat(text) for text in texts if CLOCK.fullmatch(text)}))
    except ValueError:
        times = ()
    if not times or len(times) < len(texts):
        table.problem("times", f"{texts!r} is not allowed", allowed)
    roster = Roster(
        times or TWELVE_HOURS.times,
        draft=table.number("draft", TWELVE_HOURS.draft, low=1, high=240),
        late=table.number("late", TWELVE_HOURS.late, low=1, high=240),
        unattended=table.number("unattended", TWELVE_HOURS.unattended, low=5, high=1440),
        tolerance=table.number("tolerance", TWELVE_HOURS.tolerance, low=0.01, high=1000),
    )
    table.end()
    return roster


def read_hours(table: Table, key: str) -> tuple[time, time] | None:
    """`06:00-22:30`; None, day and night, when the key is absent."""
    text = table.text(key, "")
    if not text:
        return None
    try:
        if not HOURS.fullmatch(text):
            raise ValueError
        opens, closes = map(time.fromisoformat, text.split("-"))
    except ValueError:
        table.problem(key, f"{text!r} are no hours", "such as 06:00-22:30; left out for day and night")
        return None
    return opens, closes
