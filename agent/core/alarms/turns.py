"""What the station does about its alarms: a contact that changed, time that passed, a person who has seen one."""

from __future__ import annotations

from dataclasses import replace

from agent.core.alarms import panel
from agent.core.model import Fact, Pressed, Tick
from agent.core.state import Forms, State, Step, Taken, Turns
from drivers.model import Instant
from kiosk.model import Acknowledge, Receipt, Refusal


def pressed(state: State, event: Pressed, now: Instant) -> Step:
    return state, [Fact("audit", "_", {"what": "input", "input": event.input, "state": event.state}, event.input, now)]


def ticked(state: State, event: Tick, now: Instant) -> Step:
    standing, facts = panel.age(state.setup, state.alarms, now)
    return replace(state, alarms=standing), list(facts)


def acknowledged(state: State, form: Acknowledge, now: Instant) -> Taken:
    standing, facts = panel.acknowledge(state.setup, state.alarms, form.alarm, form.by, now)
    if not facts:
        return state, [], Refusal("invalid", f"alarm: {form.alarm!r} has nothing to acknowledge")
    return replace(state, alarms=standing), facts, Receipt(form.alarm, {})


TURNS: Turns = {Pressed: pressed}
FORMS: Forms = {Acknowledge: acknowledged}
