"""Alarm rules: the shipped ones, changed or added to by the station's own [[rule]] tables, spread over its things."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path

from agent.config import rulelaws
from agent.config.rulefile import OF_A_DEVICE, Template, read_rule
from agent.core.alarms.inputs import Input
from agent.core.alarms.rule import Rule
from drivers.model import Device, Point
from drivers.table import Table, load

SHIPPED = Path(__file__).parent / "rules.toml"


def read(station: Table, devices: Sequence[Device], inputs: Sequence[Input]) -> tuple[tuple[Rule, ...], str]:
    """Every rule on everything it fits, and the digest of all of them. A station's rule replaces the shipped one
    of the same name; `enabled = false` switches it off."""
    shipped, source = load(SHIPPED)
    chosen: dict[str, list[Rule]] = {}
    own: dict[str, Template] = {}
    for table in shipped.tables("rule"):
        template = read_rule(table)
        chosen[template.name] = rules = list(spread(template, devices, inputs))
        rulelaws.warn_of_units(rules, station, devices, strict=False)
    assert not source.problems, source.problems
    for table in station.tables("rule"):
        template = read_rule(table)
        if template.name in own:
            table.problem("name", f"the name is used twice: {template.name!r}", "each one once")
        own[template.name] = template
        rules = list(spread(template, devices, inputs))
        rulelaws.fits(template, table, rules, devices, inputs)
        chosen[template.name] = rules = rules if template.enabled else []
        rulelaws.warn_of_units(rules, table, devices, strict=True)
    every = tuple(rule for group in chosen.values() for rule in group)
    rulelaws.agree(every, own)
    return every, sha256(repr(every).encode()).hexdigest()[:16]


def spread(template: Template, devices: Sequence[Device], inputs: Sequence[Input]) -> Iterator[Rule]:
    """The rule of one table on each device and point, or each input, that it fits."""
    rule, wanted = template.rule, template.on
    if rule.kind == "told":
        yield rule
    elif rule.kind == "input":
        yield from (at(rule, i.name) for i in inputs if fnmatchcase(i.name, wanted) or i.kind == wanted)
    else:
        for device in devices:
            if device.map is not None and fnmatchcase(device.name, wanted):
                yield from on_device(template, device)


def on_device(template: Template, device: Device) -> Iterator[Rule]:
    rule = template.rule
    if rule.kind in OF_A_DEVICE:
        yield at(rule, device.name)
        return
    enabling = rule.enabling
    if enabling and template.enabling_role:
        point = next((p.name for p in device.map.points if p.role == template.enabling_role), "")
        if not point:
            return
        enabling = enabling._replace(point=point)
    for p in points_of(device, template.point, template.role):
        other = (rule.against[0] or device.name, rule.against[1])
        against = other if rule.kind == "deviation" else rule.against
        yield replace(at(rule, device.name), point=p.name, enabling=enabling, against=against)


def points_of(device: Device, point: str, role: str) -> list[Point]:
    """The points of a device a rule looks at."""
    return [p for p in device.map.points if (p.name == point if point else p.role == role)]


def at(rule: Rule, thing: str) -> Rule:
    """The rule on this device or input; a group may be each one's own: `{device}` in its name."""
    group = rule.group.replace("{device}", thing)
    return replace(rule, id=f"{rule.name}.{thing}", device=thing, group=group)
