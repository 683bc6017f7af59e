"""Every alarm that is raised is counted as it leaves the core; each hour, and when a month is over, it is reported."""

from __future__ import annotations

from dataclasses import replace

from agent.core.alarms import performance
from agent.core.emergency import incident
from agent.core.emergency.incident import Incident
from agent.core.messages.stamp import local
from agent.core.model import Effect, Fact
from agent.core.state import State, Step
from drivers.model import Instant

RAISED = "raised"
AT_SCENE = 1800.0  # seconds: somebody is at the scene by then


def attend(state: State, effects: list[Effect], now: Instant) -> Step:
    """Count what was raised in this turn. Every message of an alarm tells how often it was this month: so that its last
    one is enough to go on from."""
    if not any(isinstance(effect, Fact) and effect.kind == "alarm" for effect in effects):
        return state, effects
    tally, told = state.tally, list[Effect]()
    for effect in effects:
        if isinstance(effect, Fact) and effect.kind == "alarm":
            if effect.body["event"] == RAISED:
                tally = performance.count(tally, effect.id, month_of(state, effect.at), effect.at.utc)
            if times := tally.counts.get(effect.id):
                effect = replace(effect, body=effect.body | {"counted": {"month": tally.month, "count": times}})
        told.append(effect)
    return replace(state, tally=tally), told


def ticked(state: State, now: Instant) -> Step:
    """A flood may be over; a full hour with something new is reported, and a month that is over for the last time."""
    if now.clk == "unsynced" or not state.tally.month:
        return state, []
    tally = performance.ebb(state.tally, now.utc)
    month = month_of(state, now)
    hour = int(now.utc // performance.HOUR)
    effects: list[Effect] = []
    over = month > tally.month
    if over or (hour != state.reported and tally.raised != tally.told):
        body = performance.report(tally, state.alarms, now.utc, final=over)
        body["incidents"] = incident.figures(of_month(state, tally.month), AT_SCENE)
        effects = [Fact("report", f"alarms-{tally.month}", body, "station", now, type="gse.alarmreport.v1")]
        tally = performance.Tally(month, now.utc, told=0) if over else replace(tally, told=tally.raised)
    if hour == state.reported and tally is state.tally and not effects:
        return state, []
    return replace(state, tally=tally, reported=hour), effects


def due(state: State) -> float | None:
    """The next monotonic second at which there is something new to report, as the clock stands."""
    offset = state.desk.offset
    if offset is None or not state.tally.month or state.tally.raised == state.tally.told:
        return None
    return (state.reported + 1) * performance.HOUR - offset


def of_month(state: State, month: str) -> list[Incident]:
    """The emergencies that were declared in this month."""
    zone = state.setup.zone
    return [one for one in state.incidents.values() if f"{local(one.declared, zone):%Y-%m}" == month]


def month_of(state: State, at: Instant) -> str:
    """The month of a moment in the station's own time; while the clock is not known, the one that is being counted."""
    if at.clk == "unsynced" and state.tally.month:
        return state.tally.month
    return f"{local(at.utc, state.setup.zone):%Y-%m}"
