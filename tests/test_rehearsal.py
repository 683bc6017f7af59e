"""A station's day told in events gives exactly its messages: the same core, no wires, no clock."""

from __future__ import annotations

import json
from base64 import b64decode
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from nacl.public import SealedBox
from stations import HEAD_OFFICE, small

from agent.core.rehearsal import ScriptError, play

Line = dict[str, Any]


def at(clock: str, **event: Any) -> Line:
    return {"at": f"2026-11-22T{clock}+08:00", **event}


def sample(clock: str, total: str = "1234.56", pressure: str = "20.0", device: str = "dispenser-1") -> Line:
    values = {"mass_total": Decimal(total), "pressure": Decimal(pressure)}
    return at(clock, sample={"device": device, "values": values})


def silence(clock: str) -> Line:
    return at(clock, sample={"device": "dispenser-1", "bad": {"mass_total": "timeout", "pressure": "timeout"}})


def told(folder: Path, *lines: Line, kind: str = "") -> list[Any]:
    """(topic, body) of every message, or of one kind."""
    messages = list(play(small(folder), lines, 0, frozenset()))
    return [(m.topic, json.loads(m.payload)["data"]) for m in messages if m.topic.startswith(kind)]


def test_the_same_events_give_the_same_bytes(tmp_path: Path) -> None:
    lines = [
        sample("08:00:00"),
        at("08:00:01", form={"kind": "complaint", "topic": "metering", "phone": "13812341234"}),
    ]
    first, second = ([m.payload for m in play(small(tmp_path), lines, 0, frozenset())] for _ in range(2))
    assert first == second


def test_facts_are_chained_without_a_gap(tmp_path: Path) -> None:
    lines = [sample("08:00:00"), at("08:00:01", form={"kind": "feedback", "rating": 2}), sample("09:00:01", "1240.00")]
    facts = [m.payload for m in play(small(tmp_path), lines, 0, frozenset()) if m.lane == "fact"]
    prev = "0" * 64
    for number, payload in enumerate(facts, 1):
        envelope = json.loads(payload)
        assert (envelope["seq"], envelope["prev"]) == (number, prev)
        assert envelope["id"] == f"cq-0147/fact/1/{number}"
        prev = sha256(payload).hexdigest()


def test_telemetry_is_sent_by_change_beyond_the_deadband_and_by_heartbeat(tmp_path: Path) -> None:
    lines = [
        sample("08:00:00", pressure="20.00"),
        sample("08:00:01", pressure="20.05"),  # within the deadband
        sample("08:00:02", pressure="20.20"),  # beyond
        sample("08:00:03", "1234.57", "20.20"),  # deadband 0: any change
        sample("08:00:04", "1234.57", "20.20"),
        sample("08:01:03", "1234.57", "20.20"),  # heartbeat
    ]
    times = [body["samples"][0]["time"][17:19] for _, body in told(tmp_path, *lines, kind="tele")]
    assert times == ["00", "02", "03", "03"]


def test_a_total_comes_out_as_it_went_in(tmp_path: Path) -> None:
    messages = play(small(tmp_path), [sample("08:00:00", "123456.78")], 0, frozenset())
    assert any(b'"mass_total":123456.78' in m.payload for m in messages if m.topic.startswith("tele"))


def test_totals_are_facts_after_power_up_and_at_every_full_hour(tmp_path: Path) -> None:
    lines = [sample("08:00:00"), sample("08:30:00", "1250.00"), sample("09:00:01", "1260.00")]
    assert [(topic, b["total"], b["reason"]) for topic, b in told(tmp_path, *lines, kind="total")] == [
        ("total/1A", 1234.56, "power-up"),
        ("total/1A", 1260.0, "hourly"),
    ]


def test_a_silent_device_is_an_alarm_and_its_answer_ends_it_only_when_somebody_saw_it(tmp_path: Path) -> None:
    lines = [
        sample("08:00:00"), silence("08:00:01"), silence("08:00:12"), sample("08:00:20"), sample("08:00:24"),
        at("08:01:00", form={"kind": "acknowledge", "alarm": "silent.dispenser-1", "by": "li"}),
    ]  # fmt: skip
    moves = [(b["event"], b["state"], b["by"]) for _, b in told(tmp_path, *lines, kind="alarm")]
    assert moves == [
        ("raised", "unacknowledged", "station"),
        ("returned", "returned-unacknowledged", "station"),
        ("cleared", "normal", "li"),
    ]


def test_an_alarm_is_raised_when_it_is_due_though_no_sample_comes(tmp_path: Path) -> None:
    lines = [silence("08:00:01"), at("08:05:00", tick=True)]
    alarm = next(m for m in play(small(tmp_path), lines, 0, frozenset()) if m.topic.startswith("alarm"))
    assert json.loads(alarm.payload)["time"] == "2026-11-22T00:00:11.000Z"
    assert alarm.retain == "yes"


def test_a_high_pressure_is_an_alarm_with_hysteresis(tmp_path: Path) -> None:
    lines = [
        sample(f"08:00:{s:02d}", pressure=p)
        for s, p in enumerate(["24", "25.1", "25.2", "24.8", "24.7", "24.6"] + ["24"] * 6)
    ]
    events = [b["event"] for _, b in told(tmp_path, *lines, kind="alarm")]
    assert events == ["raised", "returned"]


def test_a_complaint_becomes_a_case_and_its_phone_number_travels_sealed_alone(tmp_path: Path) -> None:
    form = {"kind": "complaint", "topic": "metering", "text": "少加了,打13900001111", "phone": "13812341234"}
    messages = list(play(small(tmp_path), [at("08:00:00", form=form)], 0, frozenset()))
    cases = [json.loads(m.payload)["data"] for m in messages if m.topic.startswith("case")]
    assert [c["event"] for c in cases] == ["received", "registered", "acked"]
    assert {c["case"] for c in cases} == {"CQ0147-261101"}
    assert not any(number in m.payload for m in messages for number in (b"13812341234", b"13900001111"))
    pii = next(json.loads(m.payload)["data"] for m in messages if m.topic == "pii/CQ0147-261101")
    opened = json.loads(SealedBox(HEAD_OFFICE).decrypt(b64decode(pii["sealed"])))
    assert opened["contact"] == {"phone": "13812341234", "text": "13900001111"}
    plain = json.dumps(opened["contact"], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert cases[0]["contact"]["digest"] == sha256(bytes.fromhex(opened["salt"]) + plain).hexdigest()


def test_case_numbers_count_within_the_month_of_the_stations_own_clock_and_widen_past_99(tmp_path: Path) -> None:
    form = {"kind": "question", "topic": "price"}
    lines = [at("08:00:00", form=form)] * 101 + [{"at": "2026-12-01T00:00:01+08:00", "form": form}]
    numbers = list(dict.fromkeys(topic[5:] for topic, _ in told(tmp_path, *lines, kind="case")))
    assert numbers[0] == "CQ0147-261101" and numbers[98:101] == ["CQ0147-261199", "CQ0147-2611100", "CQ0147-2611101"]
    assert numbers[101] == "CQ0147-261201"


@pytest.mark.parametrize(
    ("typed", "state", "agree"),
    [
        ("3456", "confirmed", True),
        ("1234.56", "confirmed", True),
        ("123456", "disputed", False),
        ("3465", "disputed", False),
    ],
)
def test_a_typed_reading_is_compared_with_the_agents_own(tmp_path: Path, typed: str, state: str, agree: bool) -> None:
    form = {"kind": "handover", "step": "reading", "nozzle": "1A", "by": "li", "typed": typed}
    (_, opened), (_, shift) = told(tmp_path, sample("08:00:00"), at("08:00:05", form=form), kind="shift")
    assert opened["state"] == "opened"
    assert (shift["state"], shift["agree"], shift["total"], shift["typed"]) == (state, agree, 1234.56, typed)
    assert ("findings" in shift) == (not agree)


def test_a_reading_without_a_fresh_total_says_so_and_pretends_nothing(tmp_path: Path) -> None:
    form = {"kind": "handover", "step": "reading", "nozzle": "1A", "by": "li", "typed": "3456"}
    _, (_, shift) = told(tmp_path, sample("08:00:00"), at("09:00:00", form=form), kind="shift")
    assert shift["agree"] is None and "total" not in shift
    assert shift["findings"][0]["kind"] == "no-reading"


def test_commands_are_answered_once_and_refused_with_a_reason(tmp_path: Path) -> None:
    lines = [
        at("08:00:00", command={"name": "ping", "id": "c1", "by": "ho", "args": {}}),
        at("08:00:01", command={"name": "ping", "id": "c1", "by": "ho", "args": {}}),
        at("08:00:02", command={"name": "ping", "id": "c2", "expires": "2026-11-22T00:00:01Z"}),
        at("08:00:03", command={"name": "open-valve", "id": "c3"}),
        at("08:00:04", command={"name": "ping", "id": "c4", "retained": True}),
    ]
    replies = [(topic, b["ok"], b["reason"].split(":")[0]) for topic, b in told(tmp_path, *lines, kind="reply")]
    assert replies == [
        ("reply/c1", True, ""),
        ("reply/c2", False, "expired"),
        ("reply/c3", False, "unknown command 'open-valve'; known"),
        ("reply/c4", False, "retained"),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"at": "2026-11-22", "tick": True}, "line 1: at: '2026-11-22'; ISO 8601 with its offset"),
        (at("08:00:00", dance=True), "line 1: dance; exactly one of"),
        (at("08:00:00", sample={"device": "d9", "values": {}}), "device 'd9' (known: dispenser-1, meter-1)"),
        (
            at("08:00:00", sample={"device": "meter-1", "values": {"heat": 1}}),
            "point 'heat' (known: mass_total, pressure)",
        ),
        (at("08:00:00", form={"kind": "feedback", "rating": 6}), "line 1: rating"),
    ],
)
def test_a_line_that_cannot_be_played_is_named(tmp_path: Path, line: Line, said: str) -> None:
    with pytest.raises(ScriptError) as error:
        list(play(small(tmp_path), [line], 0, frozenset()))
    assert said in str(error.value)
