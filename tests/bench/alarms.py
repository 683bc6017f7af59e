"""What five hundred rules cost at a sample a second, and a flood of a thousand alarms within ten seconds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from time import thread_time
from typing import NamedTuple

from stations import small

from agent.core import station
from agent.core.alarms.rule import Rule, Rulebook
from agent.core.model import Fact, Tick
from agent.core.setup import Setup
from agent.core.state import State, begin
from drivers.model import Instant, Reading, Sample

RULES, FLOOD, SECONDS = 500, 1000, 120
START = 1795305600.0  # 22 November 2026, 8:00
WORDS = ("t", "c", "r", 60.0)


class Cost(NamedTuple):
    """Share of one core that 500 rules take; processor seconds of a flood; how many of it were told."""

    share: float
    flood: float
    told: int


def measure(folder: Path) -> Cost:
    state = begin(ruled(folder, RULES), bytes(32))
    began = thread_time()
    for second in range(SECONDS):
        state, _ = sampled(state, second, 20.0 + second % 7 / 10)
    share = (thread_time() - began) / SECONDS
    state = begin(ruled(folder, FLOOD), bytes(32))
    began, told = thread_time(), 0
    for second in range(10):
        state, count = sampled(state, second, 30.0 + second * 2)
        told += count
        state, _ = station.step(state, Tick(), Instant(second, START + second, "synced"))
    return Cost(share, thread_time() - began, told)


def ruled(folder: Path, count: int) -> Setup:
    """The test station with so many rules on one pressure, a hundred of them for each MPa."""
    setup = small(folder)
    rules = (
        Rule(f"r{n}.dispenser-1", f"r{n}", "dispenser-1", "above", "medium", *WORDS, "pressure", 30.0 + n % 10 * 2 - 1,
             unit="MPa", hysteresis=1.0, on_delay=0.0)
        for n in range(count)
    )  # fmt: skip
    return replace(setup, rules=Rulebook(rules))


def sampled(state: State, second: int, pressure: float) -> tuple[State, int]:
    at = Instant(second, START + second, "synced")
    sample = Sample("dispenser-1", at, (Reading("pressure", pressure, "MPa", "good"),))
    state, effects = station.step(state, sample, at)
    return state, sum(isinstance(effect, Fact) and effect.kind == "alarm" for effect in effects)
