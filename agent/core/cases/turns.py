"""What the station does with what drivers, its people and head office say: ratings, cases, and what happens to them."""

from __future__ import annotations

from dataclasses import replace

from agent.core.alarms import panel
from agent.core.cases import calls, desk, feedback, inquiries, numbers, openings, slips, standing, watch, yearly
from agent.core.cases.commands import COMMANDS as OF_CASES
from agent.core.cases.due import crowded, due, go_up, ticked
from agent.core.draw import draw, format_code
from agent.core.model import Print
from agent.core.state import Commands, Forms, State, Taken
from drivers.model import Instant
from kiosk.calls import Call, Came
from kiosk.model import CaseAct, Complaint, Feedback, LookUp, Receipt, Refusal, Reveal
from kiosk.slip import Reprint

__all__ = ["COMMANDS", "FORMS", "crowded", "due", "ticked"]


def rated(state: State, form: Feedback, now: Instant) -> Taken:
    chance, block = draw(state.chance, "receipt")
    receipt = format_code(block, 8)
    reports = replace(state.reports, unread=state.reports.unread + 1)
    return replace(state, chance=chance, reports=reports), [feedback.take(form, receipt, now)], Receipt(receipt, {})


def complained(state: State, form: Complaint, now: Instant) -> Taken:
    state, effects, number, why = openings.take_in(state, form, now)
    if why:
        return state, [], Refusal("invalid", why)
    case = state.desk.open[number]
    clocked = watch.clocked(state.setup, state.desk.years, case, now)
    told = {"pin": numbers.pin(state.setup.secret, number), "profile": case.profile}
    if there := case.events[1].body.get("received_by"):
        told["received_by"] = next((p.name for p in state.setup.people if p.id == there), there)
    if state.setup.printer and form.channel in slips.AT_ONCE:
        effects = [*effects, Print(slips.slip(state.setup, state.desk, case, now))]
    return state, effects, Receipt(number, told | standing.due(state.setup, clocked))


def acted(state: State, form: CaseAct, now: Instant) -> Taken:
    if form.pin:
        seen, why = inquiries.unlock(state.setup, state.desk, form.case, form.pin, now)
        facts = inquiries.locked(state.desk, seen, form.case, now)
        state = replace(state, desk=seen)
        if why:
            return state, facts, Refusal("invalid", why, inquiries.wait(seen, form.case, now))
    done = desk.act(state.setup, state.desk, form, state.chance, now)
    if done.why:
        return state, [], Refusal("invalid", done.why)
    state = replace(state, desk=done.desk, chance=done.chance)
    state, facts = openings.warn_of(state, form.case, form.event, form.said, now)
    state, more = go_up(state, form.case, now) if form.event == "reopened" else (state, [])
    return state, [*done.effects, *facts, *more], Receipt(done.case, {})


def looked_up(state: State, form: LookUp, now: Instant) -> Taken:
    seen, told, why = inquiries.look_up(state.setup, state.desk, form, now)
    if why:
        facts = inquiries.locked(state.desk, seen, form.case, now)
        return replace(state, desk=seen), facts, Refusal("invalid", why, inquiries.wait(seen, form.case, now))
    return replace(state, desk=seen), [], Receipt(form.case, told)


def revealed(state: State, form: Reveal, now: Instant) -> Taken:
    facts, told, why = inquiries.reveal(state.setup, state.desk, form, now)
    return state, facts, Refusal("invalid", why) if why else Receipt(form.case, dict(told))


def reprinted(state: State, form: Reprint, now: Instant) -> Taken:
    slip, facts, why = slips.again(state.setup, state.desk, form, now)
    if slip is None:
        return state, [], Refusal("invalid", why)
    copies = [Print(slip)] if form.roll and state.setup.printer else []
    return state, [*facts, *copies], Receipt(slip.number, {"pin": slip.pin})


def called(state: State, form: Call, now: Instant) -> Taken:
    """One call more, or the one that waits already."""
    for call, since in state.calls.items():
        return state, [], Receipt(call, {"since": since})
    call = calls.name(state.setup, now)
    fact = calls.begun(call, now)
    alarms, facts = panel.sound(state.setup, state.alarms, calls.RULE, now, "customer", task=call)
    state = replace(state, alarms=alarms, calls={call: fact.body["since"]})
    return state, [fact, *facts], Receipt(call, {"since": fact.body["since"]})


def came(state: State, form: Came, now: Instant) -> Taken:
    """Somebody is there, or nobody needs to come any more; the alarm is seen, if it was not."""
    if form.call not in state.calls:
        return state, [], Refusal("invalid", f"call: {form.call!r} does not wait")
    fact = calls.ended(form, state.calls[form.call], now)
    alarms, facts = panel.acknowledge(state.setup, state.alarms, calls.RULE, form.by, now)
    rest = {call: since for call, since in state.calls.items() if call != form.call}
    return (
        replace(state, alarms=alarms, calls=rest),
        [fact, *facts],
        Receipt(form.call, {"waited": str(fact.body["waited"])}),
    )


COMMANDS: Commands = {**OF_CASES, **yearly.COMMANDS}
FORMS: Forms = {
    Feedback: rated, Complaint: complained, CaseAct: acted, LookUp: looked_up, Reveal: revealed, Reprint: reprinted,
    Call: called, Came: came,
}  # fmt: skip
