"""The tables of wired M-Bus (EN 13757-3): what the VIF and VIFE bytes mean, media, errors, and known products.

The words are those of libmbus, so that its regression output is our proof.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple


class Meaning(NamedTuple):
    """value = raw × factor, in `unit`. `time`: the bytes are a time point, not a number."""

    quantity: str
    unit: str
    factor: Decimal = Decimal(1)
    time: bool = False


SECONDS = tuple(Decimal(n) for n in ("1", "60", "3600", "86400"))
MONTH, YEAR = Decimal("2629743.83"), Decimal("31556926")

# (first code, how many codes, exponent of the first, quantity, unit): factor = 10^(exponent + code − first)
Decades = tuple[tuple[int, int, int, str, str], ...]
PRIMARY: Decades = (
    (0x00, 8, -3, "Energy", "Wh"),
    (0x08, 8, 0, "Energy", "J"),
    (0x10, 8, -6, "Volume", "m^3"),
    (0x18, 8, -3, "Mass", "kg"),
    (0x28, 8, -3, "Power", "W"),
    (0x30, 8, 0, "Power", "J/h"),
    (0x38, 8, -6, "Volume flow", "m^3/h"),
    (0x40, 8, -7, "Volume flow", "m^3/min"),
    (0x48, 8, -9, "Volume flow", "m^3/s"),
    (0x50, 8, -3, "Mass flow", "kg/h"),
    (0x58, 4, -3, "Flow temperature", "°C"),
    (0x5C, 4, -3, "Return temperature", "°C"),
    (0x60, 4, -3, "Temperature difference", "K"),
    (0x64, 4, -3, "External temperature", "°C"),
    (0x68, 4, -3, "Pressure", "bar"),
    (0x6E, 1, 0, "H.C.A.", "Units for H.C.A."),
    (0x78, 1, 0, "Fabrication No", ""),
    (0x79, 1, 0, "(Enhanced) Identification", ""),
    (0x7A, 1, 0, "Bus Address", ""),
    (0x7E, 1, 0, "Any VIF", ""),
    (0x7F, 1, 0, "Manufacturer specific", ""),
)
FD: Decades = (  # behind VIF FD
    (0x00, 4, -3, "Credit", "Currency units"),
    (0x04, 4, -3, "Debit", "Currency units"),
    *((0x08 + n, 1, 0, quantity, "") for n, quantity in enumerate((
        "Access Number (transmission count)", "Medium", "Manufacturer", "Parameter set identification",
        "Model / Version", "Hardware version", "Firmware version", "Software version", "Customer location", "Customer",
        "Access Code User", "Access Code Operator", "Access Code System Operator", "Access Code Developer", "Password",
        "Error flags", "Error mask",
    ))),
    (0x1A, 1, 0, "Digital Output", ""),
    (0x1B, 1, 0, "Digital Input", ""),
    (0x1C, 1, 0, "Baudrate", "Baud"),
    (0x1D, 1, 0, "Response delay time", "Bittimes"),
    (0x1E, 1, 0, "Retry", ""),
    (0x20, 1, 0, "First storage # for cyclic storage", ""),
    (0x21, 1, 0, "Last storage # for cyclic storage", ""),
    (0x22, 1, 0, "Size of storage block", ""),
    (0x3A, 1, 0, "Dimensionless", ""),
    (0x40, 16, -9, "Voltage", "V"),
    (0x50, 16, -12, "Current", "A"),
    *((0x60 + n, 1, 0, quantity, "") for n, quantity in enumerate((
        "Reset counter", "Cumulation counter", "Control signal", "Day of week", "Week number",
        "Time point of day change", "State of parameter activation", "Special supplier information",
    ))),
)  # fmt: skip
FB: Decades = (  # behind VIF FB
    (0x00, 2, 5, "Energy", "Wh"),
    (0x08, 2, 8, "Energy", "J"),
    (0x10, 2, 2, "Volume", "m^3"),
    (0x18, 2, 5, "Mass", "kg"),
    (0x21, 1, -1, "Volume", "feet^3"),
    (0x22, 2, -1, "Volume", "American gallon"),
    (0x24, 1, -3, "Volume flow", "American gallon/min"),
    (0x25, 1, 0, "Volume flow", "American gallon/min"),
    (0x26, 1, 0, "Volume flow", "American gallon/h"),
    (0x28, 2, 5, "Power", "W"),
    (0x30, 2, 8, "Power", "J/h"),
    (0x58, 4, -3, "Flow temperature", "°F"),
    (0x5C, 4, -3, "Return temperature", "°F"),
    (0x60, 4, -3, "Temperature difference", "°F"),
    (0x64, 4, -3, "External temperature", "°F"),
    (0x70, 4, -3, "Cold / Warm Temperature Limit", "°F"),
    (0x74, 4, -3, "Cold / Warm Temperature Limit", "°C"),
    (0x78, 8, -3, "Cumul count max power", "W"),
)
RESERVED = {  # codes the standard keeps free: a record may stand there, its value means nothing we know
    "FD": (0x19, 0x1F, 0x23, 0x2A, 0x2B, 0x3B, *range(0x3C, 0x40), *range(0x71, 0x80)),
    "FB": (*range(0x02, 0x08), *range(0x0A, 0x10), *range(0x12, 0x18), *range(0x1A, 0x21), 0x27, *range(0x2A, 0x30),
           *range(0x32, 0x58), *range(0x68, 0x70)),
    "": (0x6F,),
}  # fmt: skip

# (first code, quantity, seconds a step)
DURATIONS = {
    "": ((0x20, "On time", SECONDS), (0x24, "Operating time", SECONDS), (0x70, "Averaging Duration", SECONDS),
         (0x74, "Actuality Duration", SECONDS)),
    "FD": ((0x24, "Storage interval", (*SECONDS, MONTH, YEAR)), (0x2C, "Duration since last readout", SECONDS),
           (0x31, "Duration of tariff", SECONDS[1:]), (0x34, "Period of tariff", (*SECONDS, MONTH, YEAR)),
           (0x68, "Duration since last cumulation", (*SECONDS[2:], MONTH, YEAR)),
           (0x6C, "Operating time battery", (*SECONDS[2:], MONTH, YEAR))),
    "FB": (),
}  # fmt: skip
TIMES = {
    "": {0x6C: Meaning("Time point (date)", "-", time=True), 0x6D: Meaning("Time point (date & time)", "-", time=True)},
    "FD": {0x30: Meaning("Reserved", "Reserved", time=True),
           0x70: Meaning("Date and time of battery change", "", time=True)},
    "FB": {},
}  # fmt: skip


def spread(name: str, decades: Decades) -> dict[int, Meaning]:
    """One extension's codes → meanings."""
    table = {code: Meaning("Reserved", "Reserved") for code in RESERVED[name]}
    for first, count, exponent, quantity, unit in decades:
        table |= {first + n: Meaning(quantity, unit, Decimal(1).scaleb(exponent + n)) for n in range(count)}
    for first, quantity, steps in DURATIONS[name]:
        table |= {first + n: Meaning(quantity, "s", step) for n, step in enumerate(steps)}
    return table | TIMES[name]


MEANINGS = {"": spread("", PRIMARY), "FD": spread("FD", FD), "FB": spread("FB", FB)}

FUNCTIONS = ("Instantaneous value", "Maximum value", "Minimum value", "Value during error state")

MEDIA = dict(enumerate((
    "Other", "Oil", "Electricity", "Gas", "Heat: Outlet", "Steam", "Warm water (30-90°C)", "Water",
    "Heat Cost Allocator", "Compressed Air", "Cooling load meter: Outlet", "Cooling load meter: Inlet", "Heat: Inlet",
    "Heat / Cooling load meter", "Bus/System", "Unknown Medium", "Irrigation Water", "Water Logger", "Gas Logger",
    "Gas Converter", "Calorific value", "Hot water (>90°C)", "Cold water", "Dual water", "Pressure", "A/D Converter",
    "Smoke Detector", "Ambient Sensor", "Gas Detector",
))) | dict.fromkeys((*range(0x22, 0x28), *range(0x2A, 0x40)), "Reserved") | {
    0x20: "Breaker: Electricity", 0x21: "Valve: Gas or Water", 0x25: "Customer Unit: Display Device",
    0x28: "Waste Water", 0x29: "Garbage", 0x30: "Service Unit", 0x36: "Radio Converter: System",
    0x37: "Radio Converter: Meter",
}  # fmt: skip

ERRORS = (
    "Unspecified error", "Unimplemented CI-Field", "Buffer too long, truncated", "Too many records",
    "Premature end of record", "More than 10 DIFE´s", "More than 10 VIFE´s", "Reserved", "Application busy",
    "Too many readouts",
)  # fmt: skip

# The older fixed structure (CI 73): medium in four bits, unit in six.
FIXED_MEDIA = (
    "Other", "Oil", "Electricity", "Gas", "Heat", "Steam", "Hot Water", "Water", "H.C.A.", "Reserved", "Gas Mode 2",
    "Heat Mode 2", "Hot Water Mode 2", "Water Mode 2", "H.C.A. Mode 2", "Reserved",
)  # fmt: skip
FIXED_UNITS = (
    "h,m,s", "D,M,Y",
    *(f"{step}{unit}" for units in (
        ("Wh", "kWh", "MWh"), ("kJ", "MJ", "GJ"), ("W", "kW", "MW"), ("kJ/h", "MJ/h", "GJ/h"), ("ml", "l", "m^3"),
        ("ml/h", "l/h", "m^3/h"),
    ) for unit in units for step in ("", "10 ", "100 ")),
    "1e-3 °C", "units for HCA", "reserved", "reserved", "reserved", "reserved", "reserved but historic",
    "without units",
)  # fmt: skip
