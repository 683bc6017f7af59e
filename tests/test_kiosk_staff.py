"""Who is in at the kiosk: six digits, a cookie, two minutes; and what is done there is signed with a name."""

from __future__ import annotations

from typing import Any

import pytest
from kiosks import Kiosk, events, unlock

from kiosk.limits import Guard
from kiosk.model import Acknowledge
from kiosk.shift import Handover
from kiosk.toy import PIN, SCREEN


def test_a_right_pin_opens_and_the_cookie_is_out_of_a_scripts_reach(kiosk: Kiosk) -> None:
    answer = kiosk.post("/api/staff/unlock", {"person": "li", "pin": PIN})
    assert answer.headers["Set-Cookie"] == "staff=token-0; HttpOnly; Path=/; SameSite=Strict"
    assert "1A" in kiosk.ask("GET", "/staff", Cookie="staff=token-0").body.decode()


def test_nothing_of_the_work_is_shown_to_one_who_is_not_in(kiosk: Kiosk) -> None:
    for cookie in ("", "staff=", "staff=guess"):
        page = kiosk.ask("GET", "/staff", Cookie=cookie).body.decode()
        assert "data-nozzle" not in page
        assert SCREEN.alarms[0].text not in page
        for path in ("reading", "acknowledge", "stay"):
            assert kiosk.post(f"/api/staff/{path}", {}, Cookie=cookie).status == 401


def test_a_session_ends_two_minutes_after_the_last_sign_of_life(kiosk: Kiosk) -> None:
    cookie = unlock(kiosk)
    for _ in range(3):
        kiosk.seconds += 119
        assert kiosk.post("/api/staff/stay", {}, Cookie=cookie).status == 200
    kiosk.seconds += 120
    assert kiosk.post("/api/staff/stay", {}, Cookie=cookie).status == 401
    kiosk.seconds -= 60
    assert kiosk.post("/api/staff/stay", {}, Cookie=cookie).status == 401  # ended is ended


def test_locking_ends_the_session(kiosk: Kiosk) -> None:
    cookie = unlock(kiosk)
    kiosk.post("/api/staff/lock", {}, Cookie=cookie)
    assert kiosk.post("/api/staff/stay", {}, Cookie=cookie).status == 401


def test_five_wrong_pins_cost_a_minute_then_five_then_fifteen(kiosk: Kiosk) -> None:
    wrong = {"person": "li", "pin": "000000"}
    for wait in (60, 300, 900, 900):
        assert [kiosk.post("/api/staff/unlock", wrong).status for _ in range(5)] == [401] * 5
        refused = kiosk.post("/api/staff/unlock", {"person": "li", "pin": PIN})
        assert (refused.status, refused.content["error"]["wait"]) == (429, wait)
        kiosk.seconds += wait - 1
        assert kiosk.post("/api/staff/unlock", wrong).status == 429
        kiosk.seconds += 1
    unlock(kiosk)
    assert kiosk.post("/api/staff/unlock", wrong).status == 401  # forgiven: counted from nothing


def test_one_persons_wrong_pins_do_not_lock_out_another(kiosk: Kiosk) -> None:
    for _ in range(5):
        kiosk.post("/api/staff/unlock", {"person": "li", "pin": "000000"})
    unlock(kiosk, "zhang")


def test_everybodys_wrong_pins_together_close_the_pad_for_a_while() -> None:
    guard = Guard()
    for second in range(20):
        assert guard.wait("li", second) == 0
        guard.begin(f"person-{second}", second)
    assert guard.wait("li", 20) == 280
    assert guard.wait("li", 300) == 0


def test_tries_at_one_and_the_same_time_all_count() -> None:
    guard = Guard()
    for _ in range(5):
        guard.begin("li", 7.0)
    assert guard.wait("li", 7.0) == 60
    guard.right("li", 7.0)  # the fifth was right
    assert guard.wait("li", 7.0) == 0


def test_a_stranger_with_a_right_pin_is_still_a_stranger(kiosk: Kiosk) -> None:
    assert kiosk.post("/api/staff/unlock", {"person": "nobody", "pin": PIN}).status == 401


@pytest.mark.parametrize("pin", ["12345", "1234567", "12345a", "１２３４５６", 123456, None, ""])
def test_a_pin_is_six_digits(kiosk: Kiosk, pin: Any) -> None:
    answer = kiosk.post("/api/staff/unlock", {"person": "li", "pin": pin})
    assert (answer.status, answer.content["error"]["key"]) == (400, "pin")


def test_a_reading_is_signed_by_who_is_in_and_answers_both_figures(kiosk: Kiosk) -> None:
    cookie = unlock(kiosk)
    answer = kiosk.post("/api/staff/reading", {"nozzle": "1A", "typed": "5678"}, Cookie=cookie)
    assert answer.content["facts"] == {"typed": "5678", "read": "123456.78", "unit": "kg", "agree": "yes"}
    assert kiosk.toy.taken == [Handover("1A", "5678", "li")]
    forged = kiosk.post("/api/staff/reading", {"nozzle": "1A", "typed": "5678", "by": "wang"}, Cookie=cookie)
    assert (forged.status, forged.content["error"]["key"]) == (400, "by")
    unknown = kiosk.post("/api/staff/reading", {"nozzle": "9Z", "typed": "5678"}, Cookie=cookie)
    assert (unknown.status, "known: 1A" in unknown.content["error"]["wrong"]) == (400, True)


def test_an_alarm_is_acknowledged_by_who_is_in(kiosk: Kiosk) -> None:
    cookie = unlock(kiosk)
    assert kiosk.post("/api/staff/acknowledge", {"alarm": "pressure-high"}, Cookie=cookie).status == 201
    assert kiosk.toy.taken == [Acknowledge("pressure-high", "li")]


def test_no_total_is_on_any_page_before_it_was_typed(kiosk: Kiosk) -> None:
    cookie = unlock(kiosk)
    shown = kiosk.ask("GET", "/staff", Cookie=cookie).body.decode() + next(events(kiosk, cookie))[1]
    assert "123456.78" not in shown
