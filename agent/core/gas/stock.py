"""What is in store, in kg: gas in cylinders and wells as the real gas it is, LNG as its liquid and the vapour above.

Pressures are absolute, in kPa; temperatures in K; volumes and lengths in m³ and m; densities in kg/m³.
"""

from __future__ import annotations

from math import acos, sqrt
from typing import NamedTuple

from agent.core.gas.detail import mass_density
from agent.core.gas.mixture import Mixture
from agent.core.gas.saturation import saturated

ATMOSPHERE = 101.325  # kPa


class Reference(NamedTuple):
    """The state in which a volume of gas is told: kPa absolute and K."""

    pressure: float = ATMOSPHERE
    temperature: float = 293.15


METERED = Reference()  # 20 °C and 101.325 kPa, as gas is sold in China


def compressed(gas: Mixture, volume: float, kpa: float, temperature: float) -> float:
    """kg of gas in cylinders or wells of that volume. Raises Unsolved."""
    return volume * mass_density(gas, kpa, temperature)


def at_reference(gas: Mixture, volume: float, kpa: float, temperature: float, reference: Reference = METERED) -> float:
    """m³ at reference conditions of a volume as it flowed: V·ρ/ρₙ. Raises Unsolved."""
    return volume * mass_density(gas, kpa, temperature) / mass_density(gas, *reference)


def mass_of(gas: Mixture, volume: float, reference: Reference = METERED) -> float:
    """kg of so many m³ at reference conditions."""
    return volume * mass_density(gas, *reference)


def volume_of(gas: Mixture, mass: float, reference: Reference = METERED) -> float:
    """m³ at reference conditions of so many kg."""
    return mass / mass_density(gas, *reference)


def lying_cylinder(radius: float, length: float, level: float) -> float:
    """m³ of liquid up to `level` in a horizontal cylinder, without its dished ends (the tank's table adds those).
    Raises ValueError: a level outside of the tank."""
    if not 0 <= level <= 2 * radius:
        raise ValueError(f"level {level} m: the tank is {2 * radius} m high")
    below = radius - level
    return length * (radius**2 * acos(below / radius) - below * sqrt(level * (2 * radius - level)))


def liquefied(tank: float, liquid: float, kpa: float) -> float:
    """kg in an LNG tank of `tank` m³ with `liquid` m³ of liquid at the tank's pressure. Raises ValueError: a pressure
    outside of the table, more liquid than tank."""
    if not 0 <= liquid <= tank:
        raise ValueError(f"{liquid} m³ of liquid in a tank of {tank} m³")
    boiling = saturated(kpa)
    return boiling.liquid * liquid + boiling.vapour * (tank - liquid)
