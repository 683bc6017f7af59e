"""Help at a touch, in a real browser: the manager is called and came, and the board says the rest."""

from __future__ import annotations

from dataclasses import replace

from fingers import Finger, needs_chromium

from kiosk.calls import Call, Came
from kiosk.toy import WAITING

pytestmark = needs_chromium


def test_who_calls_the_manager_sees_the_time_go_by_and_says_who_came(finger: Finger) -> None:
    finger.tap("manager")
    finger.sees("manager")
    finger.page.locator('[data-waited]:not(:text-is("0:00"))').wait_for()
    finger.tap("came")
    finger.sees("came")
    assert finger.kiosk.toy.taken == [Call(), Came(WAITING.id, "customer")]


def test_a_call_that_was_seen_says_so_and_ends_by_itself_when_one_of_the_staff_came(finger: Finger) -> None:
    finger.tap("manager")
    finger.sees("manager")
    finger.kiosk.change(calls=(replace(WAITING, seen=True),))
    finger.page.locator(".when-seen").wait_for()
    finger.kiosk.change(calls=())
    finger.sees("came")


def test_one_of_the_staff_says_that_he_came(finger: Finger) -> None:
    finger.kiosk.change(calls=(WAITING,))
    finger.unlock()
    finger.tap(f'[data-call="{WAITING.id}"]')
    finger.page.locator(f'[data-call="{WAITING.id}"]').wait_for(state="detached")
    assert finger.kiosk.toy.taken == [Came(WAITING.id, "li")]


def test_the_board_turns_and_shows_all_of_it_at_a_touch(finger: Finger) -> None:
    finger.stop_clock()
    first = finger.page.locator(".card.on").inner_text()
    finger.pass_by(13)
    assert finger.page.locator(".card.on").inner_text() != first
    finger.tap("notice")
    finger.sees("notice")
    shown = finger.page.locator(".announced").inner_text()
    for told in ("周六 8:00", "作业区禁止吸烟", "12315", "2026-10"):
        assert told in shown
