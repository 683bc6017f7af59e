"""Fills, one line a story: what a gun's polls say, and the fills that come of it. Nothing of the total is lost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.core.fills.machine import follow
from agent.core.fills.model import NEW, Fill, Gun
from agent.core.fills.signs import Signs
from drivers.model import Instant

PAUSE = 20.0
D = Decimal


def poll(second: float, **said: Any) -> Signs:
    at = Instant(second, 1_795_000_000.0 + second, "synced")
    exact = ("total", "before", "sale", "price", "amount", "preset")
    figures: dict[str, Any] = {name: D(value) if name in exact else value for name, value in said.items()}
    return Signs(at, **figures)


def run(*polls: Signs, gun: Gun = NEW, pause: float = PAUSE) -> tuple[Gun, list[Fill]]:
    told: list[Fill] = []
    for signs in polls:
        gun, ended = follow(gun, signs, pause)
        told += ended
    return gun, told


def script(text: str, step: float = 2.0) -> list[Signs]:
    """`state total number sale` a word each, polls parted by commas; `-`: not told; `~`: nobody answered."""
    polls = []
    for number, words in enumerate(text.split(",")):
        if words.split() == ["~"]:
            polls.append(poll(step * number, heard=False))
            continue
        state, total, sale_number, sale = words.split()
        said: dict[str, Any] = {"total": total, "state": "" if state == "-" else state}
        if sale_number != "-":
            said["number"] = int(sale_number)
        if sale != "-":
            said["sale"] = sale
        polls.append(poll(step * number, **said))
    return polls


def gist(fill: Fill) -> str:
    numbers = "-" if fill.number is None else str(fill.number) + (f"..{fill.last_number}" if fill.last_number else "")
    marks = f" {' '.join(sorted(fill.marks))}" if fill.marks else ""
    return f"{numbers} {fill.mass} of {fill.before}..{fill.after} {fill.ending}{marks}"


STORIES = {
    "a fill from idle to idle": (
        "idle 100 7 9, filling 101 8 1, filling 105 8 5, ended 106 8 6, idle 106 8 6",
        ["8 6 of 100..106 normal"],
    ),
    "a pause belongs to its fill": (
        "idle 100 7 9, filling 101 8 1, paused 101 8 1, paused 101 8 1, filling 104 8 4, ended 104 8 4",
        ["8 4 of 100..104 normal"],
    ),
    "lifted and hung up again": ("idle 100 7 9, lifted 100 7 9, filling 100 8 0, ended 100 8 0, idle 100 8 0", []),
    "the display is cleared late": (
        "idle 100 7 9, filling 100 7 9, filling 101 8 1, ended 103 8 3",
        ["8 3 of 100..103 normal"],
    ),
    "its number comes at the end": (
        "idle 100 7 9, filling 101 7 1, ended 103 8 3, idle 103 8 3",
        ["8 3 of 100..103 normal"],
    ),
    "the total is one poll behind the display": (
        "idle 100 7 9, filling 101 8 1, ended 102.5 8 3, idle 103 8 3",
        ["8 3 of 100..103 normal"],
    ),
    "the power went": (
        "idle 100 7 9, filling 101 8 1, power-loss 102 8 2, idle 102 8 2",
        ["8 2 of 100..102 power-cut"],
    ),
    "the dispenser failed": ("idle 100 7 9, filling 101 8 1, fault 102 8 2", ["8 2 of 100..102 fault"]),
    "two cars, and the gun was never seen idle": (
        "idle 100 7 9, filling 101 8 1, filling 106 9 1, ended 108 9 3",
        ["8 5 of 100..105 unseen ended-unseen", "9 3 of 105..108 normal"],
    ),
    "a whole fill between two polls": (
        "idle 100 7 9, idle 112 8 12, idle 112 8 12",
        ["8 12 of 100..112 normal began-unseen"],
    ),
    "three fills in an outage": (
        "idle 100 7 9, ~, ~, idle 140 10 12",
        [
            "8..9 28 of 100..128 unseen began-unseen ended-unseen gap merged",
            "10 12 of 128..140 normal began-unseen gap",
        ],
    ),
    "one lost number": (
        "idle 100 7 9, ~, filling 120 9 5, ended 122 9 7",
        ["8 15 of 100..115 unseen began-unseen ended-unseen gap", "9 7 of 115..122 normal began-unseen gap"],
    ),
    "the line is cut in the middle of a fill": (
        "idle 100 7 9, filling 101 8 1, ~, ~, ended 110 8 10",
        ["8 10 of 100..110 normal gap"],
    ),
    "two deliveries under one number": (
        "idle 100 7 9, filling 101 8 1, ended 104 8 4, idle 104 8 4, filling 106 8 6, ended 108 8 8",
        ["8 4 of 100..104 normal", "8 4 of 104..108 normal merged"],
    ),
    "the first poll comes in the middle": ("filling 105 8 5, ended 107 8 7", ["8 7 of 100..107 normal began-unseen"]),
    "a dispenser that counts no sales": (
        "idle 100 - 9, filling 101 - 1, ended 104 - 4, idle 104 - 4, idle 110 - 6",
        ["- 4 of 100..104 normal", "- 6 of 104..110 normal began-unseen"],
    ),
}


@pytest.mark.parametrize(("polls", "fills"), STORIES.values(), ids=STORIES)
def test_a_fill(polls: str, fills: list[str]) -> None:
    assert [gist(fill) for fill in run(*script(polls))[1]] == fills


RESTARTS = {
    "a fill under way is closed from the total": (
        "- 104 - -, - 104 - -",
        [],
        ["- 4 of 100..104 power-cut began-unseen restart"],
    ),
    "nothing happened": ("idle 100 7 9, idle 100 7 9", [], []),
    "its own registers say how it ended": ("idle 104 8 4", ["full"], ["8 4 of 100..104 normal began-unseen restart"]),
    "it still goes on": (
        "filling 104 8 4, ended 106 8 6",
        ["", "full"],
        ["8 6 of 100..106 normal began-unseen restart"],
    ),
    "many came and went": (
        "idle 150 11 10",
        ["full"],
        [
            "8..10 40 of 100..140 unseen began-unseen ended-unseen merged restart",
            "11 10 of 140..150 normal began-unseen restart",
        ],
    ),
    "a dispenser that counts no sales": (
        "- 150 - 10, - 150 - 10",
        [],
        [
            "- 40 of 100..140 unseen began-unseen ended-unseen merged restart",
            "- 10 of 140..150 power-cut began-unseen restart",
        ],
    ),
}


@pytest.mark.parametrize(("polls", "stops", "fills"), RESTARTS.values(), ids=RESTARTS)
def test_after_a_restart(polls: str, stops: list[str], fills: list[str]) -> None:
    gun = Gun("idle", total=D(100), away=frozenset({"restart"}))
    if not polls.startswith("- "):
        gun = replace(gun, number=7, sale=D(9))
    heard = [replace(signs, stop=(*stops, "", "")[n]) for n, signs in enumerate(script(polls, 30.0))]
    assert [gist(fill) for fill in run(*heard, gun=gun)[1]] == fills


FLOWS = {
    "flow tells where a fill ends": ([(0, 100, 0), (2, 101, 8), (4, 102, 8), (6, 102, 0), (30, 102, 0)], ["2 at 0..4"]),
    "gas that stands still for a moment": (
        [(0, 100, 0), (2, 101, 8), (4, 101, 0), (14, 101, 0), (16, 103, 8), (40, 103, 0)],
        ["3 at 0..16"],
    ),
    "nobody saw it flow": ([(0, 100, 0), (60, 112, 0), (120, 112, 0)], ["12 at 0..60"]),
    "a meter that drifts makes no fill": ([(60 * n, D(100) + D("0.02") * n, 0) for n in range(9)], []),
}


@pytest.mark.parametrize(("polls", "fills"), FLOWS.values(), ids=FLOWS)
def test_a_meter_without_a_state(polls: list[tuple[float, Any, float]], fills: list[str]) -> None:
    _, told = run(*(poll(at, total=total, flow=flow) for at, total, flow in polls))
    assert [f"{f.metered} at 0..{f.ended.mono:g}" for f in told] == fills


def test_a_hose_without_pressure_ends_a_fill_before_its_pause_is_over() -> None:
    polls = [(0, 100, 0, 5.0), (2, 101, 8, 8.0), (4, 102, 8, 19.0), (6, 102, 0, 19.0), (8, 102, 0, 0.1)]
    _, told = run(*(poll(at, total=t, flow=f, pressure=p) for at, t, f, p in polls))
    assert [(f.metered, f.pressure_before, f.pressure_after) for f in told] == [(D(2), 8.0, 19.0)]


def test_what_drains_between_two_fills_is_kept_beside_the_next() -> None:
    polls = script("idle 100 7 9, idle 100.02 7 9, idle 100.05 7 9, filling 101.05 8 1, ended 103.05 8 3")
    _, told = run(*polls)
    assert [(f.metered, f.drained) for f in told] == [(D("3.00"), D("0.05"))]


def test_a_total_that_was_reset_in_the_middle_of_a_fill_marks_it() -> None:
    polls = script("idle 100 7 9, filling 101 8 1, filling 102 8 2, filling 0.5 8 2.5, ended 1 8 3")
    polls[3] = replace(polls[3], broken=True)
    (told,) = run(*polls)[1]
    assert told.marks == {"broken-total"} and told.mass == 3


def test_a_counter_that_rolls_over_in_the_middle_of_a_fill_loses_nothing() -> None:
    polls = script("idle 9998 7 9, filling 9999 8 1, filling 1 8 3, ended 2 8 4")
    polls[2] = replace(polls[2], before=D(9999 - 10000))
    (told,) = run(*polls)[1]
    assert (told.mass, told.metered) == (D(4), D(4))


# ── laws ────────────────────────────────────────────────────────────────────

states = st.sampled_from(["idle", "lifted", "filling", "paused", "ended", "power-loss", "fault", "maintenance", ""])
steps = st.tuples(
    states, st.integers(0, 500), st.integers(0, 3), st.sampled_from(["counts", "cleared", "absent"]), st.booleans(),
    st.floats(0.5, 90), st.sampled_from([None, 0.0, 0.2, 12.0]), st.sampled_from([None, 0.0, 7.0, 20.0]),
)  # fmt: skip


@given(st.lists(steps, min_size=2, max_size=40))
def test_whatever_the_polls_say_their_fills_and_what_drained_are_what_the_total_counted(said: list[Any]) -> None:
    gun, told = NEW, list[Fill]()
    second, total, number, sale, origin = 0.0, D("1000.00"), 5, D("0.00"), None
    for state, grown, more, how, heard, pause, flow, pressure in said:
        second += pause
        total += D(grown) / 100
        number += more
        sale = D(grown) / 100 if how == "cleared" or more else sale + D(grown) / 100
        at = Instant(second, second, "synced")
        signs = Signs(
            at, total=total, heard=heard, state=state, number=None if how == "absent" else number,
            sale=None if how == "absent" else sale, flow=flow, pressure=pressure,
        )  # fmt: skip
        gun, ended = follow(gun, signs, PAUSE)
        if origin is None and gun.total is not None:
            origin = gun.fill.before if gun.fill else gun.total
        told += ended
        if origin is not None and gun.total is not None and heard:
            open_fill = gun.fill.metered if gun.fill else D(0)
            counted = sum(f.metered + f.drained for f in told) + gun.drained + open_fill
            assert counted == total - origin
            assert all(f.metered >= 0 and f.drained >= 0 for f in told)
