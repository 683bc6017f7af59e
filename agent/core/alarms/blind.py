"""A rule that cannot judge: its device answers in a unit that the limit cannot be compared with. Told as it begins."""

from __future__ import annotations

from dataclasses import replace

from agent.core.alarms.machine import Alarm
from agent.core.alarms.rule import Rule
from agent.core.messages.stamp import iso
from agent.core.model import Body, Fact
from agent.core.readings.units import convert
from agent.core.setup import Setup
from drivers.model import Reading, Sample


def observe(setup: Setup, rule: Rule, alarm: Alarm, sample: Sample) -> tuple[Alarm, list[Fact]]:
    """Whether the rule is blind after this sample; a reading that is bad says nothing about it."""
    reading = next((r for r in sample.readings if r.point == rule.point and r.quality != "bad"), None)
    if reading is None or isinstance(reading.value, str):
        return alarm, []
    blind = convert(1.0, reading.unit, rule.unit) is None
    if blind == alarm.blind:
        return alarm, []
    return replace(alarm, blind=blind), [finding(setup, rule, reading, sample)] if blind else []


def finding(setup: Setup, rule: Rule, reading: Reading, sample: Sample) -> Fact:
    label, at = setup.devices[rule.device].label, iso(sample.at.utc)
    body: Body = {
        "kind": "rule-blind", "device": rule.device, "point": rule.point, "unit": reading.unit, "from": at, "to": at,
        "text": f"{label} {rule.point} 的单位是 {reading.unit},不能与限值 {rule.limit:g} {rule.unit} 比较:"
        f"报警“{rule.text.partition(' / ')[0]}”不起作用",
    }  # fmt: skip
    return Fact("audit", "_", body, rule.device, sample.at, type="gse.finding.v1")
