"""The kiosk over real HTTP: what is taken, what is refused and how, who is in, and what an open page is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from kiosks import Kiosk, events, unlock

from kiosk.model import Complaint, Feedback
from kiosk.toy import SCREEN, Toy

RATING = {"rating": 2, "reasons": ["attitude"]}


@pytest.fixture
def kiosk() -> Iterator[Kiosk]:
    with Kiosk(reasons=("toilet",)) as kiosk:
        yield kiosk


# ── forms ──


def test_a_rating_gets_the_receipt_that_the_door_gave(kiosk: Kiosk) -> None:
    answer = kiosk.post("/api/feedback", RATING | {"text": "师傅态度不好"})
    assert (answer.status, answer.content["receipt"]) == (201, "7K3M0001")
    assert kiosk.toy.taken == [Feedback(2, ("attitude",), "师傅态度不好")]


def test_an_undo_is_a_second_rating_that_withdraws_the_first(kiosk: Kiosk) -> None:
    receipt = kiosk.post("/api/feedback", {"rating": 4}).content["receipt"]
    assert kiosk.post("/api/feedback", {"rating": 4, "withdraws": receipt}).status == 201
    assert kiosk.toy.taken[1] == Feedback(4, withdraws=receipt)


def test_a_reason_of_the_station_is_taken(kiosk: Kiosk) -> None:
    assert kiosk.post("/api/feedback", {"rating": 1, "reasons": ["toilet"]}).status == 201


def test_a_wrong_rating_is_refused_with_what_is_allowed(kiosk: Kiosk) -> None:
    answer = kiosk.post("/api/feedback", {"rating": 9})
    error = {"key": "rating", "wrong": "9 is out of bounds", "allowed": "a whole number from 1 to 5"}
    assert (answer.status, answer.content) == (400, {"error": error})
    assert kiosk.toy.taken == []


@pytest.mark.parametrize(
    "body", [b"", b"nonsense", b"[1]", b'{"rating": NaN}', b'{"rating": 1, "rating": 5}', b"\xff\xfe", b"[" * 9000]
)
def test_a_body_that_is_no_json_object_is_refused(kiosk: Kiosk, body: bytes) -> None:
    answer = kiosk.post("/api/feedback", body)
    assert (answer.status, answer.content["error"]["key"]) == (400, "body")


def test_one_path_takes_one_kind_of_form(kiosk: Kiosk) -> None:
    assert kiosk.post("/api/feedback", {"kind": "complaint", "topic": "price"}).content["error"]["key"] == "kind"
    assert kiosk.post("/api/case", {"kind": "handover"}).content["error"]["key"] == "kind"
    assert kiosk.post("/api/case", {"kind": "complaint", "topic": "price"}).status == 201


def test_a_complaint_with_a_phone_number_gets_a_number(kiosk: Kiosk) -> None:
    answer = kiosk.post("/api/case", {"kind": "complaint", "topic": "metering", "phone": "138 0000 1234"})
    assert (answer.status, answer.content["receipt"]) == (201, "CQ0147-261101")
    assert kiosk.toy.taken == [Complaint("complaint", "metering", phone="13800001234")]


def test_nothing_is_pretended_when_a_fact_cannot_be_kept() -> None:
    with Kiosk(Toy(replace(SCREEN, keeping=False))) as kiosk:
        answer = kiosk.post("/api/feedback", RATING)
        assert (answer.status, answer.content["error"]["wrong"]) == (503, "the disk is full")
        health = kiosk.ask("GET", "/healthz")
        assert (health.status, health.content) == (503, {"keeping": False})


def test_a_door_that_fails_is_a_500_in_the_same_shape_and_a_page_that_recovers() -> None:
    class Broken(Toy):
        async def submit(self, form: Any) -> Any:
            raise ZeroDivisionError

        def health(self) -> Any:
            raise ZeroDivisionError

    with Kiosk(Broken()) as kiosk:
        answer = kiosk.post("/api/feedback", RATING)
        assert (answer.status, answer.content["error"]["wrong"]) == (500, "failed here")
        lost = kiosk.ask("GET", "/nowhere")
        assert lost.status == 404
        assert 'http-equiv="refresh"' in lost.body.decode()


# ── the fence ──


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.evil.example:{port}", ""])
def test_a_foreign_host_is_refused(kiosk: Kiosk, host: str) -> None:
    for method, path in (("GET", "/"), ("GET", "/events"), ("POST", "/api/feedback")):
        answer = kiosk.ask(method, path, RATING, Host=host.format(port=kiosk.port))
        assert answer.status == 403, path
    assert kiosk.toy.taken == []


def test_our_own_names_are_answered(kiosk: Kiosk) -> None:
    for name in ("127.0.0.1", "localhost", "LOCALHOST"):
        assert kiosk.ask("GET", "/", Host=f"{name}:{kiosk.port}").status == 200


def test_a_foreign_origin_is_refused_and_an_absent_one_is_not(kiosk: Kiosk) -> None:
    for origin in ("http://evil.example", "null", f"https://127.0.0.1:{kiosk.port}", "http://127.0.0.1"):
        assert kiosk.post("/api/feedback", RATING, Origin=origin).status == 403
    assert kiosk.post("/api/feedback", RATING, Origin=f"http://127.0.0.1:{kiosk.port}").status == 201
    assert kiosk.post("/api/feedback", RATING).status == 201


def test_a_body_above_16_kilobytes_is_refused(kiosk: Kiosk) -> None:
    fits = json.dumps(RATING).encode().ljust(16 * 1024)
    assert kiosk.post("/api/feedback", fits).status == 201
    answer = kiosk.post("/api/feedback", fits + b" ")
    assert (answer.status, answer.content["error"]["allowed"]) == (413, "bodies of at most 16384 bytes")


def test_twenty_posts_a_second_are_never_limited_and_more_are(kiosk: Kiosk) -> None:
    for _ in range(3):
        assert [kiosk.post("/api/feedback", RATING).status for _ in range(20)] == [201] * 20
        kiosk.seconds += 1.0
    steady = []
    for _ in range(60):
        kiosk.seconds += 0.05
        steady.append(kiosk.post("/api/feedback", RATING).status)
    assert steady == [201] * 60
    over = kiosk.post("/api/feedback", RATING)
    assert (over.status, over.headers["Retry-After"]) == (429, "1")
    assert kiosk.ask("GET", "/").status == 200
    kiosk.seconds += 1.0
    assert kiosk.post("/api/feedback", RATING).status == 201


@pytest.mark.parametrize("path", ["/", "/staff", "/static/kiosk.css", "/static/home.js", "/healthz", "/nowhere"])
def test_every_answer_tells_the_browser_to_stay_inside(kiosk: Kiosk, path: str) -> None:
    headers = kiosk.ask("GET", path).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == ("no-cache" if path.startswith("/static") else "no-store")
    assert "aiohttp" not in headers["Server"]


def test_a_page_holds_no_code_no_style_and_no_address_of_its_own(kiosk: Kiosk) -> None:
    cookie = unlock(kiosk)
    for page in (kiosk.ask("GET", "/"), kiosk.ask("GET", "/staff"), kiosk.ask("GET", "/staff", Cookie=cookie)):
        html = page.body.decode()
        for never in ("<style", "style=", "onclick", "http://", "https://", "javascript:", "<input", "<textarea"):
            assert never not in html, never


def test_the_static_folder_has_no_way_out(kiosk: Kiosk) -> None:
    for path in ("/static/../server.py", "/static/%2e%2e/server.py", "/static/", "/static//etc/passwd"):
        assert kiosk.ask("GET", path).status in (403, 404), path


def test_the_size_of_a_millimetre_is_told_when_it_is_known() -> None:
    with Kiosk(mm=5.87) as kiosk:
        assert kiosk.ask("GET", "/screen.css").body == b":root { --mm: 5.87px; }\n"
    with Kiosk() as kiosk:
        assert kiosk.ask("GET", "/screen.css").body == b""


# ── what an open page is told ──


def test_a_page_is_told_everything_at_once_and_each_change_after(kiosk: Kiosk) -> None:
    told = events(kiosk)
    event, data = next(told)
    assert event == "screen"
    flags = json.loads(data)["flags"]
    assert {name: flags[name] for name in ("online", "keeping", "contact", "clock")} == dict.fromkeys(
        ("online", "keeping", "contact", "clock"), "yes"
    )
    kiosk.change(online=False, waiting=12)
    event, data = next(told)
    assert json.loads(data)["flags"]["online"] == "no"
    assert "12" in json.loads(data)["parts"]["state"]


def test_silence_is_filled_with_a_heartbeat_that_a_page_can_miss() -> None:
    with Kiosk(beat=0.05) as kiosk:
        told = events(kiosk)
        assert [next(told)[0] for _ in range(3)] == ["screen", "hb", "hb"]


def test_only_one_who_is_in_is_told_of_alarms(kiosk: Kiosk) -> None:
    assert set(json.loads(next(events(kiosk))[1])["parts"]) == {
        "state", "hotline", "board", "announced", "fills", "asking", "heard", "incidents",
    }  # fmt: skip
    cookie = unlock(kiosk)
    told = events(kiosk, cookie)
    assert SCREEN.alarms[0].text in json.loads(next(told)[1])["parts"]["alarms"]
    kiosk.seconds += 121  # and no longer: listening is no sign of life
    kiosk.change(waiting=1)
    assert "alarms" not in json.loads(next(told)[1])["parts"]


def test_a_flood_of_alarms_does_not_drown_a_page(kiosk: Kiosk) -> None:
    """However many screens there are meanwhile, the newest comes, and most of the others never."""
    told = events(kiosk, unlock(kiosk))
    next(told)
    alarm = SCREEN.alarms[0]
    for number in range(1000):
        kiosk.change(alarms=(replace(alarm, id=f"a{number}", text=f"alarm {number}"),))
    seen: list[str] = []
    while not seen or "alarm 999" not in seen[-1]:
        seen.append(json.loads(next(told)[1])["parts"]["panel"])
    assert len(seen) < 100
