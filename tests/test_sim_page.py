"""The simulator's page, over real HTTP and in a real browser: devices as they are, faults as switches."""

from __future__ import annotations

import asyncio
import json
from http.client import HTTPConnection
from typing import Any, get_args

from fingers import chromium, needs_chromium

from drivers.sim import page
from drivers.sim.devices import Mood
from drivers.sim.run import Simulation, build


def ask(port: int, method: str, path: str, body: str = "", **headers: str) -> tuple[int, str]:
    line = HTTPConnection("127.0.0.1", port, timeout=10)
    line.request(method, path, body, headers)
    answer = line.getresponse()
    return answer.status, answer.read().decode()


def with_page(story: Any) -> Any:
    """`story(port, simulation)` in a thread, against a page that is being served."""

    async def play() -> Any:
        simulation: Simulation = build(None, lambda: 100.0)
        await simulation.open()
        server = await page.serve(simulation, 0)
        try:
            return await asyncio.to_thread(story, server.sockets[0].getsockname()[1], simulation)
        finally:
            server.close()
            simulation.close()

    return asyncio.run(play())


def test_every_device_is_seen_and_every_fault_can_be_switched() -> None:
    def story(port: int, simulation: Simulation) -> None:
        told = json.loads(ask(port, "GET", "/state")[1])
        assert [device["name"] for device in told["devices"]] == list(simulation.moods)
        assert all(device["mood"] == "alive" and device["values"] for device in told["devices"])
        for mood in get_args(Mood):
            assert ask(port, "POST", "/", f"{mood} dispenser-2") == (200, "done\n")
            seen = {d["name"]: d for d in json.loads(ask(port, "GET", "/state")[1])["devices"]}
            assert seen["dispenser-2"]["mood"] == simulation.moods["dispenser-2"] == mood
            assert seen["dispenser-1"]["mood"] == "alive"

    with_page(story)


def test_what_is_no_command_of_ours_is_refused_and_changes_nothing() -> None:
    def story(port: int, simulation: Simulation) -> None:
        assert ask(port, "POST", "/", "sleepy dispenser-2")[0] == 400
        assert "no device 'pump'" in ask(port, "POST", "/", "silent pump")[1]
        assert ask(port, "POST", "/", "silent dispenser-2", Origin="http://evil.example")[0] == 403
        assert ask(port, "GET", "/state", Host="evil.example")[0] == 403
        assert ask(port, "POST", "/", "x" * 300)[0] == 413
        assert ask(port, "GET", "/etc/passwd")[0] == 404
        assert set(simulation.moods.values()) == {"alive"}

    with_page(story)


@needs_chromium
def test_a_tap_makes_a_device_fall_silent_and_the_page_says_so() -> None:
    def story(port: int, simulation: Simulation) -> None:
        with chromium() as browser:
            tab = browser.new_page(viewport={"width": 390, "height": 844})
            tab.goto(f"http://127.0.0.1:{port}/")
            tab.click("#dispenser-2 button[value=silent]")
            tab.wait_for_selector("#dispenser-2.ill button[value=silent][aria-pressed=true]")
            assert simulation.moods["dispenser-2"] == "silent"
            assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
            simulation.obey("alive dispenser-2")  # typed in the terminal: the page follows
            tab.wait_for_selector("#dispenser-2:not(.ill) button[value=alive][aria-pressed=true]")

    with_page(story)
