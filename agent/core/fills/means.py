"""Running means of what a gun's display shows beyond its meter: apart for free fills and for those that were preset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

LONGEST = 50  # fills over which a mean is taken


class Mean(NamedTuple):
    """Over how many fills, at most LONGEST count, and what it is."""

    fills: int = 0
    mean: float = 0.0

    def with_(self, value: float) -> Mean:
        weight = 1 / min(self.fills + 1, LONGEST)
        return Mean(self.fills + 1, self.mean + (value - self.mean) * weight)


UNLEARNT = Mean()


@dataclass(frozen=True, slots=True)
class Bias:
    """`free`: share of what is shown; `preset`: kg. Above 0: more is shown than flowed."""

    free: Mean = UNLEARNT
    preset: Mean = UNLEARNT
    lately: float = 0.0  # as `free`, of the last three or so: what began yesterday shows today

    @property
    def habitual(self) -> float:
        """The share by which free fills show too much, once it can be said; else 0."""
        return max(self.free.mean, self.lately) if self.free.fills >= 3 else 0.0


UNBIASED = Bias()
