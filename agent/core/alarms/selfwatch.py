"""The station's own storage, pins and clock: what befalls them sounds an alarm, beside the audit fact that tells it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from agent.core.alarms import panel
from agent.core.model import Fact, Measured, Remarked
from agent.core.state import State
from drivers.model import Instant

SOUNDS = {  # what was remarked → the rule that sounds
    "storage-rolled-back": "storage-rolled-back",
    "fork": "storage-fork",
    "journal-quarantined": "journal-damaged",
    "pins-missing": "pins-missing",
}
LOW, ENOUGH = 0.10, 0.12  # share of the disk that is free: below the one it is almost full, until above the other


def remarked(state: State, event: Remarked, now: Instant) -> tuple[State, list[Fact]]:
    """Something befell the journal, or the pins."""
    return sound(state, SOUNDS.get(event.what, ""), now)


def measured(state: State, event: Measured, now: Instant) -> tuple[State, list[Fact]]:
    """The disk fills up: told once, and again only after there was room."""
    size, free = event.figures.get("size", 0), event.figures.get("free", 0)
    if event.part != "storage" or not size:
        return state, []
    low = free / size < (ENOUGH if state.cramped else LOW)
    if low == state.cramped:
        return state, []
    state = replace(state, cramped=low)
    return sound(state, "disk-low", now) if low else (state, [])


def stepped(state: State, told: Iterable[Fact], before: Instant | None, now: Instant) -> tuple[State, list[Fact]]:
    """Somebody moved the clock. `before`: as it was last seen; that it becomes known after a start is no news."""
    if before is None or (before.clk == "unsynced" and now.clk != "unsynced"):
        return state, []
    facts: list[Fact] = []
    for body in (fact.body for fact in told if fact.body["what"] == "clock-stepped"):
        times = {"before": body["before"], "after": body["after"]}
        alarms, sounded = panel.sound(state.setup, state.alarms, "clock-stepped", now, "station", **times)
        state, facts = replace(state, alarms=alarms), [*facts, *sounded]
    return state, facts


def sound(state: State, rule: str, now: Instant) -> tuple[State, list[Fact]]:
    alarms, facts = panel.sound(state.setup, state.alarms, rule, now, "station")
    return replace(state, alarms=alarms), facts
