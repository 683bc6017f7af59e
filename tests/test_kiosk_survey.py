"""Questionnaires on the kiosk in a real browser: an item a screen, a touch an answer, and asking counts."""

from __future__ import annotations

from dataclasses import replace

from fingers import Finger, needs_chromium

from kiosk.duties import Answered
from kiosk.toy import SCREEN

pytestmark = needs_chromium


def test_after_a_rating_a_few_questions_are_offered_and_each_takes_one_touch(finger: Finger) -> None:
    finger.tap('[data-rating="4"]', "done")
    finger.sees("thanks")
    finger.tap("survey")
    finger.sees("survey")
    finger.tap('[data-mark="5"]', '[data-mark="2"]')
    finger.sees("surveyed")
    assert finger.kiosk.toy.taken[-1] == Answered("inquiry", {"gas": 5, "filling": 2})


def test_what_head_office_asks_comes_before_the_monthly_inquiry(finger: Finger) -> None:
    winter = replace(SCREEN.surveys[0], name="winter", own=True)
    finger.kiosk.change(surveys=(*SCREEN.surveys, winter))
    finger.page.locator('[data-survey="winter"]').wait_for(state="attached")
    finger.tap('[data-rating="4"]', "done")
    finger.sees("thanks")
    finger.tap("survey")
    finger.sees("survey")
    finger.tap("unmarked", '[data-mark="3"]')
    finger.sees("surveyed")
    assert finger.kiosk.toy.taken[-1] == Answered("winter", {"filling": 3})


def test_who_declines_was_asked_all_the_same(finger: Finger) -> None:
    finger.tap('[data-rating="4"]', "done")
    finger.sees("thanks")
    finger.tap("survey")
    finger.sees("survey")
    finger.tap("decline")
    finger.sees("surveyed")
    assert finger.kiosk.toy.taken[-1] == Answered("inquiry")


def test_a_case_that_was_answered_is_asked_about_by_its_number(finger: Finger) -> None:
    finger.tap("mine")
    finger.type("261101")
    finger.tap("numbered")
    finger.type("123456")
    finger.sees("standing")
    finger.tap("settled")
    finger.sees("agreed")
    finger.tap("survey")
    finger.sees("survey")
    finger.tap('[data-mark="5"]', '[data-mark="5"]')
    finger.sees("surveyed")
    assert finger.kiosk.toy.taken[-1] == Answered("after-case", {"result": 5, "attitude": 5}, case="CQ0147-261101")
