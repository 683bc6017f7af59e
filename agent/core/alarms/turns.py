"""What the station does about its alarms by itself: a contact that changed, time that passed."""

from __future__ import annotations

from dataclasses import replace

from agent.core.alarms import counting, inputs, panel
from agent.core.alarms.acts import COMMANDS, FORMS
from agent.core.model import Fact, Pressed, Tick
from agent.core.state import State, Step, Turns
from drivers.model import Instant

__all__ = ["COMMANDS", "FORMS", "TURNS", "ticked"]


def pressed(state: State, event: Pressed, now: Instant) -> Step:
    """A contact speaks: its rules take a look, and a change stands in the audit trail. A new start is no change."""
    name, known = event.input, state.setup.inputs
    word = inputs.plain(known, name, event.state)
    rest = known[name].words[0] if name in known else ""
    standing, facts = panel.press(state.setup, state.alarms, name, word, now)
    if word != state.contacts.get(name, rest):
        facts = [Fact("audit", "_", {"what": "input", "input": name, "state": word}, name, now), *facts]
    hushing = name in known and known[name].kind == "acknowledge" and word == "pressed"
    hushed = panel.hush(standing) if hushing else state.hushed
    return replace(state, alarms=standing, contacts={**state.contacts, name: word}, hushed=hushed), list(facts)


def ticked(state: State, event: Tick, now: Instant) -> Step:
    standing, facts = panel.age(state.setup, state.alarms, now)
    state, reported = counting.ticked(replace(state, alarms=standing), now)
    return state, [*facts, *reported]


TURNS: Turns = {Pressed: pressed}
