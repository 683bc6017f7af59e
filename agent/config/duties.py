"""What is to be done by the calendar: the shipped duties, the station's own, and what has a due date of its own."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

from agent.config.emergency import read_said
from agent.config.forecourt import read_day
from agent.core.duties.duty import Duties, Duty, Every
from drivers.table import Table, load

SHIPPED = Path(__file__).parent / "duties.toml"
ID = r"[a-z0-9][a-z0-9-]{0,39}"
EVERY: tuple[Every, ...] = ("day", "week", "month", "months")
TWO_WEEKS = 20160.0  # minutes


def read_duties(station: Table) -> Duties:
    """`[duties] usual = true`: those that are shipped; `[[duty]]` and `[[equipment]]` of the station in any case."""
    shipped, source = load(SHIPPED)
    named, months = shipped.table("point"), shipped.table("months")
    points = {key: read_said(named, key) for key in named.content}
    usual = {key: months.integer(key) for key in months.content}
    duties: dict[str, Duty] = {}
    chosen = station.table("duties")
    usual_too = chosen.flag("usual", False)
    chosen.end()
    for table in (*(shipped.tables("duty") if usual_too else ()), *station.tables("duty")):
        duty, enabled = read_duty(table, points)
        duties.pop(duty.id, None)
        if enabled:
            duties[duty.id] = duty
    assert not source.problems, source.problems
    for table in station.tables("equipment"):
        duty = read_equipment(table, usual)
        if duty.id in duties:
            table.problem("id", f"the id is used twice: {duty.id!r}", "each one once")
        duties[duty.id] = duty
    own = [table.text("id", "") for key in ("duty", "equipment") for table in station.tables(key)]
    return Duties(duties, points, usual_too, tuple(id for id in own if id in duties))


def read_duty(table: Table, points: dict[str, tuple[str, str]]) -> tuple[Duty, bool]:
    months = table.integer("months", 0, low=0, high=120)
    every: Every = "months" if months else table.choice("every", EVERY[:3])
    wanted = tuple(table.items("points", str, "a list of points", []))
    if unknown := sorted(set(wanted) - set(points)):
        table.problem("points", f"{unknown} is unknown", "of " + ", ".join(points))
    duty = Duty(
        table.text("id", pattern=ID, allowed="a-z, 0-9 and -"), read_said(table, "name"), every,
        read_times(table) if not months else (), table.integer("weekday", 1, low=1, high=7),
        table.integer("day", 1, low=1, high=31), months, read_day(table, "since") if months else None,
        table.flag("working", False), table.number("within", 60.0, low=1, high=TWO_WEEKS),
        tuple(point for point in wanted if point in points),
    )  # fmt: skip
    enabled = table.flag("enabled", True)
    table.end()
    return duty, enabled


def read_equipment(table: Table, usual: dict[str, int]) -> Duty:
    """`id, name, kind, verified`: so many months after `verified` it is due again."""
    kind = table.choice("kind", tuple(usual))
    verified: date | None = read_day(table, "verified")
    duty = Duty(
        table.text("id", pattern=ID, allowed="a-z, 0-9 and -"), read_said(table, "name"), "months", (),
        months=table.integer("months", usual.get(kind, 12), low=1, high=120), since=verified, within=1.0,
    )  # fmt: skip
    if verified is None:
        table.problem("verified", "is missing", "the day of its last verification, as 2026-05-01")
    table.end()
    return duty


def read_times(table: Table) -> tuple[time, ...]:
    """`at = ["10:00", …]`."""
    found = []
    for text in table.items("at", str, 'times such as "18:00"', ["18:00"]):
        try:
            found.append(time.fromisoformat(text))
        except ValueError:
            table.problem("at", f"{text!r} is no time", 'times such as "18:00"')
    return tuple(found) or (time(18),)
