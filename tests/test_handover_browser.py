"""The attendants' half at one touch screen: a handover and the forecourt, real pages, the real core behind them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from coredoor import CoreDoor
from fingers import Finger, needs_chromium
from forecourt import Pump
from kiosks import Kiosk
from shifts import DAY
from test_fill_findings import station

from agent.core import rehearsal
from agent.core.model import Tick
from kiosk.toy import PIN

pytestmark = needs_chromium
ZHANG = '\n[[person]]\nid = "zhang"\nname = "张师傅"\nrole = "attendant"\n'


class Site:
    """A station of two guns whose totals are known, and one finger on its kiosk."""

    def __init__(self, browser: Any, kiosk: Kiosk, door: CoreDoor) -> None:
        self.door, self.finger = door, Finger(browser, kiosk, (1024, 600))
        self.taps = 0

    def tap(self, *acts: str) -> None:
        self.finger.tap(*acts)
        self.taps += len(acts)

    def type(self, keys: str) -> None:
        self.finger.type(keys)
        self.taps += len(keys)

    def all_read(self) -> None:
        """Wait until the page shows every gun as read: what is being replaced takes no touch."""
        self.finger.page.wait_for_function("""() => !document.querySelector('[data-confirmed="todo"]')""")

    def told(self, step: str) -> list[dict[str, Any]]:
        return [f.body for f in self.door.facts if f.kind == "shift" and f.body.get("step") == step]


@pytest.fixture
def site(tmp_path: Path, browser: Any) -> Iterator[Site]:
    """On the smallest display that a station may have: 7 inches, 1024 × 600."""
    setup = station(tmp_path, fills=ZHANG)
    door = CoreDoor(setup, DAY)
    for device, values in (("dispenser-5", Pump("dispenser-5", 1).poll("idle")["values"]), ("dispenser-1", None)):
        said = {"device": device, "values": values or {"mass_total": Pump("x", 1).total}}
        door.step(rehearsal.sample(setup, said, door.now, frozenset()))
    door.step(Tick())
    with Kiosk(door) as kiosk:  # type: ignore[arg-type]  # a door like the toy's
        site = Site(browser, kiosk, door)
        yield site
        assert site.finger.errors == []
        site.finger.close()


def test_two_people_hand_over_with_few_taps(site: Site) -> None:
    site.finger.unlock()
    site.tap("handover")
    site.finger.sees("handover")
    site.finger.page.wait_for_load_state("load")
    site.taps = 0
    site.tap('[data-nozzle="1A"]')
    site.type("0000")
    site.finger.page.locator('[data-gun]:text("5A")').first.wait_for()  # the next gun comes by itself
    site.type("0000")
    site.finger.sees("handover")
    assert site.taps <= 6 * 2
    site.all_read()
    site.tap("sign-out")
    site.type(PIN)
    site.finger.sees("handover")
    site.tap("come", '[data-person="zhang"]')
    site.type(PIN)
    site.finger.page.locator('[data-me="zhang"]').wait_for(state="attached")
    site.finger.page.wait_for_load_state("load")
    site.finger.act("verify")
    site.finger.act("inspect")
    site.tap("sign-in")
    site.finger.sees("done")
    (closed,) = [f.body for f in site.door.facts if f.body.get("state") == "closed"]
    assert (closed["outgoing"], closed["incoming"], closed["inspected"]) == ("li", "zhang", True)
    site.tap("record")
    site.finger.sees("record")
    assert closed["record"] in site.finger.page.content()


def test_a_difference_is_looked_at_again_and_explained(site: Site) -> None:
    site.finger.unlock()
    site.tap("handover")
    site.finger.page.wait_for_load_state("load")
    site.tap('[data-nozzle="1A"]')
    site.type("9999")
    site.finger.sees("verdict")
    site.tap("second")
    site.finger.sees("reading")
    site.finger.type("99999.99")
    site.tap("confirm")
    site.finger.sees("verdict")
    site.tap("explain", '[data-reason="更换主板"]')
    site.finger.page.locator('[data-gun]:text("5A")').first.wait_for()
    assert [body["reason"] for body in site.told("reason")] == ["board"]


def test_a_wrong_pin_signs_nothing_and_a_question_stands_in_the_way(site: Site) -> None:
    site.finger.unlock()
    site.tap("handover")
    site.finger.page.wait_for_load_state("load")
    site.tap('[data-nozzle="1A"]')
    site.type("0000")
    site.finger.page.locator('[data-gun]:text("5A")').first.wait_for()
    site.type("0000")
    site.finger.sees("handover")
    site.all_read()
    site.tap("sign-out")
    site.type("000000")
    site.finger.page.locator('[data-amiss="wrong"]').wait_for(state="visible")
    assert site.told("sign") == []
    site.finger.errors.clear()  # the browser notes every 401
    site.tap("overview", "doubts", "doubt")
    site.finger.sees("handover")
    site.finger.page.locator('[data-tap="answer"]').wait_for(state="visible")
    assert not site.finger.page.locator('[data-tap="sign-out"]').is_visible()
    site.tap("answer")
    site.finger.page.locator('[data-tap="sign-out"]').wait_for(state="visible")


def test_the_forecourt_shows_a_fill_under_way_and_never_a_total(site: Site) -> None:
    pump = Pump("dispenser-5", 1)
    polls = [said for _, said in pump.sell(0.0)][:6]
    site.finger.unlock()
    for said in polls[:4]:
        site.door.second += 5
        site.door.step(rehearsal.sample(site.door.state.setup, said, site.door.now, frozenset()))
    site.tap("more", "forecourt")
    tile = site.finger.page.locator('[data-pump="5A"]')
    tile.wait_for()
    assert "is-filling" in (tile.get_attribute("class") or "")
    assert str(polls[3]["values"]["sale_mass"]) in tile.inner_text()
    site.door.second += 5
    site.door.step(rehearsal.sample(site.door.state.setup, polls[4], site.door.now, frozenset()))
    site.finger.page.locator(f'[data-pump="5A"]:has-text("{polls[4]["values"]["sale_mass"]}")').wait_for()
    assert "100000" not in site.finger.page.locator("[data-pumps]").inner_text()
