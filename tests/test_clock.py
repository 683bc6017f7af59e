"""The clock says how long, when, and how far the when may be trusted."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from agent.core.clockwatch import Wall, observe
from agent.core.messages.stamp import iso
from agent.core.model import Fact
from agent.shell import clock
from agent.shell.store.journal import Journal
from agent.shell.store.moments import Moments
from drivers.model import Instant

NOON, YEAR = 1_795_600_000.0, 365 * 86400.0


def test_a_moment_has_all_three() -> None:
    before = time.clock_gettime(time.CLOCK_BOOTTIME)
    at = clock.now()
    assert before <= at.mono <= time.clock_gettime(time.CLOCK_BOOTTIME)
    assert abs(at.utc - time.time()) < 60
    assert at.clk in ("synced", "holdover", "unsynced")


def test_a_clock_that_was_never_set_is_unsynced() -> None:
    assert clock.Trust(lambda: False).at(0.0, NOON) == "unsynced"


def test_a_clock_that_lost_its_source_is_in_holdover() -> None:
    answers = iter([True, False, True])
    trust = clock.Trust(lambda: next(answers))
    assert [trust.at(mono, NOON + mono) for mono in (0.0, 10.0, 20.0)] == ["synced", "holdover", "synced"]


def test_a_clock_set_before_the_agent_started_is_in_holdover() -> None:
    assert clock.Trust(lambda: False, before=True).at(0.0, NOON) == "holdover"


def test_the_kernel_is_asked_at_most_every_ten_seconds() -> None:
    asked: list[float] = []
    trust = clock.Trust(lambda: not asked.append(0.0))  # type: ignore[func-returns-value]
    for mono in range(25):
        trust.at(float(mono), NOON + mono)
    assert len(asked) == 3


def test_a_run_has_one_name() -> None:
    assert re.fullmatch(r"[0-9a-f]{8}", clock.boot_id())
    assert clock.boot_id() == clock.boot_id()


def test_a_clock_that_somebody_set_is_known_no_more_until_it_is_disciplined_again() -> None:
    answers = iter([True, False, False, True])
    trust = clock.Trust(lambda: next(answers))
    assert trust.at(0.0, NOON) == "synced"
    assert trust.at(1.0, NOON + 10 * YEAR) == "unsynced"
    assert [trust.at(mono, NOON + 10 * YEAR + mono) for mono in (2.0, 11.0)] == ["unsynced", "unsynced"]
    assert trust.at(12.0, NOON + 12) == "synced"


def test_a_clock_that_ntp_set_is_believed_at_once() -> None:
    answers = iter([False, True])
    trust = clock.Trust(lambda: next(answers))
    assert [trust.at(mono, utc) for mono, utc in ((0.0, 12.0), (1.0, NOON))] == ["unsynced", "synced"]


# ── what the station says about it ──────────────────────────────────────────


def looks(*moments: Instant, boots: tuple[str, ...] = ()) -> list[Fact]:
    wall, told = Wall(None, boots), list[Fact]()
    for at in moments:
        wall, facts = observe(wall, "b2", at)
        told += facts
    return told


@pytest.mark.parametrize("by", [-2 * 3600.0, 86400.0, 10 * YEAR, -NOON])
def test_a_step_is_told_with_the_time_before_and_after(by: float) -> None:
    (fact,) = looks(Instant(5.0, NOON, "synced"), Instant(6.0, NOON + 1 + by, "synced"))
    before, after, difference = (fact.body[name] for name in ("before", "after", "by"))
    assert (fact.kind, fact.body["what"], difference) == ("audit", "clock-stepped", by)
    assert (before, after) == (iso(NOON + 1), iso(NOON + 1 + by))


def test_a_clock_that_goes_is_not_told() -> None:
    assert looks(*(Instant(float(n), NOON + n * 1.0005, "synced") for n in range(100))) == []


def test_the_offset_of_a_boot_is_told_once_as_soon_as_it_is_known() -> None:
    early, late = Instant(5.0, 12.0, "unsynced"), Instant(65.0, NOON, "synced")
    stepped, known = looks(early, Instant(6.0, 13.0, "unsynced"), late, Instant(66.0, NOON + 1, "synced"))
    assert stepped.body["what"] == "clock-stepped"
    assert known.body == {"what": "clock-known", "boot": "b2", "boots": ["b2"], "offset": NOON - 65.0}


def test_a_run_that_ended_before_the_clock_was_known_is_placed_by_the_next_one() -> None:
    (known,) = looks(Instant(65.0, NOON, "synced"), boots=("b1",))
    assert known.body["boots"] == ["b1"]


def test_a_run_without_a_clock_is_remembered_as_long_as_the_machine_runs(tmp_path: Path) -> None:
    def run(boot: str, machine: str, at: Instant) -> tuple[tuple[str, ...], float | None]:
        journal = Journal(tmp_path / "journal.db", "cq-0147", boot)
        moments = Moments(journal, machine, boot, at)
        journal.close()
        return moments.boots, moments.floor()

    known, unknown = Instant(9.0, NOON, "synced"), Instant(5.0, 0.0, "unsynced")
    assert run("b0", "m0", known) == ((), None)
    assert run("b1", "m1", unknown) == ((), NOON)
    assert run("b2", "m1", unknown) == (("b1",), NOON)
    assert run("b3", "m1", known) == (("b1", "b2"), None)
    assert run("b4", "m1", known) == ((), None)
    assert run("b5", "m1", unknown) == ((), NOON)
    assert run("b6", "m2", unknown) == ((), NOON)
