"""The station: one event in, the new state and what is to be done out. Pure; the same events give the same messages.

What a subject does stands in its own folder's turns.py; here is only who is asked, and what follows from the answer.
"""

from __future__ import annotations

from dataclasses import replace

import agent.core.alarms.turns as alarms
import agent.core.balance.turns as balance
import agent.core.cases.turns as cases
import agent.core.duties.turns as duties
import agent.core.emergency.conduct as conduct
import agent.core.emergency.turns as emergency
import agent.core.fills.turns as fills
import agent.core.office.notices as notices
import agent.core.office.proposal as proposal
import agent.core.office.turns as office
import agent.core.permits.turns as permits
import agent.core.readings.turns as readings
import agent.core.reports.turns as reports
import agent.core.shift.turns as shift
import agent.core.surveys.turns as surveys
from agent.core import birth, clockwatch, view
from agent.core.alarms import counting, panel, selfwatch
from agent.core.cases import evidence
from agent.core.messages.stamp import iso
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
    Remarked,
    Show,
    Started,
    Submitted,
    Tick,
    Trace,
)  # fmt: skip
from agent.core.state import Commands, Forms, State, Step, Turns
from drivers.model import Instant, Sample

FORMS: Forms = {
    **cases.FORMS, **shift.FORMS, **alarms.FORMS, **emergency.FORMS, **conduct.FORMS, **permits.FORMS, **duties.FORMS,
    **notices.FORMS, **reports.FORMS, **surveys.FORMS,
}  # fmt: skip
COMMANDS: Commands = {
    **office.COMMANDS, **proposal.COMMANDS, **notices.COMMANDS, **cases.COMMANDS, **alarms.COMMANDS,
    **reports.COMMANDS, **surveys.COMMANDS,
}  # fmt: skip
TICKS = (
    shift.ticked, fills.ticked, alarms.ticked, emergency.ticked, permits.ticked, duties.ticked, cases.ticked,
    reports.ticked, office.ticked, notices.ticked, balance.ticked,
)  # fmt: skip


def step(state: State, event: Event, now: Instant) -> Step:
    """One event. Facts among the effects must be durable before any other effect of the turn is seen."""
    state, effects = TURNS[type(event)](state, event, now)
    state, effects = counting.attend(state, effects, now)
    state = shift.noted(state, effects)
    state, effects = balance.attend(state, effects, now)
    return annunciate(state, effects, now, quiet=isinstance(event, Sample))


def due(state: State) -> float | None:
    """The next monotonic second at which a Tick would change something."""
    subjects = (cases, reports, notices, counting, shift)
    moments = (panel.due(state.setup, state.alarms), *(subject.due(state) for subject in subjects))
    return min((moment for moment in moments if moment is not None), default=None)


def crowded(state: State, now: Instant) -> bool:
    """True while another Tick at this very moment would find more to do."""
    return cases.crowded(state, now)


def started(state: State, event: Started, now: Instant) -> Step:
    body: Body = {"what": "started", "software": state.setup.version, "digests": state.setup.digests}
    if event.before is not None:
        body["before"] = iso(event.before)
    standing, gone = panel.forget(state.setup, state.alarms, now)
    state = replace(state, boot=event.boot, wall=clockwatch.Wall(now, event.boots), alarms=standing)
    return state, [Fact("audit", "_", body, "station", now), *gone, *birth.certify(state.setup, state.settings, now)]


def submitted(state: State, event: Submitted, now: Instant) -> Step:
    state, facts, outcome = FORMS[type(event.form)](state, event.form, now)
    return state, [*facts, Answer(event.ticket, outcome)]


def commanded(state: State, event: Commanded, now: Instant) -> Step:
    return office.obey(state, event, COMMANDS, now)


def ticked(state: State, event: Tick, now: Instant) -> Step:
    """Time passed: what the wall clock did meanwhile is told first, then every subject looks at what is due."""
    wall, told = clockwatch.observe(state.wall, state.boot, now)
    state, moved = selfwatch.stepped(replace(state, wall=wall), told, state.wall.seen, now)
    effects: list[Effect] = [*told, *moved]
    for turn in TICKS:
        state, caused = turn(state, event, now)
        effects += caused
    return state, effects


def sampled(state: State, sample: Sample, now: Instant) -> Step:
    """A poll: what its readings say, then what they mean for a fill."""
    after, effects = readings.sampled(state, sample, now)
    after, told = fills.sampled(after, state, effects, sample)
    poured = [effect for effect in told if isinstance(effect, Fact) and effect.kind == "fill"]
    if poured:
        after = replace(after, poured=evidence.pour(after.poured, poured, now))
    after, found = shift.sampled(after, sample)
    return after, [*effects, *told, *found]


def linked(state: State, event: Linked, now: Instant) -> Step:
    return replace(state, line=state.line._replace(up=event.up)), []


def lost(state: State, event: Lost, now: Instant) -> Step:
    count = sum(last - first + 1 for first, last in event.ranges)
    body = {"lane": event.lane, "epoch": event.epoch, "ranges": [list(r) for r in event.ranges], "count": count}
    return state, [Fact("gap", "_", body | {"reason": event.reason}, "station", now)]


def remarked(state: State, event: Remarked, now: Instant) -> Step:
    """Into the audit trail; and what befell the storage sounds."""
    state, facts = office.remarked(state, event, now)
    state, alarmed = selfwatch.remarked(state, event, now)
    return state, [*facts, *alarmed]


def measured(state: State, event: Measured, now: Instant) -> Step:
    if event.part == "delivery":
        gone = None if event.figures.get("online") else now.mono if state.line.gone is None else state.line.gone
        waiting = int(event.figures.get("waiting", 0))
        unsent = frozenset(event.figures["unsent"]) if "unsent" in event.figures else None
        state = replace(state, line=state.line._replace(waiting=waiting, gone=gone, unsent=unsent))
    if event.part in view.SHOWN:
        state = replace(state, vitals={**state.vitals, event.part: event.figures})
    state, facts = selfwatch.measured(state, event, now)
    return state, [*facts, Trace("diag", event.part, event.figures, "station", now, qos=0)]


TURNS: Turns = {
    **readings.TURNS, **alarms.TURNS, **office.TURNS, **proposal.TURNS, **reports.TURNS,
    Sample: sampled, Started: started, Submitted: submitted, Commanded: commanded, Linked: linked, Lost: lost,
    Measured: measured, Tick: ticked, Remarked: remarked,
}  # fmt: skip


# ── what follows from the new state, whatever the event was ─────────────────


def annunciate(state: State, effects: list[Effect], now: Instant, *, quiet: bool) -> Step:
    """Outputs that changed, and the kiosk's screen when it did. `quiet`: a sample, which seldom changes either."""
    if quiet and state.screen and not any(isinstance(e, Fact) for e in effects) and unchanged(state):
        return state, effects
    wanted = panel.outputs(state.setup, state.alarms, state.hushed)
    drives = [Drive(name, name in wanted) for name in sorted(wanted ^ state.sounding)]
    screen = view.show(state, now)
    shows = [Show(screen)] if screen != state.screen else []
    return replace(state, sounding=wanted, screen=screen), [*effects, *drives, *shows]


def unchanged(state: State) -> bool:
    """True when the screen still shows which devices are silent."""
    shown = {n.name for n in state.screen.nozzles if n.state == "silent"} if state.screen else set()
    return shown == {n.name for n in state.setup.nozzles if n.device in state.silent}
