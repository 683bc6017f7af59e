"""What one poll says to one rule: right, wrong, or that it cannot tell. A kind of rule is a function here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from agent.core.alarms.machine import Alarm, Look
from agent.core.alarms.rule import Rule
from agent.core.readings.units import convert
from drivers.model import Reading

Readings = Mapping[str, Reading]  # of one device, by point
STEPS = 8  # readings a `rate` keeps of the time it looks back over
Trail = tuple[tuple[float, float], ...]


class Verdict(NamedTuple):
    """What was said, at what value, and what the rule has to remember for its next look."""

    look: Look
    value: float | str | None = None
    trail: Trail = ()


LOST = Verdict("lost")


def judge(rule: Rule, alarm: Alarm, readings: Readings, others: Mapping[str, Readings], mono: float) -> Verdict:
    """One look. `others`: what other devices said last. A reading that is bad says nothing: whoever wants to hear of
    that has a rule of kind `bad` or `silent`."""
    if rule.enabling:
        enabled = is_enabled(rule, readings)
        if enabled is None:
            return LOST._replace(trail=alarm.trail)
        if not enabled:
            return Verdict("right")
    verdict = KINDS[rule.kind](rule, alarm, readings, others, mono)
    return verdict._replace(trail=alarm.trail) if verdict is LOST else verdict


def is_enabled(rule: Rule, readings: Readings) -> bool | None:
    """Whether the rule counts now; None when that cannot be read."""
    assert rule.enabling
    point, words, above, unit = rule.enabling
    reading = readings.get(point)
    if reading is None or reading.quality == "bad":
        return None
    if words:
        return reading.value in words
    value = number(reading, unit)
    return None if value is None else value > above


def number(reading: Reading | None, unit: str) -> float | None:
    """A reading in this unit (none given: its own); None when it is bad, no number, or of another quantity."""
    if reading is None or reading.quality == "bad" or isinstance(reading.value, str | None):
        return None
    return convert(float(reading.value), reading.unit, unit) if unit else float(reading.value)


# ── one function a kind ─────────────────────────────────────────────────────


def above(rule: Rule, alarm: Alarm, readings: Readings, others: Mapping[str, Readings], mono: float) -> Verdict:
    value = number(readings.get(rule.point), rule.unit)
    return LOST if value is None else said(value > rule.limit - margin(rule, alarm), value)


def below(rule: Rule, alarm: Alarm, readings: Readings, others: Mapping[str, Readings], mono: float) -> Verdict:
    value = number(readings.get(rule.point), rule.unit)
    return LOST if value is None else said(value < rule.limit + margin(rule, alarm), value)


def outside(rule: Rule, alarm: Alarm, readings: Readings, others: Mapping[str, Readings], mono: float) -> Verdict:
    value, back = number(readings.get(rule.point), rule.unit), margin(rule, alarm)
    return LOST if value is None else said(not rule.limit + back <= value <= rule.upper - back, value)


def rate(rule: Rule, alarm: Alarm, readings: Readings, others: Mapping[str, Readings], mono: float) -> Verdict:
    """How fast a value changes between now and `over` seconds ago; unsaid until half of that time is known."""
    value = number(readings.get(rule.point), rule.unit)
    if value is None:
        return LOST
    trail = tuple(step for step in alarm.trail if 0 <= mono - step[0] <= rule.over)
    if not trail or mono - trail[-1][0] >= rule.over / STEPS:
        trail = (*trail, (mono, value))
    then, before = trail[0]
    if mono - then < rule.over / 2:
        return Verdict("lost", None, trail)
    pace = (value - before) / (mono - then) * rule.per
    felt = {"either": abs(pace), "rise": pace, "fall": -pace}[rule.direction]
    return Verdict("wrong" if felt > rule.limit - margin(rule, alarm) else "right", pace, trail)


def deviation(rule: Rule, alarm: Alarm, readings: Readings, others: Mapping[str, Readings], mono: float) -> Verdict:
    device, point = rule.against
    value = number(readings.get(rule.point), rule.unit)
    other = number((readings if device == rule.device else others.get(device, {})).get(point), rule.unit)
    if value is None or other is None:
        return LOST
    return said(abs(value - other) > rule.limit - margin(rule, alarm), value - other)


def frozen(rule: Rule, alarm: Alarm, readings: Readings, others: Mapping[str, Readings], mono: float) -> Verdict:
    """Wrong when a value has stayed within `limit` of where it was for `over` seconds."""
    value = number(readings.get(rule.point), rule.unit)
    if value is None:
        return LOST
    trail = alarm.trail
    if not trail and alarm.wrong and isinstance(alarm.value, float):  # after a start: as it was told
        trail = ((mono - rule.over, alarm.value),)
    if not trail or abs(value - trail[0][1]) > rule.limit:
        return Verdict("right", value, ((mono, value),))
    return Verdict("wrong" if mono - trail[0][0] >= rule.over else "right", value, trail)


def state(rule: Rule, alarm: Alarm, readings: Readings, others: Mapping[str, Readings], mono: float) -> Verdict:
    reading = readings.get(rule.point)
    if reading is None or not isinstance(reading.value, str):
        return LOST
    return said(reading.value in rule.words, reading.value)


def bad(rule: Rule, alarm: Alarm, readings: Readings, others: Mapping[str, Readings], mono: float) -> Verdict:
    """One point that cannot be read while its device answers; a device that says nothing has a rule of its own."""
    reading = readings.get(rule.point)
    if reading is None or is_silent(readings):
        return LOST
    return said(reading.quality == "bad", reading.fault)


def silent(rule: Rule, alarm: Alarm, readings: Readings, others: Mapping[str, Readings], mono: float) -> Verdict:
    return said(is_silent(readings), None)


def changed(rule: Rule, alarm: Alarm, readings: Readings, others: Mapping[str, Readings], mono: float) -> Verdict:
    """Raised when it happens, not by a poll; once somebody has seen it, nothing is wrong any more."""
    return Verdict("right" if alarm.phase == "acknowledged" else "lost")


def unasked(rule: Rule, alarm: Alarm, readings: Readings, others: Mapping[str, Readings], mono: float) -> Verdict:
    return LOST


KINDS: Mapping[str, Callable[[Rule, Alarm, Readings, Mapping[str, Readings], float], Verdict]] = {
    "above": above, "below": below, "outside": outside, "rate": rate, "deviation": deviation, "frozen": frozen,
    "state": state, "bad": bad, "silent": silent, "changed": changed, "input": unasked, "told": unasked,
}  # fmt: skip


def said(wrong: bool, value: float | str | None) -> Verdict:
    return Verdict("wrong" if wrong else "right", value)


def margin(rule: Rule, alarm: Alarm) -> float:
    """Hysteresis makes coming back harder than going."""
    return rule.hysteresis if alarm.wrong else 0.0


def is_silent(readings: Readings) -> bool:
    """True when nothing of a device can be read."""
    return all(reading.quality == "bad" for reading in readings.values())
