"""What one poll of a dispenser says about a fill: its points by their roles, in the units that fills are told in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from agent.core.readings.allowance import number
from agent.core.readings.continuity import Counter
from agent.core.readings.units import convert
from drivers.model import Device, Instant, Reading, Sample

UNITS = {
    "total": "kg", "sale": "kg", "flow": "kg/min", "pressure": "MPa", "temperature": "Cel", "density": "kg/m3",
    "price": "CNY/kg", "amount": "CNY",
}  # fmt: skip
MONEY = "CNY"
NONE_GIVEN = ("null",)  # the fault of a preset that nobody gave


@dataclass(frozen=True, slots=True)
class Signs:
    """kg, kg/min, MPa, Cel, kg/m3, CNY; None: not told, or not believed.

    `total` is the believed one, `before` the one believed at the poll before; None: there was none, or continuity was
    broken between them.
    """

    at: Instant
    total: Decimal | None = None
    before: Decimal | None = None
    broken: bool = False
    heard: bool = True  # the device said anything at all
    state: str = ""
    stop: str = ""
    number: int | None = None
    sale: Decimal | None = None
    price: Decimal | None = None
    amount: Decimal | None = None
    preset: Decimal | None = None  # 0: none was given
    money: bool = False  # the preset is an amount
    flow: float | None = None
    pressure: float | None = None
    temperature: float | None = None
    density: float | None = None


def read(device: Device, before: Counter | None, after: Counter | None, broken: bool, sample: Sample) -> Signs:
    """The signs of one poll. `before`, `after`: the device's total as believed before and after it."""
    roles = {p.name: p.role for p in device.map.points if p.role}
    by_role = {roles[r.point]: r for r in sample.readings if r.point in roles}
    said = {role: reading for role, reading in by_role.items() if reading.quality == "good"}
    preset, money = preset_of(by_role.get("preset"))
    flow, pressure, temperature, density = (
        measure(said, role) for role in ("flow", "pressure", "temperature", "density")
    )
    return Signs(
        at=sample.at,
        total=mass_of(after),
        before=None if broken else rolled(device, mass_of(before), mass_of(after)),
        broken=broken,
        heard=any(reading.quality != "bad" for reading in sample.readings),
        state=word(said, "state"),
        stop=word(said, "stop-reason"),
        number=whole(said, "sale-number"),
        sale=figure(said, "sale"),
        price=figure(said, "price"),
        amount=figure(said, "amount"),
        preset=preset,
        money=money,
        flow=flow, pressure=pressure, temperature=temperature, density=density,
    )  # fmt: skip


def mass_of(counter: Counter | None) -> Decimal | None:
    """A believed total in kg; None: there is none, or it is no mass."""
    return exact(counter.reading, "kg") if counter else None


def rolled(device: Device, before: Decimal | None, after: Decimal | None) -> Decimal | None:
    """The total before, as if the counter had no end: below 0 when it rolled over since."""
    modulus = next((p.modulus for p in device.map.points if p.role == "total"), None)
    over = before is not None and after is not None and modulus is not None and after < before
    return before - modulus if over and before is not None and modulus is not None else before


def exact(reading: Reading, unit: str) -> Decimal | None:
    """A reading's number in `unit`, to the last digit where it needs no conversion."""
    if isinstance(reading.value, str | None):
        return None
    if reading.unit == unit or not reading.unit:
        return number(reading)
    factor = convert(1.0, reading.unit, unit)
    return None if factor is None else number(reading) * Decimal(repr(factor))


def figure(said: dict[str, Reading], role: str) -> Decimal | None:
    return exact(said[role], UNITS[role]) if role in said else None


def measure(said: dict[str, Reading], role: str) -> float | None:
    value = figure(said, role)
    return None if value is None else float(value)


def whole(said: dict[str, Reading], role: str) -> int | None:
    value = said[role].value if role in said else None
    return None if isinstance(value, str | None) else int(value)


def word(said: dict[str, Reading], role: str) -> str:
    value = said[role].value if role in said else ""
    return value if isinstance(value, str) else ""


def preset_of(reading: Reading | None) -> tuple[Decimal | None, bool]:
    """A preset in kg or in money; 0 when the device says that none was given."""
    if reading is None:
        return None, False
    if reading.quality == "bad":
        return (Decimal(0), False) if reading.fault in NONE_GIVEN else (None, False)
    if reading.unit == MONEY:
        return exact(reading, MONEY), True
    return exact(reading, "kg"), False
