"""One message is one line that a person reads."""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import Any

import pytest

from agent.core.messages import gist

ZONE = timezone(timedelta(hours=8))


def said(topic: str, **data: Any) -> str:
    return gist.line(f"gse/1/up/cq-0147/{topic}", {"time": "2026-11-22T00:15:30.123Z", "data": data}, ZONE)


@pytest.mark.parametrize(
    ("topic", "data", "line"),
    [
        (
            "tele/d-1",
            {"samples": [{"values": {"flow": 12.5, "p": 3}, "uncertain": {"p": "range"}, "bad": {"t": "null"}}]},
            "08:15:30.1  tele       d-1  flow 12.5, p 3 (range?), ✗ null: t",
        ),
        (
            "tele/d-1",
            {"samples": [{"values": {}, "bad": {"t": "timeout", "p": "timeout"}}]},
            "08:15:30.1  tele       d-1  ✗ timeout: all",
        ),
        (
            "total/1A",
            {"total": 12.34, "unit": "kg", "reason": "hourly"},
            "08:15:30.1  total      1A  12.34 kg (hourly)",
        ),
        (
            "report/E2611-01",
            {"report": "incident", "state": "declared", "text": "着火"},
            "08:15:30.1  report     E2611-01  declared: 着火",
        ),
        (
            "report/alarms-2026-11",
            {"report": "alarms", "raised": 3, "standing": 1, "floods": 0},
            "08:15:30.1  report     alarms-2026-11  3 raised, 1 stand, 0 floods",
        ),
        (
            "permit/A261121-01",
            {"state": "permitted", "text": "二级动火作业票 A261121-01:许可开工"},
            "08:15:30.1  permit     A261121-01  permitted: 二级动火作业票 A261121-01:许可开工",
        ),
        ("status/_", {"state": "online", "since": "x"}, "08:15:30.1  status     online since x"),
        (
            "feedback/kiosk-1",
            {"rating": 2, "reasons": ["attitude"], "receipt": "R1"},
            "08:15:30.1  feedback   kiosk-1  2 of 5 for attitude, receipt R1",
        ),
        (
            "diag/bus",
            {"d-1": {"polls": 3, "why": ""}, "d-2": {"polls": 4}},
            "08:15:30.1  diag       bus  d-1: polls 3; d-2: polls 4",
        ),
        ("audit/_", {"what": "login", "by": "li"}, "08:15:30.1  audit      login: by li"),
    ],
)
def test_a_message_is_told(topic: str, data: dict[str, Any], line: str) -> None:
    assert said(topic, **data) == line


def test_a_message_without_its_time_is_told_all_the_same() -> None:
    assert gist.line("gse/1/up/s/tele/x", {}) == "··:··:··.·  tele       x"
    assert gist.line("odd", {"data": 5}).startswith("··:··")


def test_of_telemetry_only_the_news_is_told() -> None:
    data = {"samples": [{"values": {"flow": 12.5, "p": 3}, "bad": {"t": "null"}}]}
    assert gist.tele(gist.news(data, {"flow": 12.4, "p": 3})) == "flow 12.5, ✗ null: t"
    assert gist.tele(gist.news(data, {"flow": 12.5, "p": 3})) == "✗ null: t"
    assert gist.tele(gist.news({"samples": [{"values": {"p": 3}}]}, {"p": 3})) == "as before"
