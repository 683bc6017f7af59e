"""What a rule must keep to: be on something that is there, be able to clear, and not fight another rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import combinations

from agent.config.rulefile import OF_A_DEVICE, Template
from agent.core.alarms.inputs import Input
from agent.core.alarms.rule import Rule
from agent.core.readings.units import convert
from drivers.model import Device, Point
from drivers.table import Table

NEVER_NEGATIVE = ("pressure", "flow", "density", "total", "sale", "price", "amount", "preset")  # roles
WIDE = 1e12


def fits(
    template: Template, table: Table, rules: list[Rule], devices: Sequence[Device], inputs: Sequence[Input]
) -> None:
    """A station's own rule is on something that is there, and can both come and go."""
    rule = template.rule
    if rule.kind == "told":
        return
    if rule.kind == "input":
        known = ", ".join(f"{i.name} ({i.kind})" for i in inputs) or "(no [[input]] in this file)"
        if not rules:
            table.problem("input", f"{template.on!r} fits no input", f"one of {known}")
        for i in (i for i in inputs if any(r.device == i.name for r in rules)):
            if unsaid := sorted(set(rule.words) - set(i.words)):
                table.problem("words", f"{i.name} is never {', '.join(unsaid)}", "of " + ", ".join(i.words))
        return
    matching = [d for d in devices if d.map is not None and fnmatchcase(d.name, template.on)]
    if not matching:
        table.problem("device", f"{template.on!r} fits no device", "one of " + ", ".join(d.name for d in devices))
    elif rule.kind not in OF_A_DEVICE:
        points = {p.name: p for d in matching for p in d.map.points}
        seen = [p for p in points.values() if p.name == template.point or (template.role and p.role == template.role)]
        if not seen:
            key, wanted = ("point", template.point) if template.point else ("role", template.role)
            table.problem(key, f"{wanted!r} is on none of these devices", "one of " + ", ".join(sorted(points)))
        elif not rules:
            table.problem("while", "is on none of these devices", "a point or role of the same device")
        for one in rules:
            judged(one, table, devices)


def judged(rule: Rule, table: Table, devices: Sequence[Device]) -> None:
    """One rule on one point of one device."""
    device = next(d for d in devices if d.name == rule.device)
    point = next(p for p in device.map.points if p.name == rule.point)
    units = units_of(device, point)
    if rule.unit and units and len(strange(units, rule.unit)) == len(units):
        table.problem("unit", f"{rule.unit!r} cannot be compared with what {point.name} is read in", ", ".join(units))
        return
    if rule.enabling and rule.enabling.point not in {p.name for p in device.map.points}:
        table.problem("while", f"{rule.enabling.point!r} is no point of {device.name}", "a point of the same device")
    if rule.kind == "deviation" and not exists(devices, *rule.against):
        table.problem("against", f"{'/'.join(rule.against)!r} is not there", 'a point, or "device/point"')
    if rule.kind == "state" and point.words and (unsaid := sorted(set(rule.words) - {*point.words.values()})):
        table.problem("words", f"{point.name} is never {', '.join(unsaid)}", "of " + ", ".join(point.words.values()))
    low, high = span(point, rule.unit)
    if why := stuck(rule, low, high):
        table.problem("hysteresis", f"{rule.hysteresis:g}: {why}, so the alarm could never clear", "a smaller one")


def stuck(rule: Rule, low: float, high: float) -> str:
    """Why a rule that was raised could never clear, or an empty text."""
    back = rule.hysteresis
    match rule.kind:
        case "above" if rule.limit - back < low:
            return f"{rule.limit - back:g} {rule.unit} is below all that can be read"
        case "below" if rule.limit + back > high:
            return f"{rule.limit + back:g} {rule.unit} is above all that can be read"
        case "outside" if rule.limit + back > rule.upper - back:
            return f"nothing is between {rule.limit + back:g} and {rule.upper - back:g} {rule.unit}"
        case "rate" | "deviation" if back >= rule.limit:
            return "no difference is below zero"
    return ""


def warn_of_units(rules: Sequence[Rule], table: Table, devices: Sequence[Device], *, strict: bool) -> None:
    """A device may answer in a unit that a rule of it cannot be compared with: then the rule is blind."""
    for rule in rules:
        for index, device in enumerate(devices):
            point = next((p for p in device.map.points if p.name == rule.point), None) if device.map else None
            if device.name != rule.device or point is None or not rule.unit:
                continue
            if odd := strange(units_of(device, point), rule.unit):
                where = (*table.where, "unit") if strict else ("device", index)
                wrong = f"{rule.id} cannot judge {rule.point} while it is read in {', '.join(odd)}"
                table.source.warn(where, wrong, f"{rule.unit} and what can be turned into it")


def strange(units: Iterable[str], wanted: str) -> list[str]:
    """Those units that cannot be turned into the wanted one."""
    return [unit for unit in units if convert(1.0, unit, wanted) is None]


def agree(rules: Iterable[Rule], own: Mapping[str, Template]) -> None:
    """No two rules on one point say the same, and together they leave values at which neither is wrong."""
    seen: dict[tuple[str, str], list[Rule]] = {}
    for rule in rules:
        if rule.kind in ("above", "below", "outside"):
            seen.setdefault((rule.device, rule.point), []).append(rule)
    told = set[tuple[str, str]]()
    for pair in (pair for group in seen.values() for pair in combinations(group, 2)):
        a, b = sorted(pair, key=lambda rule: rule.name not in own, reverse=True)
        template = own.get(b.name)
        if template and template.table and (a.name, b.name) not in told and (why := "; ".join(quarrels(a, b))):
            told.add((a.name, b.name))
            template.table.problem("name", f"{b.name} fights {a.name} on {b.device} {b.point}: {why}", "other limits")


def quarrels(a: Rule, b: Rule) -> Iterator[str]:
    if a.enabling != b.enabling:
        return
    if (a.kind, a.unit, a.limit, a.upper) == (b.kind, b.unit, b.limit, b.upper):
        yield "both say the same"
    (low_a, high_a), (low_b, high_b) = calm(a, b.unit), calm(b, b.unit)
    if max(low_a, low_b) > min(high_a, high_b):
        yield "at every value one of them stands"


def calm(rule: Rule, unit: str) -> tuple[float, float]:
    """Between which values, in this unit, a rule that was raised clears."""
    low = {"above": -WIDE, "below": rule.limit + rule.hysteresis, "outside": rule.limit + rule.hysteresis}[rule.kind]
    high = {"above": rule.limit - rule.hysteresis, "below": WIDE, "outside": rule.upper - rule.hysteresis}[rule.kind]
    ends = [convert(value, rule.unit, unit) for value in (low, high)]
    return (-WIDE, WIDE) if ends[0] is None or ends[1] is None else (ends[0], ends[1])


def span(point: Point, unit: str) -> tuple[float, float]:
    """The least and the most a point can tell, in this unit."""
    low, high = point.valid or (0.0 if point.role in NEVER_NEGATIVE else -WIDE, WIDE)
    given = point.unit if not point.unit.startswith("@") else unit
    ends = [convert(value, given, unit) for value in (low, high)]
    return (-WIDE, WIDE) if ends[0] is None or ends[1] is None else (ends[0], ends[1])


def units_of(device: Device, point: Point) -> tuple[str, ...]:
    """The units a point may be read in: its own, or any that the device's setting can name."""
    if not point.unit.startswith("@"):
        return (point.unit,)
    named = (setting.codes.values() for setting in device.map.settings if f"@{setting.name}" == point.unit)
    return tuple(dict.fromkeys(word for words in named for word in words))


def exists(devices: Sequence[Device], device: str, point: str) -> bool:
    return any(d.name == device and d.map and point in {p.name for p in d.map.points} for d in devices)
