"""What the station does at a handover: what was typed becomes a fact before what was read is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from agent.core.model import Body, Effect, Fact, Tick
from agent.core.shift import confirm, duty, ledger, record, registers, schedule
from agent.core.shift.handover import STEPS
from agent.core.shift.scene import Scene
from agent.core.state import Forms, State, Step, Taken
from drivers.model import Instant, Sample
from kiosk.duties import DutyChange
from kiosk.model import Receipt, Refusal
from kiosk.shift import Handover, Vent


def handed(state: State, form: Handover, now: Instant) -> Taken:
    """One step of a handover."""
    state, facts = with_shift(state, now)
    assert state.shift
    scene = Scene(state, state.shift, now)
    nozzle = next((n for n in state.setup.nozzles if n.name == form.nozzle), None)
    said = STEPS[form.step](scene, form, nozzle)
    if isinstance(said, str):
        return state, facts, Refusal("invalid", said)
    if said["state"] == "closed":
        return state, [*facts, *record.closed(scene, form.by)], Receipt(state.shift.id, {"state": "closed"})
    fact = Fact("shift", state.shift.id, {"shift": state.shift.id} | said, "staff", now)
    return state, [*facts, fact], Receipt(state.shift.id, shown(said))


def shown(said: Body) -> dict[str, str]:
    """What the page may show now: of a reading, both figures."""
    if "agree" not in said:
        return {"state": said["state"]}
    answer = "unread" if said["agree"] is None else "yes" if said["agree"] else "no"
    read, unit = confirm.display(said.get("total", "")), str(said.get("unit", ""))
    return {"typed": said["typed"], "agree": answer, "read": read, "unit": unit}


def vented(state: State, form: Vent, now: Instant) -> Taken:
    """Gas that was let out on purpose: it is missing in the balance, and nobody's loss."""
    state, facts = with_shift(state, now)
    assert state.shift
    body: Body = {"shift": state.shift.id, "state": "confirmed", "step": "vent", "by": form.by}
    mass = Decimal(repr(form.mass))
    return (
        state,
        [*facts, Fact("shift", state.shift.id, body | {"mass": mass}, "staff", now)],
        Receipt(state.shift.id, {}),
    )


def with_shift(state: State, now: Instant) -> tuple[State, list[Effect]]:
    """The state with an open shift: people may come before the clock has opened one."""
    if state.shift:
        return state, []
    first = schedule.open_first(state, now)
    return noted(state, [first]), [first]


def ticked(state: State, event: Tick, now: Instant) -> Step:
    return state, list(schedule.looked_after(state, now))


def due(state: State) -> float | None:
    """The next monotonic second at which something of the shift is due, as the clock stands."""
    seen, moment = state.wall.seen, schedule.next_moment(state)
    return None if seen is None or moment is None else seen.mono + moment - seen.utc


def sampled(state: State, sample: Sample) -> tuple[State, list[Effect]]:
    """A dispenser that keeps shifts of its own: its record is held against itself."""
    if not any(point.role in registers.ROLES for point in state.setup.devices[sample.device].map.points):
        return state, []
    after, facts = registers.compare(state.setup, state.registers.get(sample.device, registers.BLANK), sample)
    return replace(state, registers={**state.registers, sample.device: after}), [*facts]


def noted(state: State, effects: Iterable[Effect]) -> State:
    """The shift reads every fact as it is made."""
    shift, record = state.shift, state.record
    for fact in effects:
        if isinstance(fact, Fact) and fact.kind in ledger.KINDS:
            shift = ledger.observe(shift, fact.kind, fact.body, fact.at.utc)
            record = fact.body if fact.body.get("state") == "closed" else record
    return state if shift is state.shift else replace(state, shift=shift, record=record)


FORMS: Forms = {Handover: handed, Vent: vented, DutyChange: duty.change}
