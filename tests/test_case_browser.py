"""The case book under a finger in a real chromium: from the list to an entry, a signature, a slip on paper."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fingers import Finger, needs_chromium
from kiosks import Kiosk, unlock

pytestmark = needs_chromium


@pytest.mark.parametrize(("size", "wide", "high"), [("80", 80, 200), ("a4", 210, 297)])
def test_the_page_that_is_printed_is_the_slip_alone_on_one_sheet_of_its_paper(
    browser: Any, kiosk: Kiosk, size: str, wide: int, high: int
) -> None:
    finger = Finger(browser, kiosk)
    name, value = unlock(kiosk).split("=")
    finger.context.add_cookies([{"name": name, "value": value, "url": kiosk.url}])
    finger.page.goto(f"{kiosk.url}staff/slip/CQ0147-261107?paper={size}")
    finger.page.add_init_script("window.print = () => {}")
    finger.page.reload()
    finger.tap("print")
    finger.page.get_by_text("529012").wait_for()
    printed = finger.page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert [(round(float(w) * 25.4 / 72), round(float(h) * 25.4 / 72)) for w, h in boxes] == [(wide, high)]
    finger.page.emulate_media(media="print")
    assert finger.page.locator("button:visible").count() == 0
    finger.close()
    assert finger.errors == []
