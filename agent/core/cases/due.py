"""What is due of all cases when time has passed: warnings and breaches, and the second half of their evidence."""

from __future__ import annotations

from dataclasses import replace

from agent.core.alarms import panel
from agent.core.cases import desk, openings, watch
from agent.core.cases.clocks import GRACE
from agent.core.model import Effect, Tick
from agent.core.state import State, Step
from drivers.model import Instant

MOST = 50  # cases looked at in one tick: after a start all of them are due, and a tick is short
JUMP = 5.0  # seconds by which the wall clock and the boot's clock may part without anybody wondering


def ticked(state: State, event: Tick, now: Instant) -> Step:
    """Nothing is due because of a clock that jumped: while it is not known to be right again, nothing is looked at."""
    offset = now.utc - now.mono
    known = state.desk.offset
    if known is None or abs(offset - known) > JUMP:
        if known is not None and now.clk == "holdover":
            return state, []
        state = replace(state, desk=replace(state.desk, offset=offset))
    if now.clk == "unsynced":
        return state, []
    state, effects = warn(state, now)
    state, gathered = openings.gather(state, now)
    return state, [*effects, *gathered]


def warn(state: State, now: Instant) -> tuple[State, list[Effect]]:
    """What the clocks of the cases have to say, each thing once."""
    effects: list[Effect] = []
    late = sorted((moment, number) for number, moment in state.desk.alerts.items() if moment <= now.utc + GRACE)
    for _, number in late[:MOST]:
        case = state.desk.open[number]
        clocked = watch.clocked(state.setup, state.desk.years, case, now)
        at = state.desk.look_at(case, watch.look_again(clocked, case.events, now))
        alarms = state.alarms
        for event in watch.said_by_itself(state.setup, case, clocked, now):
            at, case, fact = desk.enter(state.setup, at, case, event, now)
            effects.append(fact)
            if event.kind == "breached" and event.body["side"] == "station":
                alarms, sounded = panel.sound(state.setup, alarms, "case-overdue", now, "station", case=number)
                effects += sounded
        state = replace(state, desk=at, alarms=alarms)
    return state, effects


def due(state: State) -> float | None:
    """The next monotonic second at which something of a case is due, as the clock stands."""
    moments = (*state.desk.alerts.values(), *state.desk.waiting.values())
    return min(moments) - state.desk.offset if moments and state.desk.offset is not None else None
