"""What the station does with what drivers, its people and head office say: ratings, cases, and what happens to them."""

from __future__ import annotations

from dataclasses import replace

from agent.core.cases import desk, feedback, numbers
from agent.core.cases.commands import COMMANDS
from agent.core.draw import draw, spell
from agent.core.state import Forms, State, Taken
from drivers.model import Instant
from kiosk.model import CaseAct, Complaint, Feedback, Receipt, Refusal

__all__ = ["COMMANDS", "FORMS"]


def rated(state: State, form: Feedback, now: Instant) -> Taken:
    chance, block = draw(state.chance, "receipt")
    receipt = spell(block, 8)
    return replace(state, chance=chance), [feedback.take(form, receipt, now)], Receipt(receipt, {})


def complained(state: State, form: Complaint, now: Instant) -> Taken:
    done = desk.take_in(state.setup, state.desk, form, state.chance, now)
    return outcome(state, done, {"pin": numbers.pin(state.setup.secret, done.case)})


def acted(state: State, form: CaseAct, now: Instant) -> Taken:
    return outcome(state, desk.act(state.setup, state.desk, form, state.chance, now), {})


def outcome(state: State, done: desk.Outcome, told: dict[str, str]) -> Taken:
    if done.why:
        return state, [], Refusal("invalid", done.why)
    return replace(state, desk=done.desk, chance=done.chance), done.effects, Receipt(done.case, told)


FORMS: Forms = {Feedback: rated, Complaint: complained, CaseAct: acted}
