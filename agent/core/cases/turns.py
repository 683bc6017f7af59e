"""What the station does with what drivers say: a rating is a fact, a complaint opens a case."""

from __future__ import annotations

from dataclasses import replace

from agent.core.cases import feedback, opening
from agent.core.draw import draw, spell
from agent.core.state import Forms, State, Taken
from drivers.model import Instant
from kiosk.model import Complaint, Feedback, Receipt, Refusal


def rated(state: State, form: Feedback, now: Instant) -> Taken:
    chance, block = draw(state.chance, "receipt")
    receipt = spell(block, 8)
    return replace(state, chance=chance), [feedback.take(form, receipt, now)], Receipt(receipt, {})


def complained(state: State, form: Complaint, now: Instant) -> Taken:
    if form.phone and state.setup.head_office is None:
        return state, [], Refusal("invalid", "phone: this station has no key to seal it; leave it out")
    serials, case = opening.number(state.setup, state.serials, now)
    chance, salt = draw(state.chance, "salt")
    chance, ephemeral = draw(chance, "ephemeral")
    facts = opening.take(state.setup, form, case, salt + ephemeral, now)
    return replace(state, serials=serials, chance=chance), facts, Receipt(case, {})


FORMS: Forms = {Feedback: rated, Complaint: complained}
