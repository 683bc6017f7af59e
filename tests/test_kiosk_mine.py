"""My case on the kiosk in a real browser: number and code, how it stands, and what its customer may say to that."""

from __future__ import annotations

from fingers import Finger, needs_chromium

from kiosk.model import CaseAct, LookUp
from kiosk.toy import PIN

pytestmark = needs_chromium


def look_up(finger: Finger, pin: str = PIN) -> None:
    finger.tap("mine")
    finger.type("261101")
    finger.tap("numbered")
    finger.type(pin)


def test_a_number_and_a_code_show_how_a_case_stands(finger: Finger) -> None:
    look_up(finger)
    finger.sees("standing")
    assert finger.kiosk.toy.taken == [LookUp("CQ0147-261101", PIN)]
    shown = finger.page.locator('[data-place="standing"]').inner_text()
    for told in ("已答复", "站长", "138****1234", "已对2号加气机复秤", "11-30 24:00"):
        assert told in shown
    assert finger.page.locator(".steps .reached").count() == 4


def test_a_wrong_code_says_so_and_not_which_of_the_two_is_wrong(finger: Finger) -> None:
    look_up(finger, "000000")
    finger.find('[data-wrong="no"]').wait_for()
    assert finger.page.locator('.screen[data-screen="mine"]').is_visible()


def test_a_customer_says_that_an_answer_is_well(finger: Finger) -> None:
    look_up(finger)
    finger.sees("standing")
    finger.tap("settled")
    finger.sees("agreed")
    assert finger.kiosk.toy.taken[-1] == CaseAct(
        "CQ0147-261101", "return_visited", "customer", {"outcome": "satisfied", "mode": "kiosk"}, PIN
    )


def test_a_customer_who_is_not_satisfied_opens_the_case_again_without_a_letter(finger: Finger) -> None:
    look_up(finger)
    finger.sees("standing")
    finger.tap("unsettled", "sentence", "reopen")
    finger.sees("standing")
    reopened = finger.kiosk.toy.taken[1]
    assert reopened == CaseAct("CQ0147-261101", "reopened", "customer", {"text": "问题没有解决", "mode": "kiosk"}, PIN)


def test_nothing_of_a_case_stays_for_the_next_person(finger: Finger) -> None:
    look_up(finger)
    finger.sees("standing")
    finger.home()
    left = finger.page.evaluate("document.documentElement.outerHTML")
    for personal in ("138****1234", "261101", "复秤"):
        assert personal not in left
