"""An alarm's life in stories: what is seen and done, when, and the ISA-18.2 state that a person finds."""

from __future__ import annotations

import pytest

from agent.core.alarms.machine import HIDDEN, MOVES, RETURNS, Alarm, Aside, apply, lean, settle

ON, OFF = 5.0, 2.0
ABBREVIATED = {
    "unack": "unacknowledged", "ack": "acknowledged", "returned": "returned-unacknowledged",
    "latched-unack": "latched-unacknowledged", "suppressed": "suppressed-by-design", "out": "out-of-service",
}  # fmt: skip

STORIES = {
    "a short spike is no alarm": "0 wrong normal, 4 right normal, 20 right normal",
    "what lasts is raised": "0 wrong normal, 5 wrong unack",
    "it is raised though no further look comes": "0 wrong normal, 6 time unack",
    "seen, then mended": "0 wrong normal, 5 wrong unack, 6 acknowledge ack, 7 right ack, 9 right normal",
    "mended before anybody saw it, it waits": "0 wrong normal, 5 wrong unack, 6 right unack, 8 right returned, "
    "999 right returned, 1000 acknowledge normal",
    "it comes back before anybody saw it": "0 wrong normal, 5 wrong unack, 6 right unack, 8 right returned, "
    "9 wrong returned, 14 wrong unack",
    "silence never clears": "0 wrong normal, 5 wrong unack, 6 lost unack, 600 lost unack",
    "silence never raises": "0 right normal, 1 lost normal, 600 lost normal",
    "one good look and then silence clears nothing": "0 wrong normal, 5 wrong unack, 6 acknowledge ack, 7 right ack, "
    "8 lost ack, 600 time ack, 601 right ack, 602 right normal",
    "while nothing can be read the delay waits": "0 wrong normal, 4 lost normal, 100 wrong normal, 100.9 time normal, "
    "101 time unack",
    "nothing to acknowledge": "0 right normal, 1 acknowledge normal",
    "latched, it waits for its reset": "0 wrong normal, 5 time unack, 6 acknowledge ack, 7 gone ack, 9 gone latched, "
    "99 gone latched, 100 reset normal",
    "latched and not seen": "0 wrong normal, 5 time unack, 6 gone unack, 8 gone latched-unack, 9 reset latched-unack, "
    "10 acknowledge latched, 11 reset normal",
    "latched, it is raised again": "0 wrong normal, 5 time unack, 6 acknowledge ack, 7 gone ack, 9 gone latched, "
    "10 wrong latched, 15 time unack",
    "a reset while it lasts does nothing": "0 wrong normal, 5 time unack, 6 reset unack, 7 acknowledge ack, "
    "8 reset ack",
    "shelved, it comes back as it is": "0 wrong normal, 5 time unack, 6 shelve shelved, 7 acknowledge shelved, "
    "8 unshelve unack",
    "shelved, its cause may go": "0 wrong normal, 5 time unack, 6 shelve shelved, 7 right shelved, 9 time shelved, "
    "10 unshelve normal",
    "shelved while normal, its cause may come": "0 shelve shelved, 1 wrong shelved, 6 time shelved, 7 unshelve unack",
    "suppressed before it was seen, it is owed": "0 wrong normal, 5 time unack, 6 suppress suppressed, "
    "7 right suppressed, 9 time suppressed, 10 release returned, 11 acknowledge normal",
    "suppressed after it was seen, it is over": "0 wrong normal, 5 time unack, 6 acknowledge ack, "
    "7 suppress suppressed, 8 right suppressed, 10 time suppressed, 11 release normal",
    "suppressed, its cause may come": "0 suppress suppressed, 1 wrong suppressed, 6 time suppressed, 7 release unack",
    "out of service wins over both": "0 shelve shelved, 1 suppress suppressed, 2 remove out, 3 release out, "
    "4 unshelve out, 5 restore normal",
    "out of service, what nobody saw is owed still": "0 wrong normal, 5 time unack, 6 suppress suppressed, "
    "7 remove out, 8 right out, 10 time out, 11 restore returned",
    "what is latched is neither shelved nor suppressed": "0 wrong normal, 5 time unack, 6 acknowledge ack, 7 gone ack, "
    "9 time latched, 10 shelve latched, 11 suppress latched, 12 remove latched",
}
LOOKS = {"wrong": "wrong", "right": "right", "gone": "right", "lost": "lost"}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_an_alarm_lives_as_told(story: str) -> None:
    alarm, latch = Alarm(), " gone " in story
    for told in story.split(", "):
        at, what, phase = told.split()
        mono = float(at)
        if what in LOOKS:
            alarm = lean(alarm, LOOKS[what], mono)  # type: ignore[arg-type]
        elif what != "time":
            alarm, _ = apply(alarm, what, mono, Aside("li", "why", 999.0))  # type: ignore[arg-type]
        alarm, _ = settle(alarm, ON, OFF, latch, mono, mono)
        assert alarm.phase == ABBREVIATED.get(phase, phase), f"after {told!r}"


def test_every_move_of_the_table_is_named_and_leads_to_another_phase() -> None:
    assert all(phase != new and name for (phase, _), (new, name) in MOVES.items())


def test_every_state_that_hides_has_its_way_back_and_nobody_acknowledges_what_is_hidden() -> None:
    assert {phase for phase, _ in RETURNS} == HIDDEN
    assert not {(phase, act) for phase, act in MOVES if phase in HIDDEN and act == "acknowledge"}
