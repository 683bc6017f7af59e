"""What a case carries of its circumstances: who was there, what was filled, what it repeats, who asks for a name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cases import FIRST, Story, act, at, complain, order

PEOPLE = """
[[person]]
id = "wang"
name = "王站长"
role = "station-master"
[[person]]
id = "zhao"
name = "赵班长"
role = "shift-leader"
"""


def duty(when: str, person: str, event: str = "on", by: str = "wang") -> dict[str, Any]:
    return at(when, form={"kind": "duty", "person": person, "by": by, "event": event})


def registered(story: Story, case: str = FIRST) -> dict[str, Any]:
    return next(b for b in story.bodies("case") if b["case"] == case and b["event"] == "registered")


def poll(when: str, total: float, pressure: float = 10.0) -> dict[str, Any]:
    return at(when, sample={"device": "dispenser-1", "values": {"mass_total": total, "pressure": pressure}})


def test_who_was_on_duty_receives_what_the_kiosk_takes_and_is_frozen_with_it(tmp_path: Path) -> None:
    story = Story(
        tmp_path, duty("07:50:00", "li"), duty("07:55:00", "zhao"), complain("08:00:00"),
        duty("20:00:00", "zhao", "off"), complain("20:05:00", object="li"), extra=PEOPLE,
    )  # fmt: skip
    first, second = registered(story), registered(story, "CQ0147-261102")
    assert first["received_by"] == "zhao" and first["evidence"]["duty"] == ["li", "zhao"]
    assert second["evidence"]["duty"] == ["li"]
    assert "received_by" not in second, "nobody receives a complaint about themselves"
    assert [b["people"] for b in story.bodies("shift")] == [["li"], ["li", "zhao"], ["li"]]


def test_where_nobody_said_who_is_there_nobody_is_named(tmp_path: Path) -> None:
    told = registered(Story(tmp_path, complain("08:00:00")))
    assert "received_by" not in told and "evidence" not in told


@pytest.mark.parametrize(("person", "by"), [("ghost", "wang"), ("li", "a stranger")])
def test_a_stranger_is_not_on_duty(tmp_path: Path, person: str, by: str) -> None:
    story = Story(tmp_path, duty("08:00:00", person, by=by), extra=PEOPLE)
    assert story.refused and not story.bodies("shift")


def test_the_fills_of_the_half_hours_around_are_frozen(tmp_path: Path) -> None:
    flow = [poll(f"08:{minute:02d}:00", 100.0 + minute) for minute in range(0, 4)]
    still = [poll(f"08:{minute:02d}:{second:02d}", 103.0) for minute in range(4, 12) for second in (0, 20, 40)]
    story = Story(tmp_path, poll("07:59:00", 100.0), *flow, *still, complain("08:12:00", topic="metering", object="1A"))
    fills = story.bodies("fill")
    assert fills, "the gun was followed"
    frozen = registered(story)["evidence"]["fills"]
    assert frozen[-1]["mass"] == fills[-1]["mass"] and frozen[-1]["device"] == "dispenser-1"
    assert "verification" not in frozen[-1]


def test_the_same_matter_of_the_same_thing_again_is_said_and_sounds(tmp_path: Path) -> None:
    story = Story(
        tmp_path, complain("2026-11-01T08:00:00", topic="metering", object="1A"),
        act("2026-11-01T09:00:00", "replied", text="已复秤"), act("2026-11-01T10:00:00", "archived"),
        complain("2026-11-02T08:00:00", topic="metering", object="1B"),
        complain("2026-11-20T08:00:00", topic="metering", object="1A"),
        complain("2026-12-25T08:00:00", topic="metering", object="1A"),
    )  # fmt: skip
    by_case = {b["case"]: b.get("recurs") for b in story.bodies("case") if b["event"] == "registered"}
    assert by_case == {
        FIRST: None, "CQ0147-261102": None, "CQ0147-261103": [FIRST], "CQ0147-261201": None,
    }  # fmt: skip
    told = [b for b in story.bodies("alarm") if b["alarm"] == "case-recurs"]
    assert [b["case"] for b in told] == ["CQ0147-261103"]


@pytest.mark.parametrize(
    ("identity", "given", "why"),
    [
        ("anonymous", {}, ""),
        ("contact", {}, "phone: missing"),
        ("contact", {"phone": "13812345678"}, ""),
        ("contact", {"channel": "letter", "by": "li"}, ""),
        ("verified", {"phone": "13812345678"}, "name: missing"),
        ("verified", {"phone": "13812345678", "name": "王先生"}, ""),
    ],
)
def test_what_is_asked_of_whoever_complains_is_the_stations_to_say(
    tmp_path: Path, identity: str, given: dict[str, Any], why: str
) -> None:
    hazard = at("08:00:01", form={"kind": "hazard", "topic": "safety", "text": "漏气"})
    extra = f'[feedback]\nidentity = "{identity}"\n'
    story = Story(tmp_path, complain("08:00:00", **given), hazard, extra=extra)
    assert [why in text for text in story.refused] == ([True] if why else [])
    taken = [b for b in story.bodies("case") if b["event"] == "received"]
    assert taken[-1]["kind"] == "hazard", "of a tip-off nothing is asked"
    assert taken[0].get("written", False) is ("name" in given)
    assert "王先生" not in json.dumps(taken, ensure_ascii=False)


def test_a_threat_sounds_for_the_stations_security_and_what_is_notable_is_marked(tmp_path: Path) -> None:
    story = Story(
        tmp_path, complain("08:00:00"), act("08:10:00", "classified", severity="crisis", threat=True),
        order("09:00:00", "case.classify", "c1", 4, notable=True), extra=PEOPLE,
    )  # fmt: skip
    [alarm] = [b for b in story.bodies("alarm") if b["alarm"] == "threat"]
    assert alarm["case"] == FIRST and alarm["severity"] == "high"
    assert story.last()["notable"] is True and story.last()["before"] == {"notable": False}


def test_what_a_customer_says_after_the_case_has_a_mark_for_each_item(tmp_path: Path) -> None:
    good = {"result": 4, "quality": 5, "attitude": 5}
    lines = [complain("08:00:00"), act("09:00:00", "replied", text="好")]
    story = Story(tmp_path, *lines, act("10:00:00", "return_visited", "li", outcome="satisfied", scores=good))
    assert story.last()["scores"] == good
    (tmp_path / "wrong").mkdir()
    wrong = Story(tmp_path / "wrong", *lines, act("10:00:00", "return_visited", "li", scores={"result": 9}))
    assert "scores.result: 9; 1 to 5" in wrong.refused[0]
