"""What clocks say by themselves comes exactly once, whatever happens to the power and to the time of day."""

from __future__ import annotations

from promises import CALENDAR, PROFILES, at, case, event, local

from agent.core.cases import clocks, signals
from agent.core.cases.model import Actor, Case, CaseEvent, fold


def say(made: Case, profile: str, now: str) -> tuple[Case, list[tuple[str, str, float | None]]]:
    """What the clocks say at a moment, and the case with it as events."""
    told = clocks.reckon(PROFILES[profile], made.events, CALENDAR, at(now))
    said = signals.signals(told, made.events, at(now))
    for one in said:
        made = fold(made, CaseEvent(one.kind, at(now), Actor("station"), one.body))
    return made, [(one.kind, one.body["stop"], one.body.get("share")) for one in said]


def next_of(made: Case, profile: str, now: str) -> str:
    told = clocks.reckon(PROFILES[profile], made.events, CALENDAR, at(now))
    return local(signals.next_moment(told, made.events))


def test_a_clock_warns_at_half_and_four_fifths_and_says_its_breach_each_once() -> None:
    made = case(event("received 2026-03-02 10:00"))
    history = []
    for now in ("03 09:59", "03 10:00", "03 10:00", "04 00:24", "04 00:25", "04 10:00", "04 10:00", "05 10:00"):
        made, said = say(made, "P02", f"2026-03-{now}")
        history.append(said)
    warned = [("warning", "replied", share) for share in (0.5, 0.8)]
    assert history == [[], [warned[0]], [], [warned[1]], [], [("breached", "replied", None)], [], []]


def test_the_next_moment_is_the_first_that_has_something_to_say() -> None:
    made = case(event("received 2026-03-02 10:00"))
    assert next_of(made, "P02", "2026-03-02 10:00") == "2026-03-03 10:00"
    made, _ = say(made, "P02", "2026-03-03 10:00")
    assert next_of(made, "P02", "2026-03-03 10:00") == "2026-03-04 00:24"
    made, _ = say(made, "P02", "2026-03-04 10:00")
    assert next_of(made, "P02", "2026-03-04 10:00") == "?"


def test_after_a_power_cut_only_what_is_so_now_is_said() -> None:
    made = case(event("received 2026-03-02 10:00"))
    _, said = say(made, "P02", "2026-03-09 10:00")
    assert said == [("breached", "replied", None)]
    _, said = say(made, "P02", "2026-03-04 09:00")
    assert said == [("warning", "replied", 0.8)]


def test_an_answer_that_came_late_is_a_breach_all_the_same() -> None:
    made = case(event("received 2026-03-02 10:00"), event("replied 2026-03-05 10:00"))
    made, said = say(made, "P02", "2026-03-05 10:00")
    assert said == [("breached", "replied", None)]
    assert say(made, "P02", "2026-03-06 10:00")[1] == []


def test_a_due_time_that_moved_is_warned_of_anew_but_not_of_what_had_passed() -> None:
    made = case(event("received 2026-03-02 10:00"))
    made, _ = say(made, "P02", "2026-03-03 10:00")
    made = fold(made, event("extended 2026-03-04 09:00", stop="replied", until="2026-03-05T10:00:00+08:00"))
    assert say(made, "P02", "2026-03-04 09:01")[1] == []
    assert next_of(made, "P02", "2026-03-04 09:01") == "2026-03-04 19:36"


def test_a_clock_set_back_says_nothing_twice() -> None:
    made = case(event("received 2026-03-02 10:00"))
    made, _ = say(made, "P02", "2026-03-04 10:00")
    for now in ("2026-03-02 11:00", "2026-03-03 11:00", "2026-03-04 11:00"):
        made, said = say(made, "P02", now)
        assert said == []
