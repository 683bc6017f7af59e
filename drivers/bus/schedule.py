"""When each device of a bus is due: a pure timetable. Slots are never bunched, and the silent do not slow the others.

every 1 s    |───●───|───●───|───────|───●───|      a slot that could not be kept is skipped and counted
silent       ✗─1 s─✗──2 s──✗────4 s────✗─ … 5 min   all silent devices together get a twentieth of the bus's time
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from zlib import crc32

FIRST, LAST = 1.0, 300.0  # seconds of pause after the first failure, doubled up to the last
JITTER = 0.2  # of a pause, at most, is let off, otherwise for each device and turn: the silent do not keep step
ALONE = 5.0  # longest pause while no device of the bus answers: then nobody has to be spared
SHARE = 0.05  # of the bus's time, at most, goes to devices that do not answer: a tenth is allowed for them


@dataclass(frozen=True, slots=True)
class Slot:
    """One device's place in the timetable; times in seconds of the monotonic clock."""

    name: str
    every: float  # from poll start to poll start; 0: whenever the bus is free
    due: float
    streak: int = 0  # polls without an answer, in a row
    missed: int = 0  # slots skipped since the start


@dataclass(frozen=True, slots=True)
class Schedule:
    """A bus: its slots in the order of configuration, and from when on a silent device may be asked again."""

    slots: tuple[Slot, ...]
    probe: float = -math.inf


def start(devices: Iterable[tuple[str, float]], now: float) -> Schedule:
    """Everyone is due at once, in the order given as (name, every)."""
    return Schedule(tuple(Slot(name, every, now) for name, every in devices))


def turn(schedule: Schedule, now: float) -> tuple[Slot, float]:
    """Who comes next, and in how many seconds. A device with a slot goes before one that is asked whenever possible."""
    best, best_at, best_rank = None, math.inf, (True, math.inf)
    for slot in schedule.slots:
        at = max(slot.due, schedule.probe) if slot.streak else slot.due
        rank = (not slot.every, at) if at <= now else (True, math.inf)
        if best is None or rank < best_rank or (rank == best_rank and at < best_at):
            best, best_at, best_rank = slot, at, rank
    if best is None:
        raise ValueError("a bus without devices has no turns")
    return best, max(best_at - now, 0.0)


def answered(schedule: Schedule, name: str, began: float, ended: float) -> Schedule:
    """The poll that began and ended then was answered. If the whole bus was silent, everyone may try again at once."""
    slot = find(schedule, name)
    woken = slot.streak and all(other.streak for other in schedule.slots)
    due, steps = ended, 1
    if slot.every:  # the next slot of its own grid that lies at least half a period after this start
        steps = max(1, math.ceil((began - slot.due) / slot.every + 0.5))
        due = slot.due + steps * slot.every
    slots = put(schedule, replace(slot, due=due, streak=0, missed=slot.missed + steps - 1))
    if woken:
        slots = tuple(replace(other, due=min(other.due, ended)) if other.streak else other for other in slots)
    return replace(schedule, slots=slots, probe=ended if woken else schedule.probe)


def failed(schedule: Schedule, name: str, began: float, ended: float) -> Schedule:
    """Nothing was answered: the device pauses, and so does asking any silent device while others are well."""
    slot = find(schedule, name)
    streak = slot.streak + 1
    pause = min(FIRST * 2.0 ** min(streak - 1, 16), LAST) * (1 - JITTER * uneven(name, streak))
    spared = any(not other.streak for other in schedule.slots if other.name != name)
    if not spared:
        pause = min(pause, ALONE)
    due = max(ended + pause, began + slot.every)
    missed = slot.missed + (max(0, int((due - began) / slot.every) - 1) if slot.every else 0)
    slots = put(schedule, replace(slot, due=due, streak=streak, missed=missed))
    silent = sum(1 for other in slots if other.streak)
    first = streak == 1 and silent == 1  # one lost answer is asked for again soon
    rest = FIRST if first else (ended - began) * (1 / SHARE - 1)
    return Schedule(slots, ended + rest if spared else ended)


def uneven(name: str, streak: int) -> float:
    """A number from 0 to 1 that looks like chance and is the same whenever it is asked for."""
    return crc32(f"{name}/{streak}".encode()) / 0xFFFFFFFF


def find(schedule: Schedule, name: str) -> Slot:
    return next(slot for slot in schedule.slots if slot.name == name)


def put(schedule: Schedule, slot: Slot) -> tuple[Slot, ...]:
    return tuple(slot if other.name == slot.name else other for other in schedule.slots)
