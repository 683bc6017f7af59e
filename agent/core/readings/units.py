"""Units of one quantity turned into each other, so that a limit in MPa also judges a device that answers in bar."""

from __future__ import annotations

# UCUM unit → (quantity, how many of the quantity's first unit it is)
FACTORS: dict[str, tuple[str, float]] = {
    "Pa": ("pressure", 1.0), "mbar": ("pressure", 1e2), "kPa": ("pressure", 1e3), "bar": ("pressure", 1e5),
    "MPa": ("pressure", 1e6), "[psi]": ("pressure", 6894.757293168), "atm": ("pressure", 101325.0),
    "kgf/cm2": ("pressure", 98066.5), "[in_i'H2O]": ("pressure", 249.08891),
    "g": ("mass", 1e-3), "kg": ("mass", 1.0), "t": ("mass", 1e3), "[lb_av]": ("mass", 0.45359237),
    "g/s": ("mass flow", 0.06), "g/min": ("mass flow", 1e-3), "kg/s": ("mass flow", 60.0), "kg/min": ("mass flow", 1.0),
    "g/h": ("mass flow", 1e-3 / 60), "kg/h": ("mass flow", 1 / 60), "kg/d": ("mass flow", 1 / 1440),
    "t/min": ("mass flow", 1e3), "t/h": ("mass flow", 1e3 / 60), "t/d": ("mass flow", 1e3 / 1440),
    "[lb_av]/s": ("mass flow", 27.2155422), "[lb_av]/min": ("mass flow", 0.45359237),
    "[lb_av]/h": ("mass flow", 0.45359237 / 60), "[lb_av]/d": ("mass flow", 0.45359237 / 1440),
    "g/cm3": ("density", 1e3), "g/mL": ("density", 1e3), "kg/L": ("density", 1e3), "g/L": ("density", 1.0),
    "kg/m3": ("density", 1.0), "[lb_av]/[gal_us]": ("density", 119.826427), "[lb_av]/[cft_i]": ("density", 16.018463),
    "m3/h": ("volume flow", 1.0), "L/min": ("volume flow", 0.06), "L/h": ("volume flow", 1e-3),
    "L/s": ("volume flow", 3.6), "m3/s": ("volume flow", 3600.0),
    "mL": ("volume", 1e-6), "L": ("volume", 1e-3), "dm3": ("volume", 1e-3), "m3": ("volume", 1.0),
    "[gal_us]": ("volume", 3.785411784e-3), "[cft_i]": ("volume", 2.8316846592e-2),
    "W.h": ("energy", 1e-3), "kW.h": ("energy", 1.0), "MW.h": ("energy", 1e3), "J": ("energy", 1 / 3.6e6),
    "kJ": ("energy", 1 / 3600), "MJ": ("energy", 1 / 3.6), "GJ": ("energy", 1e3 / 3.6),
    "K": ("temperature", 1.0), "Cel": ("temperature", 1.0), "[degR]": ("temperature", 5 / 9),
    "[degF]": ("temperature", 5 / 9),
}  # fmt: skip
ZEROS = {"Cel": 273.15, "[degF]": 459.67 * 5 / 9}  # where a scale begins, in its quantity's first unit


def convert(value: float, given: str, wanted: str) -> float | None:
    """`value` of unit `given` in unit `wanted`; None when they do not measure the same quantity."""
    if given == wanted:
        return value
    (quantity, factor), (other, into) = FACTORS.get(given, ("", 1.0)), FACTORS.get(wanted, ("?", 1.0))
    if quantity != other:
        return None
    return (value * factor + ZEROS.get(given, 0.0) - ZEROS.get(wanted, 0.0)) / into
