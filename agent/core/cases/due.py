"""What is due of all cases when time has passed: warnings and breaches, and the second half of their evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from agent.core.alarms import panel
from agent.core.cases import desk, openings, tasks, watch
from agent.core.cases.clocks import GRACE
from agent.core.cases.model import Case, CaseEvent
from agent.core.messages.stamp import iso
from agent.core.model import Effect, Tick
from agent.core.state import State, Step
from drivers.model import Instant

MOST = 10  # cases looked at in one tick: after a start all of them are due, and a tick is short
UNSET = "登记时时钟未校准 / the clock was not set when it was entered"
REPORTED = 1800.0  # seconds within which the company knows of every case
JUMP = 5.0  # seconds by which the wall clock and the boot's clock may part without anybody wondering


def ticked(state: State, event: Tick, now: Instant) -> Step:
    """Nothing is due because of a clock that jumped: while it is not known to be right again, nothing is looked at."""
    offset = now.utc - now.mono
    known = state.desk.offset
    if known is None or abs(offset - known) > JUMP:
        if known is not None and now.clk == "holdover":
            return state, []
        state = replace(state, desk=replace(state.desk, offset=offset))
    if not believed(state, now):
        return state, []
    effects: list[Effect] = []
    for turn in (place, warn, tasks.close_with_cases, openings.gather, phone_in):
        state, caused = turn(state, now)
        effects += caused
    return state, effects


def believed(state: State, now: Instant) -> bool:
    """True while something may be due by this clock: it is known, and has not jumped since the last look."""
    offset = state.desk.offset
    return now.clk != "unsynced" and offset is not None and abs(now.utc - now.mono - offset) <= JUMP


def place(state: State, now: Instant) -> tuple[State, list[Effect]]:
    """The clock is known now: what was entered before it was, is placed where it belongs, by a correction."""
    effects: list[Effect] = []
    for number in sorted(state.desk.doubtful):
        case = state.desk.open.get(number)
        for version, event in enumerate(case.events if case else (), 1):
            if case and event.at.clk == "unsynced" and event.at.mono >= 0:
                time = iso(now.utc - now.mono + event.at.mono)
                said = CaseEvent("corrected", now, watch.STATION, {"of": version, "time": time, "reason": UNSET})
                at, case, fact = desk.enter(state.setup, state.desk, case, said, now)
                state, effects = replace(state, desk=at), [*effects, fact]
    return replace(state, desk=replace(state.desk, doubtful=frozenset())) if state.desk.doubtful else state, effects


def warn(state: State, now: Instant) -> tuple[State, list[Effect]]:
    """What the clocks of the cases have to say, each thing once."""
    effects: list[Effect] = []
    late = sorted((moment, number) for number, moment in state.desk.alerts.items() if moment <= now.utc + GRACE)
    for _, number in late[:MOST]:
        case = state.desk.open[number]
        clocked = watch.clocked(state.setup, state.desk.years, case, now)
        at, alarms = state.desk, state.alarms
        for event in watch.said_by_itself(state.setup, case, clocked, now):
            at, case, fact = desk.enter(state.setup, at, case, event, now)
            effects.append(fact)
            if event.kind == "breached" and event.body["side"] == "station":
                alarms, sounded = panel.sound(state.setup, alarms, "case-overdue", now, "station", case=number)
                effects += sounded
        state, told = tasks.open_or_close(replace(state, desk=at, alarms=alarms), case, now)
        after = state.desk.look_again(state.setup, case, watch.clocked(state.setup, at.years, case, now), now)
        state, effects = replace(state, desk=after), [*effects, *told]
    return state, effects


def phone_in(state: State, now: Instant) -> tuple[State, list[Effect]]:
    """A case that could not be sent for half an hour: the company is told by telephone. Once for each."""
    desk = state.desk
    stuck = [number for number in sorted(unsent(state)) if number not in desk.unreported and waited(state, number, now)]
    alarms, effects = state.alarms, list[Effect]()
    for number in stuck:
        alarms, facts = panel.sound(state.setup, alarms, "case-unreported", now, "station", case=number)
        effects += facts
    desk = replace(desk, unreported=desk.unreported | set(stuck)) if stuck else desk
    return replace(state, alarms=alarms, desk=desk), effects


def unsent(state: State) -> Iterable[str]:
    """The cases whose first word has not reached the broker: as it says of each, else those taken since it is gone."""
    line, open = state.line, state.desk.open
    if line.unsent is not None:
        return line.unsent
    if line.gone is None:
        return ()
    return [number for number, case in open.items() if line.gone <= registered(case).at.mono]


def waited(state: State, number: str, now: Instant) -> bool:
    """True for a case that was taken more than half an hour ago, by this run's clock or else by the wall's."""
    case = state.desk.open.get(number)
    if case is None:
        return False
    at = registered(case).at
    return (now.mono - at.mono if at.mono >= 0 else now.utc - at.utc) >= REPORTED


def registered(case: Case) -> CaseEvent:
    """When the station knew of it: an attendant may enter what was told long before."""
    return case.first("registered") or case.events[0]


def go_up(state: State, number: str, now: Instant) -> tuple[State, list[Effect]]:
    """A case that comes back after as many answers as its profile allows goes up instead of round again."""
    case = state.desk.open.get(number)
    if case is None or not watch.exhausted(state.setup, case):
        return state, []
    body = {"to": watch.rung_of(state.setup, case, "headoffice", 0)}
    at, _, fact = desk.enter(state.setup, state.desk, case, CaseEvent("escalated", now, watch.STATION, body), now)
    return replace(state, desk=at), [fact]


def crowded(state: State, now: Instant) -> bool:
    """True while more is due than one tick looks at."""
    return any(moment <= now.utc + GRACE for moment in state.desk.alerts.values())


def due(state: State) -> float | None:
    """The next monotonic second at which something of a case is due, as the clock stands; -inf before a first tick."""
    moments = (*state.desk.alerts.values(), *state.desk.waiting.values())
    if not moments:
        return None
    return float("-inf") if state.desk.offset is None else min(moments) - state.desk.offset
