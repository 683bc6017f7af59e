"""Telemetry by change: a sample is a message when a point moved beyond its deadband, or its heartbeat is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from agent.core.messages.stamp import iso
from agent.core.model import Body, Trace
from drivers.model import Device, Reading, Report, Sample

ALWAYS = Report()


@dataclass(frozen=True, slots=True)
class Told:
    """What head office was last told of a device."""

    mono: float
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Habit:
    """How a device reports: deadbands of those points that have one, and the shortest heartbeat of all."""

    deadbands: dict[str, float]
    heartbeat: float


def habit(device: Device) -> Habit:
    points = device.map.points
    return Habit(
        {p.name: p.report.deadband for p in points if p.report.deadband > 0},
        min((p.report.heartbeat for p in points), default=ALWAYS.heartbeat),
    )


def report(told: Told | None, sample: Sample, habit: Habit, model: str) -> tuple[Told | None, Trace | None]:
    """The message this sample is worth, if any, and what has been told after it."""
    if (
        told
        and sample.at.mono - told.mono < habit.heartbeat
        and not moved(told.readings, sample.readings, habit.deadbands)
    ):
        return told, None
    body = {"device": sample.device, "model": model, "samples": [encode(sample)]}
    return Told(sample.at.mono, sample.readings), Trace("tele", sample.device, body, sample.device, sample.at)


def moved(before: Sequence[Reading], now: Sequence[Reading], deadbands: dict[str, float]) -> bool:
    """True when any point changed in quality, or in value by more than its deadband."""
    if before == now:
        return False
    if not deadbands or len(before) != len(now):
        return True
    return any(b != n and not within(b, n, deadbands.get(n.point, 0.0)) for b, n in zip(before, now, strict=True))


def within(before: Reading, now: Reading, deadband: float) -> bool:
    """True when both are numbers of the same quality no further apart than the deadband."""
    a, b = before.value, now.value
    if (before.point, before.quality, before.fault) != (now.point, now.quality, now.fault):
        return False
    if not isinstance(a, (Decimal, float, int)) or not isinstance(b, (Decimal, float, int)):
        return False
    return abs(float(a) - float(b)) <= deadband


def encode(sample: Sample) -> Body:
    """A sample as it travels: values, and the reasons of what is uncertain or bad."""
    values: Body = {}
    uncertain: dict[str, str] = {}
    bad: dict[str, str] = {}
    for point, value, _, quality, fault in sample.readings:
        if quality == "bad":
            bad[point] = fault
            continue
        values[point] = value
        if quality == "uncertain":
            uncertain[point] = fault
    said: Body = {"time": iso(sample.at.utc), "values": values}
    if uncertain:
        said["uncertain"] = uncertain
    if bad:
        said["bad"] = bad
    return said
