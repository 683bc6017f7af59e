"""A complaint, suggestion, question or hazard on the kiosk in a real browser, from the first touch to its number."""

from __future__ import annotations

from fingers import Finger, needs_chromium

from kiosk.model import Complaint
from kiosk.toy import PIN, SCREEN

pytestmark = needs_chromium


def test_a_complaint_is_eight_touches_and_ends_with_a_number_a_code_and_by_when(finger: Finger) -> None:
    finger.tap("case", '[data-kind="complaint"]', '[data-topic="metering"]', "nowhere", "next", "next")
    finger.tap("nophone", "submit")
    finger.sees("number")
    assert finger.page.locator(".digits").inner_text().replace("\n", "") == "CQ0147-261101"
    assert finger.page.locator("[data-pin]").inner_text() == PIN
    assert "11-30 24:00" in finger.page.locator(".promises").inner_text()
    assert finger.kiosk.toy.taken == [Complaint("complaint", "metering")]


def test_a_phone_number_is_read_back_in_groups_and_checked(finger: Finger) -> None:
    finger.tap("case", '[data-kind="suggestion"]', '[data-topic="other"]', "next")
    finger.type("138")
    finger.tap("phone")
    assert finger.page.locator(".amiss:visible").count() == 1
    finger.type("00001234")
    assert finger.page.locator('[data-field="phone"] [data-value]').inner_text() == "138 0000 1234"
    finger.tap("phone")
    assert finger.page.locator('[data-answer="phone"]').inner_text() == "138 0000 1234"
    finger.tap("submit")
    finger.sees("number")
    assert finger.kiosk.toy.taken == [Complaint("suggestion", "other", phone="13800001234")]


def test_fast_typing_loses_no_key(finger: Finger) -> None:
    finger.tap("case", '[data-kind="question"]', '[data-topic="other"]', "write")
    finger.pause()
    struck = "document.querySelector(`[data-key='${key}']`).dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    finger.page.evaluate(f"for (const key of 'thequickbrownfoxjumpsoverthelazydog') {struck}")
    assert finger.page.locator('[data-field="text"] [data-value]').inner_text() == "thequickbrownfoxjumpsoverthelazydog"


def test_nothing_personal_stays_on_the_page_after_it_was_handed_in(finger: Finger) -> None:
    finger.tap("case", '[data-kind="question"]', '[data-topic="price"]', "write")
    finger.type("li")
    finger.tap("wrote", "next")
    finger.type("13800001234")
    finger.tap("phone", "submit")
    finger.sees("number")
    finger.tap("home")
    left = finger.page.evaluate(
        "document.documentElement.outerHTML + JSON.stringify({...localStorage, ...sessionStorage})"
    )
    for personal in ("13800001234", "138 0000 1234", ">li<", "CQ0147-2611"):
        assert personal not in left


def test_no_phone_number_is_asked_for_when_it_could_not_be_sealed(finger: Finger) -> None:
    finger.kiosk.change(contact=False)
    finger.page.locator('html[data-contact="no"]').wait_for(state="attached")
    finger.tap("case", '[data-kind="question"]', '[data-topic="price"]', "next")
    finger.sees("check")
    assert finger.page.locator('[data-row="phone"]').is_hidden()


def test_a_hazard_is_urgent_and_speaks_of_danger_first(finger: Finger) -> None:
    finger.tap("hazard")
    finger.sees("danger")
    finger.tap("safe", "nowhere", "sentence", "next", "nophone", "submit")
    finger.sees("number")
    assert finger.kiosk.toy.taken == [Complaint("hazard", "safety", "闻到燃气味", urgency="urgent")]


def test_back_leads_back_step_by_step_and_home(finger: Finger) -> None:
    finger.tap("case", '[data-kind="complaint"]', '[data-topic="price"]', "nowhere", "next", "wish")
    finger.sees("contact")
    for screen in ("wish", "detail", "where", "topic", "kind", "home"):
        finger.tap("back")
        finger.sees(screen)


def test_where_when_and_what_is_wished_are_one_touch_each(finger: Finger) -> None:
    fill = SCREEN.fills[0]
    finger.tap("case", '[data-kind="complaint"]', '[data-topic="metering"]', f'[data-happened="{fill.ended}"]')
    finger.tap("sentence", "next", '[data-tap="wish"][data-text="检定加气机"]', "nophone")
    finger.sees("check")
    assert "2A 14:32" in " ".join(finger.page.locator('[data-answer="where"]').inner_text().split())
    finger.tap("submit")
    finger.sees("number")
    assert finger.kiosk.toy.taken == [
        Complaint("complaint", "metering", "加气量和实际不符", object="2A", happened=fill.ended, wish="检定加气机")
    ]


def test_an_answer_that_is_changed_leads_straight_back_to_the_check(finger: Finger) -> None:
    finger.tap("case", '[data-kind="complaint"]', '[data-topic="speed"]', "nowhere", "next", "next", "nophone")
    finger.tap('[data-step="where"]', '[data-place-text="场地"]', '[data-when="yesterday"]')
    finger.sees("check")
    finger.tap('[data-step="detail"]', "sentence", "next")
    finger.sees("check")
    finger.tap("submit")
    finger.sees("number")
    assert finger.kiosk.toy.taken == [Complaint("complaint", "speed", "昨天；排队时间太长", place="场地")]


def test_a_promise_that_needs_a_call_asks_for_the_number_and_takes_no_other_answer(finger: Finger) -> None:
    finger.kiosk.change(contact_needed=("complaint",))
    finger.page.locator('html[data-needed="complaint"]').wait_for(state="attached")
    finger.tap("case", '[data-kind="complaint"]', '[data-topic="price"]', "nowhere", "next", "next")
    finger.sees("contact")
    assert finger.page.locator('[data-tap="nophone"]').is_hidden()
    assert finger.page.locator(".needed").is_visible()


def test_every_step_waits_warns_and_then_forgets_what_was_typed(finger: Finger) -> None:
    finger.stop_clock()
    finger.tap("case", '[data-kind="question"]', '[data-topic="price"]', "write")
    finger.type("li")
    finger.pass_by(61)
    assert finger.page.locator("[data-idle]").is_visible()
    finger.tap("stay")
    assert finger.page.locator('[data-field="text"] [data-value]').inner_text() == "li"
    finger.pass_by(61)
    finger.pass_by(31)
    finger.sees("home")
    finger.tap("case", '[data-kind="question"]', '[data-topic="price"]', "write")
    assert finger.page.locator('[data-field="text"] [data-value]').inner_text() == ""
