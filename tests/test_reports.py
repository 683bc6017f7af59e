"""Reports: made of facts alone when their time is over, done by people, late when not; nobody polishes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cases import Story, act, at, complain

from agent.core.messages.envelope import load
from agent.core.reports.columns import COLUMNS
from agent.core.reports.compile import compile
from agent.core.reports.figures import NAMED as FIGURES
from agent.core.reports.kinds import KINDS
from agent.core.reports.period import read
from agent.core.reports.tables import BREAKDOWNS
from agent.core.reports.terms import Terms

PEOPLE = """
[[person]]
id = "wang"
name = "王站长"
role = "station-master"
[[person]]
id = "zhao"
name = "赵班长"
role = "shift-leader"
[feedback]
officer = "zhao"
deputy = "li"
"""
MADE_OF = ("gse.case.v1", "gse.feedback.v1", "gse.audit.v1")
HERE = ZoneInfo("Asia/Shanghai")
CASE = "CQ0147-261101"


def rate(when: str, rating: int, **more: Any) -> dict[str, Any]:
    return at(when, form={"kind": "feedback", "rating": rating, "reasons": [], **more})


def reply(when: str, version: int, id: str = "c1") -> dict[str, Any]:
    args = {"case": CASE, "version": version, "text": "已处理", "apology": True}
    return at(when, command={"name": "case.reply", "id": id, "by": "ho", "args": args})


NOVEMBER = [
    complain("2026-11-10T08:00:00", topic="attitude"),
    act("2026-11-10T08:30:00", "first_contact", "shift-leader:zhao"),
    reply("2026-11-10T10:00:00", 4),
    act("2026-11-11T10:00:00", "return_visited", "attendant:li", outcome="dissatisfied", mode="phone"),
    complain("2026-11-12T09:00:00", topic="metering", object="1A"),
    rate("2026-11-12T09:10:00", 5),
    rate("2026-11-12T21:10:00", 4),
    rate("2026-11-13T21:10:00", 1, reasons=["attitude"]),
]


def story(folder: Path, *more: dict[str, Any], extra: str = PEOPLE) -> Story:
    """A November, and what comes after; in the end a tick, so that all that was due is told."""
    return Story(folder, *NOVEMBER, *more, at("2026-12-01T00:00:10", tick=True), extra=extra)


def figures(body: dict[str, Any]) -> dict[str, Any]:
    return {one["figure"]: one.get("value") for one in body["figures"]}


def told_of(told: Story) -> list[dict[str, Any]]:
    """The reports of cases and opinions; those of alarms are another matter."""
    return [body for body in told.bodies("report") if "kind" in body]


def report(told: Story, id: str) -> dict[str, Any]:
    return next(body for body in told_of(told) if body["report"] == id and body["event"] == "issued")


def rows(body: dict[str, Any], table: str) -> dict[str, list[Any]]:
    return {row[0]: row[1:] for one in body["tables"] if one["table"] == table for row in one["rows"]}


def test_a_month_that_is_over_is_told_once_with_each_figure_and_its_definition(tmp_path: Path) -> None:
    told = story(tmp_path)
    issued = [body["report"] for body in told_of(told) if body["event"] == "issued"]
    assert sorted(issued) == ["briefing-2026-11", "publication-2026-11", "statistics-2026-11"]
    body = report(told, "statistics-2026-11")
    known = figures(body)
    assert (known["received"], known["complaints"], known["answered"], known["open"]) == (2, 2, 1, 2)
    assert (known["handled-share"], known["response-share"]) == (0.5, 0.5)
    assert (known["response-median"], known["reply-median"]) == (30.0, 120.0)
    assert (known["on-time-share"], known["broken"]) == (0.5, 1)  # the second was promised within three working days
    assert (known["visited-share"], known["visits-satisfied-share"]) == (1.0, 0.0)
    assert (known["ratings"], known["satisfied-share"], known["rating-mean"]) == (3, 0.6667, 3.33)
    assert all(one["zh"] and one["en"] for one in body["figures"])
    assert (body["officer"], body["deputy"], body["state"]) == ("zhao", "li", "open")
    assert rows(body, "by-topic") == {"attitude": [1, 1, 1, 1.0], "metering": [1, 1, 0, 0.0]}
    assert rows(body, "by-shift")["20:00-08:00"] == [2, 0.5, 2.5]
    assert rows(body, "by-hour")["21"] == [2, 0.5, 2.5] and rows(body, "by-hour")["03"] == [0, None, None]
    assert rows(body, "reasons") == {"attitude": [1, 0]}


def test_whoever_has_the_facts_reckons_the_same_report(tmp_path: Path) -> None:
    told = story(tmp_path)
    body = report(told, "statistics-2026-11")
    facts = [load(m.payload) for m in told.messages if m.lane == "fact"]
    facts = [one for one in facts if one["seq"] <= body["through"] and one["type"] in MADE_OF]

    def made_of(some: list[Any]) -> dict[str, Any]:
        return compile(KINDS["statistics"], read("2026-11"), some, HERE, Terms())

    again = made_of(facts)
    assert again == {name: body[name] for name in again}
    assert made_of([*facts, *facts])["digest"] == body["digest"]  # told again in another epoch
    assert made_of([one for one in facts if one["type"] != "gse.feedback.v1"])["digest"] != body["digest"]


def test_what_everybody_may_see_points_at_nobody(tmp_path: Path) -> None:
    told = story(tmp_path)
    body = report(told, "publication-2026-11")
    assert body["public"] is True
    assert figures(body)["received"] is None
    assert next(one["below"] for one in body["figures"] if one["figure"] == "received") == 5
    assert rows(body, "by-topic") == {"attitude": [None] * 4, "metering": [None] * 4}
    assert CASE not in json.dumps(body)


def test_a_day_nobody_reviewed_is_told_at_the_hour_and_one_reviewed_is_not(tmp_path: Path) -> None:
    told = Story(
        tmp_path, complain("2026-11-22T09:00:00"), at("2026-11-22T20:00:00", tick=True),
        at("2026-11-23T19:00:00", form={"kind": "report", "event": "reviewed", "by": "wang"}),
        at("2026-11-23T20:01:00", tick=True), extra=PEOPLE,
    )  # fmt: skip
    assert [(b["report"], b["event"]) for b in told_of(told) if b["kind"] == "review"] == [
        ("review-2026-11-22", "late"), ("review-2026-11-23", "reviewed"),
    ]  # fmt: skip
    assert [a["report"] for a in told.bodies("alarm")] == ["review-2026-11-22"]
    assert told_of(told)[-1]["by"] == "station-master:wang" and told_of(told)[-1]["open"] == 1


def test_where_nothing_came_in_nobody_has_to_review(tmp_path: Path) -> None:
    told = Story(tmp_path, at("2026-11-22T09:00:00", tick=True), at("2026-11-24T23:00:00", tick=True), extra=PEOPLE)
    assert not told_of(told) and not told.bodies("alarm")


def test_a_month_in_which_nobody_was_asked_sounds_and_one_answer_is_enough(tmp_path: Path) -> None:
    asked = at("2026-11-20T08:00:00", form={"kind": "answers", "survey": "inquiry", "answers": {"gas": 4}, "by": "li"})
    missed = [a["alarm"] for a in story(tmp_path).bodies("alarm")]
    (tmp_path / "asked").mkdir()
    assert "inquiry-missed" in missed
    told = story(tmp_path / "asked", asked)
    assert "inquiry-missed" not in [a["alarm"] for a in told.bodies("alarm")]
    assert rows(report(told, "statistics-2026-11"), "surveys")["inquiry.gas"] == [1, 1, 1.0, 4.0]


def test_a_briefing_is_held_with_its_people_or_is_late_at_the_end_of_the_next_month(tmp_path: Path) -> None:
    held = {"kind": "report", "report": "briefing-2026-11", "event": "held", "by": "wang", "text": "注意态度"}
    people = {"held": "2026-12-01T00:00:00+08:00", "attendees": ["li", "zhao"]}
    told = story(tmp_path, at("2026-12-01T00:00:05", form=held), at("2026-12-01T00:00:06", form=held | people))
    assert told.refused == ["line 9: refused: held needs held (when) and attendees"]
    assert told_of(told)[-1]["state"] == "done"
    (tmp_path / "late").mkdir()
    late = Story(tmp_path / "late", *NOVEMBER, at("2027-01-01T12:00:00", tick=True), extra=PEOPLE)
    assert "briefing-2026-11" in [b["report"] for b in told_of(late) if b["event"] == "late"]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"report": "briefing-2026-13", "event": "held"}, "report: "),
        ({"report": "briefing-2026Q4", "event": "held"}, "report: 'briefing-2026Q4': briefing is of a month"),
        ({"report": "gossip-2026-11", "event": "held"}, "report: 'gossip-2026-11' is no report"),
        ({"report": "briefing-2026-10", "event": "held"}, "report: briefing-2026-10 was not made yet"),
        ({"report": "briefing-2026-11", "event": "reviewed"}, "event: 'reviewed'; of briefing: held or noted"),
        ({"report": "statistics-2026-11", "event": "noted", "by": "li"}, "noted is not for attendant"),
        ({"report": "review-2027-01-01", "event": "reviewed"}, "report: review-2027-01-01 has not come yet"),
    ],
)
def test_a_deed_out_of_place_is_refused_in_words(tmp_path: Path, said: dict[str, Any], why: str) -> None:
    form = {"kind": "report", "by": "wang", **said}
    told = Story(tmp_path, *NOVEMBER, at("2026-12-02T10:00:00", form=form), extra=PEOPLE)
    assert told.refused and why in told.refused[0]


def test_head_office_reviews_and_asks_for_a_report_again(tmp_path: Path) -> None:
    def command(when: str, name: str, **args: Any) -> dict[str, Any]:
        return at(when, command={"name": name, "id": when[-8:], "by": "ho", "args": args})

    told = Story(
        tmp_path, *NOVEMBER, command("2026-12-02T10:00:00", "report.compile", kind="publication", period="2026-11"),
        command("2026-12-02T10:00:01", "report.compile", kind="publication", period="2026-12"),
        command("2027-01-02T10:00:02", "report.review", report="return-visits-2026Q4", text="同意公布"), extra=PEOPLE,
    )  # fmt: skip
    assert told.replies()["10:00:00"] == "" and "is not over" in told.replies()["10:00:01"]
    twice = [b for b in told_of(told) if b["report"] == "publication-2026-11"]
    assert [b["by"] for b in twice] == ["station", "head-office"] and twice[0]["digest"] == twice[1]["digest"]
    assert told_of(told)[-1]["event"] == "reviewed" and told_of(told)[-1]["state"] == "done"


def test_the_time_in_which_the_station_did_not_run_is_reckoned_from_what_each_start_says() -> None:
    def start(time: str, **more: str) -> dict[str, Any]:
        return {"type": "gse.audit.v1", "time": time, "data": {"what": "started", **more}}

    facts = [
        start("2026-10-31T20:00:00.000Z", before="2026-10-31T10:00:00.000Z"),  # four hours of it in November here
        start("2026-11-10T00:00:00.000Z", before="2026-11-09T16:00:00.000Z"),
        start("2026-11-12T00:00:00.000Z"),
    ]
    body = compile(KINDS["statistics"], read("2026-11"), [*facts, *facts], HERE, Terms())
    assert figures(body)["intake-share"] == round(1 - 12 / 720, 4)


def test_every_column_has_a_name_for_people() -> None:
    assert {name for one in BREAKDOWNS for name in one.columns} <= set(COLUMNS)
    assert {name for kind in KINDS.values() for name in kind.figures} <= set(FIGURES)
    assert {name for kind in KINDS.values() for name in kind.tables} <= {one.name for one in BREAKDOWNS}


def test_quarters_and_days_have_names() -> None:
    assert (read("2026Q4").first.isoformat(), read("2026Q4").after.isoformat()) == ("2026-10-01", "2027-01-01")
    assert read("2026Q1").before.name == "2025Q4" and read("2026-12").next.name == "2027-01"
    for wrong in ("2026-13", "2026Q5", "26-11", "2026-02-30", "", "2026"):
        with pytest.raises(ValueError):
            read(wrong)
