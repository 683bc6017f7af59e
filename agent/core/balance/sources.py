"""Through which devices gas comes and goes, how dense it is, and how wrong each figure may be."""

from __future__ import annotations

from math import hypot, sqrt

from agent.core.balance.plan import Plan
from agent.core.gas.detail import mass_density
from agent.core.gas.mixture import mixture
from agent.core.gas.names import METHANE
from agent.core.gas.stock import METERED
from agent.core.readings.units import convert
from agent.core.setup import Setup

ASSUMED = 0.04  # by which gas may be denser than methane, when nobody has said what it is made of


def inlets(setup: Setup, plan: Plan) -> tuple[str, ...]:
    """The meters through which gas comes in; none when several might, and nobody has said which."""
    if plan.inlets:
        return plan.inlets
    meters = [name for name, device in setup.devices.items() if device.map.kind == "meter" and is_gas(setup, name)]
    return tuple(meters) if len(meters) == 1 else ()


def is_gas(setup: Setup, device: str) -> bool:
    """Its total is a mass or a volume."""
    point = setup.total_point(device)
    unit = point.unit if point else ""
    return any(convert(1.0, unit, known) is not None for known in ("kg", "m3")) or unit.startswith("@")


def dispensers(setup: Setup) -> tuple[str, ...]:
    return tuple(name for name, device in setup.devices.items() if device.map.kind == "dispenser")


def density_of(plan: Plan) -> tuple[float, float, str]:
    """kg/m³ at reference conditions, its standard uncertainty as a share, and who says so."""
    if plan.density is not None:
        return plan.density, plan.density_error / sqrt(3), "entered"
    if plan.gas is not None:
        return mass_density(mixture(plan.gas), *METERED), plan.density_error / sqrt(3), "composition"
    return mass_density(mixture(METHANE), *METERED) * (1 + ASSUMED / 2), ASSUMED / 2 / sqrt(3), "assumed"


def share(error: float, other: float = 0.0) -> float:
    """Standard uncertainty as a share, of a limit of error and one that is standard already."""
    return hypot(error / sqrt(3), other)
