"""Writing Chinese on the kiosk in a real browser: letters, a touch on a word, and what was meant is handed in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fingers import Finger, chromium, needs_chromium
from kiosks import Kiosk

from kiosk.model import Complaint
from kiosk.pinyin.lexicon import HOME, installed

LEXICON = installed()
pytestmark = [
    needs_chromium,
    pytest.mark.skipif(LEXICON is None, reason=f"{HOME}: no lexicon; python -m kiosk.pinyin makes it"),
]


@pytest.fixture
def finger() -> Iterator[Finger]:
    with Kiosk(lexicon=LEXICON) as kiosk, chromium() as browser:
        finger = Finger(browser, kiosk, (1024, 600))
        yield finger
        assert not finger.errors
        finger.close()


def written(finger: Finger) -> str:
    return str(finger.page.locator('[data-field="text"] [data-value]').inner_text())


def choose(finger: Finger, text: str) -> None:
    finger.page.locator(f'[data-tap="candidate"][data-text="{text}"]').locator("visible=true").wait_for()
    finger.tap(f'[data-tap="candidate"][data-text="{text}"]')


def test_a_complaint_is_written_in_chinese(finger: Finger) -> None:
    finger.tap("case", '[data-kind="complaint"]', '[data-topic="metering"]', "nowhere", "write")
    finger.type("jqjloule")
    choose(finger, "加气机")
    assert written(finger) == "加气机"
    choose(finger, "漏了")
    finger.tap("board", '[data-key="3"]', "board", "tongue")
    finger.type("ok")
    assert written(finger) == "加气机漏了3ok"
    finger.tap("tongue")
    finger.type("man")
    finger.tap("rub", "wrote")
    finger.tap("next", "next", "nophone", "submit")
    finger.sees("number")
    (form,) = finger.kiosk.toy.taken
    assert isinstance(form, Complaint)
    assert form.text == "加气机漏了3okma"  # what was typed and not chosen stands as it was typed
    finger.tap("home", "case", '[data-kind="complaint"]', '[data-topic="metering"]', "nowhere", "write")
    assert written(finger) == ""


def test_more_words_are_one_touch_away_and_never_clipped(finger: Finger) -> None:
    finger.tap("case", '[data-kind="complaint"]', '[data-topic="metering"]', "nowhere", "write")
    finger.type("ji")
    offered = finger.page.locator('[data-tap="candidate"]').locator("visible=true")
    offered.first.wait_for()
    before = offered.all_inner_texts()
    finger.tap("page")
    assert not set(before) & set(offered.all_inner_texts())
    finger.type("aqijitaimanleshoufeibuheli")
    finger.page.wait_for_function("document.querySelector('[data-tap=candidate]').textContent.length > 8")
    clipped = finger.page.evaluate(
        "[...document.querySelectorAll('.offered .key')].filter(k => k.offsetTop === k.parentElement.firstElementChild"
        ".offsetTop && k.scrollWidth > k.clientWidth).map(k => k.textContent)"
    )
    assert clipped == []
