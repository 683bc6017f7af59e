"""What a station's gas is balanced from: its inlet meters, its stores, how dense its gas is, how far each may be wrong.

Errors are limits (MPE) as shares, rectangular; see balance.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Store:
    """Cylinders or wells: m³, the point that tells their gauge pressure, and that of their temperature, or Cel."""

    name: str
    volume: float
    pressure: tuple[str, str]  # device, point
    temperature: tuple[str, str] | float
    error: float = 0.014  # of a mass in store: pressure, temperature and volume together


@dataclass(frozen=True, slots=True)
class Plan:
    """`inlets`: devices; empty: the only gas meter there is. `gas`: mole fractions; `density`: kg/m³ at reference
    conditions where somebody said it. `limit`: share of what came in, beside what the errors allow; None: none."""

    inlets: tuple[str, ...] = ()
    stores: tuple[Store, ...] = ()
    gas: Mapping[str, float] | None = None
    density: float | None = None
    inlet_error: float = 0.01
    dispenser_error: float = 0.01
    stock_error: float = 50.0  # kg by which what is in store may change unseen, where nothing of it is measured
    density_error: float = 0.005
    limit: float | None = None


USUAL_PLAN = Plan()
