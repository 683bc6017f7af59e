"""What a thousand open cases cost: the usual tick, the longest of an hour, the longest after days away."""

from __future__ import annotations

from pathlib import Path
from time import thread_time
from typing import NamedTuple

from stations import small

from agent.core import station
from agent.core.model import Submitted, Tick
from agent.core.state import State, begin
from drivers.model import Instant
from kiosk.model import Complaint

CASES = 1000
PROFILES = [f"P{number:02d}" for number in range(1, 23)]
START = 1795305600.0  # 22 November 2026, 8:00


class Cost(NamedTuple):
    """Processor seconds of this thread: the middle tick and the longest of an hour, the longest after four days."""

    middle: float
    longest: float
    after: float


def measure(folder: Path) -> Cost:
    state = begin(small(folder), bytes(32))
    for second in range(CASES):
        form = Complaint("complaint", "attitude", profile=PROFILES[second % len(PROFILES)])
        state, _ = station.step(state, Submitted(form, second), Instant(second, START + second, "synced"))
    state, hour = ticks(state, CASES, CASES + 3600)
    days = CASES + 4 * 86400
    _, after = ticks(state, days, days + 120)
    return Cost(sorted(hour)[len(hour) // 2], max(hour), max(after))


def ticks(state: State, first: int, last: int) -> tuple[State, list[float]]:
    """One tick a second, and what each took."""
    took = []
    for second in range(first, last):
        began = thread_time()
        state, _ = station.step(state, Tick(), Instant(second, START + second, "synced"))
        took.append(thread_time() - began)
    return state, took
