"""The kiosk in a real browser, under a finger: a rating, a case, an attendant's work."""

from __future__ import annotations

from typing import Any

from fingers import Finger, needs_chromium
from kiosks import Kiosk

from kiosk.model import Complaint, Feedback
from kiosk.shift import Handover
from kiosk.toy import PIN

pytestmark = needs_chromium


# ── rating ──


def test_one_touch_is_a_rating_kept_at_once(finger: Finger) -> None:
    finger.tap('[data-rating="4"]')
    finger.sees("reasons")
    assert finger.kiosk.toy.taken == [Feedback(4)]


def test_a_double_tap_is_one_rating_and_ticks_nothing(finger: Finger) -> None:
    finger.stop_clock()
    for face in ("5", "1"):
        finger.kiosk.toy.taken.clear()
        box = finger.find(f'[data-rating="{face}"]').bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        finger.pause()
        for _ in range(3):  # at one moment, however slow the machine is
            finger.page.touchscreen.tap(x, y)
        finger.sees("reasons")
        assert finger.page.locator('[aria-pressed="true"]').count() == 0
        finger.tap("done", "home")
        assert finger.kiosk.toy.taken == [Feedback(int(face))]


def test_two_fingers_on_two_faces_are_one_rating(finger: Finger) -> None:
    line = finger.context.new_cdp_session(finger.page)
    boxes = [finger.find(f'[data-rating="{face}"]').bounding_box() for face in (5, 1)]
    points = [{"x": box["x"] + 30, "y": box["y"] + 30, "id": n} for n, box in enumerate(boxes)]
    line.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points})
    line.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    finger.sees("reasons")
    assert len(finger.kiosk.toy.taken) == 1


def test_a_finger_that_slides_off_does_nothing(finger: Finger) -> None:
    finger.find('[data-rating="1"]').hover()
    finger.page.mouse.down()
    finger.page.mouse.move(10, 10)
    finger.page.mouse.up()
    finger.pause()
    assert finger.kiosk.toy.taken == []


def test_ticked_reasons_stand_in_the_place_of_the_bare_rating(finger: Finger) -> None:
    finger.tap(
        '[data-rating="2"]', '[data-reason="speed"]', '[data-reason="metering"]', '[data-reason="speed"]', "done"
    )
    finger.sees("thanks")
    assert finger.kiosk.toy.taken == [Feedback(2), Feedback(2, ("metering",), withdraws="7K3M0001")]
    assert finger.page.locator("[data-receipt]").inner_text() == "7K3M0002"


def test_an_undo_takes_the_last_rating_back(finger: Finger) -> None:
    finger.tap('[data-rating="1"]', '[data-reason="price"]', "done")
    finger.sees("thanks")
    finger.tap("undo")
    finger.sees("undone")
    assert finger.kiosk.toy.taken[-1] == Feedback(1, withdraws="7K3M0002")


def test_the_reasons_fit_the_face(finger: Finger) -> None:
    for face, mood, other in (("5", "good", "bad"), ("3", "bad", "good")):
        finger.tap(f'[data-rating="{face}"]')
        finger.sees("reasons")
        assert finger.page.locator(f'[data-mood="{mood}"]').is_visible()
        assert finger.page.locator(f'[data-mood="{other}"]').is_hidden()
        finger.tap("done", "home")


def test_who_walks_away_from_the_reasons_leaves_what_he_ticked(finger: Finger) -> None:
    finger.stop_clock()
    finger.tap('[data-rating="2"]')
    finger.sees("reasons")
    finger.tap('[data-reason="speed"]')
    finger.pass_by(19)
    assert finger.page.locator("[data-idle]").is_hidden()
    finger.pass_by(2)
    assert finger.page.locator("[data-idle]").is_visible()
    finger.pass_by(10)
    finger.sees("thanks")
    finger.pass_by(16)
    finger.sees("home")
    assert finger.kiosk.toy.taken[-1] == Feedback(2, ("speed",), withdraws="7K3M0001")


def test_who_has_more_to_say_goes_on_with_what_he_ticked(finger: Finger) -> None:
    finger.tap(
        '[data-rating="1"]', '[data-reason="speed"]', "more", "nowhere", "sentence", "next", "next", "nophone", "submit"
    )
    finger.sees("number")
    assert finger.kiosk.toy.taken[1:] == [
        Feedback(1, ("speed",), withdraws="7K3M0001"),
        Complaint("complaint", "speed", "排队时间太长", severity="very-dissatisfied"),
    ]


def test_who_ticks_safety_is_first_told_to_move_away(finger: Finger) -> None:
    finger.tap('[data-rating="1"]', '[data-reason="safety"]')
    finger.sees("danger")
    finger.tap("safe")
    finger.sees("reasons")


def test_home_forgets_the_language_and_the_staff_door_keeps_it(browser: Any, kiosk: Kiosk) -> None:
    finger = Finger(browser, kiosk, lead="en")
    finger.unlock()
    finger.page.locator('html[data-lead="en"]').wait_for(state="attached")
    finger.tap("lock")
    finger.sees("home")
    finger.page.locator('html[data-lead="zh-CN"]').wait_for(state="attached")
    finger.close()


# ── the attendants ──


def test_the_systems_figure_is_shown_only_after_the_attendants(finger: Finger) -> None:
    finger.unlock()
    assert "123456.78" not in finger.page.content()
    finger.tap('[data-nozzle="1A"]')
    finger.type("5678")
    assert "123456.78" not in finger.page.content()
    finger.tap("confirm")
    finger.sees("verdict")
    assert finger.page.locator("[data-read]").inner_text() == "123456.78"
    assert finger.page.locator('h1[data-agree="yes"]').is_visible()
    assert finger.kiosk.toy.taken == [Handover("1A", "5678", "li")]
    finger.tap("list")
    finger.page.locator('[data-nozzle="1A"] .agree').wait_for()


def test_a_difference_shows_both_figures(finger: Finger) -> None:
    finger.unlock()
    finger.tap('[data-nozzle="1B"]')
    finger.type("90777.1")
    finger.tap("confirm")
    finger.sees("verdict")
    assert finger.page.locator("[data-typed]").inner_text() == "90777.1"
    assert finger.page.locator("[data-read]").inner_text() == "90877.10"
    assert finger.page.locator('h1[data-agree="no"]').is_visible()


def test_an_acknowledged_alarm_loses_its_button(finger: Finger) -> None:
    finger.unlock()
    finger.tap("acknowledge")
    finger.page.locator('[data-tap="acknowledge"]').wait_for(state="detached")


def test_a_wrong_pin_says_so_and_a_session_that_ended_asks_again(finger: Finger) -> None:
    finger.tap("staff", '[data-person="li"]')
    finger.type("000000")
    finger.find('[data-amiss="wrong"]').wait_for()
    finger.type(PIN)
    finger.sees("work")
    finger.kiosk.seconds += 121
    finger.kiosk.change(waiting=1)
    finger.sees("who")
