"""What the station does at a handover: what was typed becomes a fact before what was read is shown."""

from __future__ import annotations

from dataclasses import replace

from agent.core.readings.totals import UNREAD
from agent.core.shift import duty, handover
from agent.core.state import Forms, State, Taken
from drivers.model import Instant
from kiosk.model import DutyChange, Handover, Receipt, Refusal


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


FORMS: Forms = {Handover: confirmed, DutyChange: duty.change}
