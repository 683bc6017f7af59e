"""What the station does about its duties: watch from the first day, take a signature, tell what was missed, once."""

from __future__ import annotations

from dataclasses import replace

from agent.core.alarms import panel
from agent.core.cases.calendar import Calendar
from agent.core.duties import duty as record
from agent.core.duties import schedule
from agent.core.duties.duty import Duty, Progress
from agent.core.model import Effect, Fact, Tick
from agent.core.state import Forms, State, Step, Taken
from drivers.model import Instant
from kiosk.model import Receipt, Refusal
from kiosk.safety import DutyDone

MINUTE = 60.0
MISSED, DEFECT = "duty-missed", "defect-found"


def calendar(state: State) -> Calendar:
    return Calendar(state.setup.zone, {**state.setup.years, **state.desk.years})


def ticked(state: State, event: Tick, now: Instant) -> Step:
    """Once a minute, where the clock may be believed."""
    minute = int(now.utc // MINUTE)
    if now.clk == "unsynced" or minute == state.duty_minute or not state.setup.duties.duties:
        return state, []
    state, effects = replace(state, duty_minute=minute), list[Effect]()
    for duty in state.setup.duties.duties.values():
        at = state.duties.get(duty.id)
        if at is None:
            state, fact = enter(state, duty, Progress(now.utc), "opened", "station", duty.name[0], now)
            effects.append(fact)
        elif (late := schedule.missed(duty, at, calendar(state), now.utc)) is not None:
            text = f"{duty.name[0]}未按时完成 / Missed: {duty.name[1]}"
            state, fact = enter(state, duty, replace(at, missed=late, points=()), "missed", "station", text, now)
            alarms, facts = panel.sound(
                state.setup, state.alarms, MISSED, now, "station", again=True, text=text, task=f"duty.{duty.id}"
            )
            state, effects = replace(state, alarms=alarms), [*effects, fact, *facts]
    return state, effects


def done(state: State, form: DutyDone, now: Instant) -> Taken:
    """A person signs a duty off, or one point of it; a defect that was found sounds."""
    duty = state.setup.duties.duties.get(form.duty)
    if duty is None:
        return state, [], Refusal("invalid", f"duty: {form.duty!r} is unknown")
    if duty.points and form.point not in duty.points:
        return state, [], Refusal("invalid", f"point: {form.point!r}; one of {', '.join(duty.points)}")
    if form.defect and not form.note:
        return state, [], Refusal("invalid", "note: is missing; what is not as it should be")
    at = record.sign(state.duties.get(duty.id, Progress(now.utc)), duty, form.point, now.utc)
    points = state.setup.duties.points
    where = f"·{points[form.point][0]}" if form.point else ""
    text = f"{duty.name[0]}{where}:{form.note or '正常'}"
    state, fact = enter(state, duty, at, "done" if not at.points else "signed", form.by, text, now)
    if not form.defect:
        return state, [fact], Receipt(duty.id, {})
    alarms, facts = panel.sound(
        state.setup, state.alarms, DEFECT, now, form.by, again=True, text=f"{text} / Defect: {duty.name[1]}",
        task=f"duty.{duty.id}",
    )  # fmt: skip
    return replace(state, alarms=alarms), [fact, *facts], Receipt(duty.id, {})


def enter(state: State, duty: Duty, at: Progress, event: str, by: str, text: str, now: Instant) -> tuple[State, Fact]:
    body = record.describe(duty, at, event, by, text)
    fact = Fact("task", body["task"], body, "station", now, type="gse.routine.v1")
    return replace(state, duties={**state.duties, duty.id: at}), fact


FORMS: Forms = {DutyDone: done}
