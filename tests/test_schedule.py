"""Stories of a bus's timetable: each line of a story is one turn."""

from __future__ import annotations

from itertools import pairwise

import pytest

from drivers.bus.schedule import JITTER, Schedule, answered, failed, start, turn


def play(
    schedule: Schedule, seconds: float, took: float = 0.01, silent: dict[str, float] | None = None, now: float = 0.0
) -> tuple[list[tuple[float, str]], Schedule]:
    """Let a bus run; `silent` tells which devices fail, and how long each failure takes."""
    silent = silent or {}
    said: list[tuple[float, str]] = []
    end = now + seconds
    while True:
        slot, wait = turn(schedule, now)
        if now + wait >= end:
            return said, schedule
        began = now = now + wait
        said.append((round(began, 3), slot.name))
        now += silent.get(slot.name, took)
        schedule = (failed if slot.name in silent else answered)(schedule, slot.name, began, now)


def times(said: list[tuple[float, str]], name: str) -> list[float]:
    return [at for at, who in said if who == name]


def test_a_device_is_polled_from_start_to_start() -> None:
    said, _ = play(start([("a", 1.0)], 0.0), 5.0, took=0.3)
    assert times(said, "a") == [0, 1, 2, 3, 4]


def test_devices_of_one_period_keep_their_order_and_do_not_drift() -> None:
    said, _ = play(start([("a", 1.0), ("b", 1.0), ("c", 1.0)], 0.0), 3.0, took=0.1)
    assert [who for _, who in said] == ["a", "b", "c"] * 3
    assert times(said, "a") == [0, 1, 2]


def test_every_0_takes_turns_as_fast_as_the_line_allows() -> None:
    said, _ = play(start([("a", 0.0), ("b", 0.0), ("c", 0.0)], 0.0), 0.095, took=0.01)
    assert [who for _, who in said] == ["a", "b", "c"] * 3 + ["a"]


def test_a_device_with_a_slot_goes_before_one_polled_whenever_possible() -> None:
    said, _ = play(start([("fast", 0.0), ("slow", 1.0)], 0.0), 10.0, took=0.07)
    assert len(times(said, "slow")) == 10
    assert all(at - round(at) < 0.08 for at in times(said, "slow"))


def test_a_slot_that_cannot_be_kept_is_skipped_and_counted() -> None:
    said, schedule = play(start([("a", 1.0)], 0.0), 9.0, took=2.5)
    gaps = [later - earlier for earlier, later in pairwise(times(said, "a"))]
    assert min(gaps) >= 2.5
    assert schedule.slots[0].missed + len(times(said, "a")) == schedule.slots[0].due  # every slot is one or the other


def test_two_polls_never_come_closer_than_half_a_period() -> None:
    schedule = answered(start([("a", 1.0)], 0.0), "a", 0.9, 0.91)
    assert turn(schedule, 0.91)[1] == pytest.approx(1.09)  # not at 1.0
    assert schedule.slots[0].missed == 1


def test_a_silent_device_pauses_and_the_pause_doubles_to_five_minutes() -> None:
    schedule, now, pauses = start([("well", 1.0), ("dead", 0.0)], 0.0), 0.0, list[float]()
    for _ in range(12):
        schedule = failed(schedule, "dead", now, now + 0.01)
        due = schedule.slots[1].due
        pauses.append(due - now - 0.01)
        now = due
    for pause, whole in zip(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300], strict=True):
        assert (1 - JITTER) * whole <= pause <= whole + 1e-6


def test_the_silent_do_not_keep_step() -> None:
    dues = {
        failed(start([("well", 1.0), (f"dead-{n}", 0.0)], 0.0), f"dead-{n}", 0.0, 0.1).slots[1].due for n in range(9)
    }
    assert len(dues) == 9


def test_a_slow_device_is_not_asked_more_often_because_it_failed() -> None:
    schedule = failed(start([("well", 1.0), ("dead", 300.0)], 0.0), "dead", 0.0, 1.0)
    assert schedule.slots[1].due == 300.0


def test_one_lost_answer_costs_one_second() -> None:
    schedule = start([("well", 1.0), ("hiccup", 1.0)], 0.0)
    schedule = failed(schedule, "hiccup", 0.0, 1.0)
    said, _ = play(schedule, 1.5, now=1.0)
    assert times(said, "hiccup") == [pytest.approx(2.0, abs=0.02)]


def test_silent_devices_take_a_tenth_of_the_bus_at_most() -> None:
    devices = [(name, 0.0) for name in "abcdefgh"]
    dead = {"g": 1.0, "h": 1.0}
    _, schedule = play(start(devices, 0.0), 5.0, took=0.07, silent=dead)
    said, _ = play(schedule, 600.0, took=0.07, silent=dead, now=5.0)
    lost = sum(1.0 for _, who in said if who in dead)
    assert lost <= 61
    assert len(times(said, "a")) > 0.88 * 600 / (6 * 0.07)


def test_the_pace_of_the_well_does_not_notice_a_silent_one() -> None:
    said, schedule = play(start([("a", 5.0), ("b", 5.0), ("dead", 5.0)], 0.0), 600.0, silent={"dead": 1.0})
    assert len(times(said, "a")) == len(times(said, "b")) == 120
    assert [slot.missed for slot in schedule.slots[:2]] == [0, 0]


def test_while_nobody_answers_all_are_asked_every_five_seconds() -> None:
    said, _ = play(start([("a", 1.0), ("b", 1.0)], 0.0), 300.0, silent={"a": 0.0, "b": 0.0})
    last = [at for at in times(said, "a") if at > 30]
    assert max(later - earlier for earlier, later in pairwise(last)) <= 5.001


def test_when_a_silent_bus_speaks_again_everyone_is_asked_at_once() -> None:
    devices = [(name, 1.0) for name in "abc"]
    _, schedule = play(start(devices, 0.0), 100.0, silent={"a": 0.0, "b": 0.0, "c": 0.0})
    said, _ = play(schedule, 12.0, now=100.0)
    first = min(at for at, _ in said)
    assert first <= 105
    assert all(times(said, name)[0] <= first + 0.1 for name in "abc")


def test_missed_slots_of_a_silent_device_are_counted() -> None:
    _, schedule = play(start([("well", 1.0), ("dead", 1.0)], 0.0), 100.0, silent={"dead": 0.0})
    assert 85 <= schedule.slots[1].missed <= 120


def test_a_bus_without_devices_has_no_turns() -> None:
    with pytest.raises(ValueError, match="without devices"):
        turn(start([], 0.0), 0.0)
