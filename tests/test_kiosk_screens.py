"""Every screen, every size, both languages: nothing cut off, too small for a glove, or too pale for the sun."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from fingers import Finger, needs_chromium
from kiosks import unlock

from kiosk.toy import PIN

pytestmark = needs_chromium

ALL = "STATION_EDGE_SHOTS" in os.environ  # otherwise each size in one language, in turn
SIZES = {"1024x600": (1024, 600), "1280x800": (1280, 800), "1920x1080": (1920, 1080), "800x1280": (800, 1280)}
LEADS = ("zh-CN", "en")
VIEWS = [(size, lead) for n, size in enumerate(SIZES) for lead in LEADS if ALL or lead == LEADS[n % 2]]
FLAWS = Path(__file__).with_name("flaws.js").read_text("utf-8")


def walk(finger: Finger) -> Iterator[str]:
    """Every screen there is, one after the other."""
    yield "home"
    finger.tap("notice")
    yield "notice"
    finger.home()
    finger.tap("manager")
    finger.sees("manager")
    yield "manager"
    finger.tap("came")
    finger.sees("came")
    yield "came"
    finger.home()
    finger.tap('[data-rating="1"]', '[data-reason="metering"]')
    yield "reasons-bad"
    finger.tap("done")
    yield "thanks"
    finger.tap("undo")
    yield "undone"
    finger.home()
    finger.tap('[data-rating="5"]')
    yield "reasons-good"
    finger.tap("done")
    finger.home()
    finger.tap("hazard")
    yield "danger"
    finger.tap("safe")
    yield "where"
    finger.tap("[data-happened]")
    yield "detail-hazard"
    finger.tap("back", "back")
    yield "kind"
    finger.tap('[data-kind="complaint"]')
    yield "topic"
    finger.tap('[data-topic="metering"]', "nowhere", "sentence")
    yield "detail"
    finger.tap("write")
    finger.type("gas")
    yield "write"
    finger.tap("board")
    yield "write-signs"
    finger.tap("wrote", "next")
    yield "wish"
    finger.tap("wish")
    finger.type("13800001234")
    yield "contact"
    finger.tap("phone")
    yield "check"
    finger.tap('[data-step="where"]', "[data-place-text]")
    yield "when"
    finger.tap("when")
    finger.tap("submit")
    yield "number"
    finger.home()
    finger.tap("mine")
    finger.type("261101")
    yield "mine"
    finger.tap("numbered")
    finger.type("12345")
    yield "mine-pin"
    finger.type("6")
    finger.sees("standing")
    yield "standing"
    finger.tap("unsettled", "sentence")
    yield "unsettled"
    finger.tap("standing", "settled")
    finger.sees("agreed")
    yield "agreed"
    finger.tap("survey")
    finger.sees("survey")
    yield "survey"
    finger.tap("decline")
    finger.sees("surveyed")
    yield "surveyed"
    finger.home()
    finger.kiosk.change(online=False, waiting=12, clk="holdover")
    finger.page.locator(".pill.firm").wait_for()
    yield "offline"
    finger.kiosk.change(keeping=False)
    finger.page.locator(".trouble.keeping").wait_for()
    yield "cannot-keep"
    finger.kiosk.change(keeping=True, online=True, waiting=0, clk="synced")
    finger.tap("staff")
    finger.sees("who")
    yield "who"
    finger.tap('[data-person="li"]')
    finger.type("000000")
    finger.find('[data-amiss="wrong"]').wait_for()
    yield "pin"
    finger.type(PIN)
    finger.sees("work")
    yield "work"
    finger.tap("more")
    yield "more"
    finger.tap("upkeep")
    finger.sees("upkeep")
    yield "upkeep"
    finger.tap("list")
    for nozzle, verdict in (("1A", "agree"), ("1B", "differ"), ("2B", "unread")):
        finger.tap(f'[data-nozzle="{nozzle}"]')
        finger.type("5678")
        yield "reading"
        finger.tap("confirm")
        finger.sees("verdict")
        yield verdict
        finger.tap("list")
    yield "worked"
    finger.page.goto(finger.kiosk.url + "nowhere")
    yield "error"


ARROW = FLAWS[FLAWS.index("() =>") :]
EACH = f"""async (names) => {{
  const {{ show }} = await import("/static/stage.js");
  const flaws = {ARROW};
  return names.map((name) => [name, (show(name), flaws())]);
}}"""
PAPERS = (
    "/emergency", "/staff/emergency", "/staff/alarms", "/staff/duties", "/staff/conduct",
    "/staff/permits", "/staff/permit/A261121-01",
    "/staff/cases", "/staff/cases?wanted=closed", "/staff/case/CQ0147-261107", "/staff/slip/CQ0147-261107",
    "/staff/intake", "/staff/outcome/CQ0147-261107",
)  # fmt: skip


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """STATION_EDGE_SHOTS: a folder for the pictures."""
    folder = Path(os.environ.get("STATION_EDGE_SHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def views(finger: Finger, wanted: Sequence[tuple[str, str]] = VIEWS) -> Iterator[str]:
    """The same page in one size and language after the other."""
    finger.page.wait_for_load_state("load")  # a page just come to has its styles
    for size, lead in wanted:
        width, height = SIZES[size]
        finger.page.set_viewport_size({"width": width, "height": height})
        finger.page.evaluate("(lead) => (document.documentElement.dataset.lead = lead)", lead)
        yield f"{lead}-{size}"


def test_every_screen_is_whole_large_and_dark_enough(finger: Finger, shots: Path) -> None:
    finger.stop_clock()  # no screen goes by itself while it is looked at
    flaws: dict[str, Any] = {}
    for screen in walk(finger):
        for view in views(finger):
            if ALL:
                finger.page.screenshot(path=shots / f"{screen}-{view}.png")
            if found := finger.page.evaluate(FLAWS):
                flaws[f"{screen}-{view}"] = found
    assert not flaws, "\n".join(f"{at}: {said}" for at, said in flaws.items())


def test_every_screen_of_the_case_book_is_whole_large_and_dark_enough(finger: Finger, shots: Path) -> None:
    """Each form of each event, each list to pick from, put up one after the other."""
    name, value = unlock(finger.kiosk).split("=")
    finger.context.add_cookies([{"name": name, "value": value, "url": finger.kiosk.url}])
    flaws: dict[str, Any] = {}
    seen = 0
    for number, paper in enumerate(PAPERS):
        finger.page.goto(finger.kiosk.url.rstrip("/") + paper)
        names = finger.page.evaluate("[...document.querySelectorAll('.screen')].map((one) => one.dataset.screen)")
        seen += len(names)
        for view in views(finger, VIEWS if ALL else (VIEWS[0], VIEWS[-1])):
            for screen in names if ALL else ():
                finger.page.evaluate("(name) => import('/static/stage.js').then((stage) => stage.show(name))", screen)
                finger.page.screenshot(path=shots / f"paper{number}-{screen}-{view}.png")
            flaws |= {f"{paper} {at} {view}": found for at, found in finger.page.evaluate(EACH, names) if found}
    assert not flaws, "\n".join(f"{at}: {said}" for at, said in flaws.items())
    assert seen > 60
