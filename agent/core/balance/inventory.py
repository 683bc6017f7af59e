"""Taking stock: what a station's counters show and its stores hold at this moment."""

from __future__ import annotations

from agent.core.balance.plan import Plan, Store
from agent.core.balance.snapshot import Snapshot, exact
from agent.core.balance.sources import dispensers, inlets
from agent.core.gas.mixture import mixture
from agent.core.gas.names import METHANE
from agent.core.gas.stock import ATMOSPHERE, compressed
from agent.core.readings.totals import UNREAD
from agent.core.readings.units import convert
from agent.core.state import State
from drivers.model import Instant

ZERO = 273.15  # K


def take(state: State, plan: Plan, now: Instant) -> Snapshot:
    """What is known now. A total that was not read since the start is not known."""
    totals = {}
    for name in (*inlets(state.setup, plan), *dispensers(state.setup)):
        counter = state.totals.get(name, UNREAD).known
        if counter is not None and not isinstance(counter.reading.value, str | None):
            totals[name] = exact(counter.reading.value), counter.reading.unit
    stock = {store.name: mass for store in plan.stores if (mass := stored(state, plan, store)) is not None}
    return Snapshot(now.utc, totals, stock)


def stored(state: State, plan: Plan, store: Store) -> float | None:
    """kg in cylinders or wells; None: pressure or temperature are not read."""
    pressure = measured(state, *store.pressure, "kPa")
    temperature = (
        store.temperature if isinstance(store.temperature, float) else measured(state, *store.temperature, "Cel")
    )
    if pressure is None or temperature is None:
        return None
    return compressed(mixture(plan.gas or METHANE), store.volume, pressure + ATMOSPHERE, temperature + ZERO)


def measured(state: State, device: str, point: str, unit: str) -> float | None:
    """A point as it was published last; None: it has no good value, or its device is silent."""
    told = state.told.get(device)
    if told is None or device in state.silent:
        return None
    reading = next((r for r in told.readings if r.point == point and r.quality == "good"), None)
    if reading is None or isinstance(reading.value, str | None):
        return None
    return convert(float(reading.value), reading.unit, unit)
