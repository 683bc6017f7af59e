"""What a topic opens by itself: evidence frozen with its digest, an inspection, an alarm that waits for somebody."""

from __future__ import annotations

import json
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cases import FIRST, Line, Story, act, at, complain, order


def fill(minute: int, total: str) -> Line:
    values = {"mass_total": Decimal(total), "pressure": Decimal("19.5")}
    return at(f"{7 + minute // 60:02d}:{minute % 60:02d}:01", sample={"device": "dispenser-1", "values": values})


def proved(frozen: dict[str, Any]) -> bool:
    plain = {name: value for name, value in frozen.items() if name != "digest"}
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return bool(frozen["digest"] == sha256(text.encode()).hexdigest())


def test_a_metering_complaint_freezes_the_half_hour_before_and_after(tmp_path: Path) -> None:
    before = [fill(minute, f"{1000 + minute}.50") for minute in range(60)]
    after = [fill(minute, f"{1000 + minute}.50") for minute in range(60, 100)]
    story = Story(tmp_path, *before, complain("08:00:00", topic="metering", object="1A"), *after)
    registered = next(b for b in story.bodies("case") if b["event"] == "registered")
    frozen = registered["evidence"]
    totals = [value for _, _, point, value in frozen["readings"] if point == "mass_total"]
    assert (totals[0], totals[-1], len(totals)) == ("1030.50", "1059.50", 30)
    assert proved(frozen)
    later = story.last()
    assert later["event"] == "evidence" and later["by"] == "station"
    assert later["evidence"]["readings"][-1][3] == "19.5" and later["evidence"]["readings"][-2][3] == "1089.50"
    assert proved(later["evidence"])


def test_evidence_is_bounded(tmp_path: Path) -> None:
    many = [
        at(f"07:{minute:02d}:{second:02d}", sample={"device": device, "values": {"mass_total": 1, "pressure": 2}})
        for minute in range(60)
        for second, device in enumerate(["dispenser-1", "meter-1"])
    ]
    story = Story(tmp_path, *many, complain("08:00:00", topic="gas"))
    frozen = story.bodies("case")[1]["evidence"]
    assert 20 < len(frozen["readings"]) <= 120 and proved(frozen)


def test_a_complaint_about_manners_freezes_nothing(tmp_path: Path) -> None:
    story = Story(tmp_path, fill(59, "1000.00"), complain("08:00:00"), at("09:00:00", tick=True))
    assert not any("evidence" in body for body in story.bodies("case"))


def test_a_complaint_about_equipment_asks_for_an_inspection_of_that_dispenser(tmp_path: Path) -> None:
    story = Story(tmp_path, complain("08:00:00", topic="equipment", object="1A"))
    task = story.last("task")
    assert (task["task"], task["kind"], task["device"], task["case"]) == (
        f"inspect-{FIRST}", "inspection", "dispenser-1", FIRST,
    )  # fmt: skip


@pytest.mark.parametrize(
    "form", [{"topic": "safety"}, {"text": "加气枪漏气!"}, {"safety": True}, {"because": ["safety"]}]
)
def test_danger_sounds_an_alarm_that_somebody_has_to_see(tmp_path: Path, form: dict[str, Any]) -> None:
    story = Story(
        tmp_path,
        complain("08:00:00", **form),
        at("08:02:00", form={"kind": "acknowledge", "alarm": "safety-complaint", "by": "li"}),
    )
    raised, cleared = story.bodies("alarm")
    assert (raised["event"], raised["state"], raised["case"]) == ("raised", "unacknowledged", FIRST)
    assert (cleared["event"], cleared["state"], cleared["by"]) == ("cleared", "normal", "li")
    assert story.bodies("case")[0]["major"] is True


def test_a_dispute_calls_a_mediator_and_the_time_to_his_coming_is_known(tmp_path: Path) -> None:
    story = Story(
        tmp_path, complain("08:00:00", by="li", channel="in-person"), act("08:01:00", "disputed", "li"),
        act("08:04:00", "mediated"),
    )  # fmt: skip
    assert story.last("alarm")["alarm"] == "dispute"
    assert story.events() == ["received", "registered", "disputed", "mediated"]


def test_a_dispute_that_head_office_hears_of_sounds_here_too(tmp_path: Path) -> None:
    story = Story(tmp_path, complain("08:00:00"), order("08:01:00", "case.event", "c1", 3, event="disputed"))
    assert story.last("alarm")["alarm"] == "dispute" and story.replies() == {"c1": ""}


def test_a_danger_told_elsewhere_sounds_here(tmp_path: Path) -> None:
    args = {"kind": "hazard", "topic": "safety", "channel": "authority", "external": "12345-1"}
    story = Story(tmp_path, at("08:00:00", command={"name": "case.open", "id": "c1", "by": "ho", "args": args}))
    assert story.last("alarm")["alarm"] == "safety-complaint"
    assert story.bodies("case")[0]["secret"] is True


def test_who_gave_a_tip_off_is_kept_nowhere_at_the_station(tmp_path: Path) -> None:
    story = Story(
        tmp_path,
        at("08:00:00", form={"kind": "hazard", "topic": "safety", "phone": "13812341234"}),
        order("08:01:00", "case.ack", "c1", 3),
    )
    assert story.replies() == {"c1": ""} and len(story.bodies("pii")) == 1
