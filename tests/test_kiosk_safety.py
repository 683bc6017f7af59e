"""The pages of safety under a finger: what is tapped is what is handed in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fingers import Finger, needs_chromium
from kiosks import Kiosk, unlock
from mosquitto import until

from kiosk.safety import AlarmAct, Emergency, IncidentAct, PermitAct
from kiosk.toy import SCREEN, Toy

pytestmark = needs_chromium
QUIET = replace(SCREEN, safety=replace(SCREEN.safety, incidents=()))


@pytest.fixture
def kiosk(request: pytest.FixtureRequest) -> Iterator[Kiosk]:
    with Kiosk(Toy(getattr(request, "param", SCREEN))) as one:
        yield one


def inside(browser: Any, kiosk: Kiosk, path: str) -> Finger:
    """Somebody of the staff, at this address."""
    finger = Finger(browser, kiosk)
    name, value = unlock(kiosk).split("=")
    finger.context.add_cookies([{"name": name, "value": value, "url": kiosk.url}])
    finger.page.goto(kiosk.url.rstrip("/") + path)
    return finger


@pytest.mark.parametrize("kiosk", [QUIET], indirect=True)
def test_a_leak_is_told_in_four_touches_from_the_first_page_and_without_a_pin(browser: Any, kiosk: Kiosk) -> None:
    finger = Finger(browser, kiosk)
    finger.page.goto(kiosk.url + "emergency")
    finger.tap('[data-kind="leak"]', '[data-where="dispenser-1"]', "sound")
    finger.sees("standing")
    assert kiosk.toy.taken == [Emergency("leak", "dispenser-1")]
    assert not finger.errors
    finger.close()


def test_a_step_is_ticked_where_it_stands(browser: Any, kiosk: Kiosk) -> None:
    finger = Finger(browser, kiosk)
    finger.page.goto(kiosk.url + "emergency")
    finger.tap('[data-word="shut"]', '[data-event="at_scene"]')
    until(lambda: len(kiosk.toy.taken) == 2)
    assert kiosk.toy.taken == [IncidentAct("E2611-01", "step", "shut"), IncidentAct("E2611-01", "at_scene")]
    finger.close()


@pytest.mark.parametrize("kiosk", [QUIET], indirect=True)
def test_a_drill_is_for_those_who_are_in(browser: Any, kiosk: Kiosk) -> None:
    finger = inside(browser, kiosk, "/staff/emergency")
    finger.tap("drill", '[data-kind="fire"]', "sound")
    finger.sees("standing")
    assert kiosk.toy.taken == [Emergency("fire", drill=True, by="li")]
    finger.close()


def test_an_alarm_is_shelved_with_a_reason_and_for_a_while(browser: Any, kiosk: Kiosk) -> None:
    finger = inside(browser, kiosk, "/staff/alarms")
    finger.tap("shelve", '[data-reason="正在维修"]', '[data-minutes="60"]')
    finger.sees("panel")
    assert kiosk.toy.taken == [AlarmAct("shelve", "pressure-high", "li", "正在维修", 60)]
    finger.close()


def test_a_permit_is_issued_row_by_row(browser: Any, kiosk: Kiosk) -> None:
    finger = inside(browser, kiosk, "/staff/permits")
    finger.tap('[data-form="issued"]', '[data-field-name="kind"]', '[data-value="height"]')
    finger.tap('[data-field-name="work"]')
    finger.type("lamp")
    finger.tap("wrote")
    for duty, person in (("permitter", "wang"), ("leader", "li")):
        finger.tap(f'[data-field-name="{duty}"]', f'[data-screen="pick-{duty}"] [data-value="{person}"]')
    finger.tap("save")
    finger.page.wait_for_url("**/staff/permit/**")
    (act,) = kiosk.toy.taken
    assert isinstance(act, PermitAct) and (act.event, act.by) == ("issued", "li")
    assert act.said == {
        "kind": "height", "work": "lamp", "permitter": "wang", "leader": "li", "devices": [], "crew": [],
    }  # fmt: skip
    finger.close()


def test_what_is_next_with_a_permit_is_entered(browser: Any, kiosk: Kiosk) -> None:
    finger = inside(browser, kiosk, "/staff/permit/A261121-01")
    finger.tap("steps", '[data-form="tested"]', '[data-field-name="lel"]', '[data-value="5"]', "save")
    finger.sees("permit")
    finger.tap("steps", '[data-form="permitted"]')
    finger.sees("permit")
    assert [(act.event, act.said) for act in kiosk.toy.taken if isinstance(act, PermitAct)] == [
        ("tested", {"lel": 5}), ("permitted", {}),
    ]  # fmt: skip
    assert not finger.errors
    finger.close()
