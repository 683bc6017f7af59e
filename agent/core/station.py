"""The station: one event in, the new state and what is to be done out. Pure; the same events give the same messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from agent.core import birth, view
from agent.core.alarms import panel
from agent.core.alarms.machine import Alarm
from agent.core.cases import feedback, opening
from agent.core.draw import Draw, draw, spell
from agent.core.model import (
    Answer,
    Body,
    Commanded,
    Drive,
    Effect,
    Event,
    Fact,
    Linked,
    Lost,
    Measured,
    Pressed,
    Remarked,
    Resend,
    Show,
    Started,
    Submitted,
    Tick,
    Trace,
)  # fmt: skip
from agent.core.office import commands
from agent.core.readings import guard, telemetry, totals
from agent.core.readings.guard import Parameters
from agent.core.readings.telemetry import Habit, Told
from agent.core.readings.totals import Watch
from agent.core.setup import Setup
from agent.core.shift import handover
from drivers.model import Instant, Sample, Settled
from kiosk.model import Acknowledge, Complaint, Feedback, Handover, Receipt, Refusal, Screen

EMPTY: Mapping[str, Mapping[str, Body]] = {}
UNREAD = Watch()
RECALLED = ("alarm", "case", "meter", "reply", "total")  # kinds whose last facts the state is read back from


@dataclass(frozen=True, slots=True)
class State:
    """Everything the station remembers between two events."""

    setup: Setup
    chance: Draw
    habits: Mapping[str, Habit]
    told: Mapping[str, Told] = field(default_factory=dict)
    totals: Mapping[str, Watch] = field(default_factory=dict)
    parameters: Mapping[str, Parameters] = field(default_factory=dict)
    settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    alarms: Mapping[str, Alarm] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    sounding: frozenset[str] = frozenset()
    serials: opening.Serials = field(default_factory=dict)
    confirmed: Mapping[str, str] = field(default_factory=dict)
    seen: frozenset[str] = frozenset()  # ids of commands already answered
    link: tuple[bool, int] = (False, 0)
    screen: Screen | None = None


Step = tuple[State, list[Effect]]


def begin(setup: Setup, seed: bytes, remembered: Mapping[str, Mapping[str, Body]] = EMPTY) -> State:
    """The state before the first event. `remembered`: for each of the RECALLED kinds, the journal's last body of each
    id; `seed`: 32 unguessable bytes (fixed ones in a rehearsal)."""
    kept = {kind: remembered.get(kind, {}) for kind in RECALLED}
    return State(
        setup,
        Draw(seed),
        {name: telemetry.habit(device) for name, device in setup.devices.items()},
        alarms=panel.recall(kept["alarm"].values()),
        serials=opening.recall(kept["case"]),
        totals=totals.recall(kept["total"].values()),
        parameters=guard.recall(kept["meter"].values()),
        seen=frozenset(kept["reply"]),
    )


def step(state: State, event: Event, now: Instant) -> Step:
    """One event. Facts among the effects must be durable before any other effect of the turn is seen."""
    state, effects = HANDLERS[type(event)](state, event, now)
    return annunciate(state, effects, now, quiet=isinstance(event, Sample))


def due(state: State) -> float | None:
    """The next monotonic second at which a Tick would change something."""
    return panel.due(state.setup, state.alarms)


# ── one function an event ───────────────────────────────────────────────────


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


def started(state: State, event: Started, now: Instant) -> Step:
    body = {"what": "started", "software": state.setup.version, "digests": state.setup.digests}
    return state, [Fact("audit", "_", body, "station", now), *birth.certify(state.setup, state.settings, now)]


def submitted(state: State, event: Submitted, now: Instant) -> Step:
    state, facts, outcome = FORMS[type(event.form)](state, event.form, now)
    return state, [*facts, Answer(event.ticket, outcome)]


def pressed(state: State, event: Pressed, now: Instant) -> Step:
    return state, [Fact("audit", "_", {"what": "input", "input": event.input, "state": event.state}, event.input, now)]


def commanded(state: State, event: Commanded, now: Instant) -> Step:
    handlers: dict[str, commands.Handler] = {
        "ping": lambda args: [],
        "rebirth": lambda args: list(birth.certify(state.setup, state.settings, now)),
        "replay": lambda args: [Resend(args["from"], args["to"])],
    }
    effects = commands.answer(event, state.seen, handlers, now)
    answered = {e.id for e in effects if isinstance(e, Fact) and e.kind == "reply"}
    return replace(state, seen=state.seen | answered), effects


def linked(state: State, event: Linked, now: Instant) -> Step:
    return replace(state, link=(event.up, state.link[1])), []


def lost(state: State, event: Lost, now: Instant) -> Step:
    count = sum(last - first + 1 for first, last in event.ranges)
    body = {"lane": event.lane, "epoch": event.epoch, "ranges": [list(r) for r in event.ranges], "count": count}
    return state, [Fact("gap", "_", body | {"reason": event.reason}, "station", now)]


def remarked(state: State, event: Remarked, now: Instant) -> Step:
    return state, [Fact("audit", "_", {"what": event.what} | event.detail, "station", now)]


def measured(state: State, event: Measured, now: Instant) -> Step:
    if event.part == "delivery":
        state = replace(state, link=(state.link[0], int(event.figures.get("waiting", 0))))
    return state, [Trace("diag", event.part, event.figures, "station", now, qos=0)]


def ticked(state: State, event: Tick, now: Instant) -> Step:
    standing, facts = panel.age(state.setup, state.alarms, now)
    return replace(state, alarms=standing), list(facts)


HANDLERS: dict[type, Callable[[State, Any, Instant], Step]] = {
    Sample: sampled, Settled: settled, Started: started, Submitted: submitted, Pressed: pressed, Commanded: commanded,
    Linked: linked, Lost: lost, Remarked: remarked, Measured: measured, Tick: ticked,
}  # fmt: skip


# ── one function a form ─────────────────────────────────────────────────────

Taken = tuple[State, list[Fact], Receipt | Refusal]


def rated(state: State, form: Feedback, now: Instant) -> Taken:
    chance, block = draw(state.chance, "receipt")
    receipt = spell(block, 8)
    return replace(state, chance=chance), [feedback.take(form, receipt, now)], Receipt(receipt, {})


def complained(state: State, form: Complaint, now: Instant) -> Taken:
    if form.phone and state.setup.head_office is None:
        return state, [], Refusal("invalid", "phone: this station has no key to seal it; leave it out")
    serials, case = opening.number(state.setup, state.serials, now)
    chance, salt = draw(state.chance, "salt")
    chance, ephemeral = draw(chance, "ephemeral")
    facts = opening.take(state.setup, form, case, salt + ephemeral, now)
    return replace(state, serials=serials, chance=chance), facts, Receipt(case, {})


def confirmed(state: State, form: Handover, now: Instant) -> Taken:
    nozzle = next((n for n in state.setup.nozzles if n.name == form.nozzle), None)
    if form.step not in handover.STEPS:
        return (
            state,
            [],
            Refusal("invalid", f"step: {form.step!r} is not there yet; one of {', '.join(handover.STEPS)}"),
        )
    if nozzle is None:
        known = ", ".join(n.name for n in state.setup.nozzles) or "none"
        return state, [], Refusal("invalid", f"nozzle: {form.nozzle!r} is unknown; known: {known}")
    fact = handover.confirm(state.setup, nozzle, state.totals.get(nozzle.device, UNREAD).known, form, now)
    agree = fact.body["agree"]
    answer = "unread" if agree is None else "yes" if agree else "no"
    shown = {
        "typed": form.typed,
        "agree": answer,
        "read": handover.display(fact.body.get("total", "")),
        "unit": str(fact.body.get("unit", "")),
    }
    state = replace(state, confirmed={**state.confirmed, nozzle.name: "agree" if agree else "differ"})
    return state, [fact], Receipt(fact.id, shown)


def acknowledged(state: State, form: Acknowledge, now: Instant) -> Taken:
    standing, facts = panel.acknowledge(state.setup, state.alarms, form.alarm, form.by, now)
    if not facts:
        return state, [], Refusal("invalid", f"alarm: {form.alarm!r} has nothing to acknowledge")
    return replace(state, alarms=standing), facts, Receipt(form.alarm, {})


FORMS: dict[type, Callable[[State, Any, Instant], Taken]] = {
    Feedback: rated, Complaint: complained, Handover: confirmed, Acknowledge: acknowledged,
}  # fmt: skip


# ── what follows from the new state, whatever the event was ─────────────────


def annunciate(state: State, effects: list[Effect], now: Instant, *, quiet: bool) -> Step:
    """Outputs that changed, and the kiosk's screen when it did. `quiet`: a sample, which seldom changes either."""
    if quiet and state.screen and not any(isinstance(e, Fact) for e in effects) and unchanged(state):
        return state, effects
    wanted = panel.outputs(state.setup, state.alarms)
    drives = [Drive(name, name in wanted) for name in sorted(wanted ^ state.sounding)]
    screen = view.show(state.setup, state.alarms, state.silent, state.confirmed, state.link, now.clk)
    shows = [Show(screen)] if screen != state.screen else []
    return replace(state, sounding=wanted, screen=screen), [*effects, *drives, *shows]


def unchanged(state: State) -> bool:
    """True when the screen still shows which devices are silent."""
    shown = {n.name for n in state.screen.nozzles if n.state == "silent"} if state.screen else set()
    return shown == {n.name for n in state.setup.nozzles if n.device in state.silent}
