"""What befalls the station's own storage sounds, is told, and is shown to the staff."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from stations import small

from agent.core import view
from agent.core.model import Event, Fact, Measured, Remarked, Show, Submitted
from agent.core.state import State, begin
from agent.core.station import step
from drivers.model import Instant
from kiosk.model import Acknowledge

AT = Instant(100.0, 1795335330.0, "synced")
LARGE = 32_000_000_000


@pytest.fixture
def state(tmp_path: Path) -> State:
    return begin(small(tmp_path), bytes(32))


def live(state: State, *events: Event) -> tuple[State, list[Any]]:
    effects: list[Any] = []
    for event in events:
        state, caused = step(state, event, AT)
        effects += caused
    return state, effects


def alarms(effects: list[Any]) -> list[tuple[str, str]]:
    return [(e.id, e.body["event"]) for e in effects if isinstance(e, Fact) and e.kind == "alarm"]


def disk(free: float) -> Measured:
    return Measured("storage", {"free": int(free * LARGE), "size": LARGE})


@pytest.mark.parametrize(
    ("what", "alarm"),
    [
        ("storage-rolled-back", "storage-rolled-back"),
        ("fork", "storage-fork"),
        ("journal-quarantined", "journal-damaged"),
    ],
)
def test_what_befalls_the_journal_is_an_alarm_beside_the_audit_fact(state: State, what: str, alarm: str) -> None:
    _, effects = live(state, Remarked(what, {"epoch": "2"}))
    assert [e.kind for e in effects if isinstance(e, Fact)] == ["audit", "alarm"]
    assert alarms(effects) == [(alarm, "raised")]


def test_a_disk_that_fills_up_is_an_alarm_once_and_again_only_after_there_was_room(state: State) -> None:
    state, effects = live(state, disk(0.5), disk(0.09), disk(0.08), disk(0.11))
    assert alarms(effects) == [("disk-low", "raised")]
    state, effects = live(state, Submitted(Acknowledge("disk-low", "li"), 1), disk(0.08))
    assert alarms(effects) == [("disk-low", "cleared")]
    _, effects = live(state, disk(0.2), disk(0.09))
    assert alarms(effects) == [("disk-low", "raised")]


def test_the_staff_page_shows_how_the_computer_is(state: State) -> None:
    line = {"head": 90, "acknowledged": 50, "away": 3725, "oldest": 130, "traces": 7, "spool_share": 0.5, "late": 2}
    told = Measured("storage", {"free": 8_123_456_789, "size": LARGE, "written_day": 61_234_567, "syncs_day": 4123})
    state, effects = live(state, Measured("delivery", line), told)
    shown = [e.screen.upkeep for e in effects if isinstance(e, Show)][-1]
    assert (shown.away, shown.facts, shown.oldest, shown.late, shown.traces) == (3720, 40, 120, 2, 7)
    assert (shown.free, shown.free_share, shown.written, shown.syncs) == (8_120_000_000, 0.25, 61_000_000, 4100)
    assert view.upkeep({}).free_share == 1.0
