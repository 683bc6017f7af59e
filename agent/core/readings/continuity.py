"""Continuity of a total: what is believed at once, what must be said twice, and what a break in it was called.

           plausible ─────────────▶ accepted
reading ─┤                                                   back to plausible ─▶ a glitch: told, never booked
           not plausible ─▶ held ─▶ the next reading says ─┤ the same again    ─▶ a break: told, accepted anew
                                                             something else    ─▶ held again

The first total after a start is judged by the last that was believed before it. One that is higher by more than a
minute can bring (a leap) may be right and is held as well: said twice it is accepted, and no break.

A device that outran its `qmax`, and said so twice, is judged from then on by what nothing of its kind exceeds: the
figure was wrong, or its total counts in steps larger than a poll may bring. That is told once, as a jump.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from agent.core.readings.allowance import allowance, number
from drivers.model import Device, Instant, Point, Reading

Break = Literal["", "roll-over", "zero", "step-back", "jump", "leap"]
CONFIRMED = {"zero": "total-reset", "step-back": "total-stepped-back", "jump": "total-jumped", "roll-over": "roll-over"}
ZERO, GLITCH = "total-read-zero", "total-glitch"
AWAY = float("-inf")  # the monotonic second of a total remembered from before this start
MINUTE = 60.0
TOP, BOTTOM = Decimal("0.99"), Decimal("0.01")  # of the modulus: a roll-over begins above the one, ends below the other


@dataclass(frozen=True, slots=True)
class Counter:
    """The last total that is believed, and the one that still has to be confirmed."""

    reading: Reading
    at: Instant
    held: Reading | None = None
    held_at: Instant | None = None
    outran: bool = False  # its qmax


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one reading. `kind` names a finding: before and after stand beside it."""

    counter: Counter
    believed: bool
    kind: str = ""
    before: Reading | None = None
    after: Reading | None = None


def judge(counter: Counter | None, reading: Reading, at: Instant, point: Point, device: Device) -> Verdict:
    """Judge one good reading of a total."""
    if counter is None:
        return Verdict(Counter(reading, at), True)
    fresh = Counter(reading, at, outran=counter.outran)
    broken = break_between(counter, reading, at, point, device)
    if broken == "roll-over" and counter.at.mono != AWAY:
        return Verdict(fresh, True, CONFIRMED[broken], counter.reading, reading)
    if not broken and counter.held is not None:
        return Verdict(fresh, True, GLITCH if number(counter.held) else ZERO, counter.reading, counter.held)
    if not broken:
        return Verdict(fresh, True)
    if counter.held is not None and counter.held_at is not None:
        again = at.mono - counter.held_at.mono
        if not find_break(counter.held, reading, again, point, device, declared=False):
            outran = counter.outran or outruns(counter, reading, at, point, device)
            return Verdict(replace(fresh, outran=outran), True, CONFIRMED.get(broken, ""), counter.reading, reading)
    return Verdict(replace(counter, held=reading, held_at=at), False)


def break_between(counter: Counter, reading: Reading, at: Instant, point: Point, device: Device) -> Break:
    """What parts a reading from the last total that is believed."""
    broken = find_break(counter.reading, reading, elapsed(counter.at, at), point, device, not counter.outran)
    if broken or counter.at.mono != AWAY:
        return broken
    same = counter.reading.unit == reading.unit
    step = number(reading) - number(counter.reading) if same else Decimal(0)
    return "leap" if step > (allowance(device, reading, MINUTE) or 0) else ""


def outruns(counter: Counter, reading: Reading, at: Instant, point: Point, device: Device) -> bool:
    """True for a rise that only the device's own `qmax` forbids."""
    since = elapsed(counter.at, at)
    return not find_break(counter.reading, reading, since, point, device, declared=False)


def find_break(
    before: Reading, after: Reading, elapsed: float | None, point: Point, device: Device, declared: bool = True
) -> Break:
    """Nothing when `after` can follow `before` within `elapsed` seconds; None: any time may have passed.

    `declared`: as far as the device's own `qmax` goes, not what its kind can do.
    """
    if after.unit != before.unit:  # the device was told another unit: that is a finding of its own
        return ""
    step = number(after) - number(before)
    most = allowance(device, after, elapsed, declared)
    if step >= 0:
        return "jump" if most is not None and step > most else ""
    if point.modulus is not None and rolled(number(before), number(after), point.modulus, most):
        return "roll-over"
    return "zero" if number(after) == 0 else "step-back"


def rolled(before: Decimal, after: Decimal, modulus: Decimal, most: Decimal | None) -> bool:
    """True for a total that was nearly full and has hardly begun again, by no more than it can have grown."""
    began = TOP * modulus < before < modulus and 0 <= after < BOTTOM * modulus
    return began and (most is None or after + modulus - before <= most)


def elapsed(before: Instant, now: Instant) -> float | None:
    """Seconds between two readings of a total; across a start by the wall clock, and only while it can be trusted."""
    if before.mono != AWAY:
        return now.mono - before.mono
    if "unsynced" in (before.clk, now.clk) or now.utc < before.utc:
        return None
    return now.utc - before.utc


def remembered(total: object, unit: str, point: str, read: Instant | None) -> Counter:
    """A counter as the journal's last `total` fact told it. `read`: when, by the clocks of that time."""
    reading = Reading(point, Decimal(repr(total)), unit, "good")
    known = read or Instant(AWAY, 0.0, "unsynced")
    return Counter(reading, replace(known, mono=AWAY))
