"""Notices from head office: shown in their time, ended, read, and never moved by a clock that nobody set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from stations import small

from agent.core import station
from agent.core.messages.stamp import iso
from agent.core.model import Commanded, Effect, Event, Fact, Submitted, Tick
from agent.core.office import board
from agent.core.state import State, begin
from drivers.model import Clk, Instant
from kiosk.model import Seen

START = 1795335330.0
HOUR = 3600.0
TEXTS = {"title": {"zh-CN": "明日停气", "en": "No gas tomorrow"}, "text": {"zh-CN": "检修", "en": "Maintenance"}}


def at(seconds: float, clk: Clk = "synced") -> Instant:
    return Instant(100.0 + seconds, START + seconds, clk)


def notice(id: str = "n1", **more: Any) -> Commanded:
    args: dict[str, Any] = {"notice": id, "until": iso(START + 2 * HOUR), **TEXTS} | more
    return Commanded("notice.put", {"id": f"c-{len(str(more))}-{id}", "by": "ho", "args": args})


def tell(state: State, event: Event, now: Instant) -> tuple[State, list[Effect]]:
    return station.step(state, event, now)


def words(effects: list[Effect]) -> list[str]:
    return [e.body["state"] for e in effects if isinstance(e, Fact) and e.kind == "notice"]


def refusal(effects: list[Effect]) -> str:
    (body,) = (e.body for e in effects if isinstance(e, Fact) and e.kind == "reply")
    return "" if body["ok"] else str(body["reason"])


def shown(state: State) -> list[str]:
    return [one.id for one in state.screen.notices] if state.screen else []


@pytest.fixture
def empty(tmp_path: Path) -> State:
    return begin(small(tmp_path), bytes(32))


def test_a_notice_is_shown_from_its_moment_until_its_moment(empty: State) -> None:
    state, effects = tell(empty, notice(**{"from": iso(START + HOUR)}), at(0))
    assert (words(effects), shown(state)) == (["put"], [])
    for seconds, change, screen in ((HOUR - 1, [], []), (HOUR, ["shown"], ["n1"]), (HOUR + 1, [], ["n1"]),
                                    (2 * HOUR, ["expired"], []), (3 * HOUR, [], [])):  # fmt: skip
        state, effects = tell(state, Tick(), at(seconds))
        assert (words(effects), shown(state)) == (change, screen), seconds


def test_a_notice_without_a_beginning_is_shown_at_once_and_ended_on_request(empty: State) -> None:
    state, effects = tell(empty, notice(), at(0))
    assert (words(effects), shown(state)) == (["shown"], ["n1"])
    state, effects = tell(state, Commanded("notice.put", {"id": "c2", "args": {"notice": "n1", "end": True}}), at(1))
    assert (words(effects), shown(state)) == (["ended"], [])
    _, effects = tell(state, Commanded("notice.put", {"id": "c3", "args": {"notice": "n1", "end": True}}), at(2))
    assert "does not stand" in refusal(effects)


def test_nothing_begins_and_nothing_ends_while_the_clock_is_not_set(empty: State) -> None:
    state, _ = tell(empty, notice("now"), at(0, "unsynced"))
    state, _ = tell(state, notice("later", **{"from": iso(START + HOUR)}), at(0, "unsynced"))
    state, effects = tell(state, Tick(), at(9 * HOUR, "unsynced"))
    assert (words(effects), shown(state)) == ([], ["now"])
    state, effects = tell(state, Tick(), at(1.5 * HOUR, "holdover"))
    assert (words(effects), shown(state)) == (["shown"], ["later", "now"])


def test_what_stood_before_a_restart_stands_after_it(empty: State, tmp_path: Path) -> None:
    _, effects = tell(empty, notice(), at(0))
    kept = {e.id: e.body for e in effects if isinstance(e, Fact) and e.kind == "notice"}
    over = {"old": kept["n1"] | {"notice": "old", "state": "expired"}}
    state, _ = tell(begin(small(tmp_path), bytes(32), {"notice": over | kept}), Tick(), at(1))
    assert shown(state) == ["n1"]


def test_the_most_urgent_stands_first(empty: State) -> None:
    state = empty
    for id, priority in (("a", "normal"), ("b", "urgent"), ("c", "important"), ("d", "normal")):
        state, _ = tell(state, notice(id, priority=priority), at(0))
    assert shown(state) == ["b", "c", "d", "a"]


def test_a_notice_that_asks_is_acknowledged_once_by_name(empty: State) -> None:
    state, _ = tell(empty, notice(acknowledge=True), at(0))
    assert state.screen and state.screen.notices[0].asks
    state, effects = tell(state, Submitted(Seen("n1", "li"), 1), at(1))
    assert words(effects) == ["acknowledged"]
    assert [e.body["seen_by"] for e in effects if isinstance(e, Fact)] == ["li"]
    assert state.screen and not state.screen.notices[0].asks
    _, effects = tell(state, Submitted(Seen("n1", "li"), 2), at(2))
    assert words(effects) == []


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"title": {"zh-CN": "长" * 25}}, "title.zh-CN: 50 columns; at most 48"),
        ({"text": {"zh-CN": "x", "en": "y" * 161}}, "text.en: 161 columns; at most 140"),
        ({"title": {"zh-CN": "a\nb"}}, "in one line"),
        ({"title": {"en": "only"}}, "title.zh-CN: missing"),
        ({"title": "text"}, "title: 'text' is no object"),
        ({"until": iso(START - 1)}, "is over already"),
        ({"until": "2036-13-01T00:00:00Z"}, "is on no calendar"),
        ({"notice": "calendar-2027"}, "the working calendar's own"),
        ({"until": "soon"}, "until: 'soon'"),
        ({"from": iso(START + 3 * HOUR)}, "until: not after from"),
        ({"priority": "loud"}, "priority: 'loud'; one of normal, important, urgent"),
        ({"notice": "a/b"}, "notice: 'a/b'"),
    ],
)
def test_a_notice_that_is_not_right_is_refused_with_the_reason(empty: State, more: dict[str, Any], why: str) -> None:
    state, effects = tell(empty, notice(**more), at(0))
    assert why in refusal(effects)
    assert (words(effects), shown(state)) == ([], [])


def test_the_board_has_an_end_and_a_standing_notice_may_still_be_changed(empty: State) -> None:
    state = empty
    for number in range(board.MOST):
        state, _ = tell(state, notice(f"n{number}"), at(0))
    _, effects = tell(state, notice("one-more"), at(0))
    assert "20 stand already" in refusal(effects)
    state, effects = tell(state, notice("n7", priority="urgent"), at(0))
    assert (refusal(effects), shown(state)[0]) == ("", "n7")
    assert len(state.notices) == board.MOST
