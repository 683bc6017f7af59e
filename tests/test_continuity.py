"""Every way a total can lie, told apart: nothing false is booked, the raw figure is kept, a person is told."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from stations import small

from agent.core import station
from agent.core.model import Fact, Trace
from agent.core.readings.continuity import Counter, judge
from agent.core.setup import Setup
from agent.core.state import State, begin
from drivers.flow import parse_flow
from drivers.model import Clk, Instant, Kind, Reading, Sample

START = 1_795_000_000.0


class Story:
    """Totals read every 2 s; what was believed, what was found."""

    def __init__(self, setup: Setup, remembered: Any = None, read: Any = None, unit: str = "kg") -> None:
        self.state: State = begin(setup, b"s" * 32, remembered or {}, read=read or {})
        self.unit = unit
        self.facts: list[Fact] = []
        self.marks: list[str] = []

    def read(self, *totals: str, start: float = 0.0) -> Story:
        for step, total in enumerate(totals):
            at = Instant(start + 2.0 * step, START + start + 2.0 * step, "synced")
            readings = (
                Reading("mass_total", Decimal(total), self.unit, "good"),
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


def counting(folder: Path, *, kind: Kind = "dispenser", unit: str = "kg", modulus: int = 0, qmax: str = "") -> Setup:
    """The test station, whose device of the stories is another one."""
    setup = small(folder)
    device = setup.devices["dispenser-1"]
    points = tuple(
        replace(p, unit=unit, modulus=Decimal(modulus) if modulus else None) if p.role == "total" else p
        for p in device.map.points
    )
    device = replace(device, map=replace(device.map, kind=kind, points=points), qmax=parse_flow(qmax))
    return replace(setup, devices={**setup.devices, "dispenser-1": device})


@pytest.mark.parametrize(("kind", "unit"), [("dispenser", "kg"), ("meter", "m3"), ("meter", "kW.h")])
def test_a_roll_over_at_the_declared_modulus_is_no_loss(tmp_path: Path, kind: Kind, unit: str) -> None:
    story = Story(counting(tmp_path, kind=kind, unit=unit, modulus=10000), unit=unit).read("9999.80", "0.10", "0.50")
    assert (story.found, story.believed) == ([("roll-over", "9999.80", "0.10")], "0.50")


@pytest.mark.parametrize("totals", [("9800.00", "10.00", "10.00"), ("9999.00", "200.00", "200.00")])
def test_what_was_not_nearly_full_or_begins_too_high_has_not_rolled_over(tmp_path: Path, totals: Any) -> None:
    story = Story(counting(tmp_path, modulus=10000)).read(totals[0]).read(*totals[1:], start=86400.0)
    assert story.found == [("total-stepped-back", totals[0], totals[2])]


METERS = {  # what a gas meter says every 2 s: what is found, what is believed
    "it counts": (["100.00", "105.00", "110.00"], [], "110.00"),
    "it pulses seldom": (["100.00", "100.00", "140.00", "140.00"], [], "140.00"),
    "one torn pair is not booked": (["100.00", "755.36", "105.00"], [("total-glitch", "100.00", "755.36")], "105.00"),
    "one zero is not booked": (["100.00", "0.00", "105.00"], [("total-read-zero", "100.00", "0.00")], "105.00"),
    "another meter": (["100.00", "7000.00", "7001.00"], [("total-jumped", "100.00", "7001.00")], "7001.00"),
}


@pytest.mark.parametrize(("totals", "found", "believed"), METERS.values(), ids=METERS)
def test_a_total_of_a_meter(tmp_path: Path, totals: list[str], found: list[Any], believed: str) -> None:
    story = Story(counting(tmp_path, kind="meter", unit="m3"), unit="m3").read(*totals)
    assert (story.found, story.believed) == (found, believed)


def test_the_plate_of_a_meter_says_how_far_its_total_may_leap(tmp_path: Path) -> None:
    small_meter = counting(tmp_path, kind="meter", unit="m3", qmax="650 m3/h")  # 1.4 m3 in five seconds, with its slack
    assert Story(small_meter, unit="m3").read("100.00", "101.00", "106.00", "102.00").found == [
        ("total-glitch", "101.00", "106.00")
    ]


OUTRUN = {  # steps of 2 s at a meter whose plate says 650 m3/h: what it can bring is 1.4 m3
    "a plate that says too little": [f"{100 + 3 * n}.00" for n in range(20)],
    "an index of 10 m3": ["100", *["110"] * 9, *["120"] * 9, *["130"] * 9],
}


@pytest.mark.parametrize("totals", OUTRUN.values(), ids=OUTRUN)
def test_a_meter_that_outruns_its_plate_is_told_once_and_believed(tmp_path: Path, totals: list[str]) -> None:
    story = Story(counting(tmp_path, kind="meter", unit="m3", qmax="650 m3/h"), unit="m3").read(*totals)
    assert [kind for kind, _, _ in story.found] == ["total-jumped"]
    assert story.believed == totals[-1]
    assert story.marks.count("unconfirmed") == 1


def test_a_plate_above_what_its_kind_gives_counts_when_a_break_is_said_twice_too(tmp_path: Path) -> None:
    large = counting(tmp_path, kind="meter", unit="m3", qmax="90000 m3/h")  # 187.5 m3 in five seconds, with its slack
    story = Story(large, unit="m3").read("10000", "9000", "9150")
    assert (story.found, story.believed) == ([("total-stepped-back", "10000", "9150")], "9150")


def test_what_nothing_of_a_kind_exceeds_is_held_of_a_meter_that_outran_its_plate_too(tmp_path: Path) -> None:
    story = Story(counting(tmp_path, kind="meter", unit="m3", qmax="650 m3/h"), unit="m3")
    story.read("100.00", "103.00", "106.00", "655.36", "109.00")
    assert sorted(story.found) == [("total-glitch", "106.00", "655.36"), ("total-jumped", "100.00", "106.00")]


def test_a_total_in_single_floats_may_take_the_steps_that_these_have(tmp_path: Path) -> None:
    device = counting(tmp_path).devices["dispenser-1"]
    steps = [Reading("mass_total", total, "kg", "good") for total in (50331648.0, 50331652.0)]
    counter = Counter(steps[0], Instant(0.0, START, "synced"))
    verdict = judge(counter, steps[1], Instant(1.0, START + 1, "synced"), device.map.points[0], device)
    assert (verdict.believed, verdict.kind) == (True, "")


def test_a_held_total_travels_as_uncertain_with_its_raw_value(tmp_path: Path) -> None:
    assert Story(small(tmp_path)).read("100.00", "0.00", "100.50").marks == ["good", "unconfirmed", "good"]


def test_after_a_silence_more_may_have_been_sold(tmp_path: Path) -> None:
    story = Story(small(tmp_path)).read("100.00").read("1100.00", start=3600.0)
    assert (story.found, story.believed) == ([], "1100.00")


# ── after a new start ──

LAST = {"total": {"1A": {"device": "dispenser-1", "point": "mass_total", "total": 100.0, "unit": "kg"}}}
HOUR, SECONDS = 3600.0, 20.0


def restarted(folder: Path, off: float, clk: Clk = "synced", modulus: int = 0, last: float = 100.0) -> Story:
    """A story that begins `off` seconds after the last total before it, by a clock known as well as `clk` says."""
    body = LAST["total"]["1A"] | {"total": last}
    read = {"1A": Instant(777.0, START - off, clk)}
    return Story(counting(folder, modulus=modulus), {"total": {"1A": body}}, read)


STARTS = {  # seconds off, what is read from then on: what is found, what is believed, what travels as good
    "nothing was sold": (HOUR, ["100.00", "100.00"], [], "100.00"),
    "little was sold": (SECONDS, ["130.00", "130.50"], [], "130.50"),
    "much was sold in an hour": (HOUR, ["900.00", "900.20"], [], "900.20"),
    "a torn pair within seconds": (SECONDS, ["755.36", "100.50"], [("total-glitch", "100.0", "755.36")], "100.50"),
    "a torn pair after an hour": (HOUR, ["755.36", "100.50"], [("total-glitch", "100.0", "755.36")], "100.50"),
    "a zero": (HOUR, ["0.00", "100.50"], [("total-read-zero", "100.0", "0.00")], "100.50"),
    "a reset": (HOUR, ["0.00", "0.00"], [("total-reset", "100.0", "0.00")], "0.00"),
    "another counter within seconds": (SECONDS, ["900.00", "900.10"], [("total-jumped", "100.0", "900.10")], "900.10"),
}


@pytest.mark.parametrize(("off", "totals", "found", "believed"), STARTS.values(), ids=STARTS)
def test_the_first_total_after_a_start(
    tmp_path: Path, off: float, totals: list[str], found: list[Any], believed: str
) -> None:
    story = restarted(tmp_path, off).read(*totals)
    assert (story.found, story.believed) == (found, believed)
    booked = [str(f.body["total"]) for f in story.facts if f.kind == "total" and f.id == "1A"]
    assert booked in ([totals[0]], [totals[1]])
    assert (booked == [totals[0]]) == (totals[0] in ("100.00", "130.00") or totals[0] == totals[1])


@pytest.mark.parametrize("clk", ["unsynced", "holdover"])
def test_how_long_it_was_off_is_believed_of_a_trusted_clock_alone(tmp_path: Path, clk: Clk) -> None:
    story = restarted(tmp_path, SECONDS, clk).read("900.00", "900.10")
    assert story.found == ([] if clk == "unsynced" else [("total-jumped", "100.0", "900.10")])
    assert (story.believed, story.marks) == ("900.10", ["unconfirmed", "good"])


def test_a_roll_over_across_a_start_is_said_twice_before_it_is_told(tmp_path: Path) -> None:
    story = restarted(tmp_path, HOUR, modulus=10000, last=9999.0).read("0.00", "9999.50")
    assert story.found == [("total-read-zero", "9999.0", "0.00")]
    story = restarted(tmp_path, HOUR, modulus=10000, last=9999.0).read("20.00", "20.50")
    assert story.found == [("roll-over", "9999.0", "20.50")]


def test_what_was_edited_while_the_agent_was_off_is_found_at_its_start(tmp_path: Path) -> None:
    story = Story(small(tmp_path), LAST).read("90.00", "90.00")
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
