"""What the station does with a reading: hold its totals, guard its parameters, send its changes, watch its limits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from agent.core import birth
from agent.core.alarms import panel
from agent.core.cases import evidence
from agent.core.model import Effect
from agent.core.readings import guard, telemetry, totals
from agent.core.readings.totals import UNREAD
from agent.core.state import State, Step, Turns
from drivers.model import Instant, Sample, Settled


def sampled(state: State, sample: Sample, now: Instant) -> Step:
    setup, name = state.setup, sample.device
    watch, sample, breaks = totals.look(setup, state.totals.get(name, UNREAD), sample)
    known = state.parameters.get(name)
    parameters, edits = guard.look(setup, known, name, guard.of_sample(setup, sample), sample.at)
    told, message = telemetry.tell(state.told.get(name), sample, state.habits[name], setup.devices[name].map.key)
    standing, moves = panel.watch(setup, state.alarms, sample)
    if guard.edited(edits):
        standing, struck = panel.strike(setup, standing, name, sample.at)
        moves = [*moves, *struck]
    changes: dict[str, Any] = {}
    if (recent := evidence.remember(setup, state.recent, sample)) is not state.recent:
        changes["recent"] = recent
    effects: list[Effect] = [*breaks, *edits, *moves]
    if message:
        changes["told"] = {**state.told, name: told}
        effects.append(message)
    if watch is not state.totals.get(name):
        changes["totals"] = {**state.totals, name: watch}
    if parameters is not known:
        changes["parameters"] = {**state.parameters, name: parameters}
    if standing is not state.alarms:
        changes["alarms"] = standing
    if panel.silent(sample.readings) != (name in state.silent):
        changes["silent"] = state.silent ^ {name}
    return (replace(state, **changes) if changes else state), effects


def settled(state: State, event: Settled, now: Instant) -> Step:
    """A device told its settings: the units of its points are known now; a change of them is a finding."""
    before = state.settings.get(event.device)
    if before == event.settings:
        return state, []
    state = replace(state, settings={**state.settings, event.device: event.settings})
    effects: list[Effect] = list(birth.certify(state.setup, state.settings, now))
    known = state.parameters.get(event.device)
    parameters, edits = guard.look(state.setup, known, event.device, guard.of_settings(event), event.at)
    if parameters is not None:
        state = replace(state, parameters={**state.parameters, event.device: parameters})
    if guard.edited(edits):
        standing, moves = panel.strike(state.setup, state.alarms, event.device, event.at)
        state, effects = replace(state, alarms=standing), [*effects, *moves]
    return state, [*edits, *effects]


TURNS: Turns = {Sample: sampled, Settled: settled}
