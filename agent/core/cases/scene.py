"""The scene as the station knows it at a moment: what was read and filled lately, what stands, who is there; frozen."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from agent.core.cases import evidence
from agent.core.state import State
from drivers.model import Instant


def freeze(state: State, devices: Collection[str], around: Instant) -> dict[str, Any]:
    """The evidence about these devices."""
    standing = [id for id, alarm in state.alarms.items() if alarm.phase != "normal"]
    return evidence.freeze(state.recent, devices, standing, state.poured, state.duty, around)


def people(state: State, around: Instant) -> dict[str, Any]:
    """Of a matter that no device is part of: who was there, if that is known."""
    return evidence.freeze({}, (), (), (), state.duty, around) if state.duty else {}
