"""All alarms of the station: samples become looks, looks become moves, moves become `alarm` facts and sound."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from agent.core.alarms import blind, machine
from agent.core.alarms.judge import Readings, is_silent, judge
from agent.core.alarms.machine import HIDDEN, NOBODY, Act, Alarm, Aside, Return
from agent.core.alarms.rule import ANNUNCIATION, Rule
from agent.core.alarms.telling import report
from agent.core.model import Body, Fact
from agent.core.setup import Setup
from drivers.model import Instant, Sample

Alarms = Mapping[str, Alarm]
Hushed = Mapping[str, float]  # alarms that were silenced, and since when they had stood then
Moved = tuple[Alarms, list[Fact]]
NORMAL = Alarm()


def watch(setup: Setup, alarms: Alarms, sample: Sample, others: Mapping[str, Readings] = {}) -> Moved:
    """Let every rule of the sample's device take its look. `others`: what other devices said last."""
    readings = {reading.point: reading for reading in sample.readings}
    changed: dict[str, Alarm] = {}
    facts: list[Fact] = []
    for rule in setup.rules.on.get(sample.device, ()):
        before = alarms.get(rule.id, NORMAL)
        verdict = judge(rule, before, readings, others, sample.at.mono)
        after = machine.lean(before, verdict.look, sample.at.mono, verdict.value)
        if verdict.trail != after.trail:
            after = replace(after, trail=verdict.trail)
        after, move = settle(rule, after, sample.at)
        if rule.unit and (verdict.look == "lost" or after.blind):
            after, found = blind.observe(setup, rule, after, sample)
            facts += found
        if after is not before:
            changed[rule.id] = after
        if move:
            changed[rule.id] = after = marked(setup, {**alarms, **changed}, rule, after, move)
            facts.append(report(rule, after, move, "station", sample.at))
    return ({**alarms, **changed}, facts) if changed else (alarms, [])


def press(setup: Setup, alarms: Alarms, input: str, state: str, at: Instant) -> Moved:
    """A contact is in this state: every rule of it takes its look."""
    changed = dict(alarms)
    facts = []
    for rule in setup.rules.on.get(input, ()):
        after = machine.lean(alarms.get(rule.id, NORMAL), "wrong" if state in rule.words else "right", at.mono, state)
        after, move = settle(rule, after, at)
        changed[rule.id] = after
        if move:
            changed[rule.id] = after = marked(setup, changed, rule, after, move)
            facts.append(report(rule, after, move, "station", at))
    return changed, facts


def strike(setup: Setup, alarms: Alarms, device: str, findings: Iterable[Body], at: Instant) -> Moved:
    """Something of a device was changed that must not: its `changed` rules are raised for each change, with what was
    before and after, and wait to be seen."""
    facts: list[Fact] = []
    for found in findings:
        said: Body = {name: found[name] for name in ("point", "before", "after") if name in found}
        for rule in setup.rules.on.get(device, ()):
            if rule.kind == "changed" and found["kind"] in rule.words:
                alarms, told = cause(setup, alarms, [rule], at, "station", said, again=True)
                facts += told
    return alarms, facts


def sound(setup: Setup, alarms: Alarms, name: str, at: Instant, by: str, *, again: bool = False, **said: Any) -> Moved:
    """A person, or a clock, says that something is wrong: the `told` rule of this name is raised until it is seen; a
    `lasting` one until it is relieved too. `again`: as of `cause`."""
    rule = setup.rules.by_id.get(name)
    return cause(setup, alarms, [rule] if rule and rule.kind == "told" else [], at, by, said, again)


def relieve(setup: Setup, alarms: Alarms, name: str, at: Instant, by: str) -> Moved:
    """What a lasting `told` rule told of is over."""
    rule = setup.rules.by_id.get(name)
    after, move = machine.act(alarms.get(name, NORMAL), "right", at.utc)
    return ({**alarms, name: after}, [report(rule, after, move, by, at)]) if rule and move else (alarms, [])


def cause(
    setup: Setup, alarms: Alarms, rules: Iterable[Rule], at: Instant, by: str, said: Body, again: bool = False
) -> Moved:
    """Raise what no reading raises. `again`: what stands already is told once more, since it is something new."""
    changed, facts = dict(alarms), []
    for rule in rules:
        before = alarms.get(rule.id, NORMAL)
        if again and before.phase == "acknowledged":  # what was seen was the change before
            before, _ = machine.act(before, "right", at.utc)
        changed[rule.id], move = machine.act(before, "wrong", at.utc)
        if again and before.phase == "unacknowledged":
            move = "raised"
        if move:
            changed[rule.id] = after = marked(setup, changed, rule, changed[rule.id], move)
            facts.append(report(rule, after, move, by, at, **said))
    return changed, facts


def age(setup: Setup, alarms: Alarms, now: Instant) -> Moved:
    """Time passed: what has been so for long enough moves though no sample came, and what was shelved comes back."""
    changed = dict(alarms)
    facts = []
    for id, before in alarms.items():
        rule = setup.rules.by_id.get(id)
        if rule is None or (before.leaned is None and before.aside.until is None):
            continue
        after, move = settle(rule, before, now)
        by = "station"
        if not move and after.aside.until is not None:
            after, move = expire(after, now)
        if after is not before:
            changed[id] = after
        if move:
            changed[id] = after = marked(setup, changed, rule, after, move)
            facts.append(report(rule, after, move, by, now))
    return (changed, facts) if changed != alarms else (alarms, [])


def settle(rule: Rule, alarm: Alarm, at: Instant) -> tuple[Alarm, str]:
    return machine.settle(alarm, rule.on_delay, rule.off_delay, rule.latch, at.mono, at.utc)


def expire(alarm: Alarm, now: Instant) -> tuple[Alarm, str]:
    """Back when its time is over. Reckoned once on the monotonic clock, and never longer than it was shelved for: a
    jump of the wall clock neither ends a shelving nor draws it out."""
    aside = alarm.aside
    if aside.until is None:
        return alarm, ""
    if aside.ends is None:
        whole = aside.until - alarm.since
        rest = whole if now.clk == "unsynced" else min(max(aside.until - now.utc, 0.0), whole)
        alarm = replace(alarm, aside=aside._replace(ends=now.mono + rest))
    assert alarm.aside.ends is not None
    return (
        machine.bring_back(alarm, "unshelve", now.utc) if now.mono >= alarm.aside.ends - machine.GRACE else (alarm, "")
    )


def marked(setup: Setup, alarms: Alarms, rule: Rule, alarm: Alarm, move: str) -> Alarm:
    """The first of a group to be raised is first until the whole group is normal again."""
    if not rule.group or move != "raised":
        return alarm
    others = (alarms.get(r.id, NORMAL).phase for r in setup.rules.among[rule.group] if r.id != rule.id)
    return replace(alarm, first=alarm.first or all(phase == "normal" or phase in HIDDEN for phase in others))


def acknowledge(setup: Setup, alarms: Alarms, id: str, by: str, now: Instant, why: str = "") -> Moved:
    """A person has seen it. Nothing happens to an alarm that nobody needs to see."""
    rule = setup.rules.by_id.get(id)
    after, move = machine.act(alarms.get(id, NORMAL), "acknowledge", now.utc)
    if rule is None or not move:
        return alarms, []
    if rule.kind == "told" and not rule.lasting:  # it was a moment: seen, it is over
        after, move = machine.act(after, "right", now.utc)
    return {**alarms, id: after}, [report(rule, after, move, by, now, **({"why": why} if why else {}))]


def move(
    setup: Setup, alarms: Alarms, id: str, what: Act | Return, now: Instant, by: str, aside: Aside = NOBODY
) -> Moved:
    """What a person, or the station by design, does with one alarm; no fact: the table does not know it here."""
    rule = setup.rules.by_id[id]
    after, name = machine.apply(alarms.get(id, NORMAL), what, now.utc, aside)
    return ({**alarms, id: after}, [report(rule, after, name, by, now)]) if name else (alarms, [])


def forget(setup: Setup, alarms: Alarms, now: Instant) -> Moved:
    """What stood by a rule that is no longer there is over, and no broker is to keep showing it."""
    facts = []
    for id in sorted(alarms.keys() - setup.rules.by_id.keys()):
        name, _, device = id.partition(".")
        gone = Rule(id, name, device or "station", "told", "low", "规则已删除 / Its rule was removed", "", "", 0.0)
        facts.append(report(gone, Alarm(since=now.utc), "cleared", "station", now))
    return {id: alarm for id, alarm in alarms.items() if id in setup.rules.by_id}, facts


def due(setup: Setup, alarms: Alarms) -> float | None:
    """The next monotonic second at which some alarm moves by itself."""
    moments = (
        moment
        for id, alarm in alarms.items()
        if (rule := setup.rules.by_id.get(id))
        for moment in (machine.due(alarm, rule.on_delay, rule.off_delay), alarm.aside.ends)
    )
    return min((moment for moment in moments if moment is not None), default=None)


# What each visible phase asks of the outputs: as one that nobody has seen, as one that only lasts, or nothing.
SPEAKS: Mapping[str, Callable[[Rule], tuple[str, ...]]] = {
    "unacknowledged": lambda rule: ANNUNCIATION[rule.severity][0],
    "acknowledged": lambda rule: ANNUNCIATION[rule.severity][1],
    "latched-unacknowledged": lambda rule: ANNUNCIATION[rule.severity][1],
    "latched": lambda rule: ANNUNCIATION[rule.severity][1],
}


def outputs(setup: Setup, alarms: Alarms, hushed: Hushed) -> frozenset[str]:
    """Which outputs are to be on: what the severities of the standing alarms ask for. One that was hushed speaks as if
    it had been seen, until it is raised anew."""
    wanted = {
        output
        for id, alarm in alarms.items()
        if alarm.phase in SPEAKS and (rule := setup.rules.by_id.get(id))
        for output in SPEAKS["acknowledged" if hushed.get(id) == alarm.since else alarm.phase](rule)
    }
    return frozenset(wanted & set(setup.outputs))


def hush(alarms: Alarms) -> Hushed:
    """Somebody pressed the button that silences, and nobody knows who: all are quiet, and all still wait to be seen."""
    return {id: alarm.since for id, alarm in alarms.items() if alarm.phase == "unacknowledged"}


def silent(sample: Sample) -> bool:
    """True when nothing of a device can be read."""
    return is_silent({reading.point: reading for reading in sample.readings})
