"""What a touch on the kiosk costs, in a real chromium slowed six times to stand for a small computer; and whether the
page stays as small after many visitors as it was after the first."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import station
from brokers import free_port
from fingers import TREMBLE, Finger, chromium
from kiosks import Kiosk
from mosquitto import mosquitto

from kiosk.pages import STATIC

SLOWER = 6
TOUCHES = 15
LONG = 1.3  # seconds a visit takes
WARM = 20  # visits until caches are full
PINYIN = "jiaqijijiaqijitaimanleshoufeibuheli"
ASK = """async (keys) => {
  const asked = performance.now();
  await (await fetch(`/api/ime?keys=${keys}`)).json();
  return performance.now() - asked;
}"""
WATCH = """(found) => {
  const begun = (event) => Math.min(event.timeStamp, performance.now()); // a finger that is not real may be ahead
  addEventListener("pointerdown", (event) => {
    const from = begun(event);
    requestAnimationFrame(() => setTimeout(() => (window.felt = performance.now() - from)));
  }, true);
  addEventListener("pointerup", (event) => {
    const from = begun(event);
    const seen = new MutationObserver(() => {
      if (document.querySelector(found).hidden) return;
      seen.disconnect();
      requestAnimationFrame(() => setTimeout(() => (window.kept = performance.now() - from)));
    });
    seen.observe(document.body, { attributes: true, subtree: true });
  }, true);
}"""
VISIT = """async ([count, rest]) => {
  const struck = () => new MouseEvent("click", { bubbles: true });
  const touch = (selector) => document.querySelector(selector).dispatchEvent(struck());
  const until = async (screen) => {
    while (document.querySelector(`[data-screen="${screen}"]`).hidden) await new Promise((done) => setTimeout(done, 2));
    await new Promise((done) => setTimeout(done, rest));
  };
  for (let n = 0; n < count; n += 1) {
    touch('[data-rating="2"]');
    await until("reasons");
    touch('[data-mood="bad"] [data-reason="speed"]');
    await new Promise((done) => setTimeout(done, rest));
    touch('[data-screen="reasons"] [data-tap="done"]');
    await until("thanks");
    touch('[data-screen="thanks"] [data-tap="home"]');
    await until("home");
  }
}"""


class Touches(NamedTuple):
    """Milliseconds, the middle one of many."""

    paint: float  # until the first page is there
    felt: float  # from the finger to a button that is pressed
    kept: float  # from the finger to the next screen: the rating is durable by then
    pinyin: float  # from a letter to its words, in the page


@contextmanager
def slowed(finger: Finger, rate: int = SLOWER) -> Iterator[Any]:
    line = finger.context.new_cdp_session(finger.page)
    line.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    yield line
    line.send("Emulation.setCPUThrottlingRate", {"rate": 1})


def touches(folder: Path) -> Touches:
    """On a real daemon with its journal, whose receipts are durable."""
    with mosquitto(folder) as broker, chromium() as browser:
        port = free_port()
        path = station.write(folder, [], 1, 1.0, broker.port, port)
        with station.running(path):
            wait_for(port)
            return taken(browser, f"http://127.0.0.1:{port}/")


def wait_for(port: int) -> None:
    """Until somebody listens there."""
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)


def taken(browser: Any, url: str) -> Touches:
    paints, felt, kept, pinyin = [], [], [], []
    for _ in range(5):
        finger = arrive(browser)
        with slowed(finger):
            finger.page.goto(url)
            paints.append(finger.page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
        finger.close()
    finger = arrive(browser)
    finger.page.goto(url)
    finger.page.evaluate(WATCH, '[data-screen="reasons"]')
    with slowed(finger):
        for _ in range(TOUCHES):
            finger.page.wait_for_timeout(2 * TREMBLE)
            finger.tap('[data-rating="4"]')
            finger.sees("reasons")
            finger.page.wait_for_timeout(TREMBLE)
            felt.append(finger.page.evaluate("window.felt"))
            kept.append(finger.page.evaluate("window.kept"))
            finger.tap("done", "home")
        pinyin += [finger.page.evaluate(ASK, PINYIN) for _ in range(TOUCHES)]
    finger.close()
    return Touches(median(paints), median(felt), median(kept), median(pinyin))


def arrive(browser: Any) -> Finger:
    finger = Finger.__new__(Finger)
    finger.lead = "zh-CN"
    finger.context = browser.new_context(viewport={"width": 1280, "height": 800}, has_touch=True)
    finger.page = finger.context.new_page()
    return finger


class Visits(NamedTuple):
    """Bytes of the page's heap and its nodes, after the first visits and after all."""

    number: int
    before: int
    after: int
    nodes_before: int
    nodes_after: int


def visits(count: int, rest: int = 310) -> Visits:
    """So many ratings with a reason, one after the other, by whoever; `rest`: milliseconds between two touches."""
    with Kiosk() as kiosk, chromium() as browser:
        finger = Finger(browser, kiosk)
        finger.page.set_default_timeout(0)
        line = finger.context.new_cdp_session(finger.page)
        line.send("Performance.enable")
        come(kiosk, finger, min(WARM, count), rest)
        before = weigh(line)
        come(kiosk, finger, count, rest)
        after = weigh(line)
        finger.close()
    return Visits(count, before[0], after[0], before[1], after[1])


def come(kiosk: Kiosk, finger: Finger, count: int, rest: int) -> None:
    """One visitor after the other; the kiosk's clock is wound, or all of them would have come in one second."""
    for _ in range(count):
        finger.page.evaluate(VISIT, [1, rest])
        kiosk.seconds += rest * 4 / 1000


def weigh(line: Any) -> tuple[int, int]:
    line.send("HeapProfiler.collectGarbage")
    told = {one["name"]: one["value"] for one in line.send("Performance.getMetrics")["metrics"]}
    return int(told["JSHeapUsedSize"]), int(told["Nodes"])


class Weight(NamedTuple):
    """Bytes: the public page, and all that it and the others are made of."""

    page: int
    assets: int


def weight() -> Weight:
    with Kiosk() as kiosk:
        page = len(kiosk.ask("GET", "/").body)
    return Weight(page, sum(file.stat().st_size for file in STATIC.iterdir()))
