"""A simulated device: a map from the catalogue, and which quantity of the station each of its points shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from drivers.bus.plan import plan_points, plan_settings
from drivers.model import DeviceMap, Point, Registers, Value
from drivers.sim.speaker.reply import Shown
from drivers.values.decode import resolve
from drivers.values.encode import code_of, encode, encode_setting

Mood = Literal["alive", "silent", "exception", "noise", "late", "frozen", "reset", "density"]
Play = Callable[[float], Mapping[str, Value]]  # time in seconds → the station's quantities

# role of a point → quantity; what has no role is told in sim.toml (show, values) or shows nothing: 0
BY_ROLE = {
    "total": "total", "display-total": "total", "sale": "sale", "sale-number": "sale_number", "price": "price",
    "amount": "amount", "preset": "preset", "stop-reason": "stop_reason", "flow": "flow", "pressure": "pressure",
    "temperature": "temperature", "density": "density", "state": "state",
}  # fmt: skip

# how many of the point's unit make one kg, kg/min, MPa, m3, m3/h, kg/m3
FACTORS = {
    "": 1.0, "1": 1.0, "%": 1.0, "Cel": 1.0, "CNY": 1.0, "CNY/kg": 1.0, "m/s": 1.0, "h": 1.0,
    "A": 1.0, "mA": 1.0, "V": 1.0, "Hz": 1.0,
    "kg": 1.0, "g": 1e3, "t": 1e-3, "kg/min": 1.0, "kg/s": 1 / 60, "kg/h": 60.0, "g/s": 1e3 / 60, "t/h": 0.06,
    "MPa": 1.0, "kPa": 1e3, "bar": 10.0, "Pa": 1e6, "m3": 1.0, "L": 1e3,
    "m3/h": 1.0, "m3/s": 1 / 3600, "L/min": 1e3 / 60,
    "kW.h": 1.0, "kW": 1.0, "mo": 1.0,
    "kg/m3": 1.0, "g/L": 1.0, "g/cm3": 1e-3, "kg/L": 1e-3,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SimDevice:
    """One device of the simulated station. `settings` are words; `show` and `values` go by point name."""

    name: str
    map: DeviceMap
    bus: str  # tcp, rtu, or the name of a serial line
    address: int | str
    play: Play
    settings: dict[str, str] = field(default_factory=dict)
    show: dict[str, str] = field(default_factory=dict)
    values: dict[str, float | str] = field(default_factory=dict)


def image(device: SimDevice, t: float) -> Registers:
    """All registers a master may ask for, at time `t`; what lies between points reads 0."""
    device_map = device.map
    registers: Registers = {
        (block.table, at): 0
        for block in (*plan_settings(device_map), *plan_points(device_map))
        for at in range(block.address, block.address + block.count)
    }
    for setting in device_map.settings:
        words = encode_setting(setting, device.settings[setting.name], device_map)
        registers.update({(setting.table or device_map.table, at): word for at, word in words.items()})
    quantities = device.play(t)
    for point in device_map.points:
        words = encode(point, value_of(point, device, quantities), device_map, device.settings)
        registers.update({(point.table or device_map.table, at): word for at, word in words.items()})
    return registers


def shown(device: SimDevice, t: float) -> dict[str, Shown]:
    """What a device of codes shows at time `t`, by code."""
    quantities = device.play(t)
    said: dict[str, Shown] = {}
    for point in device.map.points:
        value = value_of(point, device, quantities)
        worded = bool(point.words) and isinstance(value, str)
        said[point.code] = Shown(code_of(str(value), point.words, point.name) if worded else value, point.unit)
    return said


def value_of(point: Point, device: SimDevice, quantities: Mapping[str, Value]) -> Value:
    """What the point shows, in its own unit."""
    if point.name in device.values:
        return device.values[point.name]
    quantity = device.show.get(point.name) or BY_ROLE.get(point.role, "")
    value = quantities.get(quantity, 0)
    if quantity not in quantities:
        return device.name if point.type == "text" else 0
    if value is None or isinstance(value, str):
        return value
    factor = FACTORS[resolve(point.unit, device.settings)]
    return value if factor == 1.0 else float(value) * factor


def facade(device: SimDevice, t: float) -> dict[str, str]:
    """What a person would see on the device: every point with a quantity behind it, in its unit, to a thousandth."""
    quantities = device.play(t)
    said = {}
    for point in device.map.points:
        if point.name in device.values or (device.show.get(point.name) or BY_ROLE.get(point.role)) in quantities:
            value, unit = value_of(point, device, quantities), resolve(point.unit, device.settings)
            figure = f"{value:.3f}" if isinstance(value, float | Decimal) else "–" if value is None else str(value)
            said[point.name] = f"{figure} {'' if unit == '1' else unit}".strip()
    return said


def problems(device: SimDevice) -> list[str]:
    """Why this device cannot be simulated: a setting without a word, a unit without a factor, a name not in the map."""
    said = []
    for setting in device.map.settings:
        words = tuple(setting.codes.values())
        if setting.length:
            if setting.name not in device.settings:
                said.append(f"settings.{setting.name}: {setting.length} numbers, what stands where")
        elif device.settings.get(setting.name) not in words:
            said.append(f"settings.{setting.name}: one of {', '.join(words)}")
    for name in (*device.show, *device.values):
        if name not in {point.name for point in device.map.points}:
            said.append(f"{name}: {device.map.key} has no such point")
    for point in device.map.points:
        if (unit := resolve(point.unit, device.settings)) not in FACTORS:
            said.append(f"{point.name}: the simulator does not know the unit {unit}")
    return said or refused_values(device)


def refused_values(device: SimDevice) -> list[str]:
    """What the first image could not say."""
    try:
        shown(device, 0.0) if device.map.coded else image(device, 0.0)
    except ValueError as error:
        return [str(error)]
    return []
