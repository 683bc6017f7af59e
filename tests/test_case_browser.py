"""The case book under a finger in a real chromium: from the list to an entry, a signature, a slip on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fingers import Finger, needs_chromium
from kiosks import Kiosk, unlock

from kiosk.model import CaseAct, Complaint

pytestmark = needs_chromium


@pytest.fixture
def inside(browser: Any, kiosk: Kiosk) -> Iterator[Finger]:
    """A finger of somebody who is in."""
    finger = Finger(browser, kiosk, (1024, 600))
    name, value = unlock(kiosk).split("=")
    finger.context.add_cookies([{"name": name, "value": value, "url": kiosk.url}])
    finger.page.goto(f"{kiosk.url}staff/cases")
    finger.page.wait_for_load_state("load")  # its scripts have run
    yield finger
    finger.close()
    assert finger.errors == []


def arrive(finger: Finger, act: str, screen: str) -> None:
    """Touch what leads to another document, and wait until that one can be touched."""
    finger.tap(act)
    finger.sees(screen)
    finger.page.wait_for_load_state("load")


def test_an_extension_goes_out_only_when_it_says_everything_it_needs(inside: Finger) -> None:
    arrive(inside, '[data-case="CQ0147-261107"]', "casework")
    inside.tap("steps", '[data-group="guide"]', '[data-form="extended"]', "save")
    assert inside.page.locator(".row.missing").count() == 5
    inside.tap('[data-field-name="stop"]', '[data-value="replied"]')
    inside.tap('[data-field-name="until"]', "timed")  # begins a day after the promise ends
    inside.tap('[data-field-name="reason"]')
    inside.type("gas")
    inside.tap("wrote", '[data-field-name="approver"]', '[data-value="general-manager"]')
    assert inside.page.locator(".row.missing").count() == 1
    inside.tap('[data-field-name="customer_told"]', '[data-part="hour"][data-by="-1"]', "timed", "save")
    inside.sees("casework")  # taken, and the case is shown anew
    said = {
        "stop": "replied", "until": "2026-11-26T18:00:00+08:00", "reason": "gas", "approver": "general-manager",
        "customer_told": "2026-11-25T16:20:00+08:00",
    }  # fmt: skip
    assert inside.kiosk.toy.taken == [CaseAct("CQ0147-261107", "extended", "li", said)]


def test_those_present_sign_with_a_finger_and_what_they_drew_goes_with_the_entry(inside: Finger) -> None:
    arrive(inside, '[data-case="CQ0147-261107"]', "casework")
    inside.tap("steps", '[data-form="settled"]', '[data-field-name="text"]')
    inside.type("ok")
    inside.tap("wrote", '[data-field-name="signatures"]', '[data-signer="customer"]', "inked")
    assert inside.find('[data-signer="customer"]').get_attribute("aria-pressed") == "false"  # nothing was drawn
    inside.tap('[data-signer="customer"]')
    box = inside.page.locator("[data-pad]").bounding_box()
    mouse = inside.page.mouse
    mouse.move(box["x"] + 60, box["y"] + 40)
    mouse.down()
    mouse.move(box["x"] + 400, box["y"] + 90, steps=20)
    mouse.up()
    inside.tap("inked", "signed", "save")
    inside.sees("casework")
    (act,) = inside.kiosk.toy.taken
    assert isinstance(act, CaseAct)
    assert (act.event, act.said) == ("settled", {"text": "ok", "signatures": ["customer"]})
    points = [tuple(map(int, point.split(","))) for point in act.ink["customer"].split(" ")]
    assert len(points) > 10 and all(0 <= x <= 300 and 0 <= y <= 100 for x, y in points)
    assert points[0][0] < points[-1][0] and points[0][1] < points[-1][1]


def test_a_call_is_taken_down_and_its_number_and_code_can_be_read_out(inside: Finger) -> None:
    arrive(inside, "intake", "form-intake")
    inside.tap('[data-field-name="kind"]', '[data-value="complaint"]', '[data-field-name="topic"]')
    inside.tap('[data-value="metering"]', '[data-field-name="channel"]', '[data-value="phone"]')
    inside.tap('[data-field-name="phone"]')
    inside.type("12345")
    inside.tap("dialled")
    assert inside.page.locator("[data-dial-amiss]").is_visible()
    inside.tap("rub", "rub", "rub", "rub")
    inside.type("3800001234")
    inside.tap("dialled", "save")
    inside.sees("taken")
    assert inside.page.locator("[data-number]").inner_text() == "CQ0147-261101"
    assert inside.kiosk.toy.taken == [
        Complaint("complaint", "metering", phone="13800001234", channel="phone", by="li")
    ]  # fmt: skip


def test_the_page_that_is_printed_is_the_slip_alone_on_one_sheet_of_its_paper(inside: Finger) -> None:
    page = inside.page
    page.add_init_script("window.print = () => {}")
    for size, wide, high in (("80", 80, 200), ("a4", 210, 297)):
        page.goto(f"{inside.kiosk.url}staff/slip/CQ0147-261107?paper={size}")
        inside.tap("print")
        page.get_by_text("529012").wait_for()
        boxes = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", page.pdf(prefer_css_page_size=True))
        assert [(round(float(w) * 25.4 / 72), round(float(h) * 25.4 / 72)) for w, h in boxes] == [(wide, high)]
    page.emulate_media(media="print")
    assert page.locator("button:visible").count() == 0
