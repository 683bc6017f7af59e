"""What the station does with a reading: hold its totals, guard its parameters, send its changes, watch its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from agent.core import birth
from agent.core.alarms import panel
from agent.core.alarms.judge import Readings
from agent.core.cases import evidence
from agent.core.emergency import blocked as leak
from agent.core.model import Effect, Fact
from agent.core.readings import guard, quarantine, telemetry, totals
from agent.core.readings.quarantine import NOTHING
from agent.core.readings.totals import UNREAD
from agent.core.state import State, Step, Turns
from drivers.model import Echoed, Instant, Quarantined, Sample, Settled


def sampled(state: State, sample: Sample, now: Instant) -> Step:
    setup, name = state.setup, sample.device
    watch, sample, breaks = totals.judge(setup, state.totals.get(name, UNREAD), sample)
    known = state.parameters.get(name)
    refused = state.refused.get(name, NOTHING)
    parameters, edits = guard.compare(setup, known, refused, name, guard.of_sample(setup, sample), sample.at)
    told, message = telemetry.report(state.told.get(name), sample, state.habits[name], setup.devices[name].map.key)
    standing, moves = panel.watch(setup, state.alarms, sample, neighbours(state, sample.device))
    if found := guard.findings([*breaks, *edits]):
        standing, struck = panel.strike(setup, standing, name, found, sample.at)
        moves = [*moves, *struck]
    standing, gassing = leak.watch(state, standing, sample)
    moves = [*moves, *gassing]
    changes: dict[str, Any] = {}
    if (recent := evidence.remember(setup, state.recent, sample)) is not state.recent:
        changes["recent"] = recent
    effects: list[Effect] = [*breaks, *edits, *moves]
    if message and name in state.maintained:  # people work on it: whoever reads this shall know
        message = replace(message, body=message.body | {"maintenance": True})
    if message:
        changes["told"] = {**state.told, name: told}
        effects.append(message)
    if watch is not state.totals.get(name):
        changes["totals"] = {**state.totals, name: watch}
    if parameters is not known:
        changes["parameters"] = {**state.parameters, name: parameters}
    if standing is not state.alarms:
        changes["alarms"] = standing
    if panel.silent(sample) != (name in state.silent):
        changes["silent"] = state.silent ^ {name}
    return (replace(state, **changes) if changes else state), effects


def neighbours(state: State, device: str) -> Mapping[str, Readings]:
    """What the devices that this one is compared with said last."""
    return {
        name: {reading.point: reading for reading in state.told[name].readings}
        for name in state.setup.rules.compared.get(device, ())
        if name in state.told
    }


def settled(state: State, event: Settled, now: Instant) -> Step:
    """A device told its settings: the units of its points are known now; a change of them is a finding."""
    before = state.settings.get(event.device)
    if before == event.settings:
        return state, []
    state = replace(state, settings={**state.settings, event.device: event.settings})
    effects: list[Effect] = list(birth.certify(state.setup, state.settings, now))
    known = state.parameters.get(event.device)
    refused = state.refused.get(event.device, NOTHING)
    parameters, edits = guard.compare(state.setup, known, refused, event.device, guard.of_settings(event), event.at)
    if parameters is not None:
        state = replace(state, parameters={**state.parameters, event.device: parameters})
    if found := guard.findings(edits):
        standing, moves = panel.strike(state.setup, state.alarms, event.device, found, event.at)
        state, effects = replace(state, alarms=standing), [*effects, *moves]
    return state, [*edits, *effects]


def quarantined(state: State, event: Quarantined, now: Instant) -> Step:
    """A device refuses more or less than before: the change is told, and remembered beyond this start."""
    name = event.device
    facts = quarantine.compare(state.setup, state.refused.get(name, NOTHING), event.points, name, event.at)
    if not facts:
        return state, []
    page = guard.page(name, state.parameters.get(name, {}), event.points, event.at)
    return replace(state, refused={**state.refused, name: event.points}), [page, *facts]


def echoed(state: State, event: Echoed, now: Instant) -> Step:
    device = state.setup.devices[event.device]
    text = f"总线 {device.bus} 会收到自己发出的字节(回波):已剔除,不影响读数"
    return state, [Fact("audit", "_", {"what": "line-echoes", "bus": device.bus, "text": text}, "station", event.at)]


TURNS: Turns = {Settled: settled, Quarantined: quarantined, Echoed: echoed}
