"""A small turn of the fault tests of time and size: a clock that jumps, a backlog of hours, many stations at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from brokers import needs_mosquitto
from faketime import needs_faketime
from torture import backlog, fleet, skew

HERE = Path(__file__).parent
pytestmark = needs_mosquitto


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes of the tests' own find the program and the tests."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, (HERE, HERE.parent))))


@needs_faketime
def test_nothing_is_lost_when_the_clock_jumps(tmp_path: Path) -> None:
    assert "0 lost, 0 doubled" in skew.jumped(tmp_path, 5, 7)


def test_hours_of_backlog_drain_without_a_loss(tmp_path: Path) -> None:
    figures = backlog.drained(tmp_path, 0.1)
    assert (figures.traces, figures.facts) == (20_736, 50)


def test_every_fact_of_many_stations_is_held_once(tmp_path: Path) -> None:
    assert "600 held, 0 lost, 0 doubled" in fleet.gathered(tmp_path, 6, 100, 1)
