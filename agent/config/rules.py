"""Alarm rules: the shipped ones, changed or added to by the station's own [[rule]] tables, spread over its devices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path

from agent.core.readings.units import convert
from agent.core.setup import Rule, RuleKind, Severity
from drivers.model import Device, Point
from drivers.table import Table, load

SHIPPED = Path(__file__).parent / "rules.toml"
KINDS: tuple[RuleKind, ...] = ("above", "below", "silent", "changed", "told")
OF_A_DEVICE = ("silent", "changed", "told")  # kinds that look at no point
SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high", "critical")
NAME = r"[a-z0-9][a-z0-9-]{0,39}"


def read(station: Table, devices: Sequence[Device]) -> tuple[tuple[Rule, ...], str]:
    """Every rule on every device it fits, and the digest of all of them. A station's rule replaces the shipped one
    of the same name; `enabled = false` switches it off."""
    shipped, _ = load(SHIPPED)
    chosen: dict[str, list[Rule]] = {}
    for own, table in [(False, t) for t in shipped.tables("rule")] + [(True, t) for t in station.tables("rule")]:
        name = table.text("name", pattern=NAME, allowed="a-z, 0-9 and -")
        chosen[name] = read_rule(table, name, devices, strict=own)
        warn_of_units(chosen[name], table if own else station, devices, strict=own)
    rules = tuple(rule for group in chosen.values() for rule in group)
    return rules, sha256(repr(rules).encode()).hexdigest()[:16]


def read_rule(table: Table, name: str, devices: Sequence[Device], *, strict: bool) -> list[Rule]:
    """One [[rule]] on each device it names. `strict`: naming a device or point that is not there is a problem."""
    wanted = table.text("device", "*", allowed="a device's name, or a pattern such as dispenser-*")
    kind = table.choice("kind", KINDS)
    point = role = unit = ""
    limit = hysteresis = 0.0
    if kind not in OF_A_DEVICE:
        point = table.text("point", "", allowed="a point's name")
        role = table.text("role", "", allowed="a point's role") if not point else ""
        if not point and not role:
            table.problem("point", "is missing", "a point's name, or role = a point's role")
        limit = table.number("limit", low=-1e12, high=1e12)
        unit = table.text("unit", allowed="the UCUM unit of the limit")
        hysteresis = table.number("hysteresis", 0.0)
    on_delay = table.number("on_delay", 0.0, high=86400)
    off_delay = table.number("off_delay", 0.0, high=86400)
    severity = table.choice("severity", SEVERITIES, "medium")
    text, consequence, response = table.text("text"), table.text("consequence"), table.text("response")
    respond_within = table.number("respond_within", low=1, high=604800)
    enabled = table.flag("enabled", True)
    table.end()
    if kind == "told":
        whole = Rule(name, name, "station", kind, "", 0.0, "", 0.0, 0.0, 0.0, severity, text, consequence, response,
                     respond_within)  # fmt: skip
        return [whole] if enabled else []
    matching = [d for d in devices if d.map is not None and fnmatchcase(d.name, wanted)]
    if strict and not matching:
        table.problem("device", f"{wanted!r} fits no device", "one of " + ", ".join(d.name for d in devices))
    found = [(d, p) for d in matching for p in points_of(d, kind, point, role)]
    if strict and matching and not found:
        known = sorted({p.name for d in matching for p in d.map.points})
        table.problem(
            "point" if point else "role", f"{point or role!r} is on none of these devices", "one of " + ", ".join(known)
        )
    for device, seen in found if strict else ():
        units = units_of(device, seen) if seen else ()
        if seen and units and len(strange(units, unit)) == len(units):
            table.problem("unit", f"{unit!r} cannot be compared with what {seen.name} is read in", ", ".join(units))
    if not enabled:
        return []
    return [
        Rule(f"{name}.{d.name}", name, d.name, kind, p.name if p else "", limit, unit, hysteresis, on_delay, off_delay,
             severity, text, consequence, response, respond_within)
        for d, p in found
    ]  # fmt: skip


def warn_of_units(rules: Sequence[Rule], table: Table, devices: Sequence[Device], *, strict: bool) -> None:
    """A device may answer in a unit that a rule of it cannot be compared with: then the rule is blind."""
    for rule in rules:
        for index, device in enumerate(devices):
            point = next((p for p in device.map.points if p.name == rule.point), None) if device.map else None
            if device.name != rule.device or point is None:
                continue
            if odd := strange(units_of(device, point), rule.unit):
                where = (*table.where, "unit") if strict else ("device", index)
                wrong = f"{rule.id} cannot judge {rule.point} while it is read in {', '.join(odd)}"
                table.source.warn(where, wrong, f"{rule.unit} and what can be turned into it")


def strange(units: Iterable[str], wanted: str) -> list[str]:
    """Those units that cannot be turned into the wanted one."""
    return [unit for unit in units if convert(1.0, unit, wanted) is None]


def points_of(device: Device, kind: RuleKind, point: str, role: str) -> Iterable[Point | None]:
    """The points of a device a rule looks at; a rule about the device itself looks at none."""
    if kind in OF_A_DEVICE:
        return (None,)
    return [p for p in device.map.points if (p.name == point if point else p.role == role)]


def units_of(device: Device, point: Point) -> tuple[str, ...]:
    """The units a point may be read in: its own, or any that the device's setting can name."""
    if not point.unit.startswith("@"):
        return (point.unit,)
    named = (setting.codes.values() for setting in device.map.settings if f"@{setting.name}" == point.unit)
    return tuple(dict.fromkeys(word for words in named for word in words))
