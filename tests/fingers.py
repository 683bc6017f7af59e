"""A real chromium and one finger on it: what a person does, and everything the page asked for meanwhile."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from kiosks import Kiosk

from kiosk.toy import PIN

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (Debian: apt install chromium)")

ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
TREMBLE = 350  # ms: a second touch within 300 is not a wish
COUNT_STAGES = "addEventListener('stage', () => (window.stages = (window.stages ?? 0) + 1))"
PATIENCE = 60_000  # ms for what will come: a machine under load is not the page's fault


@contextmanager
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()


class Finger:
    """One page under one finger, and everything the page asked for or complained about. The page's clock is the
    test's: it goes on by itself, and is put forward where a person would hold the finger still."""

    def __init__(self, browser: Any, kiosk: Kiosk, size: tuple[int, int] = (1280, 800), lead: str = "zh-CN") -> None:
        self.kiosk, self.lead = kiosk, lead
        self.context = browser.new_context(viewport={"width": size[0], "height": size[1]}, has_touch=True)
        self.context.clock.install()
        self.context.add_init_script(COUNT_STAGES)
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.asked: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        self.page.goto(kiosk.url)
        if lead == "en":
            self.tap("language")

    def find(self, what: str) -> Any:
        """`what`: the name of an act, or a selector."""
        selector = what if what.startswith(("[", ".")) else f'[data-tap="{what}"]'
        return self.page.locator(selector).locator("visible=true").first

    def tap(self, *acts: str) -> None:
        for act in acts:
            button = self.find(act)
            button.wait_for()
            self.pause()
            button.tap()

    def act(self, what: str) -> None:
        """Tap what is handed in, and wait for the screen that the page puts up for its answer, be it the same again."""
        before = self.page.evaluate("window.stages ?? 0")
        self.tap(what)
        self.page.wait_for_function("(before) => (window.stages ?? 0) > before", arg=before)

    def pause(self) -> None:
        """Still for longer than a tremble."""
        self.page.clock.fast_forward(TREMBLE)

    def stop_clock(self) -> None:
        """From now on the page's time goes by only when it is told to: `pause`, `pass_by`."""
        self.page.clock.pause_at(self.page.evaluate("Date.now()") / 1000 + 10)  # a moment that is still to come

    def pass_by(self, seconds: int) -> None:
        self.page.clock.run_for(1000 * seconds)

    def type(self, keys: str) -> None:
        """Fast: only the first key, and one struck twice, wait for the finger to be still."""
        for before, key in zip(" " + keys, keys, strict=False):
            button = self.find(f'[data-key="{key}"]')
            if before in (" ", key):
                button.wait_for()
                self.pause()
            button.tap()

    def sees(self, screen: str) -> None:
        self.page.locator(f'.screen[data-screen="{screen}"]').wait_for(state="visible")

    def home(self) -> None:
        """Home, which forgets the language of whoever was here."""
        self.tap("home")
        self.sees("home")
        if self.lead == "en":
            self.tap("language")

    def unlock(self) -> None:
        self.tap("staff", '[data-person="li"]')
        self.type(PIN)
        self.sees("work")
        self.page.wait_for_load_state("load")  # its scripts have run

    def close(self) -> None:
        self.context.close()
