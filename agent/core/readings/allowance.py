"""How much a total can grow: by the largest flow of its device, or else of anything of its kind."""

from __future__ import annotations

from decimal import Decimal

from agent.core.readings.units import convert
from drivers.flow import SECONDS, Flow
from drivers.model import Device, Kind, Reading

# What nothing of a kind exceeds at a filling station: of each quantity that may be counted, one row.
LARGEST: dict[Kind, tuple[Flow, ...]] = {
    "dispenser": (Flow(120, "kg", "min"), Flow(200, "m3", "min")),
    "meter": (Flow(20_000, "m3", "h"), Flow(16_000, "kg", "h"), Flow(250_000, "kW.h", "h")),
}
PACE: dict[Kind, float] = {"dispenser": 1.0, "meter": 5.0}  # seconds: a meter may refresh its total, or pulse, seldom
SLACK = 1.5  # polls are not exactly where their stamps say
SINGLE = Decimal(2) ** -23  # of its value: the step in which a 32-bit float counts
LONGEST = 1e9  # seconds


def largest(device: Device, unit: str, declared: bool = True) -> tuple[float, Flow] | None:
    """The flow a total in `unit` is judged by, and its amount in that unit; None when nobody can say.

    `declared`: by the device's own `qmax`, where it has one; else by what nothing of its kind exceeds, or its `qmax`
    where that is larger.
    """
    own = device.qmax or device.map.qmax
    flows = (own,) if own and declared else (*filter(None, (own,)), *LARGEST[device.map.kind])
    known = [(amount, flow) for flow in flows if (amount := convert(flow.amount, flow.unit, unit))]
    return max(known, key=lambda one: one[0] / SECONDS[one[1].per], default=None)


def allowance(device: Device, reading: Reading, elapsed: float | None, declared: bool = True) -> Decimal | None:
    """The most a total can have grown to `reading` in `elapsed` seconds, in its unit.

    None when nobody can say: no flow in this unit is known, or not how much time went by.
    """
    known = largest(device, reading.unit, declared)
    if known is None or elapsed is None or not 0 <= elapsed < LONGEST:
        return None
    amount, flow = known
    seconds = max(elapsed, device.every, PACE[device.map.kind])
    return Decimal(amount * seconds / SECONDS[flow.per] * SLACK) + grain(reading)


def grain(reading: Reading) -> Decimal:
    """The smallest step in which a total counts, as far as its figure tells."""
    value = reading.value
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        return Decimal(1).scaleb(exponent) if isinstance(exponent, int) else Decimal(0)
    return abs(number(reading)) * SINGLE


def number(reading: Reading) -> Decimal:
    """A total as an exact number; a float in its shortest spelling."""
    value = reading.value
    return value if isinstance(value, Decimal) else Decimal(repr(value))
