"""What is promised is watched: warned of at half and four fifths, its breach told, each once and to the right one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cases import FIRST, Line, Story, act, at, complain, order
from stations import small

from agent.core import station
from agent.core.cases import recall
from agent.core.cases.due import MOST
from agent.core.messages import envelope
from agent.core.messages.envelope import Chain
from agent.core.model import Answer, Fact, Measured, Submitted, Tick
from agent.core.state import State, begin
from drivers.model import Instant
from kiosk.model import Acknowledge, Complaint, Receipt

PEOPLE = """
[[person]]
id = "wang"
name = "王站长"
role = "station-master"
"""


def urgent(**more: Any) -> Line:
    return complain("08:00:00", urgency="urgent", profile="P01", **more)  # 24 hours to reply


def told(story: Story, *kinds: str) -> list[tuple[str, str, Any]]:
    """(time, event, share or whom it is for) of the events of these kinds."""
    found = []
    for message in story.messages:
        document = json.loads(message.payload)
        body = document["data"]
        if body.get("event") in kinds:
            found.append((document["time"][8:19], body["event"], body.get("share") or body["to"]))
    return found


LATER = at("2026-11-24T08:00:00", tick=True)


def test_a_promise_is_warned_of_at_half_and_four_fifths_and_its_breach_told_at_the_moment(tmp_path: Path) -> None:
    story = Story(tmp_path, urgent(), LATER)
    assert told(story, "warning", "breached") == [
        ("22T12:00:00", "warning", 0.5),
        ("22T19:12:00", "warning", 0.8),
        ("23T00:00:00", "breached", "shift-leader"),
    ]
    breach = story.last()
    assert breach["profile"] == "P01@1" and breach["by"] == "station" and breach["version"] == 6
    assert breach["clocks"] == [
        {"stop": "replied", "due": "2026-11-23T00:00:00.000Z", "state": "breached", "side": "station"}
    ]
    assert story.last("alarm")["alarm"] == "case-overdue" and story.last("alarm")["case"] == FIRST


def test_a_promise_that_was_kept_is_said_to_be_met_and_nothing_more(tmp_path: Path) -> None:
    story = Story(tmp_path, urgent(), act("09:00:00", "replied", by="li"), LATER)
    assert told(story, "warning", "breached") == []
    assert story.last()["clocks"][0]["state"] == "met"


def test_every_message_of_a_case_says_where_its_promises_stand(tmp_path: Path) -> None:
    story = Story(tmp_path, urgent(), act("09:00:00", "progress", by="li"))
    assert all(body["clocks"][0]["state"] == "running" for body in story.bodies("case"))


def test_a_case_without_a_word_about_its_promise_gets_the_stations_own(tmp_path: Path) -> None:
    assert Story(tmp_path, complain("08:00:00")).last()["profile"] == "P01@1"
    assert Story(tmp_path, complain("08:00:00"), extra='[sla]\ncomplaint = "P05"\n').last()["profile"] == "P05@1"


def test_a_profile_with_a_blank_is_promised_to_nobody(tmp_path: Path) -> None:
    story = Story(tmp_path, complain("08:00:00", profile="P23"), complain("08:01:00", profile="P99"))
    assert "P23 leaves blank" in story.refused[0] and "P99' is unknown" in story.refused[1]
    assert not story.bodies("case")


def test_another_class_is_reckoned_from_the_first_moment(tmp_path: Path) -> None:
    story = Story(tmp_path, complain("2026-11-23T08:00:00", profile="P01"),
                  act("2026-11-23T09:00:00", "classified", urgency="urgent"))  # fmt: skip
    before, after = story.bodies("case")[-2:]
    assert before["clocks"][0]["due"] == "2026-11-26T16:00:00.000Z"  # 24:00 of the third working day
    assert after["clocks"][0]["due"] == "2026-11-24T00:00:00.000Z"
    assert after["before"] == {"urgency": "general"}


EXTENSION = {
    "stop": "replied", "until": "2026-11-24T08:00:00+08:00", "reason": "需厂家检测", "approver": "总经理",
    "customer_told": "2026-11-22T20:00:00+08:00",
}  # fmt: skip


def test_an_extension_moves_the_promise_and_is_warned_of_anew(tmp_path: Path) -> None:
    story = Story(tmp_path, urgent(), order("21:00:00", "case.extend", "c1", 3, **EXTENSION), LATER)
    assert story.replies() == {"c1": ""}
    moments = told(story, "warning", "breached")
    assert moments[-1] == ("24T00:00:00", "breached", "shift-leader")
    assert [moment for moment in moments if moment[1] == "warning"] == [
        ("22T12:00:00", "warning", 0.5), ("23T00:00:00", "warning", 0.5), ("23T14:24:00", "warning", 0.8),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("when", "wrong", "why"),
    [
        ("2026-11-23T09:00:00", {}, "extended too late: replied was due 2026-11-23T00:00:00.000Z"),
        ("2026-11-22T21:00:00", {"customer_told": "2026-11-22T22:00:00+08:00"}, "the customer is told first"),
        ("2026-11-22T21:00:00", {"stop": "archived"}, "'archived' is no running clock; one of replied"),
        ("2026-11-22T21:00:00", {"until": "2026-11-23T08:00:00+08:00"}, "is no later than"),
        ("2026-11-22T21:00:00", {"approver": ""}, "extended needs approver"),
        ("2026-11-22T21:00:00", {"until": "soon"}, "until: 'soon'"),
    ],
)
def test_an_extension_that_is_not_right_is_refused(tmp_path: Path, when: str, wrong: dict[str, str], why: str) -> None:
    line = act(when, "extended", by="station-master:wang", **(EXTENSION | wrong))
    story = Story(tmp_path, urgent(), line)
    assert len(story.refused) == 1 and why in story.refused[0]


def test_a_breach_goes_past_whom_the_case_is_about(tmp_path: Path) -> None:
    other = PEOPLE.replace("station-master", "shift-leader")
    assert told(Story(tmp_path, urgent(object="wang"), LATER, extra=other), "breached")[0][2] == "station-master"
    assert told(Story(tmp_path, urgent(), LATER, extra=other), "breached")[0][2] == "shift-leader"


def test_what_was_handed_to_head_office_is_head_offices_breach(tmp_path: Path) -> None:
    story = Story(tmp_path, urgent(), act("09:00:00", "transferred", to="质量部"), LATER)
    assert told(story, "breached")[0][2] == "department"
    assert story.last()["side"] == "headoffice" and not [
        a for a in story.bodies("alarm") if a["alarm"] == "case-overdue"
    ]


def test_the_feedback_officer_answers_for_what_the_kiosk_takes_and_the_deputy_for_what_is_about_him(
    tmp_path: Path,
) -> None:
    extra = f'{PEOPLE}\n[feedback]\nofficer = "wang"\ndeputy = "li"\n'
    story = Story(tmp_path, complain("08:00:00"), complain("08:01:00", object="wang"), extra=extra)
    owners = [(b["owner"], b.get("deputy")) for b in story.bodies("case") if b["event"] == "registered"]
    assert owners == [("wang", "li"), ("li", None)]


def test_a_reopened_case_begins_a_new_round(tmp_path: Path) -> None:
    story = Story(
        tmp_path, urgent(), act("09:00:00", "replied"), act("09:10:00", "archived"),
        act("10:00:00", "reopened", by="customer"), LATER,
    )  # fmt: skip
    assert told(story, "breached") == [("23T02:00:00", "breached", "shift-leader")]


# ── the core by itself: restarts and clocks that jump ───────────────────────


def restarted(state: State, facts: list[Fact]) -> State:
    """The state as a new start reads it back from these facts."""
    chain, documents = Chain.new("1"), []
    for fact in facts:
        chain, message = envelope.link(chain, fact, "cq-0147", "b1")
        documents.append(envelope.load(message.payload))
    return begin(state.setup, bytes(32), desk=recall.desk([(FIRST, documents)], {}))


def walk(state: State, moments: list[tuple[float, float, Any]]) -> tuple[State, list[Fact]]:
    """Ticks at (mono, utc, clk); the case facts they caused."""
    facts: list[Fact] = []
    for mono, utc, clk in moments:
        state, effects = station.step(state, Tick(), Instant(mono, utc, clk))
        facts += [effect for effect in effects if isinstance(effect, Fact) and effect.kind == "case"]
    return state, facts


def opened(folder: Path) -> tuple[State, list[Fact], float]:
    utc = 1795305600.0  # 22 November, 8:00
    state = begin(small(folder), bytes(32))
    form = Complaint("complaint", "attitude", urgency="urgent", profile="P01")
    state, effects = station.step(state, Submitted(form, 1), Instant(100.0, utc, "synced"))
    return state, [effect for effect in effects if isinstance(effect, Fact) and effect.kind == "case"], utc


HOUR = 3600.0


def test_nothing_is_told_twice_though_the_station_restarts_each_hour(tmp_path: Path) -> None:
    state, facts, utc = opened(tmp_path)
    for hour in range(1, 30):
        state, more = walk(state, [(5.0, utc + hour * HOUR, "synced"), (6.0, utc + hour * HOUR + 1, "synced")])
        facts += more
        state = restarted(state, facts)
    assert [fact.body["event"] for fact in facts[3:]] == ["warning", "warning", "breached"]


def test_a_clock_that_jumps_while_nobody_keeps_it_breaks_no_promise(tmp_path: Path) -> None:
    state, _, utc = opened(tmp_path)
    state, none = walk(state, [(200.0, utc + 100, "synced"), (201.0, utc + 900 * HOUR, "holdover")])
    assert none == []
    state, none = walk(state, [(300.0, utc + 901 * HOUR, "unsynced"), (301.0, utc + 201, "synced")])
    assert none == []
    _, facts = walk(state, [(100 + 25 * HOUR, utc + 25 * HOUR, "synced")])
    assert [fact.body["event"] for fact in facts] == ["breached"]


@pytest.mark.parametrize(("urgency", "clk", "due"), [
    ("general", "synced", "2026-11-25 24:00"), ("urgent", "synced", "2026-11-23 08:00"), ("urgent", "unsynced", None),
])  # fmt: skip
def test_the_slip_says_by_when(tmp_path: Path, urgency: str, clk: Any, due: str | None) -> None:
    state, form = begin(small(tmp_path), bytes(32)), Complaint("complaint", "attitude", urgency=urgency)
    _, effects = station.step(state, Submitted(form, 1), Instant(100.0, 1795305600.0, clk))
    slip = next(effect.outcome for effect in effects if isinstance(effect, Answer))
    assert isinstance(slip, Receipt)
    assert (slip.facts["profile"], slip.facts.get("due.replied"), len(slip.facts["pin"])) == ("P01@1", due, 6)


def test_a_case_that_cannot_be_sent_is_to_be_phoned_in_once(tmp_path: Path) -> None:
    state, _, utc = opened(tmp_path)

    def after(state: State, seconds: float, *events: Any) -> tuple[State, list[str]]:
        sounded = []
        for event in events:
            state, effects = station.step(state, event, Instant(100.0 + seconds, utc + seconds, "synced"))
            sounded += [e.body["case"] for e in effects if isinstance(e, Fact) and e.body.get("event") == "raised"]
        return state, sounded

    away, there = Measured("delivery", {"online": False}), Measured("delivery", {"online": True})
    state, none = after(state, 10, there, Tick())
    state, none = after(state, 20, away, Tick())
    form = Complaint("complaint", "price")
    state, none = after(state, 30, Submitted(form, 2), Tick())
    state, none = after(state, 1820, away, Tick())
    assert none == []
    state, sounded = after(state, 1831, away, Tick())
    assert sounded == ["CQ0147-261102"]  # the first one went out while the broker was there
    state, _ = after(state, 1840, Submitted(Acknowledge("case-unreported", "li"), 3))
    assert after(state, 1900, away, Tick())[1] == []


def test_a_case_that_no_broker_takes_is_to_be_phoned_in_though_the_broker_is_there(tmp_path: Path) -> None:
    state, facts, utc = opened(tmp_path)
    number = facts[0].id

    def after(state: State, seconds: float, *unsent: str) -> tuple[State, list[str]]:
        sounded = []
        for event in (Measured("delivery", {"online": True, "unsent": [*unsent]}), Tick()):
            state, effects = station.step(state, event, Instant(100.0 + seconds, utc + seconds, "synced"))
            sounded += [e.body["case"] for e in effects if isinstance(e, Fact) and e.body.get("event") == "raised"]
        return state, sounded

    state, early = after(state, 1790, number)
    state, sounded = after(state, 1805, number)
    state, again = after(state, 1820, number)
    assert (early, sounded, again) == ([], [number], [])


def test_what_was_entered_before_the_clock_was_set_is_placed_when_it_is(tmp_path: Path) -> None:
    state = begin(small(tmp_path), bytes(32))
    form = Complaint("complaint", "attitude", urgency="urgent", profile="P01")
    state, effects = station.step(state, Submitted(form, 1), Instant(100.0, 1000.0, "unsynced"))
    number = next(effect.id for effect in effects if isinstance(effect, Fact))
    assert state.desk.open[number].events[0].at.utc == 1000.0
    state, none = walk(state, [(200.0, 1100.0, "unsynced")])
    assert none == []
    state, facts = walk(state, [(300.0, 1795305600.0, "synced"), (301.0, 1795305601.0, "synced")])
    assert [(fact.body["event"], fact.body["of"], fact.body["time"]) for fact in facts] == [
        ("corrected", version, "2026-11-21T23:56:40.000Z") for version in (1, 2, 3)
    ]
    assert facts[-1].body["clocks"][0] == {
        "stop": "replied", "due": "2026-11-22T23:56:40.000Z", "state": "running", "side": "station",
    }  # fmt: skip


def test_a_case_that_comes_back_too_often_goes_up(tmp_path: Path) -> None:
    again = [
        line
        for hour in (9, 10, 11)
        for line in (act(f"{hour:02d}:00:00", "replied"), act(f"{hour:02d}:30:00", "reopened", by="customer"))
    ]
    story = Story(tmp_path, complain("08:00:00", profile="P11", severity="dissatisfied"), *again)
    ups = [body for body in story.bodies("case") if body["event"] == "escalated"]
    assert [body["to"] for body in ups] == ["department", "department"]  # after the second and the third answer


def test_a_thousand_cases_that_are_due_at_once_are_told_in_short_ticks(tmp_path: Path) -> None:
    state, _, utc = opened(tmp_path)
    case = state.desk.open[FIRST]
    many = {f"X-2611{n:03d}": replace(case, number=f"X-2611{n:03d}") for n in range(2 * MOST + 3)}
    state = replace(state, desk=replace(state.desk, open=many, alerts=dict.fromkeys(many, 0.0)))
    counts = []
    for second in range(4):
        state, facts = walk(state, [(second, utc + 25 * HOUR + second, "synced")])
        counts.append(len(facts))
    assert counts == [MOST, MOST, 3, 0]
