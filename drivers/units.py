"""Units that differ by a power of ten alone: what a device says in its unit, told exactly in the map's.

More than that is not turned: 10.00 Wh are exactly 0.01000 kW.h, but a K is no Cel and a MJ no whole number of kW.h. A
unit that cannot be turned leaves its point unsettled.
"""

from __future__ import annotations

from decimal import Decimal

SCALES: dict[str, tuple[str, int]] = {  # UCUM unit → (quantity, power of ten)
    "mL": ("volume", -6), "L": ("volume", -3), "dm3": ("volume", -3), "m3": ("volume", 0),
    "L/h": ("volume flow", -3), "m3/h": ("volume flow", 0), "L/min": ("volume flow a minute", -3),
    "m3/min": ("volume flow a minute", 0), "m3/s": ("volume flow a second", 0),
    "mg": ("mass", -6), "g": ("mass", -3), "kg": ("mass", 0), "t": ("mass", 3),
    "kg/h": ("mass flow", 0), "t/h": ("mass flow", 3),
    "W.h": ("electric energy", 0), "kW.h": ("electric energy", 3), "MW.h": ("electric energy", 6),
    "var.h": ("reactive energy", 0), "kvar.h": ("reactive energy", 3),
    "J": ("energy", 0), "kJ": ("energy", 3), "MJ": ("energy", 6), "GJ": ("energy", 9),
    "W": ("power", 0), "kW": ("power", 3), "MW": ("power", 6),
    "J/h": ("heat flow", 0), "kJ/h": ("heat flow", 3), "MJ/h": ("heat flow", 6), "GJ/h": ("heat flow", 9),
    "Pa": ("pressure", 0), "mbar": ("pressure", 2), "hPa": ("pressure", 2), "kPa": ("pressure", 3),
    "bar": ("pressure", 5), "MPa": ("pressure", 6),
    "mV": ("voltage", -3), "V": ("voltage", 0), "mA": ("electric current", -3), "A": ("electric current", 0),
}  # fmt: skip


def turned(value: Decimal, given: str, wanted: str) -> Decimal | None:
    """`value` of unit `given` in unit `wanted`, digit for digit; None when that is more than moving the point."""
    if given == wanted:
        return value
    (quantity, power), (other, into) = SCALES.get(given, (given, 0)), SCALES.get(wanted, (wanted, 0))
    return value.scaleb(power - into) if quantity == other else None
