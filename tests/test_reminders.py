"""What has no promise is not forgotten: progress, what is unfounded, a hand-over, a return visit, a correction."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cases import FIRST, Story, act, at, complain, order
from stations import small

from agent.core import station
from agent.core.model import Fact, Submitted, Tick
from agent.core.state import begin
from drivers.model import Instant
from kiosk.model import CaseAct, Complaint

START = 1795305600.0  # 22 November 2026, 8:00


def tasks(story: Story) -> list[tuple[str, str]]:
    return [(body["kind"], body["event"]) for body in story.bodies("task")]


def alarms(story: Story) -> list[str]:
    return [body["alarm"] for body in story.bodies("alarm")]


def later(days: int) -> dict[str, Any]:
    return at(f"2026-12-{days:02d}T12:00:00", tick=True)


def test_where_several_departments_are_at_it_progress_is_told_again_and_again(tmp_path: Path) -> None:
    story = Story(
        tmp_path, complain("08:00:00", complexity="complex"), act("2026-11-28T12:00:00", "progress", "li", text="在查"),
        later(1), later(5),
    )  # fmt: skip
    assert tasks(story) == [("progress", "opened"), ("progress", "done"), ("progress", "opened")]
    first, _, again = story.bodies("task")
    assert first["task"] == f"progress-{FIRST}" and first["due"] == "2026-11-27T16:00:00.000Z"  # five days, to 24:00
    assert again["due"] == "2026-12-03T16:00:00.000Z" and "progress-overdue" in alarms(story)


def test_a_simple_case_of_the_station_needs_no_progress(tmp_path: Path) -> None:
    assert not tasks(Story(tmp_path, complain("08:00:00"), later(5)))


def test_what_is_unfounded_is_to_be_cleared_up(tmp_path: Path) -> None:
    unfounded = act("09:00:00", "classified", nature="unfounded")
    open = Story(tmp_path, complain("08:00:00"), unfounded, later(9))
    assert tasks(open) == [("clarify", "opened")] and "case-unclarified" in alarms(open)
    (tmp_path / "clear").mkdir()
    cleared = act("2026-11-30T09:00:00", "classified", nature="concern")
    assert not tasks(Story(tmp_path / "clear", complain("08:00:00"), unfounded, cleared, later(9)))


def test_a_hand_over_that_head_office_did_not_take_sounds_and_its_word_ends_it(tmp_path: Path) -> None:
    story = Story(
        tmp_path, complain("08:00:00"), act("09:00:00", "transferred", to="质量部"),
        order("2026-11-24T09:00:00", "case.ack", "c1", 4), at("2026-11-24T10:00:00", tick=True),
    )  # fmt: skip
    assert tasks(story) == [("transfer", "opened"), ("transfer", "done")]
    assert story.bodies("task")[0]["due"] == "2026-11-23T01:00:00.000Z"


def test_a_customer_who_was_answered_is_asked_within_a_week_and_a_closed_case_asks_nobody(tmp_path: Path) -> None:
    answered = [complain("08:00:00"), act("10:00:00", "replied", text="已处理")]
    story = Story(tmp_path, *answered, act("2026-12-01T10:00:00", "archived"), later(2))
    assert tasks(story) == [("visit", "opened"), ("visit", "done")]
    (tmp_path / "asked").mkdir()
    asked = act("2026-11-25T10:00:00", "return_visited", "li", outcome="satisfied")
    assert not tasks(Story(tmp_path / "asked", *answered, asked, later(2)))


def test_where_a_danger_was_reported_somebody_is_within_half_an_hour(tmp_path: Path) -> None:
    danger = [at("08:00:00", form={"kind": "hazard", "topic": "safety", "text": "漏气"})]
    alone = Story(tmp_path, *danger, at("08:31:00", tick=True))
    assert tasks(alone) == [("scene", "opened")] and alone.bodies("task")[0]["due"] == "2026-11-22T00:30:00.000Z"
    assert alarms(alone) == ["safety-complaint", "scene-overdue"]
    (tmp_path / "there").mkdir()
    there = Story(tmp_path / "there", *danger, act("08:10:00", "on_site", "maintainer:chen"), at("08:31:00", tick=True))
    assert not tasks(there)


def test_what_is_to_be_put_right_by_a_day_is_chased_until_it_is(tmp_path: Path) -> None:
    story = Story(
        tmp_path, complain("08:00:00"), act("09:00:00", "plan_ready", until="2026-11-25T18:00:00+08:00", text="换密封"),
        act("2026-11-26T09:00:00", "rectified"), at("2026-11-26T09:05:00", tick=True),
    )  # fmt: skip
    assert tasks(story) == [("rectify", "opened"), ("rectify", "done")]


def test_a_station_says_how_long_and_may_say_never(tmp_path: Path) -> None:
    lines = [complain("08:00:00"), act("09:00:00", "transferred", to="质量部"), at("22:00:00", tick=True)]
    story = Story(tmp_path, *lines, extra='[reminders]\ntransfer = "2 h"\n')
    assert story.bodies("task")[0]["due"] == "2026-11-22T03:00:00.000Z"
    (tmp_path / "off").mkdir()
    assert not tasks(Story(tmp_path / "off", *lines, extra='[reminders]\ntransfer = "off"\n'))


@pytest.mark.parametrize("restart", [False, True])
def test_nothing_is_told_twice_across_a_restart(tmp_path: Path, restart: bool) -> None:
    setup = small(tmp_path)
    state, facts = begin(setup, bytes(32)), list[Fact]()

    def step(event: Any, second: float) -> None:
        nonlocal state
        state, effects = station.step(state, event, Instant(second, START + second, "synced"))
        facts.extend(effect for effect in effects if isinstance(effect, Fact))

    step(Submitted(Complaint("complaint", "attitude"), 1), 0)
    number = next(iter(state.desk.open))
    step(Submitted(CaseAct(number, "transferred", "station-master:wang", {"to": "质量部"}), 2), 60)
    for hour in range(0, 40):
        step(Tick(), 3600.0 * hour + 100)
        if restart and hour == 30:
            last = {fact.id: fact.body for fact in facts if fact.kind == "task"}
            fresh = begin(setup, bytes(32), {"task": last})
            state = replace(state, desk=replace(state.desk, tasks=fresh.desk.tasks))
    assert [fact.body["event"] for fact in facts if fact.kind == "task"] == ["opened"]
