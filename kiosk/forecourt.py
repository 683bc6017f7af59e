"""The forecourt as the staff see it: each gun at this moment, and its shift so far. Never a total."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PumpView:
    """Figures as they are shown; empty: not measured."""

    name: str
    label: str
    state: str  # idle · lifted · filling · paused · fault · maintenance · silent
    mass: str = ""  # kg of the fill under way
    amount: str = ""  # CNY of it
    pressure: str = ""  # MPa
    last: str = ""  # 14:32 · 23.41 kg
    fills: int = 0  # in this shift
    dispensed: str = ""  # kg in this shift
