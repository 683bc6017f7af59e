"""A dispenser's own shift record is held against itself: a loss shows between one's end and the next one's start."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from stations import small

from agent.core import station
from agent.core.model import Fact
from agent.core.state import begin
from drivers.model import Instant, Point, Reading, Sample

POINTS = (("number", "1", "shift-number"), ("start", "kg", "shift-start"), ("end", "kg", "shift-end"))
STORIES: dict[str, tuple[list[tuple[int, str, str]], list[tuple[str, str]]]] = {
    "it goes on where it ended": ([(7, "100.00", "150.00"), (8, "150.00", "150.00"), (8, "150.00", "170.00")], []),
    "a jump between two shifts": (
        [(7, "100.00", "150.00"), (8, "154.60", "154.60")],
        [("150.00", "154.60")],
    ),
    "the first that is seen says nothing": ([(7, "100.00", "150.00")], []),
}


@pytest.mark.parametrize(("polls", "found"), STORIES.values(), ids=STORIES)
def test_a_dispensers_own_shifts(tmp_path: Path, polls: list[tuple[int, str, str]], found: list[Any]) -> None:
    setup = small(tmp_path)
    device = setup.devices["dispenser-1"]
    points = tuple(Point(name, 10 + n, "u32", unit, role=role) for n, (name, unit, role) in enumerate(POINTS))
    keeps = replace(device, map=replace(device.map, points=device.map.points + points))
    state = begin(replace(setup, devices={**setup.devices, "dispenser-1": keeps}), b"s" * 32)
    facts = list[Fact]()
    for second, figures in enumerate(polls):
        at = Instant(float(second), 1_795_000_000.0 + second, "synced")
        readings = tuple(
            Reading(name, Decimal(str(value)), unit, "good")
            for (name, unit, _), value in zip(POINTS, figures, strict=True)
        )
        state, effects = station.step(state, Sample("dispenser-1", at, readings), at)
        facts += [effect for effect in effects if isinstance(effect, Fact)]
    told = [fact.body for fact in facts if fact.body.get("kind") == "shift-total-jumped"]
    assert [(str(body["before"]), str(body["after"])) for body in told] == found
