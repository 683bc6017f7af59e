"""An alarm's life in stories: what is seen, when, and the phase that a person finds."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stations import small

from agent.core import station
from agent.core.alarms.machine import MOVES, Alarm, act, due, look, settle
from agent.core.model import Fact
from agent.core.state import begin
from drivers.model import Instant, Reading, Sample

ON, OFF = 5.0, 2.0

STORIES = {
    "a short spike is no alarm": "0 wrong normal, 4 right normal, 20 right normal",
    "what lasts is raised": "0 wrong normal, 5 wrong unacknowledged",
    "it is raised though no further look comes": "0 wrong normal, 6 time unacknowledged",
    "seen, then mended": "0 wrong normal, 5 wrong unacknowledged, 6 acknowledge acknowledged, 7 right acknowledged, "
    "9 right normal",
    "mended before anybody saw it, it waits": "0 wrong normal, 5 wrong unacknowledged, 6 right unacknowledged, "
    "8 right returned-unacknowledged, 999 right returned-unacknowledged, 1000 acknowledge normal",
    "it comes back before anybody saw it": "0 wrong normal, 5 wrong unacknowledged, 6 right unacknowledged, "
    "8 right returned-unacknowledged, 9 wrong returned-unacknowledged, 14 wrong unacknowledged",
    "silence never clears": "0 wrong normal, 5 wrong unacknowledged, 6 lost unacknowledged, 600 lost unacknowledged",
    "silence never raises": "0 right normal, 1 lost normal, 600 lost normal",
    "nothing to acknowledge": "0 right normal, 1 acknowledge normal",
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_an_alarm_lives_as_told(story: str) -> None:
    alarm = Alarm()
    for told in story.split(", "):
        at, what, phase = told.split()
        mono = float(at)
        if what == "acknowledge":
            alarm, _ = act(alarm, "acknowledge", mono)
        elif what != "time":
            alarm = look(alarm, what, mono)  # type: ignore[arg-type]
        alarm, _ = settle(alarm, ON, OFF, mono, mono)
        assert alarm.phase == phase, f"after {told!r}"


def test_every_move_of_the_table_is_named_and_leads_to_another_phase() -> None:
    assert all(phase != new and name for (phase, _), (new, name) in MOVES.items())


@given(st.lists(st.tuples(st.sampled_from(["right", "wrong", "lost", "acknowledge"]), st.floats(0, 10)), max_size=60))
def test_no_alarm_that_was_raised_is_normal_again_before_somebody_acknowledged_it(
    steps: list[tuple[str, float]],
) -> None:
    alarm, mono, seen = Alarm(), 0.0, True
    for what, pause in steps:
        mono += pause
        if what == "acknowledge":
            alarm, move = act(alarm, "acknowledge", mono)
            seen = seen or bool(move)
        else:
            alarm = look(alarm, what, mono)  # type: ignore[arg-type]
            alarm, move = settle(alarm, ON, OFF, mono, mono)
            seen = False if move == "raised" else seen
        assert alarm.phase != "normal" or seen
        when = due(alarm, ON, OFF)
        assert when is None or alarm.leaning


# ── a rule that cannot judge ──


def test_a_device_that_answers_in_a_unit_the_limit_does_not_know_is_told_once(tmp_path: Path) -> None:
    state, found = begin(small(tmp_path), bytes(32)), list[Fact]()
    for second, unit in enumerate(("MPa", "%", "%", "bar", "%")):
        at = Instant(float(second), 1_795_000_000.0 + second, "synced")
        sample = Sample("dispenser-1", at, (Reading("pressure", 20.0, unit, "good"),))
        state, effects = station.step(state, sample, at)
        found += [effect for effect in effects if isinstance(effect, Fact) and effect.body.get("kind") == "rule-blind"]
    assert [(fact.kind, fact.body["point"], fact.body["unit"], fact.at.mono) for fact in found] == [
        ("audit", "pressure", "%", 1.0), ("audit", "pressure", "%", 4.0),
    ]  # fmt: skip
    assert found[0].body["text"] == ("1号加气机 pressure 的单位是 %,不能与限值 25 MPa 比较:报警“加气压力过高”不起作用")
