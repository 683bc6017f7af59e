"""A dispenser that leaks must not fill: the agent trips nothing, but it says so at once when one does."""

from __future__ import annotations

from agent.core.alarms import panel
from agent.core.alarms.panel import Alarms, Moved
from agent.core.emergency.turns import blocked
from agent.core.readings.units import convert
from agent.core.state import State
from drivers.model import Point, Reading, Sample

RUNS = 0.5  # kg/min: less is no fill


def watch(state: State, alarms: Alarms, sample: Sample) -> Moved:
    """Sound when the dispenser of this sample is blocked by a leak and fills."""
    if not state.incidents or sample.device not in (leaking := blocked(state)):
        return alarms, []
    points = {point.name: point for point in state.setup.devices[sample.device].map.points}
    if not any(fills(points[reading.point], reading) for reading in sample.readings if reading.point in points):
        return alarms, []
    number = leaking[sample.device]
    return panel.sound(
        state.setup, alarms, "filling-blocked", sample.at, "station", incident=number, where=sample.device
    )


def fills(point: Point, reading: Reading) -> bool:
    """True when a reading says that gas runs."""
    if reading.quality == "bad" or reading.value is None:
        return False
    if point.role == "state":
        return reading.value == "filling"
    if point.role != "flow" or isinstance(reading.value, str):
        return False
    flow = convert(float(reading.value), reading.unit, "kg/min")
    return flow is not None and flow > RUNS
