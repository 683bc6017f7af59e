"""Units of one quantity turned into each other, so that a limit in MPa also judges a device that answers in bar."""

from __future__ import annotations

# UCUM unit → (quantity, how many of the quantity's first unit it is)
FACTORS: dict[str, tuple[str, float]] = {
    "Pa": ("pressure", 1.0), "mbar": ("pressure", 1e2), "kPa": ("pressure", 1e3), "bar": ("pressure", 1e5),
    "MPa": ("pressure", 1e6), "[psi]": ("pressure", 6894.757293168), "atm": ("pressure", 101325.0),
    "kgf/cm2": ("pressure", 98066.5),
    "g": ("mass", 1e-3), "kg": ("mass", 1.0), "t": ("mass", 1e3), "[lb_av]": ("mass", 0.45359237),
    "g/s": ("mass flow", 0.06), "g/min": ("mass flow", 1e-3), "kg/s": ("mass flow", 60.0), "kg/min": ("mass flow", 1.0),
    "kg/h": ("mass flow", 1 / 60), "t/h": ("mass flow", 1000 / 60),
    "g/cm3": ("density", 1e3), "g/mL": ("density", 1e3), "kg/L": ("density", 1e3), "g/L": ("density", 1.0),
    "kg/m3": ("density", 1.0),
    "m3/h": ("volume flow", 1.0), "L/min": ("volume flow", 0.06), "L/h": ("volume flow", 1e-3),
    "m3/s": ("volume flow", 3600.0),
    "mL": ("volume", 1e-6), "L": ("volume", 1e-3), "dm3": ("volume", 1e-3), "m3": ("volume", 1.0),
    "W.h": ("energy", 1e-3), "kW.h": ("energy", 1.0), "MW.h": ("energy", 1e3), "J": ("energy", 1 / 3.6e6),
    "kJ": ("energy", 1 / 3600), "MJ": ("energy", 1 / 3.6), "GJ": ("energy", 1e3 / 3.6),
}  # fmt: skip


def convert(value: float, given: str, wanted: str) -> float | None:
    """`value` of unit `given` in unit `wanted`; None when they do not measure the same quantity."""
    if given == wanted:
        return value
    (quantity, factor), (other, into) = FACTORS.get(given, ("", 1.0)), FACTORS.get(wanted, ("?", 1.0))
    return value * factor / into if quantity == other else None
