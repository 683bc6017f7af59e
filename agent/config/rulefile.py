"""One [[rule]] table → a rule that is on nothing yet: which keys each kind has, and their bounds."""

from __future__ import annotations

import re
from typing import NamedTuple

from agent.core.alarms.rule import DAY, Direction, Enabling, Kind, Rule, Severity
from drivers.table import Table

KINDS: tuple[Kind, ...] = (
    "above", "below", "outside", "rate", "deviation", "frozen", "state", "bad", "silent", "changed", "input", "told",
)  # fmt: skip
OF_A_DEVICE: tuple[Kind, ...] = ("silent", "changed")  # look at no point
NOTHING_TO_SEE: tuple[Kind, ...] = ("silent", "changed", "input", "told")
LIMITED: tuple[Kind, ...] = ("above", "below", "rate", "deviation", "frozen")
HYSTERETIC: tuple[Kind, ...] = ("above", "below", "outside", "rate", "deviation")
SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high", "critical")
DIRECTIONS: tuple[Direction, ...] = ("either", "rise", "fall")
NAME = r"[a-z0-9][a-z0-9-]{0,39}"
WIDEST = 1e12  # of a limit
LONGEST = 86400.0  # seconds of a delay
WEEK = 604800.0  # seconds
PACE = re.compile(r"(.+)/(s|min|h)")
SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}


class Template(NamedTuple):
    """A rule that is on nothing yet: what it is on (a name or a pattern), the point or the role it looks at."""

    rule: Rule
    on: str = "*"
    point: str = ""
    role: str = ""
    enabling_role: str = ""
    enabled: bool = True
    table: Table | None = None

    @property
    def name(self) -> str:
        return self.rule.name


def read_rule(table: Table) -> Template:
    """Every key that a rule of its kind may have; another one is a problem."""
    name = table.text("name", pattern=NAME, allowed="a-z, 0-9 and -")
    kind = table.choice("kind", KINDS)
    on = table.text("input", allowed="an input's name or kind, or a pattern such as door-*") if kind == "input" else "*"
    if kind not in ("input", "told"):
        on = table.text("device", "*", allowed="a device's name, or a pattern such as dispenser-*")
    point = role = ""
    if kind not in NOTHING_TO_SEE:
        point = table.text("point", "", allowed="a point's name")
        role = table.text("role", "", allowed="a point's role") if not point else ""
        if not point and not role:
            table.problem("point", "is missing", "a point's name, or role = a point's role")
    unit, per = read_unit(table, kind)
    limit, upper = read_limits(table, kind)
    enabling, enabling_role = read_while(table.table("while")) if kind not in ("input", "told") else (None, "")
    severity = table.choice("severity", SEVERITIES, "medium")
    rule = Rule(
        id=name, name=name, device="station", kind=kind, severity=severity,
        text=table.text("text"), consequence=table.text("consequence"), response=table.text("response"),
        respond_within=table.number("respond_within", low=1, high=WEEK),
        limit=limit, upper=upper, unit=unit, per=per,
        hysteresis=table.number("hysteresis", 0.0) if kind in HYSTERETIC else 0.0,
        over=read_over(table, kind),
        direction=table.choice("direction", DIRECTIONS, "either") if kind == "rate" else "either",
        against=read_against(table) if kind == "deviation" else ("", ""),
        words=read_words(table, kind),
        enabling=enabling,
        on_delay=table.number("on_delay", 0.0, high=LONGEST), off_delay=table.number("off_delay", 0.0, high=LONGEST),
        latch=table.flag("latch", False) if kind not in ("told", "changed") else False,
        explain=table.flag("explain", False),
        lasting=table.flag("lasting", False) if kind == "told" else False,
        group=table.text("group", ""),
        shelve=table.number("shelve", 0.0 if severity == "critical" else DAY, low=0, high=DAY),
    )  # fmt: skip
    enabled = table.flag("enabled", True)
    table.end()
    return Template(rule, on, point, role, enabling_role, enabled, table)


def read_unit(table: Table, kind: Kind) -> tuple[str, float]:
    """The unit of the limit, and of a rate the seconds it is counted by."""
    if kind not in (*LIMITED, "outside"):
        return "", 1.0
    if kind == "frozen" and "unit" not in table and "limit" not in table:
        return "", 1.0
    unit = table.text("unit", allowed="the UCUM unit of the limit")
    if kind != "rate":
        return unit, 1.0
    pace = PACE.fullmatch(unit)
    if not pace:
        table.problem("unit", f"{unit!r} is no rate", "a unit a time, such as MPa/min")
        return unit, 1.0
    return pace[1], SECONDS[pace[2]]


def read_limits(table: Table, kind: Kind) -> tuple[float, float]:
    if kind == "outside":
        low, high = (table.number(key, low=-WIDEST, high=WIDEST) for key in ("low", "high"))
        if low >= high:
            table.problem("low", f"{low:g} is not below high = {high:g}", "low < high")
        return low, high
    if kind in ("rate", "deviation"):
        return table.number("limit", low=1e-9, high=WIDEST), 0.0
    if kind == "frozen":
        return table.number("limit", 0.0, high=WIDEST), 0.0
    return (table.number("limit", low=-WIDEST, high=WIDEST) if kind in LIMITED else 0.0), 0.0


def read_words(table: Table, kind: Kind) -> tuple[str, ...]:
    """What is wrong: of a state or an input its words, of a change the kinds of findings."""
    if kind == "changed":
        return tuple(table.items("words", str, "a list of kinds of findings", ["parameter-changed"]))
    return tuple(table.items("words", str, "a list of words")) if kind in ("state", "input") else ()


def read_over(table: Table, kind: Kind) -> float:
    """The seconds a rate is taken over, or a value may stay as it is."""
    if kind == "frozen":
        return table.number("over", low=1, high=LONGEST)
    return table.number("over", 60.0, low=1, high=LONGEST) if kind == "rate" else 60.0


def read_against(table: Table) -> tuple[str, str]:
    """`"point"` of the same device, or `"device/point"`."""
    device, _, point = table.text("against", allowed='"point" of the same device, or "device/point"').rpartition("/")
    return device, point


def read_while(table: Table) -> tuple[Enabling | None, str]:
    """`while = { role = "state", words = ["filling"] }`, or `{ point = "flow", above = 0.5, unit = "kg/min" }`."""
    if not table.content:
        return None, ""
    point = table.text("point", "", allowed="a point's name")
    role = table.text("role", "", allowed="a point's role") if not point else ""
    words = tuple(table.items("words", str, "a list of words", []))
    above = table.number("above", 0.0, low=-WIDEST, high=WIDEST) if not words else 0.0
    unit = table.text("unit", allowed="the UCUM unit of `above`") if not words else ""
    if not point and not role:
        table.problem("point", "is missing", "a point's name, or role = a point's role")
    table.end()
    return Enabling(point, words, above, unit), role
