"""Inputs: what a contact, or a set of them that must agree, says in one word. The agent mirrors; it never trips."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

# Kind of an input → its words: at rest, then active, then whatever else it can say.
KINDS: Mapping[str, tuple[str, ...]] = {
    "contact": ("inactive", "active"),
    "gas-panel": ("normal", "alarm", "fault"),
    "e-stop": ("released", "pressed"),
    "door": ("closed", "open"),
    "presence": ("released", "pressed"),
    "acknowledge": ("released", "pressed"),
}
SIMPLE = "pin"  # what the only contact of an input is called
GUARDED = ("alarm", "normal", "fault")  # contacts of a gas panel; `normal` and `fault` are closed while all is well


class Input(NamedTuple):
    name: str
    kind: str = "contact"

    @property
    def words(self) -> tuple[str, ...]:
        return KINDS[self.kind]


def kind_of(name: str) -> str:
    """The kind an input is by its name, where its file does not say: gas-panel-1 is a gas panel."""
    return next((kind for kind in KINDS if name.startswith(kind)), "contact")


def word(input: Input, closed: Mapping[str, bool]) -> str:
    """What the contacts of an input say together.

    alarm closed ───────────────────────────▶ alarm: whatever else is wrong with it
    normal or fault open (those there are) ─▶ fault: the panel says so, has no power, or its line is broken
    else ───────────────────────────────────▶ normal
    """
    if SIMPLE in closed:
        return input.words[closed[SIMPLE]]
    if closed["alarm"]:
        return "alarm"
    return "normal" if all(closed[name] for name in ("normal", "fault") if name in closed) else "fault"


def plain(inputs: Mapping[str, Input], name: str, state: str) -> str:
    """A state in the input's own words: `active` and `inactive` are understood of any."""
    words = inputs[name].words if name in inputs else ()
    return {"inactive": words[0], "active": words[1]}.get(state, state) if words else state
