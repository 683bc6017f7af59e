"""Density and compressibility of natural gas by AGA8 DETAIL (ISO 12213-2, GB/T 17747.2), from its composition.

    Z = 1 + B·ρ − ρᵣ·Σ C(13…18) + Σ C(13…58)·(b − k·ρᵣᵏ)·ρᵣᵇ·exp(−ρᵣᵏ)        ρᵣ = K³·ρ,  p = Z·ρ·R·T

Pressures are absolute, in kPa; temperatures in K; molar densities in mol/l, mass densities in kg/m³. Uncertainty 0.1 %
within 250 … 350 K and up to 12 MPa for pipeline gas, wider above; the equation describes gas alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

from agent.core.gas.mixture import Mixture

R = 8.31451  # J/(mol·K): the value the equation was fitted with
NEAR, TRIES = 1e-9, 50  # the relative step at which a density is found; about six steps are needed
WIDEST = (143.15, 676.15)  # K, in which the standard lets the equation be used at all


class Unsolved(ValueError):
    """No density for this pressure and temperature: outside of what the equation describes."""


@dataclass(frozen=True, slots=True)
class Isotherm:
    """One mixture at one temperature: B in l/mol, and (C, b, k) of the higher terms."""

    rt: float
    size: float
    second: float
    linear: float
    terms: tuple[tuple[float, int, int], ...]


def isotherm(gas: Mixture, temperature: float) -> Isotherm:
    """What depends on the temperature. Raises Unsolved outside of WIDEST."""
    if not WIDEST[0] <= temperature <= WIDEST[1]:
        raise Unsolved(f"{temperature} K: the equation holds from {WIDEST[0]} to {WIDEST[1]} K")
    second = sum(c * temperature**-u for c, u in gas.virial)
    terms = tuple((c * temperature**-u, b, k) for c, b, k, u in gas.higher)
    return Isotherm(R * temperature, gas.size, second, sum(c for c, b, _ in terms if b == 1), terms)


def pressure(at: Isotherm, density: float) -> tuple[float, float]:
    """(p, dp/dρ) in kPa and kPa/(mol/l) at a molar density in mol/l."""
    reduced = at.size * density
    powers = [1.0] * 10
    for n in range(1, 10):
        powers[n] = powers[n - 1] * reduced
    fading = (1.0, *(exp(-powers[k]) for k in range(1, 5)))
    first = at.second * density - reduced * at.linear
    z, slope = 1 + first, 1 + 2 * first
    for c, b, k in at.terms:
        value = c * powers[b] * fading[k]
        kd = k * powers[k] if k else 0.0
        d1 = b - kd
        z += value * d1
        slope += value * (d1 + d1 * d1 - k * kd)
    return density * at.rt * z, at.rt * slope


def density(gas: Mixture, kpa: float, temperature: float) -> float:
    """Molar density in mol/l at an absolute pressure and a temperature. Raises Unsolved: none was found.

    Newton's steps in log p over log ρ, which is nearly straight, from the ideal gas on.
    """
    at = isotherm(gas, temperature)
    if kpa <= 0:
        if kpa == 0:
            return 0.0
        raise Unsolved(f"{kpa} kPa: an absolute pressure is above zero")
    wanted, log_density = log(kpa), log(kpa / at.rt)
    for _ in range(TRIES):
        guess = exp(log_density)
        p, slope = pressure(at, guess)
        if p <= 0 or slope <= 0:
            log_density -= 0.1
            continue
        step = (wanted - log(p)) * p / (guess * slope)
        log_density += max(-1.0, min(1.0, step))
        if abs(step) < NEAR:
            return exp(log_density)
    raise Unsolved(f"no density at {kpa} kPa and {temperature} K: outside of what the equation describes")


def compressibility(gas: Mixture, kpa: float, temperature: float) -> float:
    """Z = p/(ρRT); 1 in the limit of no pressure. Raises Unsolved."""
    return kpa / (density(gas, kpa, temperature) * R * temperature) if kpa else 1.0


def mass_density(gas: Mixture, kpa: float, temperature: float) -> float:
    """kg/m³ at an absolute pressure in kPa and a temperature in K. Raises Unsolved."""
    return density(gas, kpa, temperature) * gas.mass
