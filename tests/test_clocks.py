"""The clocks of a case: golden dues around holidays, midnight and year ends; stages, classes, extensions, unknowns."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from promises import CALENDAR, PROFILES, event, local, reckon, shown

from agent.core.cases.profile import fill

TOLD: dict[str, dict[str, Any]] = {  # kind of class → what the customer or the attendant said
    "important": {"urgency": "important"}, "urgent": {"urgency": "urgent"}, "special": {"demand": "special"},
    "big": {"major": True}, "price": {"topic": "price"}, "gas": {"topic": "gas"}, "complex": {"complexity": "complex"},
    "question": {"kind": "question"}, "suggestion": {"kind": "suggestion", "promised": "2026-05-01T09:00:00+08:00"},
    "very": {"severity": "very-dissatisfied"}, "major": {"severity": "major"}, "crisis": {"severity": "crisis"},
    "there": {"channel": "in-person"}, "fault": {"fault": "major"}, "": {},
}  # fmt: skip


@pytest.mark.parametrize(
    ("profile", "told", "received", "clock", "due"),
    [
        # working days around the Spring Festival of 2026: 14 February worked, 15 to 23 off, 28 worked
        ("P01", "", "2026-02-13 10:00", "replied", "2026-02-25 24:00"),  # 14, 24, 25
        ("P01", "", "2026-02-13 23:59", "replied", "2026-02-25 24:00"),
        ("P01", "", "2026-02-14 00:00", "replied", "2026-02-26 24:00"),  # a minute later is another day 0
        ("P01", "", "2026-02-18 12:00", "replied", "2026-02-26 24:00"),  # received on a day off
        ("P01", "important", "2026-02-13 10:00", "replied", "2026-02-14 24:00"),
        ("P01", "important", "2026-02-14 10:00", "replied", "2026-02-24 24:00"),
        ("P01", "important", "2026-02-27 10:00", "replied", "2026-02-28 24:00"),  # a Saturday that is worked
        ("P01", "urgent", "2026-02-14 10:00", "replied", "2026-02-15 10:00"),  # hours know no holiday
        ("P15", "complex", "2026-02-12 08:00", "replied", "2026-02-28 24:00"),  # 13 14 24 25 26 27 28
        # National Day of 2026: 20 September worked, 25 to 27 off, 1 to 7 October off, 10 October worked
        ("P10", "", "2026-09-30 17:00", "replied", "2026-10-10 24:00"),  # 8 9 10
        ("P10", "", "2026-09-18 09:00", "replied", "2026-09-22 24:00"),  # 20 21 22
        ("P08", "", "2026-10-09 09:00", "plan_ready", "2026-10-10 24:00"),
        ("P18", "", "2026-09-24 09:00", "replied", "2026-10-12 24:00"),  # 28 29 30, 8 9 10 12
        # a year's end
        ("P17", "", "2025-12-30 20:00", "replied", "2026-01-05 24:00"),  # 31, Sunday 4, 5
        ("P05", "", "2025-12-31 23:30", "replied", "2026-01-02 23:30"),
        # calendar days
        ("P06", "", "2026-02-13 10:00", "handled", "2026-02-18 24:00"),
        ("P06", "special", "2026-02-13 10:00", "replied", "2026-02-23 24:00"),
        ("P06", "big", "2026-02-13 10:00", "replied", "2026-02-23 24:00"),
        ("P09", "gas", "2026-02-13 10:00", "replied", "2026-02-20 24:00"),
        ("P09", "price", "2026-02-13 10:00", "replied", "2026-02-25 24:00"),
        ("P09", "", "2026-02-13 10:00", "replied", "2026-02-25 24:00"),
        ("P19", "", "2026-03-01 23:58", "registered", "2026-03-01 24:00"),
        ("P19", "", "2026-03-01 00:00", "replied", "2026-03-16 24:00"),
        # hours and minutes, across midnight
        ("P02", "", "2026-06-30 23:10", "replied", "2026-07-02 23:10"),
        ("P07", "question", "2026-06-30 23:10", "replied", "2026-07-01 23:10"),
        ("P07", "suggestion", "2026-04-01 23:10", "replied", "2026-05-01 09:00"),
        ("P11", "", "2026-06-30 23:55", "forwarded", "2026-07-01 00:05"),
        ("P11", "", "2026-06-30 23:55", "first_contact", "2026-07-01 00:15"),
        ("P11", "very", "2026-06-30 23:55", "first_contact", "2026-07-01 00:15"),
        ("P11", "major", "2026-06-30 23:55", "first_contact", "2026-07-01 00:05"),
        ("P11", "crisis", "2026-06-30 23:55", "first_contact", "2026-07-01 00:05"),
        ("P11", "there", "2026-06-30 23:55", "first_contact", "2026-07-01 00:05"),
        ("P11", "", "2026-06-30 23:55", "followup", "2026-07-01 00:35"),
        ("P11", "", "2026-06-30 23:55", "handled", "2026-07-01 11:55"),
        ("P21", "", "2026-06-30 23:45", "forwarded", "2026-07-01 00:15"),
        ("R1", "", "2026-06-30 20:00", "handling", "2026-07-01 02:00"),
        ("R1", "", "2026-06-30 20:00", "repaired", "2026-07-01 20:00"),
        ("R2", "", "2026-06-30 20:00", "repaired", "2026-06-30 24:00"),
        ("R2", "fault", "2026-06-30 20:00", "repaired", "2026-07-01 20:00"),
        ("R3", "", "2026-06-30 23:30", "on_site", "2026-07-01 00:10"),
        ("R4", "", "2026-06-30 23:30", "on_site", "2026-06-30 24:00"),
    ],
)
def test_a_promise_is_due_when_the_policy_says(profile: str, told: str, received: str, clock: str, due: str) -> None:
    found = reckon(profile, [event(f"received {received}", **TOLD[told])], received)
    assert local(found[clock].due) == due


CHAINS = [
    ("P03", "received 2026-02-13 22:00", {"forwarded": "2026-02-14 06:00"}),
    ("P03", "forwarded 2026-02-14 05:00", {"transferred": "2026-02-14 09:00"}),
    ("P03", "transferred 2026-02-14 08:00", {"handled": "2026-02-16 24:00"}),
    ("P11", "received 2026-02-13 22:00", {"forwarded": "2026-02-13 22:10"}),
    ("P11", "forwarded 2026-02-13 22:04", {"plan_ready": "2026-02-13 22:14"}),
    ("P11", "handled 2026-02-14 08:00", {"replied": "2026-02-15 08:00"}),
    ("P13", "acked 2026-02-14 08:00", {"investigated": "2026-02-26 24:00"}),
    ("P13", "investigated 2026-02-25 08:00", {"replied": "2026-03-05 24:00"}),
    ("P14", "rectified 2026-02-25 08:00", {"replied": "2026-03-03 24:00"}),
    ("P16", "registered 2026-02-13 09:00", {"forwarded": "2026-02-24 24:00"}),
    ("P16", "forwarded 2026-02-24 09:00", {"investigated": "2026-03-02 24:00"}),
    ("P16", "investigated 2026-03-02 09:00", {"replied": "2026-03-05 24:00"}),
    ("P22", "investigated 2026-02-13 09:00", {"plan_ready": "2026-02-25 24:00"}),
    ("P22", "handled 2026-02-13 09:00", {"replied": "2026-02-27 24:00"}),
    ("R5", "registered 2026-02-13 09:00", {"repaired": "2026-02-25 24:00"}),
]


def test_a_stage_begins_when_the_one_before_has_ended() -> None:
    events: dict[str, list[str]] = {}
    for profile, line, dues in CHAINS:
        events.setdefault(profile, ["received 2026-02-13 08:00"] if "received" not in line else []).append(line)
        told = reckon(profile, [event(one) for one in events[profile]], "2026-03-30 00:00")
        assert {name: local(told[name].due) for name in dues} == dues, f"{profile} {line}"


def test_a_stage_that_has_not_begun_is_not_there() -> None:
    assert list(shown("P16", [event("received 2026-02-13 10:00")], "2026-02-13 11:00")) == ["registered"]
    assert list(shown("P22", [event("received 2026-02-13 10:00")], "2026-02-13 11:00")) == ["acked"]


def test_a_clock_runs_is_met_and_is_breached() -> None:
    events = [event("received 2026-02-13 10:00")]
    assert shown("P01", events, "2026-02-25 23:59") == {"replied": "running 2026-02-25 24:00"}
    assert shown("P01", events, "2026-02-25 24:00") == {"replied": "breached 2026-02-25 24:00"}
    assert shown("P01", [*events, event("replied 2026-02-25 24:00")], "2026-03-01 00:00")["replied"].startswith("met")
    late = shown("P01", [*events, event("replied 2026-02-26 00:01")], "2026-03-01 00:00")["replied"]
    assert late.startswith("breached")


def test_what_was_done_too_early_breaks_a_not_before() -> None:
    events = [event("received 2026-02-13 10:00")]
    assert reckon("P11", events, "2026-02-13 12:00")["followup"].state == "running"
    assert (
        reckon("P11", [*events, event("followup 2026-02-13 10:39")], "2026-02-13 12:00")["followup"].state == "breached"
    )
    assert reckon("P11", [*events, event("followup 2026-02-13 10:40")], "2026-02-13 12:00")["followup"].state == "met"


def test_another_class_is_reckoned_from_the_original_start() -> None:
    events = [event("received 2026-03-02 10:00"), event("classified 2026-03-03 09:00", urgency="urgent")]
    assert shown("P01", events, "2026-03-03 09:30") == {"replied": "running 2026-03-03 10:00"}
    events.append(event("classified 2026-03-03 11:00", urgency="general"))
    assert shown("P01", events, "2026-03-03 11:00") == {"replied": "running 2026-03-05 24:00"}


def test_a_class_told_after_the_answer_changes_nothing_that_was_promised_before() -> None:
    events = [event("received 2026-03-02 10:00"), event("replied 2026-03-04 10:00")]
    events.append(event("classified 2026-03-05 09:00", urgency="urgent"))
    assert shown("P01", events, "2026-03-05 10:00") == {"replied": "met 2026-03-05 24:00"}


def test_an_extension_moves_its_own_clock_alone() -> None:
    extended = event("extended 2026-03-03 09:00", stop="replied", until="2026-03-20T12:00:00+08:00")
    told = shown("P04", [event("received 2026-03-02 10:00"), extended], "2026-03-03 09:30")
    assert told == {"investigated": "running 2026-03-03 10:00", "replied": "running 2026-03-20 12:00"}


def test_a_correction_of_the_time_moves_the_due_time() -> None:
    corrected = event("corrected 2026-03-03 09:00", of=1, time="2026-02-27T10:00:00+08:00")
    assert shown("P01", [event("received 2026-03-02 10:00"), corrected], "2026-03-03 09:30") == {
        "replied": "running 2026-03-03 24:00"  # Saturday 28 February is worked, 2, 3
    }


def test_what_is_reopened_is_promised_anew() -> None:
    events = [event(f"{what} 2026-03-02 10:00") for what in ("received", "registered", "acked")]
    events += [event("replied 2026-03-03 10:00"), event("reopened by customer 2026-03-06 15:00")]
    assert shown("P01", events, "2026-03-06 16:00") == {"replied": "running 2026-03-11 24:00"}
    assert shown("P18", events, "2026-03-06 16:00")["acked"].startswith("met")


def test_what_is_settled_on_the_spot_stops_every_clock() -> None:
    events = [event("received 2026-03-02 10:00"), event("settled 2026-03-02 10:05")]
    assert {c.state for c in reckon("P11", events, "2026-03-05 10:00").values()} == {"met"}
    assert shown("P21", events, "2026-03-05 10:00") == {"forwarded": "met 2026-03-02 10:30"}


def test_what_is_refused_has_no_clock_running() -> None:
    events = [
        event("received 2026-03-02 10:00"),
        event("investigated 2026-03-02 12:00"),
        event("refused 2026-03-02 13:00"),
    ]
    assert shown("P04", events, "2026-03-09 10:00") == {"investigated": "met 2026-03-03 10:00"}


def test_who_answers_for_a_reply_changes_when_the_case_is_handed_over() -> None:
    events = [event("received 2026-03-02 10:00")]
    assert reckon("P02", events, "2026-03-02 11:00")["replied"].side == "station"
    events.append(event("escalated 2026-03-02 12:00", to="station-master"))
    assert reckon("P02", events, "2026-03-02 13:00")["replied"].side == "station"
    events.append(event("transferred 2026-03-02 14:00", to="quality"))
    assert reckon("P02", events, "2026-03-02 15:00")["replied"].side == "headoffice"


def test_head_offices_stage_is_measured_by_its_own_times() -> None:
    """What the station enters at ten may follow what head office did at nine and tells at eleven."""
    events = [event("received 2026-03-02 08:00"), event("transferred 2026-03-02 10:00")]
    events.append(event("acked by head-office 2026-03-02 09:00"))
    told = reckon("P03", events, "2026-03-02 12:00")
    assert (told["forwarded"].state, local(told["forwarded"].ended)) == ("met", "2026-03-02 09:00")
    assert (told["transferred"].side, local(told["transferred"].due)) == ("headoffice", "2026-03-02 13:00")
    assert local(told["handled"].due) == "2026-03-04 24:00"


# ── what is not known ───────────────────────────────────────────────────────


def test_a_due_time_in_a_year_without_its_calendar_is_unknown_and_says_so() -> None:
    year = max(CALENDAR.years) + 1
    told = reckon("P01", [event(f"received {year - 1}-12-30 10:00")], f"{year}-01-20 10:00")["replied"]
    assert (told.state, told.due, told.why) == ("unknown", None, f"the calendar of {year} is not known")
    known = CALENDAR.put(year, [date(year, 1, 1)], [])
    assert reckon("P01", [event(f"received {year - 1}-12-30 10:00")], f"{year}-01-01 10:00", calendar=known)[
        "replied"
    ].due
    hours = reckon("P02", [event(f"received {year - 1}-12-30 10:00")], f"{year}-01-01 11:00")["replied"]
    assert (hours.state, local(hours.due)) == ("breached", f"{year}-01-01 10:00")


def test_nothing_expires_while_the_clock_is_not_set() -> None:
    events = [event("received 2026-03-02 10:00")]
    assert shown("P02", events, "2031-01-01 00:00", clk="unsynced") == {"replied": "unknown 2026-03-04 10:00"}
    assert shown("P02", events, "2026-03-03 00:00", clk="holdover") == {"replied": "running 2026-03-04 10:00"}


def test_what_began_while_the_clock_was_not_set_is_due_by_that_clock_and_unknown() -> None:
    told = reckon("P02", [event("received 2020-01-01 00:10", clk="unsynced")], "2026-03-03 00:00")["replied"]
    assert (told.state, local(told.due)) == ("unknown", "2020-01-03 00:10")
    assert told.why == "the clock was not set when it began"


def test_an_answer_of_unknown_time_still_stops_its_clock() -> None:
    events = [event("received 2026-03-02 10:00"), event("replied 2020-01-01 00:10", clk="unsynced")]
    told = reckon("P02", events, "2026-03-09 00:00")["replied"]
    assert (told.state, told.why) == ("unknown", "the clock was not set when it stopped")


# ── pauses and service hours ────────────────────────────────────────────────


def test_on_hold_stops_the_clocks_only_where_the_policy_says_so() -> None:
    events = [event("received 2026-03-02 10:00"), event("handled 2026-03-02 12:00"), event("on_hold 2026-03-02 14:00")]
    assert reckon("P11", events, "2026-03-20 10:00")["replied"].why == "on hold"
    events.append(event("first_contact 2026-03-20 14:00"))
    assert shown("P11", events, "2026-03-20 15:00")["replied"] == "running 2026-03-21 12:00"
    assert shown("P02", events, "2026-03-20 15:00") == {"replied": "breached 2026-03-04 10:00"}


def test_service_hours_count_where_the_operator_gives_them() -> None:
    profile = fill(PROFILES["R2"], {"service": "08:00-18:00"})
    assert shown(profile, [event("received 2026-03-02 16:30")], "2026-03-02 17:00") == {
        "repaired": "running 2026-03-03 10:30"
    }
