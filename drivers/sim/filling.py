"""What happens at a simulated station: fill after fill at each nozzle, as a function of time and a seed.

idle ─────── lifted ── filling ──────────────── ended ── idle ───
15–90 s      3 s       8–30 kg at 6–20 kg/min   6 s
pressure     .         rises to 20 MPa          .
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from drivers.model import Value

LIFTED, ENDED = 3.0, 6.0  # seconds
FULL = 20.0  # MPa
PRICE = Decimal("4.98")  # CNY/kg
CENT = Decimal("0.01")
COMPRESSING = Decimal("0.25")  # kW.h a standard m3 takes
STANDARD_DENSITY = 0.75  # kg/m3 at 20 °C, 101.325 kPa
WINDOW, STEPS = 600.0, 30  # seconds over which compressor and storage even out what the nozzles draw


class Fill(NamedTuple):
    """One cycle, from idle to the next idle; times in seconds."""

    number: int
    idle: float
    lifted: float
    began: float
    ended: float
    over: float
    mass: Decimal
    empty: float  # MPa in the car before
    before: Decimal  # total before


class Nozzle:
    """The fills of one nozzle, invented as time goes on; the same seed invents the same."""

    def __init__(self, seed: int, total: Decimal) -> None:
        self.random = random.Random(seed)
        self.fills: list[Fill] = []
        self.starts: list[float] = []
        self.total = total

    def at(self, t: float) -> dict[str, Value]:
        """Every quantity of the nozzle at time `t` ≥ 0: kg, kg/min, MPa, Cel, kg/m3, CNY."""
        fill = self.fill_at(t)
        filling = fill.began <= t < fill.ended
        done = min(max((t - fill.began) / (fill.ended - fill.began), 0.0), 1.0)
        mass = (fill.mass * Decimal(done)).quantize(CENT)
        begun = t >= fill.began
        sale, number = (mass, fill.number) if begun else self.last(fill)
        at_work = fill.lifted <= t
        pressure = fill.empty + (FULL - fill.empty) * done if at_work else 0.0
        return {
            "state": state(fill, t),
            "stop_reason": "full" if t >= fill.ended or (not begun and fill.number > 1) else "none",
            "total": fill.before + mass,
            "sale": sale,
            "sale_number": number,
            "price": PRICE,
            "amount": (sale * PRICE).quantize(CENT),
            "preset": None,
            "flow": float(fill.mass) / (fill.ended - fill.began) * 60 if filling else 0.0,
            "pressure": round(pressure, 3),
            "temperature": round(18.0 + 20.0 * done * at_work, 1),
            "density": round(0.7 + 8.6 * pressure, 2),
        }

    def drawn(self, t: float) -> float:
        """kg since time 0."""
        if t <= 0:
            return 0.0
        fill = self.fill_at(t)
        done = min(max((t - fill.began) / (fill.ended - fill.began), 0.0), 1.0)
        return float(fill.before - self.fills[0].before) + float(fill.mass) * done

    def last(self, fill: Fill) -> tuple[Decimal, int]:
        """Mass and number of the sale before this fill."""
        if fill.number == 1:
            return Decimal("0.00"), 0
        return self.fills[fill.number - 2].mass, fill.number - 1

    def fill_at(self, t: float) -> Fill:
        while not self.fills or self.fills[-1].over <= t:
            self.invent()
        return self.fills[bisect_right(self.starts, max(t, 0.0)) - 1]

    def invent(self) -> None:
        idle = self.fills[-1].over if self.fills else 0.0
        lifted = idle + self.random.uniform(15, 90)
        began = lifted + LIFTED
        mass = Decimal(self.random.uniform(8, 30)).quantize(CENT)
        ended = began + float(mass) / self.random.uniform(6, 20) * 60
        empty = self.random.uniform(2, 8)
        number = len(self.fills) + 1
        self.fills.append(Fill(number, idle, lifted, began, ended, ended + ENDED, mass, empty, self.total))
        self.starts.append(idle)
        self.total += mass


def state(fill: Fill, t: float) -> str:
    words = ("idle", "lifted", "filling", "ended")
    return words[bisect_right((fill.lifted, fill.began, fill.ended), t)]


class Inlet:
    """The station's gas meter: what the nozzles draw, evened out over the window, as standard and actual volume."""

    def __init__(self, nozzles: Sequence[Nozzle], total: Decimal) -> None:
        self.nozzles, self.total = nozzles, total

    def at(self, t: float) -> dict[str, Value]:
        """Every quantity of the meter at time `t` ≥ 0: m3, m3/h, MPa (absolute), Cel; kW.h and kW of its compressor."""
        times = [t - WINDOW * step / STEPS for step in range(STEPS + 1)]
        drawn = [sum(nozzle.drawn(at) for nozzle in self.nozzles) for at in times]
        mean = (sum(drawn) - (drawn[0] + drawn[-1]) / 2) / STEPS
        pressure, temperature = 0.45, 15.0
        ratio = 0.101325 / pressure * (273.15 + temperature) / 293.15  # ideal gas: enough for a toy
        volume, flow = mean / STANDARD_DENSITY, (drawn[0] - drawn[-1]) / WINDOW * 3600 / STANDARD_DENSITY
        return {
            "total": self.total + Decimal(volume),
            "flow": flow,
            "actual_total": (self.total + Decimal(volume)) * Decimal(ratio),
            "actual_flow": flow * ratio,
            "pressure": pressure,
            "temperature": temperature,
            "energy": (self.total + Decimal(volume)) * COMPRESSING,
            "power": flow * float(COMPRESSING),
        }
