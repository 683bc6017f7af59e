"""Continuity of a total: what is believed at once, what must be said twice, and what a break in it was called.

           plausible ─────────────▶ accepted
reading ─┤                                                   back to plausible ─▶ a glitch: told, never booked
           not plausible ─▶ held ─▶ the next reading says ─┤ the same again    ─▶ a break: told, accepted anew
                                                             something else    ─▶ held again
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from agent.core.readings.units import convert
from drivers.model import Device, Instant, Point, Reading

Break = Literal["", "roll-over", "zero", "step-back", "jump"]
FASTEST = {"dispenser": 120.0}  # kg a minute: no nozzle gives more; a meter's own map may tell its limit
SLACK = 1.5  # of the allowance: polls are not exactly where their stamps say
CONFIRMED = {"zero": "total-reset", "step-back": "total-stepped-back", "jump": "total-jumped", "roll-over": "roll-over"}
GLITCH = {"zero": "total-read-zero", "step-back": "total-glitch", "jump": "total-glitch", "roll-over": "total-glitch"}
AWAY = float("-inf")  # the moment of a total remembered from before this start


@dataclass(frozen=True, slots=True)
class Counter:
    """The last total that is believed, and the one that still has to be confirmed."""

    reading: Reading
    at: Instant
    held: Reading | None = None
    held_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one reading. `kind` names a finding: before and after stand beside it."""

    counter: Counter
    believed: bool
    kind: str = ""
    before: Reading | None = None
    after: Reading | None = None


def look(counter: Counter | None, reading: Reading, at: Instant, point: Point, device: Device) -> Verdict:
    """Judge one good reading of a total."""
    fresh = Counter(reading, at)
    if counter is None:
        return Verdict(fresh, True)
    broken = judge(counter.reading, reading, at.mono - counter.at.mono, point, device)
    if not broken and counter.held is not None:
        glitch = judge(counter.reading, counter.held, AWAY, point, device) or "jump"
        return Verdict(fresh, True, GLITCH[glitch], counter.reading, counter.held)
    if not broken:
        return Verdict(fresh, True)
    if broken == "roll-over":
        return Verdict(fresh, True, CONFIRMED[broken], counter.reading, reading)
    if counter.held is not None and counter.held_at is not None:
        again = at.mono - counter.held_at.mono
        if not judge(counter.held, reading, again, point, device):
            return Verdict(fresh, True, CONFIRMED[broken], counter.reading, reading)
    return Verdict(replace(counter, held=reading, held_at=at), False)


def judge(before: Reading, after: Reading, elapsed: float, point: Point, device: Device) -> Break:
    """Nothing when `after` can follow `before` within `elapsed` seconds (not finite: any time may have passed)."""
    if after.unit != before.unit:  # the device was told another unit: that is a finding of its own
        return ""
    step = number(after) - number(before)
    most = allowance(device, point, after.unit, elapsed)
    if step >= 0:
        return "jump" if most is not None and step > most else ""
    if point.modulus is not None and (rest := step + point.modulus) >= 0 and (most is not None and rest <= most):
        return "roll-over"
    return "zero" if number(after) == 0 else "step-back"


def allowance(device: Device, point: Point, unit: str, elapsed: float) -> Decimal | None:
    """The most a total can grow in `elapsed` seconds, in its unit; None when nobody can say."""
    fastest = FASTEST.get(device.map.kind)
    rate = convert(fastest, "kg", unit) if fastest is not None else None
    if rate is None or not 0 <= elapsed < 1e9:
        return None
    return Decimal(rate * max(elapsed, device.every, 1.0) / 60 * SLACK)


def number(reading: Reading) -> Decimal:
    """A total as an exact number; a float in its shortest spelling."""
    value = reading.value
    return value if isinstance(value, Decimal) else Decimal(repr(value))


def remembered(total: object, unit: str, point: str) -> Counter:
    """A counter as the journal's last `total` fact told it: any time may have passed since."""
    reading = Reading(point, Decimal(repr(total)), unit, "good")
    return Counter(reading, Instant(AWAY, 0.0, "unsynced"))
