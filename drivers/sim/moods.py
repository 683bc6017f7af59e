"""What a device that is not well shows: the same station, seen through a fault.

frozen    nothing changes any more         reset     its totals began anew from zero
density   it weighs a tenth too heavy      others    the line suffers, not the figures
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from drivers.model import Value
from drivers.sim.devices import Mood, Play

TOTALS = ("total", "actual_total", "energy")
TOO_HEAVY = 1.1


def spoil(play: Play, mood: Mood, since: float) -> Play:
    """The play of a device that is in a mood since a time."""
    if mood == "frozen":
        return lambda t: play(min(t, since))
    if mood == "reset":
        return lambda t: {**play(t), **{name: counted(play, name, since, t) for name in TOTALS if name in play(t)}}
    if mood == "density":
        return lambda t: heavier(play(t))
    return play


def counted(play: Play, name: str, since: float, t: float) -> Value:
    """A total that was zero at `since`."""
    now, before = play(t)[name], play(since)[name]
    return now - before if isinstance(now, Decimal) and isinstance(before, Decimal) else now


def heavier(quantities: Mapping[str, Value]) -> dict[str, Value]:
    density = quantities.get("density")
    return {**quantities, **({"density": float(density) * TOO_HEAVY} if isinstance(density, float | Decimal) else {})}
