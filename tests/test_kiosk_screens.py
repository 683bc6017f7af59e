"""Every screen, every size, both languages: nothing cut off, too small for a glove, or too pale for the sun."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fingers import Finger, needs_chromium
from kiosks import Kiosk, unlock

from kiosk.toy import PIN

pytestmark = needs_chromium

ALL = "STATION_EDGE_SHOTS" in os.environ  # otherwise each size in one language, in turn
SIZES = {"1024x600": (1024, 600), "1280x800": (1280, 800), "1920x1080": (1920, 1080), "800x1280": (800, 1280)}
LEADS = ("zh-CN", "en")
WALKS = [(size, lead) for n, size in enumerate(SIZES) for lead in LEADS if ALL or lead == LEADS[n % 2]]
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


@pytest.mark.parametrize(("size", "lead"), WALKS if ALL else (WALKS[0], WALKS[-1]))
def test_every_screen_of_the_case_book_is_whole_large_and_dark_enough(
    browser: Any, kiosk: Kiosk, tmp_path: Path, size: str, lead: str
) -> None:
    """Each form of each event, each list to pick from, put up one after the other."""
    shots = Path(os.environ.get("STATION_EDGE_SHOTS", tmp_path))
    finger = Finger(browser, kiosk, SIZES[size], lead)
    name, value = unlock(kiosk).split("=")
    finger.context.add_cookies([{"name": name, "value": value, "url": kiosk.url}])
    flaws: dict[str, list[str]] = {}
    seen = 0
    for number, paper in enumerate(PAPERS):
        finger.page.goto(kiosk.url.rstrip("/") + paper)
        if lead == "en":
            finger.tap("language")
        names = finger.page.evaluate("[...document.querySelectorAll('.screen')].map((one) => one.dataset.screen)")
        seen += len(names)
        for name in names if ALL else ():
            finger.page.evaluate("(name) => import('/static/stage.js').then((stage) => stage.show(name))", name)
            finger.page.screenshot(path=shots / f"paper{number}-{name}-{lead}-{size}.png")
        flaws |= {f"{paper} {name}": found for name, found in finger.page.evaluate(EACH, names) if found}
    finger.close()
    assert flaws == {} and seen > 60


@pytest.mark.parametrize(("size", "lead"), WALKS)
def test_every_screen_is_whole_large_and_dark_enough(
    browser: Any, kiosk: Kiosk, tmp_path: Path, size: str, lead: str
) -> None:
    """STATION_EDGE_SHOTS: a folder for the pictures."""
    shots = Path(os.environ.get("STATION_EDGE_SHOTS", tmp_path))
    shots.mkdir(parents=True, exist_ok=True)
    finger = Finger(browser, kiosk, SIZES[size], lead)
    flaws: dict[str, list[str]] = {}
    for screen in walk(finger):
        finger.page.wait_for_timeout(100)
        finger.page.screenshot(path=shots / f"{screen}-{lead}-{size}.png")
        if found := finger.page.evaluate(FLAWS):
            flaws[screen] = found
    finger.close()
    assert flaws == {}
