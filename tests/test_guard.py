"""A parameter that must not change: first seen it is remembered, changed it is a finding and an alarm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from stations import small

from agent.core import station
from agent.core.birth import describe
from agent.core.model import Fact, Tick
from agent.core.setup import Setup
from agent.core.state import State, begin
from drivers.model import Instant, Point, Quarantined, Reading, Sample, Settled

NOW = Instant(1.0, 1_795_000_000.0, "synced")


def guarded(folder: Path) -> Setup:
    """The test station, its dispenser with a meter factor."""
    setup = small(folder)
    device = setup.devices["dispenser-1"]
    points = (*device.map.points, Point("factor", 9, "f32", role="parameter"))
    return replace(
        setup, devices={**setup.devices, "dispenser-1": replace(device, map=replace(device.map, points=points))}
    )


def read(state: State, factor: float | None) -> tuple[State, list[Fact]]:
    quality = (
        Reading("factor", factor, "1", "good") if factor is not None else Reading("factor", None, "1", "bad", "timeout")
    )
    state, effects = station.step(state, Sample("dispenser-1", NOW, (quality,)), NOW)
    return state, [e for e in effects if isinstance(e, Fact)]


def kinds(facts: list[Fact]) -> list[str]:
    return [f.type or f.kind for f in facts]


def test_first_seen_it_is_remembered(tmp_path: Path) -> None:
    state, facts = read(begin(guarded(tmp_path), b"s" * 32), 1.0)
    assert kinds(facts) == ["meter"] and facts[0].body["parameters"] == {"factor": 1.0}
    assert kinds(read(state, 1.0)[1]) == []


def test_a_bad_reading_is_no_change(tmp_path: Path) -> None:
    state, _ = read(begin(guarded(tmp_path), b"s" * 32), 1.0)
    state, facts = read(state, None)
    assert "gse.finding.v1" not in kinds(facts)
    assert kinds(read(state, 1.0)[1]) == []


def test_changed_it_is_a_finding_with_before_and_after_and_an_alarm_until_somebody_has_seen_it(tmp_path: Path) -> None:
    state, _ = read(begin(guarded(tmp_path), b"s" * 32), 1.0)
    state, facts = read(state, 0.98)
    assert kinds(facts) == ["meter", "gse.finding.v1", "alarm"]
    assert (facts[1].body["before"], facts[1].body["after"]) == (1.0, 0.98)
    alarm = facts[2].body
    assert (alarm["alarm"], alarm["point"], alarm["before"], alarm["after"]) == (
        "parameters.dispenser-1", "factor", 1.0, 0.98,
    )  # fmt: skip
    state, facts = read(state, 0.98)
    assert facts == [] and state.alarms["parameters.dispenser-1"].phase == "unacknowledged"


def test_a_second_change_is_told_though_nobody_has_seen_the_first(tmp_path: Path) -> None:
    state, _ = read(begin(guarded(tmp_path), b"s" * 32), 1.0)
    state, _ = read(state, 0.98)
    state, facts = read(state, 0.97)
    assert [(f.body["event"], f.body["before"], f.body["after"]) for f in facts if f.kind == "alarm"] == [
        ("raised", 0.98, 0.97)
    ]


def test_a_total_that_was_edited_is_an_alarm_with_before_and_after(tmp_path: Path) -> None:
    state, alarms = begin(small(tmp_path), b"s" * 32), []
    for second, total in enumerate(("900.00", "120.00", "120.00")):
        at = Instant(float(second), NOW.utc + second, "synced")
        sample = Sample("dispenser-1", at, (Reading("mass_total", Decimal(total), "kg", "good"),))
        state, effects = station.step(state, sample, at)
        alarms += [e.body for e in effects if isinstance(e, Fact) and e.kind == "alarm"]
    assert [(a["alarm"], float(a["before"]), float(a["after"])) for a in alarms] == [
        ("total-edited.dispenser-1", 900.0, 120.0)
    ]


def test_a_clock_that_somebody_moved_is_an_alarm_and_one_that_becomes_known_is_not(tmp_path: Path) -> None:
    def alarms(*moments: Instant) -> list[str]:
        state, told = begin(small(tmp_path), b"s" * 32), []
        for moment in moments:
            state, effects = station.step(state, Tick(), moment)
            told += [e.body["alarm"] for e in effects if isinstance(e, Fact) and e.kind == "alarm"]
        return told

    known, moved = Instant(1.0, NOW.utc, "synced"), Instant(2.0, NOW.utc - 3600, "holdover")
    assert alarms(known, moved) == ["clock-stepped"]
    assert alarms(Instant(1.0, 100.0, "unsynced"), Instant(2.0, NOW.utc, "synced")) == []


def test_what_was_changed_while_the_agent_was_off_is_found_at_its_start(tmp_path: Path) -> None:
    remembered: Mapping[str, Any] = {"meter": {"dispenser-1": {"device": "dispenser-1", "parameters": {"factor": 1.0}}}}
    _, facts = read(begin(guarded(tmp_path), b"s" * 32, remembered), 0.98)
    assert "gse.finding.v1" in kinds(facts)


def test_another_byte_order_is_a_change_too(tmp_path: Path) -> None:
    state = begin(guarded(tmp_path), b"s" * 32)
    state, _ = station.step(state, Settled("dispenser-1", NOW, {"order": "CDAB"}), NOW)
    state, effects = station.step(state, Settled("dispenser-1", NOW, {"order": "ABCD"}), NOW)
    assert "alarm" in [e.kind for e in effects if isinstance(e, Fact)]


def test_what_a_device_refuses_is_told_once_even_beyond_a_new_start(tmp_path: Path) -> None:
    state = begin(guarded(tmp_path), b"s" * 32)
    state, _ = read(state, 1.0)
    refused = Quarantined("dispenser-1", NOW, {"pressure": "holding 0x0002"})
    state, effects = station.step(state, refused, NOW)
    page, told = [e for e in effects if isinstance(e, Fact)]
    assert (told.kind, told.body["what"], told.body["points"]) == ("audit", "registers-quarantined", refused.points)
    assert page.body["parameters"] == {"factor": 1.0}  # one page tells all that is remembered of a device
    assert station.step(state, refused, NOW)[1] == []
    state = begin(guarded(tmp_path), b"s" * 32, {"meter": {"dispenser-1": page.body}})
    assert not [e for e in station.step(state, refused, NOW)[1] if isinstance(e, Fact)]
    state, facts = read(state, 0.98)
    assert facts[0].body["refused"] == refused.points
    _, effects = station.step(state, Quarantined("dispenser-1", NOW, {}), NOW)
    facts = [e for e in effects if isinstance(e, Fact)]
    assert [fact.body.get("what") for fact in facts] == [None, "registers-recovered"]
    assert "refused" not in facts[0].body


def test_the_birth_tells_where_a_counter_rolls_over(tmp_path: Path) -> None:
    setup = guarded(tmp_path)
    device = setup.devices["dispenser-1"]
    total = replace(device.map.points[0], modulus=Decimal("1000000"))
    device = replace(device, map=replace(device.map, points=(total, *device.map.points[1:])))
    first, other = describe(device, {})["points"][:2]
    assert first["modulus"] == 1000000 and "modulus" not in other
