"""Facts are kept as long as promised after head office held them; no clock can shorten that, and what stands stays."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from mosquitto import story
from voices import Station, access

from agent.core.lanes import delivery
from agent.core.lanes.delivery import Delivery
from agent.core.lanes.retention import DAY, HOUR
from agent.core.model import Fact, Message
from agent.core.office.inbox import Answered
from agent.shell.store.journal import Journal
from agent.shell.store.retention import Retention
from drivers.model import Instant

START = Instant(1000.0, 1_795_600_000.0, "synced")


class Years:
    """A station that lives fast: `pass_` an hour at a time, as the running agent would look."""

    def __init__(self, folder: Path, days: float = 10) -> None:
        self.folder, self.days, self.now, self.proven = folder, days, START, 0
        self.told: list[Message] = []
        self.start()

    def start(self) -> None:
        self.journal = Journal(self.folder / "journal.db", "cq-0147", "b1")
        self.retention = Retention(self.journal, self.days, lambda: self.now, lambda: self.proven)

    def keep(self, count: int, kind: str = "fill", id: str = "1A") -> None:
        self.journal.append([Fact(kind, id, {"n": n}, "x", self.now) for n in range(count)])

    def pass_(self, seconds: float) -> None:
        for _ in range(round(seconds / HOUR)):
            self.now = replace(self.now, mono=self.now.mono + HOUR, utc=self.now.utc + HOUR)
            self.told += self.retention.forget_due()

    @property
    def first(self) -> int:
        return self.journal.read(0, 1)[0].seq


def test_a_fact_leaves_when_its_time_after_the_acknowledgement_is_over(tmp_path: Path) -> None:
    years = Years(tmp_path)
    years.keep(50)
    years.pass_(20 * DAY)
    assert years.first == 1, "nobody held them: they stay for ever"
    years.proven = 40
    years.pass_(9.5 * DAY)
    assert years.first == 1
    years.pass_(1 * DAY)
    assert years.first == 41
    (gap,) = years.told
    said = json.loads(gap.payload)
    assert (said["seq"], said["data"]["ranges"], said["data"]["count"]) == (51, [[1, 40]], 40)
    years.journal.close()
    again = Journal(tmp_path / "journal.db", "cq-0147", "b2")
    assert again.quarantined is None
    assert (again.head().seq, again.gone()) == (51, 40)


@pytest.mark.parametrize("jump", [10 * 365 * DAY, -1_795_600_000.0])
def test_a_jump_of_the_wall_clock_deletes_nothing(tmp_path: Path, jump: float) -> None:
    years = Years(tmp_path)
    years.keep(10)
    years.proven = 10
    years.pass_(2 * HOUR)
    years.now = replace(years.now, utc=years.now.utc + jump)
    years.pass_(DAY)
    assert years.first == 1


def test_the_time_before_a_restart_counts_and_the_time_between_does_not(tmp_path: Path) -> None:
    years = Years(tmp_path)
    years.keep(10)
    years.proven = 10
    years.pass_(6 * DAY)
    years.journal.close()
    years.now = replace(START, mono=5.0, utc=years.now.utc + 100 * DAY)
    years.start()
    years.pass_(3 * DAY)
    assert years.first == 1
    years.pass_(2 * DAY)
    assert years.first == 11, "the gap fact is the newest now: the chain goes on from it"


def test_the_last_word_on_an_alarm_or_a_total_stays(tmp_path: Path) -> None:
    years = Years(tmp_path)
    years.keep(3, "alarm", "low")
    years.keep(3, "total", "1A")
    years.keep(3)
    years.proven = 9
    years.pass_(11 * DAY)
    assert [m.seq for m in years.journal.read(0, 100)] == [3, 6, 10]
    assert [e.body for e in years.journal.last("alarm")] == [{"n": 2}]
    years.journal.close()
    years.start()
    assert years.journal.quarantined is None
    assert years.journal.head().seq == 10


def test_a_year_of_facts_leaves_in_bounded_steps(tmp_path: Path) -> None:
    years = Years(tmp_path)
    years.keep(12_000)
    years.proven = 12_000
    years.pass_(11 * DAY)
    assert [json.loads(m.payload)["data"]["count"] for m in years.told] == [5000, 5000, 2000]


@story
async def test_a_head_office_that_asks_for_what_is_gone_gets_what_is_left(tmp_path: Path) -> None:
    years = Years(tmp_path)
    years.keep(50)
    years.proven = 40
    years.pass_(11 * DAY)
    years.journal.close()
    one = Station(tmp_path, access(1))
    assert not await one.publisher.facts.answered(Answered("1", 12, "0" * 64))
    assert one.publisher.facts.delivery.mark == 40
    assert not await one.publisher.facts.answered(Answered("1", 0, ""))
    assert not await one.publisher.facts.answered(Answered("1", 45, one.journal.hash(45) or ""))
    assert await one.publisher.facts.answered(Answered("1", 45, "0" * 64)), "this one is a fork"


def test_a_hole_that_head_office_named_is_not_held(tmp_path: Path) -> None:
    d = delivery.connected(Delivery(head=100, mark=100), 0.0)
    d = delivery.acknowledged(d, 90, ((30, 40),), 0.0)
    assert (d.acked, d.proven) == (90, 29)
    assert delivery.acknowledged(d, 50, (), 1.0).proven == 29
    assert delivery.acknowledged(d, 95, (), 2.0).proven == 95
    assert delivery.acknowledged(d, 95, ((20, 21),), 1.0).proven == 19, "also while what it asked for before still goes"
    assert delivery.answered(d, 95, 1.0).proven == 29, "a greeting says nothing about holes"
    assert d.unproven == ((30, 40), (91, 100))


def test_a_head_office_that_names_as_many_holes_as_it_may_has_more_of_them() -> None:
    holes = tuple((n, n) for n in range(2, 2 + 2 * delivery.MOST, 2))
    d = delivery.acknowledged(delivery.connected(Delivery(head=900, mark=900), 0.0), 800, (*holes, (700, 700)), 0.0)
    assert d.unproven == (*holes[:-1], (holes[-1][0], 900))
