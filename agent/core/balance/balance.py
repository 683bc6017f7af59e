"""A gas balance with its uncertainty: Δ = I₀ + In − Out − Vent − I₁, and whether Δ says anything at all.

Masses in kg. The uncertainties are standard ones (k = 1): a limit of error a, rectangular, is a/√3; a certificate's
U (k = 2) is U/2. A dispenser's calibration error is common to all its fills, so its uncertainty is a share of its whole
mass; what was verified with the same reference is put into one `group` and adds up linearly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import hypot, sqrt
from typing import Literal, NamedTuple

Role = Literal["opening", "in", "out", "vent", "closing"]
SIGN: dict[Role, int] = {"opening": 1, "in": 1, "out": -1, "vent": -1, "closing": -1}
COVERAGE = 2.0  # Δ speaks when it is beyond k·u(Δ), k = 2: about one balance in twenty by chance


class Part(NamedTuple):
    """One mass of a balance, its standard uncertainty, and whose error it shares (an empty group: nobody's)."""

    name: str
    role: Role
    mass: float
    uncertainty: float
    group: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """Δ and u(Δ) in kg; `rate`: Δ over what came in, None when nothing did; `meaning`."""

    difference: float
    uncertainty: float
    rate: float | None
    meaning: Literal["within uncertainty", "significant"]


def limit(share: float, mass: float) -> float:
    """The standard uncertainty of a mass measured within ± `share` of itself (0.01 is 1 %)."""
    return share * abs(mass) / sqrt(3)


def balance(parts: Iterable[Part]) -> Balance:
    """The balance of these masses."""
    parts = tuple(parts)
    difference = sum(SIGN[p.role] * p.mass for p in parts)
    shared: dict[str, float] = defaultdict(float)
    for p in parts:
        if p.group:
            shared[p.group] += SIGN[p.role] * p.uncertainty
    uncertainty = hypot(*(p.uncertainty for p in parts if not p.group), *shared.values())
    came = sum(p.mass for p in parts if p.role == "in")
    return Balance(
        difference,
        uncertainty,
        difference / came if came else None,
        "significant" if abs(difference) > COVERAGE * uncertainty else "within uncertainty",
    )
