"""LNG in a tank: densities of liquid and vapour of boiling methane by the pressure above it.

Source: the reference equation for methane (Setzmann and Wagner, 1991), tabulated. Straight lines between its rows are
within 0.06 % (liquid) and 0.13 % (vapour). LNG that is not pure methane is some percent denser: then the tank's own
density is entered.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple


class Saturated(NamedTuple):
    """Boiling methane: absolute pressure in kPa, temperature in K, densities in kg/m³."""

    pressure: float
    temperature: float
    liquid: float
    vapour: float


BOILING = tuple(
    Saturated(*row)
    for row in (
        (101.325, 111.667, 422.356, 1.8164),
        (150, 116.655, 414.975, 2.6049),
        (200, 120.622, 408.947, 3.3966),
        (250, 123.898, 403.851, 4.1765),
        (300, 126.714, 399.376, 4.9486),
        (400, 131.436, 391.661, 6.4792),
        (500, 135.351, 385.036, 8.0016),
        (600, 138.728, 379.136, 9.5237),
        (700, 141.717, 373.753, 11.0508),
        (800, 144.410, 368.760, 12.5868),
        (900, 146.869, 364.069, 14.1350),
        (1000, 149.139, 359.620, 15.6981),
        (1200, 153.228, 351.272, 18.8787),
        (1400, 156.853, 343.462, 22.1461),
        (1600, 160.124, 336.026, 25.5174),
        (1800, 163.113, 328.847, 29.0102),
        (2000, 165.873, 321.836, 32.6436),
    )
)


def saturated(kpa: float) -> Saturated:
    """Boiling methane at an absolute pressure in kPa. Raises ValueError outside of the table."""
    low, high = BOILING[0].pressure, BOILING[-1].pressure
    if not low <= kpa <= high:
        raise ValueError(f"{kpa} kPa: boiling methane is tabulated from {low} to {high} kPa absolute")
    upper = min(bisect_right(BOILING, kpa, key=lambda row: row.pressure), len(BOILING) - 1)
    below, above = BOILING[upper - 1], BOILING[upper]
    part = (kpa - below.pressure) / (above.pressure - below.pressure)
    return Saturated(*(b + part * (a - b) for b, a in zip(below, above, strict=True)))
