"""How well the alarms serve, as ISA-18.2 counts it: floods, chatter, what is frequent; a month, told and told again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stations import small

from agent.core import station
from agent.core.alarms.performance import Tally, count, ebb, report
from agent.core.model import Effect, Event, Fact, Submitted, Tick
from agent.core.state import State, begin
from drivers.model import Instant, Reading, Sample
from kiosk.model import Acknowledge

NOON = 1_795_233_600.0  # 21 November 2026, 12:00 in Shanghai
MONTH = "2026-11"


def test_more_than_ten_in_ten_minutes_are_a_flood_until_fewer_than_five_are() -> None:
    tally = Tally()
    for number in range(10):
        tally = count(tally, f"a{number}", MONTH, NOON + number * 50)
    assert (tally.floods, tally.busiest) == (0, (10, 10))
    tally = count(tally, "a10", MONTH, NOON + 500)
    assert (tally.floods, tally.flood) == (1, NOON + 500)
    assert ebb(tally, NOON + 700).flood is not None
    over = ebb(tally, NOON + 1051)
    assert (over.flood, over.flooded) == (None, 551.0)


def test_three_times_within_a_minute_is_chattering() -> None:
    tally = Tally()
    for second in (0, 40, 61):
        tally = count(tally, "slow", MONTH, NOON + second)
    for second in (100, 120, 140):
        tally = count(tally, "quick", MONTH, NOON + second)
    assert tally.chattering == {"quick"}


def test_the_report_says_what_was_frequent_and_how_often() -> None:
    tally = Tally()
    for number in range(24):
        tally = count(tally, "often" if number % 4 else "seldom", MONTH, NOON + number * 3600)
    told = report(tally, {}, NOON + 24 * 3600, final=False)
    assert (told["raised"], told["per_hour"], told["busiest_hour"]) == (24, 1.0, 1)
    assert told["frequent"] == [
        {"alarm": "often", "count": 18, "share": 0.75}, {"alarm": "seldom", "count": 6, "share": 0.25},
    ]  # fmt: skip


class Hot:
    """The test station, whose dispenser runs hot and cool again."""

    def __init__(self, folder: Path) -> None:
        self.state: State = begin(small(folder), b"s" * 32)
        self.told: list[Fact] = []

    def happen(self, event: Event, at: float) -> list[dict[str, Any]]:
        self.state, effects = station.step(self.state, event, Instant(at, NOON + at, "synced"))
        facts: list[Effect] = [e for e in effects if isinstance(e, Fact) and e.kind in ("alarm", "report")]
        self.told += facts  # type: ignore[arg-type]
        return [fact.body for fact in facts if isinstance(fact, Fact)]

    def raise_and_clear(self, at: float) -> None:
        for second, pressure in ((0, 26.0), (2, 26.0), (3, 1.0), (9, 1.0)):
            moment = Instant(at + second, NOON + at + second, "synced")
            self.happen(Sample("dispenser-1", moment, (Reading("pressure", pressure, "MPa", "good"),)), at + second)
        self.happen(Submitted(Acknowledge("pressure-high.dispenser-1", "li"), 1), at + 10)


def test_an_hour_with_something_new_is_reported_and_a_month_that_is_over(tmp_path: Path) -> None:
    hot = Hot(tmp_path)
    hot.raise_and_clear(0)
    assert [fact.kind for fact in hot.told] == ["alarm"] * 3
    (told,) = hot.happen(Tick(), 60)
    assert (told["report"], told["raised"], told["final"]) == ("alarms", 1, False)
    assert hot.happen(Tick(), 4000) == []  # nothing new
    (last,) = hot.happen(Tick(), 10 * 86400)
    assert (last["month"], last["final"], last["raised"]) == (MONTH, True, 1)
    hot.raise_and_clear(10 * 86400 + 60)
    assert hot.state.tally.month == "2026-12" and hot.state.tally.raised == 1


def test_a_restart_loses_no_count(tmp_path: Path) -> None:
    hot = Hot(tmp_path)
    hot.raise_and_clear(0)
    hot.happen(Tick(), 60)
    hot.raise_and_clear(120)
    last = {kind: {f.id: f.body for f in hot.told if f.kind == kind} for kind in ("alarm", "report")}
    assert last["alarm"]["pressure-high.dispenser-1"]["state"] == "normal"
    hot.state = begin(hot.state.setup, b"s" * 32, last)
    assert (hot.state.tally.month, hot.state.tally.raised) == (MONTH, 2)
    hot.raise_and_clear(300)
    assert hot.state.tally.raised == 3


def test_what_stands_for_more_than_a_day_is_stale(tmp_path: Path) -> None:
    hot = Hot(tmp_path)
    for second in (0, 2):
        moment = Instant(second, NOON + second, "synced")
        hot.happen(Sample("dispenser-1", moment, (Reading("pressure", 26.0, "MPa", "good"),)), second)
    hot.happen(Submitted(Acknowledge("pressure-high.dispenser-1", "li"), 1), 80000)
    assert report(hot.state.tally, hot.state.alarms, NOON + 86000, final=False)["stale"] == []
    assert report(hot.state.tally, hot.state.alarms, NOON + 86500, final=False)["stale"] == [
        "pressure-high.dispenser-1"
    ]
