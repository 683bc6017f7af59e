"""By when, as the messages of a station that runs tell it: profiles, odd seconds, late entries, an unknown year."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cases import Line, Story, act, at, complain, order
from stations import small

from agent.core.state import begin


def command(clock: str, name: str, id: str, **args: Any) -> Line:
    return at(clock, command={"name": name, "id": id, "by": "ho", "args": args})


def tick(clock: str) -> Line:
    return at(clock, tick=True)


def clocks(body: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    return {clock["stop"]: (clock["state"], clock["due"]) for clock in body["clocks"]}


def said(story: Story) -> list[tuple[str, str, float | None]]:
    return [
        (body["event"], body["stop"], body.get("share"))
        for body in story.bodies("case")
        if body["event"] in ("warning", "breached")
    ]


def test_every_event_of_a_case_tells_its_clocks_and_the_frozen_profile(tmp_path: Path) -> None:
    story = Story(tmp_path, complain("08:00:00", profile="P13"), act("09:00:00", "investigated"))
    first, *_, last = story.bodies("case")
    assert {body["profile"] for body in story.bodies("case")} == {"P13@1"}
    assert clocks(first) == {"acked": ("running", "2026-11-23T00:00:00.000Z")}
    assert clocks(last) == {
        "acked": ("met", "2026-11-23T00:00:00.000Z"),
        "investigated": ("met", "2026-11-25T16:00:00.000Z"),  # Sunday; Monday, Tuesday, Wednesday
        "replied": ("running", "2026-12-01T16:00:00.000Z"),
    }
    assert {clock["side"] for clock in last["clocks"]} == {"station"}


def test_a_case_gets_the_profile_of_its_kind_when_none_is_asked_for(tmp_path: Path) -> None:
    fault = at("08:00:00", form={"kind": "fault", "topic": "equipment", "by": "li"})
    question = at("08:00:01", form={"kind": "question", "topic": "other"})
    story = Story(tmp_path, complain("07:00:00"), fault, question, extra='[sla]\ncomplaint = "P10"\n')
    assert [b["profile"] for b in story.bodies("case") if b["event"] == "received"] == ["P10@1", "R1@1", "P07@1"]


def test_an_odd_second_is_due_at_that_second(tmp_path: Path) -> None:
    story = Story(tmp_path, complain("08:00:17", profile="P11"), tick("09:00:00"))
    breaches = [(b["stop"], b["due"]) for b in story.bodies("case") if b["event"] == "breached"]
    assert breaches == [("forwarded", "2026-11-22T00:10:17.000Z"), ("first_contact", "2026-11-22T00:20:17.000Z")]
    spoken = [m.payload for m in story.messages if b'"event":"breached"' in m.payload]
    assert b'"time":"2026-11-22T00:10:17.000Z"' in spoken[0]


def test_an_entry_that_was_told_long_ago_is_overdue_at_once(tmp_path: Path) -> None:
    told = complain("12:00:00", profile="P21", by="li", told="2026-11-22T11:00:00+08:00", channel="phone")
    story = Story(tmp_path, told, tick("12:05:00"))
    assert said(story) == [("breached", "forwarded", None)]


def test_a_year_that_nobody_knows_is_said_and_head_office_says_it(tmp_path: Path) -> None:
    holidays = {"year": 2027, "holidays": ["2027-01-01"], "workdays": ["2027-01-03"]}
    story = Story(
        tmp_path,
        complain("2026-12-30T10:00:00", profile="P10"),
        command("2026-12-31T10:00:00", "calendar.put", "bad", year=2027, holidays=["2027-02-30"], workdays=[]),
        command("2026-12-31T11:00:00", "calendar.put", "good", **holidays),
        tick("2027-01-09T00:00:00"),
    )
    assert clocks(story.bodies("case")[0]) == {"replied": ("unknown", None)}
    assert story.replies() == {"bad": "args: holidays: holds what is no date; dates such as 2027-01-01", "good": ""}
    moved = {"case": "CQ0147-261201", "stop": "replied", "before": None, "after": "2027-01-04T16:00:00.000Z"}
    assert story.last("notice") == holidays | {"by": "head-office", "moved": [moved]}
    assert [kind for kind, _, _ in said(story)] == ["warning", "warning", "breached"]


def test_the_calendar_that_head_office_said_outlives_a_restart(tmp_path: Path) -> None:
    body = {"year": 2027, "holidays": ["2027-01-01"], "workdays": [], "by": "head-office"}
    state = begin(small(tmp_path), bytes(32), {"notice": {"calendar-2027": body, "open-day": {}}})
    assert list(state.desk.years) == [2027]


def test_the_operators_own_figures_are_frozen_with_the_case(tmp_path: Path) -> None:
    own = '[sla.P23]\nforwarded = "1 wd"\nacked = "24 h"\n'
    story = Story(tmp_path, complain("08:00:00", profile="P23"), extra=own)
    received = story.bodies("case")[0]
    assert received["terms"] == {"forwarded": "1 wd", "acked": "24 h"}
    assert clocks(received)["forwarded"] == ("running", "2026-11-23T16:00:00.000Z")


def test_another_profile_is_frozen_anew(tmp_path: Path) -> None:
    own = '[sla.P23]\nforwarded = "1 wd"\nacked = "24 h"\n'
    lines = [
        order("09:00:00", "case.classify", "good", 3, profile="P02"),
        order("09:00:01", "case.classify", "none", 4, profile="P77"),
        order("09:00:02", "case.classify", "blank", 4, profile="P24"),
    ]
    story = Story(tmp_path, complain("08:00:00", profile="P23"), *lines, extra=own)
    assert story.last()["profile"] == "P02@1" and story.last()["before"] == {"profile": "P23@1"}
    assert clocks(story.last()) == {"replied": ("running", "2026-11-24T00:00:00.000Z")}
    replies = story.replies()
    assert replies["good"] == ""
    assert replies["none"].startswith("profile: 'P77' is unknown")
    assert replies["blank"].startswith("profile: P24 leaves blank: handled")


def test_a_day_that_there_is_not_is_refused(tmp_path: Path) -> None:
    told = {"reason": "多方", "approver": "总经理", "customer_told": "2026-11-22T08:30:00+08:00", "stop": "replied"}
    story = Story(
        tmp_path,
        complain("08:00:00"),
        act("09:00:00", "extended", until="2026-11-31T12:00:00+08:00", **told),
        act("09:00:01", "progress", promised="2026-02-30T12:00:00+08:00"),
    )
    assert ["is on no calendar" in why for why in story.refused] == [True, True]


def test_however_many_are_due_at_once_each_is_told_at_its_moment(tmp_path: Path) -> None:
    story = Story(tmp_path, *[complain("08:00:00", profile="P21") for _ in range(25)], tick("09:00:00"))
    spoken = [json.loads(m.payload) for m in story.messages if b'"event":"breached"' in m.payload]
    assert [document["time"] for document in spoken] == ["2026-11-22T00:30:00.000Z"] * 25


def test_days_in_which_nothing_is_told_hide_no_moment_of_the_first_case(tmp_path: Path) -> None:
    story = Story(tmp_path, complain("08:00:00", profile="P06"), tick("2026-12-05T08:00:00"))
    assert [(kind, share) for kind, _, share in said(story)] == [("warning", 0.5), ("warning", 0.8), ("breached", None)]
