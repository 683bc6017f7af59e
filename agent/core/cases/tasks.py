"""A reminder of a case as a `task`: opened when it is due, with an alarm; done when it is waited for no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from agent.core.alarms import panel
from agent.core.cases import reminders, watch
from agent.core.cases.clocks import GRACE
from agent.core.cases.model import Case
from agent.core.cases.reminders import REMINDERS, Reminder
from agent.core.messages.stamp import iso
from agent.core.model import Body, Effect, Fact
from agent.core.state import State
from drivers.model import Instant

BY_NAME: Mapping[str, Reminder] = {reminder.name: reminder for reminder in REMINDERS}


def open_or_close(state: State, case: Case, now: Instant) -> tuple[State, list[Effect]]:
    """The tasks of one case as they stand now."""
    effects: list[Effect] = []
    waited = {one.reminder.name: one.due for one in watch.waited(state.setup, state.desk.years, case)}
    for name, reminder in BY_NAME.items():
        id, due = reminders.task(name, case.number), waited.get(name)
        is_due = due is not None and now.utc >= due - GRACE
        if is_due and due is not None and id not in state.desk.tasks:
            state = replace(state, desk=replace(state.desk, tasks=state.desk.tasks | {id}))
            effects.append(told(id, reminder, case.number, now, {"event": "opened", "due": iso(due)}))
            alarms, sounded = panel.sound(state.setup, state.alarms, reminder.alarm, now, "station", case=case.number)
            state, effects = replace(state, alarms=alarms), [*effects, *sounded]
        elif id in state.desk.tasks and not is_due:
            state = replace(state, desk=replace(state.desk, tasks=state.desk.tasks - {id}))
            effects.append(told(id, reminder, case.number, now, {"event": "done"}))
    return state, effects


def close_with_cases(state: State, now: Instant) -> tuple[State, list[Effect]]:
    """What was open of a case that is closed is done with it."""
    effects: list[Effect] = []
    for id in sorted(state.desk.tasks):
        name, _, number = id.partition("-")
        if number not in state.desk.open:
            state = replace(state, desk=replace(state.desk, tasks=state.desk.tasks - {id}))
            effects.append(told(id, BY_NAME[name], number, now, {"event": "done"}))
    return state, effects


def told(id: str, reminder: Reminder, case: str, now: Instant, more: Body) -> Fact:
    body = {"task": id, "kind": reminder.name, "by": "station", "case": case, "text": reminder.text}
    return Fact("task", id, body | more, "station", now)
