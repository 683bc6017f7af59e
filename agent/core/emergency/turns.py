"""What the station does in an emergency: sound, tell at once, keep the record, block what leaks, let it be closed."""

from __future__ import annotations

from dataclasses import replace

from agent.core.alarms import panel
from agent.core.alarms.counting import AT_SCENE
from agent.core.cases import scene
from agent.core.emergency import incident as record
from agent.core.emergency.incident import Deed, Incident
from agent.core.messages.stamp import local
from agent.core.model import Effect, Fact, Hurry, Tick
from agent.core.state import Forms, State, Step, Taken
from drivers.model import Instant
from kiosk.model import Person, Receipt, Refusal
from kiosk.safety import Emergency, IncidentAct

TEXTS = {
    "declared": "{what}:{where}已启动应急预案",
    "step": "{what}:已完成“{word}”",
    "note": "{what}:{word}",
    "at_scene": "{what}:抢险人员到场",
    "cleared": "{what}:{by} 确认漏点已消除",
    "handled": "{what}:处置完毕",
    "closed": "{what}:已结束",
}


def declared(state: State, form: Emergency, now: Instant) -> Taken:
    """The big button, or the one of a leak. A device that leaks already is not told twice."""
    plan, setup = state.setup.plan, state.setup
    if form.what not in plan.kinds:
        return state, [], Refusal("invalid", f"what: {form.what!r}; one of {', '.join(plan.kinds)}")
    device = next((n.device for n in setup.nozzles if n.name == form.device), form.device)
    if device and device not in setup.devices:
        return state, [], Refusal("invalid", f"device: {form.device!r} is unknown")
    if form.what == record.BLOCKING and device in blocked(state):
        return state, [], Refusal("invalid", f"device: {device} is blocked already, by {blocked(state)[device]}")
    number = next_number(state, now)
    by = known_as(person(state, form.by))
    new = Incident(number, form.what, form.drill, device, (Deed("declared", by, now.utc, form.text),))
    new = replace(new, evidence=scene.freeze(state, [device] if device else list(setup.devices), now))
    alarm = "drill" if form.drill else "emergency"
    said = {"incident": number, "text": heading(state, new)} | ({"drill": True} if form.drill else {})
    alarms, facts = panel.sound(setup, state.alarms, alarm, now, by, again=True, **said)
    state = replace(state, alarms=alarms, incidents={**state.incidents, number: new})
    hurried: list[Effect] = [Hurry("alarm", alarm)] if facts else []
    return state, [*facts, fact_of(state, new, "declared", now), *hurried, Hurry("report", number)], Receipt(number, {})


def acted(state: State, form: IncidentAct, now: Instant) -> Taken:
    one = state.incidents.get(form.incident)
    if one is None:
        return state, [], Refusal("invalid", f"incident: {form.incident!r} is unknown")
    who = person(state, form.by)
    if why := record.objection(one, form.event, who):
        return state, [], Refusal("invalid", f"incident: {one.number} {why}")
    one = record.enter(one, Deed(form.event, known_as(who), now.utc, form.word))
    if form.event == "closed":
        one = replace(one, after=scene.freeze(state, list(state.setup.devices), now))
    state = replace(state, incidents={**state.incidents, one.number: one})
    facts = [fact_of(state, one, form.event, now)]
    if not any(other.state == "declared" and other.drill == one.drill for other in state.incidents.values()):
        name = "drill" if one.drill else "emergency"
        alarms, over = panel.relieve(state.setup, state.alarms, name, now, known_as(who))
        state, facts = replace(state, alarms=alarms), [*facts, *over]
    return state, facts, Receipt(one.number, {})


def ticked(state: State, event: Tick, now: Instant) -> Step:
    """Nobody at the scene for half an hour: that sounds once."""
    late = [
        one.number
        for one in state.incidents.values()
        if one.state == "declared" and not one.drill and one.at_scene is None and one.number not in state.overdue
        if now.utc - one.declared >= AT_SCENE
    ]
    if not late or now.clk == "unsynced":
        return state, []
    alarms, facts = panel.sound(state.setup, state.alarms, "nobody-at-scene", now, "station", incident=late[0])
    return replace(state, alarms=alarms, overdue=state.overdue | set(late)), list(facts)


def fact_of(state: State, one: Incident, event: record.Event, now: Instant) -> Fact:
    deed = next(deed for deed in reversed(one.deeds) if deed.event == event)
    steps = state.setup.plan.steps
    word = steps[deed.word][0] if deed.word in steps else deed.word
    label = state.setup.devices[one.device].label + "," if one.device else ""
    text = TEXTS[event].format(what=heading(state, one), where=label, word=word, by=deed.by)
    return Fact("report", one.number, record.describe(one, event, text), "station", now, type="gse.incident.v1")


def heading(state: State, one: Incident) -> str:
    """What it is, for the screen: a drill says so before anything else."""
    chinese, english = state.setup.plan.kinds[one.kind].name
    return f"【演练】{chinese} / DRILL: {english}" if one.drill else f"{chinese} / {english}"


def next_number(state: State, now: Instant) -> str:
    """E2611-01: the month in the station's own time, and the how manieth of it."""
    prefix = f"E{local(now.utc, state.setup.zone):%y%m}-"
    return f"{prefix}{sum(number.startswith(prefix) for number in state.incidents) + 1:02d}"


def blocked(state: State) -> dict[str, str]:
    """Each dispenser that a leak blocks, and the incident it is."""
    return {one.blocks: one.number for one in state.incidents.values() if one.blocks}


def person(state: State, id: str) -> Person | None:
    return next((p for p in state.setup.people if p.id == id), None)


def known_as(who: Person | None) -> str:
    """role:id; at the kiosk nobody is asked who it is who presses the big button."""
    return f"{who.role}:{who.id}" if who else "kiosk"


FORMS: Forms = {Emergency: declared, IncidentAct: acted}
