"""Every way a total can lie, told apart: nothing false is booked, the raw figure is kept, a person is told."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from stations import small

from agent.core import station
from agent.core.model import Fact, Trace
from agent.core.setup import Setup
from agent.core.state import State, begin
from drivers.model import Instant, Reading, Sample

START = 1_795_000_000.0


class Story:
    """Totals read every 2 s; what was believed, what was found."""

    def __init__(self, setup: Setup, remembered: Any = None) -> None:
        self.state: State = begin(setup, b"s" * 32, remembered or {})
        self.facts: list[Fact] = []
        self.marks: list[str] = []

    def read(self, *totals: str, start: float = 0.0) -> Story:
        for step, total in enumerate(totals):
            at = Instant(start + 2.0 * step, START + start + 2.0 * step, "synced")
            readings = (
                Reading("mass_total", Decimal(total), "kg", "good"),
                Reading("pressure", 20.0, "MPa", "good"),
            )
            self.state, effects = station.step(self.state, Sample("dispenser-1", at, readings), at)
            self.facts += [e for e in effects if isinstance(e, Fact)]
            told = [e.body["samples"][0] for e in effects if isinstance(e, Trace)]
            self.marks += [s.get("uncertain", {}).get("mass_total", "good") for s in told]
        return self

    @property
    def found(self) -> list[tuple[str, str, str]]:
        """(kind, before, after) of every finding."""
        own = [f.body for f in self.facts if f.type == "gse.finding.v1"]
        found = own + [one for f in self.facts for one in f.body.get("findings", [])]
        return [(one["kind"], str(one["before"]), str(one["after"])) for one in found]

    @property
    def believed(self) -> str:
        counter = self.state.totals["dispenser-1"].counter
        assert counter
        return str(counter.reading.value)


STORIES = {
    "it rises as gas is sold": (["100.00", "100.50", "101.00", "101.00"], [], "101.00"),
    "one zero is not booked": (["100.00", "0.00", "100.50"], [("total-read-zero", "100.00", "0.00")], "100.50"),
    "one torn pair is not booked": (["100.00", "655.36", "100.50"], [("total-glitch", "100.00", "655.36")], "100.50"),
    "one step back is not booked": (["100.00", "99.00", "100.50"], [("total-glitch", "100.00", "99.00")], "100.50"),
    "a zero that stays is a reset": (["100.00", "0.00", "0.00", "0.50"], [("total-reset", "100.00", "0.00")], "0.50"),
    "another counter behind the address": (
        ["100.00", "7000.00", "7000.20"],
        [("total-jumped", "100.00", "7000.20")],
        "7000.20",
    ),
    "an edited total": (["100.00", "80.00", "80.10"], [("total-stepped-back", "100.00", "80.10")], "80.10"),
    "two different lies are both held": (
        ["100.00", "0.00", "655.36", "100.50"],
        [("total-glitch", "100.00", "655.36")],
        "100.50",
    ),
    "still held": (["100.00", "0.00"], [], "100.00"),
}


@pytest.mark.parametrize(("totals", "found", "believed"), STORIES.values(), ids=STORIES)
def test_a_total(tmp_path: Path, totals: list[str], found: list[Any], believed: str) -> None:
    story = Story(small(tmp_path)).read(*totals)
    assert (story.found, story.believed) == (found, believed)


def test_a_roll_over_at_the_declared_modulus_is_no_loss(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    setup = small(tmp_path / "x")
    device = setup.devices["dispenser-1"]
    from dataclasses import replace  # the map of the test station, with a counter of six digits

    points = tuple(replace(p, modulus=Decimal(10000)) if p.role == "total" else p for p in device.map.points)
    rolled = replace(device, map=replace(device.map, points=points))
    setup = replace(setup, devices={**setup.devices, "dispenser-1": rolled})
    story = Story(setup).read("9999.80", "0.10", "0.50")
    assert (story.found, story.believed) == ([("roll-over", "9999.80", "0.10")], "0.50")


def test_a_held_total_travels_as_uncertain_with_its_raw_value(tmp_path: Path) -> None:
    assert Story(small(tmp_path)).read("100.00", "0.00", "100.50").marks == ["good", "unconfirmed", "good"]


def test_after_a_silence_more_may_have_been_sold(tmp_path: Path) -> None:
    story = Story(small(tmp_path)).read("100.00").read("1100.00", start=3600.0)
    assert (story.found, story.believed) == ([], "1100.00")


def test_what_was_edited_while_the_agent_was_off_is_found_at_its_start(tmp_path: Path) -> None:
    body = {"device": "dispenser-1", "point": "mass_total", "total": 100.0, "unit": "kg", "reason": "hourly"}
    story = Story(small(tmp_path), {"total": {"1A": body}}).read("90.00", "90.00")
    assert story.found == [("total-stepped-back", "100.0", "90.00")]
    assert [f.body["reason"] for f in story.facts if f.kind == "total"] == ["power-up"]


def test_after_a_break_the_total_is_told_anew(tmp_path: Path) -> None:
    story = Story(small(tmp_path)).read("100.00", "0.00", "0.00")
    told = [(f.body["reason"], str(f.body["total"])) for f in story.facts if f.kind == "total"]
    assert told == [("power-up", "100.00"), ("continuity", "0.00")]


def test_a_finding_is_one_sentence_with_the_numbers(tmp_path: Path) -> None:
    (told,) = (f for f in Story(small(tmp_path)).read("100.00", "0.00", "0.00").facts if "findings" in f.body)
    assert told.kind == "total" and told.body["reason"] == "continuity"
    assert told.body["findings"][0]["text"] == "1号加气机 累计数被清零:100.00 → 0.00 kg"


def test_a_glitch_belongs_to_no_total_and_is_told_by_itself(tmp_path: Path) -> None:
    (told,) = (f for f in Story(small(tmp_path)).read("100.00", "0.00", "100.50").facts if f.type)
    assert (told.kind, told.type) == ("audit", "gse.finding.v1")
