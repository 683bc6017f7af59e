"""A forecourt that is not there: guns that sell fill after fill, what each poll would read, and faults to inject.

The display (sale, amount, preset) and the meter (total) are kept apart, so that they can be made to differ.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

CENT = Decimal("0.01")
PRICE = Decimal("4.98")
FLOW = Decimal(12)  # kg/min


def cents(value: float | Decimal) -> Decimal:
    return Decimal(value).quantize(CENT)


@dataclass
class Pump:
    """One gun. `short`: share that the meter gives less than is shown; `early`: kg by which a preset closes early."""

    name: str
    seed: int
    every: float = 5.0  # seconds between two polls
    total: Decimal = Decimal("100000.00")
    number: int = 100
    sale: Decimal = Decimal("0.00")
    short: float = 0.0
    early: Decimal = Decimal(0)
    presets: float = 0.4  # share of fills
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def sell(self, at: float, *, seen: bool = True) -> Iterator[tuple[float, dict[str, Any]]]:
        """(moment, what a poll reads) of one fill and the quiet around it. `seen`: False, nobody polls meanwhile."""
        preset = cents(self.chance.randrange(8, 25)) if self.chance.random() < self.presets else None
        shown = preset or cents(self.chance.uniform(6, 30))
        metered = cents(shown * (1 - Decimal(self.short))) - (self.early if preset else 0)
        before, steps = self.total, max(int(shown / FLOW * 60 / Decimal(self.every)), 1)
        moments = [(at, self.poll("idle"))]
        at += self.every
        moments.append((at, self.poll("lifted", pressure=4.0)))
        self.number += 1
        for step in range(1, steps + 1):
            at += self.every
            share = Decimal(step) / (steps + 1)
            self.total, self.sale = before + cents(metered * share), cents(shown * share)
            moments.append(
                (at, self.poll("filling", preset, flow=12.0, pressure=round(4 + 16 * float(share), 3), density=140.0))
            )
        self.total, self.sale = before + metered, shown
        stop = "preset-quantity" if preset else "full"
        for state, pressure in (("ended", 20.0), ("idle", 0.0)):
            at += self.every
            moments.append((at, self.poll(state, preset if state == "ended" else None, stop, pressure=pressure)))
        yield from moments if seen else ()

    def poll(self, state: str, preset: Decimal | None = None, stop: str = "none", **measured: float) -> dict[str, Any]:
        values: dict[str, Any] = {
            "state": state, "stop_reason": stop, "mass_total": self.total, "sale_number": self.number,
            "sale_mass": self.sale, "price": PRICE, "amount": cents(self.sale * PRICE),
            "flow": 0, "pressure": 0, "temperature": 18,
        } | {name: Decimal(repr(value)) for name, value in measured.items()}  # fmt: skip
        told: dict[str, Any] = {"device": self.name, "values": values}
        if preset is None:
            return told | {"bad": {"preset": "null"}}
        return told | {"values": values | {"preset": preset}}
