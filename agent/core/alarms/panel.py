"""All alarms of the station: samples become looks, looks become moves, moves become `alarm` facts and sound."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from agent.core.alarms import blind, machine
from agent.core.alarms.machine import Alarm, Look
from agent.core.messages.stamp import iso, utc_of
from agent.core.model import Body, Fact
from agent.core.readings.units import convert
from agent.core.setup import ANNUNCIATION, Rule, Setup
from drivers.model import Instant, Reading, Sample

Alarms = Mapping[str, Alarm]


def watch(setup: Setup, alarms: Alarms, sample: Sample) -> tuple[Alarms, list[Fact]]:
    """Let every rule of the sample's device take its look."""
    changed = dict(alarms)
    facts: list[Fact] = []
    for rule in (r for r in setup.rules if r.device == sample.device):
        before = alarms.get(rule.id, Alarm())
        seen = judge(rule, before, sample)
        after = machine.look(before, seen, sample.at.mono, value_of(rule, sample))
        after, move = machine.settle(after, rule.on_delay, rule.off_delay, sample.at.mono, sample.at.utc)
        if rule.point and (seen == "lost" or after.blind):
            after, told = blind.observe(setup, rule, after, sample)
            facts += told
        if after is not before:
            changed[rule.id] = after
        if move:
            facts.append(tell(rule, after, move, "station", sample.at))
    return (changed, facts) if changed != alarms else (alarms, [])


def strike(setup: Setup, alarms: Alarms, device: str, at: Instant) -> tuple[Alarms, list[Fact]]:
    """Something of a device was changed that must not: its `changed` rules are raised at once, and wait to be seen."""
    changed, facts = dict(alarms), []
    for rule in (r for r in setup.rules if r.device == device and r.kind == "changed"):
        after, move = machine.act(alarms.get(rule.id, Alarm()), "wrong", at.utc)
        if move:
            changed[rule.id] = after
            facts.append(tell(rule, after, move, "station", at))
    return (changed, facts) if facts else (alarms, [])


def sound(setup: Setup, alarms: Alarms, name: str, at: Instant, by: str, **said: str) -> tuple[Alarms, list[Fact]]:
    """A person, or a clock, says that something is wrong: the `told` rule of this name is raised until it is seen."""
    rule = next((r for r in setup.rules if r.id == name and r.kind == "told"), None)
    if rule is None:
        return alarms, []
    after, move = machine.act(alarms.get(name, Alarm()), "wrong", at.utc)
    if not move:
        return alarms, []
    fact = tell(rule, after, move, by, at)
    return {**alarms, name: after}, [replace(fact, body=fact.body | said)]


def age(setup: Setup, alarms: Alarms, now: Instant) -> tuple[Alarms, list[Fact]]:
    """Time passed: what has leaned long enough moves, though no sample came."""
    changed = dict(alarms)
    facts = []
    for rule in setup.rules:
        before = alarms.get(rule.id)
        if before and before.leaning:
            after, move = machine.settle(before, rule.on_delay, rule.off_delay, now.mono, now.utc)
            if move:
                changed[rule.id] = after
                facts.append(tell(rule, after, move, "station", now))
    return (changed, facts) if facts else (alarms, [])


def acknowledge(setup: Setup, alarms: Alarms, id: str, by: str, now: Instant) -> tuple[Alarms, list[Fact]]:
    """A person has seen it. Nothing happens to an alarm that nobody needs to see."""
    rule = next((r for r in setup.rules if r.id == id), None)
    if rule is None:
        return alarms, []
    after, move = machine.act(alarms.get(id, Alarm()), "acknowledge", now.utc)
    if not move:
        return alarms, []
    if rule.kind == "told":  # it was a moment: seen, it is over
        after, move = machine.act(after, "right", now.utc)
    return {**alarms, id: after}, [tell(rule, after, move, by, now)]


def due(setup: Setup, alarms: Alarms) -> float | None:
    """The next monotonic second at which some alarm moves by itself."""
    moments = (machine.due(alarms[r.id], r.on_delay, r.off_delay) for r in setup.rules if r.id in alarms)
    return min((m for m in moments if m is not None), default=None)


def judge(rule: Rule, alarm: Alarm, sample: Sample) -> Look:
    """What one sample says to one rule; hysteresis makes coming back harder than going."""
    if rule.kind == "changed":  # raised by `strike`; once somebody has seen it, nothing is wrong any more
        return "right" if alarm.phase == "acknowledged" else "lost"
    if rule.kind == "silent":
        return "wrong" if silent(sample.readings) else "right"
    value = value_of(rule, sample)
    if value is None:
        return "lost"
    active = alarm.phase in ("unacknowledged", "acknowledged")
    margin = rule.hysteresis if active else 0.0
    wrong = value > rule.limit - margin if rule.kind == "above" else value < rule.limit + margin
    return "wrong" if wrong else "right"


def value_of(rule: Rule, sample: Sample) -> float | None:
    """The number a rule looks at, in its unit; None when no reading can be believed or turned into that unit."""
    reading = next((r for r in sample.readings if r.point == rule.point), None)
    if reading is None or reading.quality == "bad" or isinstance(reading.value, str | None):
        return None
    return convert(float(reading.value), reading.unit, rule.unit)


def tell(rule: Rule, alarm: Alarm, move: str, by: str, at: Instant) -> Fact:
    """The `alarm` fact of one move: retained while somebody has still to see or mend something."""
    body: Body = {
        "alarm": rule.id, "rule": rule.name, "device": rule.device, "event": move, "state": alarm.phase,
        "severity": rule.severity, "by": by, "since": iso(alarm.since), "text": rule.text,
        "consequence": rule.consequence, "response": rule.response, "respond_within": rule.respond_within,
    }  # fmt: skip
    if alarm.value is not None:
        body |= {"value": alarm.value, "unit": rule.unit, "limit": rule.limit, "point": rule.point}
    return Fact("alarm", rule.id, body, rule.device, at, "release" if alarm.phase == "normal" else "yes")


def recall(facts: Iterable[Body]) -> Alarms:
    """The alarms as the journal's last fact of each tells them: a restart forgets nothing a person has to see."""
    return {
        f["alarm"]: Alarm(f["state"], utc_of(f["since"]), value=f.get("value")) for f in facts if f["state"] != "normal"
    }


def outputs(setup: Setup, alarms: Alarms) -> frozenset[str]:
    """Which outputs are to be on: what the severities of the standing alarms ask for."""
    wanted: set[str] = set()
    for rule in setup.rules:
        phase = alarms[rule.id].phase if rule.id in alarms else "normal"
        unseen, seen = ANNUNCIATION[rule.severity]
        if phase == "unacknowledged":
            wanted.update(unseen)
        elif phase == "acknowledged":
            wanted.update(seen)
    return frozenset(wanted & set(setup.outputs))


def silent(readings: Iterable[Reading]) -> bool:
    """True when nothing of a device can be read."""
    return all(r.quality == "bad" for r in readings)
