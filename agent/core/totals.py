"""Totaliser snapshots: what a counter showed after power-up and at every full hour, as facts."""

from __future__ import annotations

from dataclasses import dataclass

from agent.core.model import Body, Fact
from agent.core.setup import Setup
from drivers.model import Instant, Reading, Sample

HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Counter:
    """The last good total of one device, when it was read, and the hour it was last published for."""

    reading: Reading
    at: Instant
    hour: int


def look(setup: Setup, counter: Counter | None, sample: Sample) -> tuple[Counter | None, list[Fact]]:
    """Keep the newest good total; the first one, and the first of each hour, are facts."""
    point = setup.total_point(sample.device)
    reading = next((r for r in sample.readings if point and r.point == point.name and r.quality == "good"), None)
    if reading is None:
        return counter, []
    hour = int(sample.at.utc // HOUR)
    fresh = Counter(reading, sample.at, hour)
    if counter is None:
        return fresh, snapshots(setup, sample.device, fresh, "power-up")
    if hour != counter.hour:
        return fresh, snapshots(setup, sample.device, fresh, "hourly")
    return fresh, []


def snapshots(setup: Setup, device: str, counter: Counter, reason: str) -> list[Fact]:
    """One `total` fact for each gun or meter that this device counts for."""
    return [
        Fact("total", name, figure(device, counter) | {"reason": reason}, device, counter.at)
        for name, owner in setup.counters()
        if owner == device
    ]


def figure(device: str, counter: Counter) -> Body:
    """A total as it stands in a body; its unit is stated because a device may be asked for it."""
    reading = counter.reading
    return {"device": device, "point": reading.point, "total": reading.value, "unit": reading.unit}
