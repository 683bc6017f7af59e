"""`[balance]` and `[[storage]]`: which meter is the inlet, how dense the gas is, what is in store."""

from __future__ import annotations

from agent.config.lines import NAME
from agent.core.balance.plan import USUAL_PLAN, Plan, Store
from agent.core.gas.mixture import mixture
from agent.core.gas.names import NAMES
from drivers.model import Device
from drivers.table import Table

POINT = r"[A-Za-z0-9][A-Za-z0-9_.-]*\.[A-Za-z0-9_]+"


def read(table: Table, stores: list[Table], devices: tuple[Device, ...]) -> Plan:
    names = [device.name for device in devices]
    inlets = table.items("inlets", str, "a list of devices", [])
    if unknown := sorted(set(inlets) - set(names)):
        table.problem("inlets", f"{unknown[0]!r} is no device", ", ".join(names))
    gas = read_gas(table) if "composition" in table else None
    plan = Plan(
        tuple(inlets), tuple(read_store(store, devices) for store in stores), gas,
        table.number("density", low=0.5, high=1.5) if "density" in table else None,
        table.number("inlet_error", USUAL_PLAN.inlet_error, low=0.0001, high=0.2),
        table.number("dispenser_error", USUAL_PLAN.dispenser_error, low=0.0001, high=0.2),
        table.number("stock_error", USUAL_PLAN.stock_error, low=0, high=1e5),
        table.number("density_error", USUAL_PLAN.density_error, low=0.0001, high=0.2),
        table.number("limit", low=0.0001, high=1) if "limit" in table else None,
    )  # fmt: skip
    table.end()
    return plan


def read_gas(table: Table) -> dict[str, float] | None:
    """Mole fractions by name; they add up to 1."""
    inner = table.table("composition")
    shares = {known: inner.number(name, low=0, high=1) for name, known in NAMES.items() if name in inner}
    inner.end()
    try:
        mixture(shares)
    except ValueError as error:
        table.problem("composition", str(error), "mole fractions that add up to 1, such as { methane = 1 }")
        return None
    return shares


def read_store(table: Table, devices: tuple[Device, ...]) -> Store:
    """`pressure = "device.point"`; `temperature` the same, or a number in Cel."""
    name = table.text("name", pattern=NAME, allowed="a short name without blanks")
    volume = table.number("volume", low=0.001, high=1e5)
    pressure = point_of(table, "pressure", devices)
    given = table.content.get("temperature")
    temperature: tuple[str, str] | float = (
        point_of(table, "temperature", devices)
        if isinstance(given, str)
        else table.number("temperature", low=-60, high=80)
    )
    error = table.number("error", 0.014, low=0.0001, high=0.5)
    table.end()
    return Store(name, volume, pressure, temperature, error)


def point_of(table: Table, key: str, devices: tuple[Device, ...]) -> tuple[str, str]:
    text = table.text(key, pattern=POINT, allowed="device.point")
    device, _, point = text.rpartition(".")
    known = {d.name: {p.name for p in d.map.points} for d in devices if d.map}
    if text and point not in known.get(device, ()):
        table.problem(key, f"{text!r} is no point of a device", "device.point, such as meter-1.pressure")
    return device, point
