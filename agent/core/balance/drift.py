"""Slow drift found early: a two-sided CUSUM over one standardised value a day (a dispenser's ratio to its station).

    S⁺ = max(0, S⁺ + z − k)        S⁻ = max(0, S⁻ − z − k)        a signal above h

With k = 0.5 and h = 5 a series without drift gives a signal about once in 465 days, one that moved by its own standard
deviation is found in about ten.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from agent.core.model import Body

SLACK, LIMIT = 0.5, 5.0  # k and h, in standard deviations


@dataclass(frozen=True, slots=True)
class Drift:
    """Both sums, and how many days each has been above zero: since when it drifts."""

    up: float = 0.0
    down: float = 0.0
    rising: int = 0
    falling: int = 0

    @property
    def signal(self) -> Literal["", "up", "down"]:
        """Which way it has drifted, if it has."""
        if max(self.up, self.down) <= LIMIT:
            return ""
        return "up" if self.up >= self.down else "down"


STEADY = Drift()


def follow(drift: Drift, z: float) -> Drift:
    """One more day's value, in standard deviations from what is expected."""
    up, down = max(0.0, drift.up + z - SLACK), max(0.0, drift.down - z - SLACK)
    return replace(
        drift, up=up, down=down, rising=drift.rising + 1 if up else 0, falling=drift.falling + 1 if down else 0
    )


def recall(bodies: Iterable[Body]) -> dict[str, Drift]:
    """The drifts as the last day told them."""
    days = sorted((body for body in bodies if body["kind"] == "day"), key=lambda body: str(body["to"]))
    told = days[-1].get("drift", {}) if days else {}
    return {name: Drift(d["up"], d["down"], int(d["rising"]), int(d["falling"])) for name, d in told.items()}
