"""The kiosk in a real browser while things change or fail around it, and what must never happen in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from fingers import Finger, needs_chromium
from kiosks import Kiosk

from kiosk.model import Feedback
from kiosk.toy import Toy

pytestmark = needs_chromium

FLAWS = Path(__file__).with_name("flaws.js").read_text("utf-8")
RESTART = 60_000  # ms a page may take to find its daemon again


def test_a_change_is_seen_without_touching_anything(finger: Finger) -> None:
    finger.kiosk.change(online=False, waiting=12)
    finger.page.locator(".pill.firm").wait_for()
    assert "12" in finger.page.locator(".state").inner_text()


def test_when_nothing_can_be_kept_the_faces_are_gone_and_it_says_why(finger: Finger) -> None:
    finger.kiosk.change(keeping=False)
    finger.page.locator(".trouble.keeping").wait_for()
    assert finger.page.locator(".face:visible").count() == 0


def test_a_rating_that_was_not_kept_says_so_and_can_be_tried_again(finger: Finger) -> None:
    toy = finger.kiosk.toy
    finger.page.route("**/api/feedback", lambda route: route.abort())
    finger.tap('[data-rating="3"]')
    finger.sees("unsaved")
    finger.page.unroute("**/api/feedback")
    finger.tap("retry")
    finger.sees("reasons")
    assert toy.taken == [Feedback(3)]


def test_a_page_finds_its_restarted_daemon_by_itself(browser: Any) -> None:
    with Kiosk() as first:
        finger = Finger(browser, first)
        port = first.port
    finger.page.locator('html[data-link="lost"]').wait_for(state="attached", timeout=RESTART)
    assert finger.page.locator(".trouble.lost").is_visible()
    with Kiosk(Toy(), port) as second:
        finger.page.locator('html[data-link="live"]').wait_for(state="attached", timeout=RESTART)
        finger.tap('[data-rating="5"]')
        finger.sees("reasons")
        assert second.toy.taken == [Feedback(5)]
        finger.close()


def test_large_letters_are_one_touch_away_and_gone_with_whoever_wanted_them(finger: Finger) -> None:
    finger.tap("large")
    finger.page.locator('html[data-large="yes"]').wait_for(state="attached")
    assert finger.page.evaluate(FLAWS) == []
    finger.tap("mine", "home")
    finger.sees("home")
    assert finger.page.locator("html[data-large]").count() == 0


def test_a_page_that_nobody_looks_at_goes_dark_and_moves_and_one_touch_still_rates(finger: Finger) -> None:
    finger.page.clock.install()
    finger.page.reload()
    finger.page.wait_for_load_state("load")
    finger.page.clock.run_for(190_000)
    finger.page.locator('html[data-attract="yes"]').wait_for(state="attached")
    assert finger.page.evaluate(FLAWS) == []
    before = finger.find(".face").bounding_box()
    finger.page.clock.run_for(45_000)
    assert finger.find(".face").bounding_box() != before
    finger.tap('[data-rating="5"]')
    finger.sees("reasons")
    assert finger.kiosk.toy.taken == [Feedback(5)]
    assert finger.page.locator("html[data-attract]").count() == 0


# ── what must never happen ──


def test_no_request_leaves_the_machine_and_nothing_is_complained_about(finger: Finger) -> None:
    finger.tap('[data-rating="5"]', "done", "home", "case", '[data-kind="complaint"]', "back", "back")
    finger.unlock()
    finger.tap("lock")
    finger.sees("home")
    assert {re.match(r"\w+://[^/]+/", url)[0] for url in finger.asked} == {finger.kiosk.url}  # type: ignore[index]
    assert finger.errors == []


def test_there_is_no_native_field_to_type_into_and_no_menu(finger: Finger) -> None:
    native = "input, textarea, select, [contenteditable], a[href], form, iframe"
    prevented = "new Promise((done) => { const e = new MouseEvent('contextmenu', {bubbles: true, cancelable: true});"
    for inside in (False, True):
        if inside:
            finger.unlock()
        assert finger.page.locator(native).count() == 0
        assert finger.page.evaluate(prevented + " document.body.dispatchEvent(e); done(e.defaultPrevented); })")
