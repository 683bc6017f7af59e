"""The gas balance: a difference that looks alarming and is not; drift that no single day shows."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from agent.core.balance.balance import Part, balance, limit
from agent.core.balance.drift import STEADY, follow

SOLD = (2487.35, 2511.20, 2402.75, 2448.10)
INLET = 9799.40
DAY = (
    Part("wells", "opening", 2259.78, 0.008 * 2259.78),
    Part("inlet meter", "in", INLET, 0.0075 * INLET),
    Part("gas density", "in", 0.0, 0.0025 * INLET),
    *(Part(f"dispenser {n}", "out", mass, limit(0.01, mass)) for n, mass in enumerate(SOLD, 1)),
    Part("vent", "vent", 12.0, 6.0),
    Part("wells", "closing", 2092.05, 0.008 * 2092.05),
)


def test_one_percent_in_one_day_is_within_uncertainty() -> None:
    day = balance(DAY)
    assert day.difference == pytest.approx(105.73, abs=0.005)
    assert day.uncertainty == pytest.approx(86.33, abs=0.01)
    assert day.rate == pytest.approx(0.01079, abs=1e-5)
    assert day.meaning == "within uncertainty"


def test_what_shares_its_reference_errs_together() -> None:
    together = balance(replace_group(part) for part in DAY)
    assert together.uncertainty == pytest.approx(99.39, abs=0.01)


def replace_group(part: Part) -> Part:
    return part._replace(group="one master meter") if part.role == "out" else part


def test_a_difference_beyond_twice_its_uncertainty_speaks() -> None:
    lost = [*DAY, Part("pipe", "in", 100.0, 0.0)]
    assert balance(lost).meaning == "significant"


def test_nothing_came_in_no_rate() -> None:
    assert balance([Part("wells", "opening", 1.0, 0.1)]).rate is None


def signals(seed: int, shift: float, days: int = 365) -> list[int]:
    chance, drift, found = random.Random(seed), STEADY, []
    for day in range(days):
        drift = follow(drift, chance.gauss(shift, 1.0))
        if drift.signal:
            found.append(day)
            drift = STEADY
    return found


def test_a_dispenser_that_moved_by_its_own_scatter_is_found_within_weeks() -> None:
    first = [found[0] for seed in range(200) if (found := signals(seed, -1.0))]
    assert len(first) == 200
    assert 8 < sum(first) / 200 < 13


def test_a_steady_one_is_left_in_peace_for_a_year_or_so() -> None:
    per_year = sum(len(signals(seed, 0.0)) for seed in range(200)) / 200
    assert 0.4 < per_year < 1.3


def test_it_says_which_way_and_since_when() -> None:
    drift = STEADY
    for _ in range(12):
        drift = follow(drift, -1.0)
    assert (drift.signal, drift.falling) == ("down", 12)
    assert replace(drift, down=0.0).signal == ""
