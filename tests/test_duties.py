"""Duties by the calendar: due, done, missed and told once; patrols point by point; what has a due date of its own."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from stations import small

from agent.config.read import read
from agent.config.show import show
from agent.core import station
from agent.core.cases.calendar import Calendar
from agent.core.duties.duty import Duty, Progress
from agent.core.duties.schedule import around, standing
from agent.core.model import Answer, Event, Fact, Submitted, Tick
from agent.core.state import State, begin
from drivers.model import Instant
from kiosk.model import Receipt
from kiosk.safety import DutyDone

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar(ZONE)
NAME = ("巡检", "Patrol")


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()


DAILY = Duty("d", NAME, "day", (time(10), time(22)))
WEEKLY = Duty("w", NAME, "week", (time(18),), weekday=1)
MONTHLY = Duty("m", NAME, "month", (time(18),), day=31)


@pytest.mark.parametrize(
    ("duty", "now", "last", "following"),
    [
        (DAILY, "2026-11-21 12:00", "2026-11-21 10:00", "2026-11-21 22:00"),
        (DAILY, "2026-11-21 09:59", "2026-11-20 22:00", "2026-11-21 10:00"),
        (WEEKLY, "2026-11-21 12:00", "2026-11-16 18:00", "2026-11-23 18:00"),
        (MONTHLY, "2026-12-15 12:00", "2026-11-30 18:00", "2026-12-31 18:00"),
    ],
)
def test_by_when_it_is_to_be_done(duty: Duty, now: str, last: str, following: str) -> None:
    assert around(duty, Progress(0.0), CALENDAR, at(now)) == (at(last), at(following))


def test_a_verification_is_due_so_many_months_after_the_last() -> None:
    gauge = Duty("g", NAME, "months", months=6, since=date(2026, 8, 31))
    seen = [
        standing(gauge, Progress(0.0), CALENDAR, at(day))
        for day in ("2027-01-15 12:00", "2027-02-10 12:00", "2027-03-01 12:00")
    ]
    assert seen == ["ok", "due", "overdue"]
    done = Progress(0.0, done=at("2027-02-20 10:00"))
    assert standing(gauge, done, CALENDAR, at("2027-03-01 12:00")) == "ok"
    assert standing(gauge._replace(since=None), Progress(0.0), CALENDAR, at("2027-03-01 12:00")) == "unknown"


PATROL = """
[[duty]]
id = "round"
name = ["巡检", "Patrol"]
every = "day"
at = ["10:00", "22:00"]
within = 30
points = ["pipes", "valves"]
"""


class Round:
    """The test station with one patrol of two points, twice a day."""

    def __init__(self, folder: Path) -> None:
        self.state: State = begin(small(folder, PATROL), b"s" * 32)
        self.tasks: dict[str, dict[str, Any]] = {}

    def happen(self, event: Event, when: str) -> list[str]:
        utc = at(when)
        self.state, effects = station.step(self.state, event, Instant(utc - at("2026-11-21 00:00"), utc, "synced"))
        facts = [e for e in effects if isinstance(e, Fact)]
        self.tasks |= {f.id: f.body for f in facts if f.kind == "task"}
        told = [f"{f.id} {f.body['event']}" for f in facts if f.kind in ("task", "alarm")]
        return told + [e.outcome.text for e in effects if isinstance(e, Answer) and not isinstance(e.outcome, Receipt)]

    def sign(self, point: str, when: str, **more: Any) -> list[str]:
        return self.happen(Submitted(DutyDone("round", "li", point, **more), 1), when)


def test_a_patrol_is_done_with_its_last_point_and_missed_without(tmp_path: Path) -> None:
    patrol = Round(tmp_path)
    assert patrol.happen(Tick(), "2026-11-21 08:00") == ["duty.round opened"]
    assert patrol.sign("pipes", "2026-11-21 09:30") == ["duty.round signed"]
    assert patrol.sign("valves", "2026-11-21 09:40") == ["duty.round done"]
    assert patrol.happen(Tick(), "2026-11-21 11:00") == []
    assert patrol.sign("pipes", "2026-11-21 21:00") == ["duty.round signed"]
    assert patrol.happen(Tick(), "2026-11-21 22:29") == []
    assert patrol.happen(Tick(), "2026-11-21 22:31") == ["duty.round missed", "duty-missed raised"]
    assert patrol.happen(Tick(), "2026-11-21 23:59") == []


def test_what_was_missed_before_a_restart_is_not_told_again(tmp_path: Path) -> None:
    patrol = Round(tmp_path)
    patrol.happen(Tick(), "2026-11-21 08:00")
    assert patrol.happen(Tick(), "2026-11-21 10:31") == ["duty.round missed", "duty-missed raised"]
    patrol.state = begin(patrol.state.setup, b"s" * 32, {"task": patrol.tasks})
    assert patrol.happen(Tick(), "2026-11-21 10:40") == []
    assert patrol.happen(Tick(), "2026-11-21 22:31") == ["duty.round missed", "duty-missed raised"]


def test_a_station_that_has_just_begun_has_missed_nothing(tmp_path: Path) -> None:
    patrol = Round(tmp_path)
    assert patrol.happen(Tick(), "2026-11-21 12:00") == ["duty.round opened"]
    assert patrol.happen(Tick(), "2026-11-21 12:01") == []


def test_a_defect_sounds_and_needs_its_words(tmp_path: Path) -> None:
    patrol = Round(tmp_path)
    patrol.happen(Tick(), "2026-11-21 08:00")
    assert "note: is missing" in patrol.sign("pipes", "2026-11-21 09:00", defect=True)[0]
    told = patrol.sign("pipes", "2026-11-21 09:00", defect=True, note="法兰渗漏")
    assert told == ["duty.round signed", "defect-found raised"]
    assert "point: 'roof'" in patrol.sign("roof", "2026-11-21 09:05")[0]


def test_the_shipped_duties_are_there_when_they_are_asked_for(tmp_path: Path) -> None:
    assert not small(tmp_path).duties.duties
    valve = '[[equipment]]\nid = "sv-1"\nname = "安全阀1"\nkind = "safety-valve"\nverified = 2026-05-01\n'
    duties = small(tmp_path, f"\n[duties]\nusual = true\n{valve}").duties.duties
    config, _, _ = read(tmp_path / "station.toml")
    assert config
    (tmp_path / "again.toml").write_text(show(config), "utf-8")
    again, problems, _ = read(tmp_path / "again.toml")
    assert again and not problems and again.duties.duties == config.duties.duties
    assert {"patrol", "detector-test", "drill", "sv-1"} <= set(duties) and duties["sv-1"].months == 12
