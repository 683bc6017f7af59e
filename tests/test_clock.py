"""The clock says how long, when, and how far the when may be trusted."""

from __future__ import annotations

import re
import time

from agent.shell import clock


def test_a_moment_has_all_three() -> None:
    before = time.clock_gettime(time.CLOCK_BOOTTIME)
    at = clock.now()
    assert before <= at.mono <= time.clock_gettime(time.CLOCK_BOOTTIME)
    assert abs(at.utc - time.time()) < 60
    assert at.clk in ("synced", "holdover", "unsynced")


def test_a_clock_that_was_never_set_is_unsynced() -> None:
    assert clock.Trust(lambda: False).at(0.0) == "unsynced"


def test_a_clock_that_lost_its_source_is_in_holdover() -> None:
    answers = iter([True, False, True])
    trust = clock.Trust(lambda: next(answers))
    assert [trust.at(mono) for mono in (0.0, 10.0, 20.0)] == ["synced", "holdover", "synced"]


def test_a_clock_set_before_the_agent_started_is_in_holdover() -> None:
    assert clock.Trust(lambda: False, before=True).at(0.0) == "holdover"


def test_the_kernel_is_asked_at_most_every_ten_seconds() -> None:
    asked: list[float] = []
    trust = clock.Trust(lambda: not asked.append(0.0))  # type: ignore[func-returns-value]
    for mono in range(25):
        trust.at(float(mono))
    assert len(asked) == 3


def test_a_run_has_one_name() -> None:
    assert re.fullmatch(r"[0-9a-f]{8}", clock.boot_id())
    assert clock.boot_id() == clock.boot_id()
