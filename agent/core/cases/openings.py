"""What a case opens by itself: frozen evidence, an inspection, an alarm. Which topic opens what is in classify.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from agent.core.alarms import panel
from agent.core.cases import classify, desk, evidence, recurrence, scene
from agent.core.cases.model import Actor, CaseEvent
from agent.core.model import Effect, Fact
from agent.core.shift import duty
from agent.core.state import State
from drivers.model import Instant
from kiosk.model import Complaint

SOUNDS = {  # what raises which alarm
    "danger": "safety-complaint", "disputed": "dispute", "called": "manager-called", "recurs": "case-recurs",
    "threat": "threat",
}  # fmt: skip


def freeze(state: State, form: Complaint, now: Instant) -> dict[str, Any]:
    """The evidence of this moment, as far as the topic asks for it."""
    if "evidence" not in classify.opens(form.topic, ()):
        return scene.people(state, now)
    return scene.freeze(state, evidence.devices_of(state.setup, form.object), now)


Opened = tuple[State, list[Effect], str, str]  # … the number of the case, and why there is none


def take_in(state: State, form: Complaint, now: Instant, clerk: Actor | None = None) -> Opened:
    """A new case and everything it opens; or why it is not taken."""
    registered = register(state, form, now, clerk)
    done = desk.take_in(state.setup, state.desk, form, state.chance, now, registered, clerk)
    if done.why:
        return state, [], "", done.why
    case = done.desk.open[done.case]
    state = replace(state, desk=done.desk, chance=done.chance)
    effects: list[Effect] = [*done.effects]
    wanted = classify.opens(case.topic, case.events[0].body.get("because", ()))
    if "evidence" in wanted:
        waiting = {**state.desk.waiting, case.number: now.utc + evidence.AROUND}
        state = replace(state, desk=replace(state.desk, waiting=waiting))
    if "inspection" in wanted:
        effects += [inspection(case.number, device, now) for device in inspected(state, form.object)]
    if "alarm" in wanted:
        state, facts = sound(state, case.number, "danger", now)
        effects += facts
    if "recurs" in registered:
        state, facts = sound(state, case.number, "recurs", now)
        effects += facts
    return state, effects, case.number, ""


def register(state: State, form: Complaint, now: Instant, clerk: Actor | None) -> dict[str, Any]:
    """What its registration says: evidence of this moment, who was there to receive it, what it repeats."""
    frozen, repeats = freeze(state, form, now), recurrence.earlier(state.setup, state.desk, form, now)
    there = "" if clerk or form.by else duty.receiver(state)
    said = {"evidence": frozen, "recurs": repeats, "received_by": "" if there == form.object else there}
    return {name: value for name, value in said.items() if value}


def inspected(state: State, object: str) -> list[str]:
    """The one device that is named; nothing when none is: then the case itself says where to look."""
    named = evidence.devices_of(state.setup, object)
    return sorted(named) if len(named) == 1 else [""]


def inspection(case: str, device: str, now: Instant) -> Fact:
    id, at = f"inspect-{case}", {"device": device} if device else {}
    text = "到现场查看设备,处理后再联系顾客 / Go and look at the equipment, then call the customer again"
    body = {"task": id, "kind": "inspection", "event": "opened", "by": "station", "case": case, "text": text}
    return Fact("task", id, body | at, "station", now)


def sound(state: State, case: str, event: str, now: Instant) -> tuple[State, list[Fact]]:
    """The alarm that this raises, if it is one of those."""
    alarms, facts = panel.sound(state.setup, state.alarms, SOUNDS.get(event, ""), now, "station", case=case)
    return replace(state, alarms=alarms), facts


def warn_of(state: State, case: str, event: str, said: Mapping[str, Any], now: Instant) -> tuple[State, list[Fact]]:
    """What an event sounds by what it is, and by what it says."""
    state, facts = sound(state, case, event, now)
    state, more = sound(state, case, "threat" if said.get("threat") is True else "", now)
    return state, [*facts, *more]


def gather(state: State, now: Instant) -> tuple[State, list[Effect]]:
    """The second half of the evidence of every case whose half hour is over."""
    effects: list[Effect] = []
    for number, due in state.desk.waiting.items():
        if due > now.utc or now.clk == "unsynced":
            continue
        case, rest = state.desk.find(number), {n: d for n, d in state.desk.waiting.items() if n != number}
        state = replace(state, desk=replace(state.desk, waiting=rest))
        if case is None or case.closed:
            continue
        around = Instant(now.mono - evidence.AROUND, due - evidence.AROUND, now.clk)
        told = scene.freeze(state, evidence.devices_of(state.setup, case.object), around)
        event = CaseEvent("evidence", now, Actor("station"), {"evidence": told})
        after, _, fact = desk.enter(state.setup, state.desk, case, event, now)
        state, effects = replace(state, desk=after), [*effects, fact]
    return state, effects
