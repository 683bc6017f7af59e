"""A turn of the engine: durable first, visible then; and what cannot be kept did not happen."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from stations import small

from agent.core.model import Answer, Compile, Drive, Fact, Message, Show, Standing, Started, Submitted, Tick, Trace
from agent.core.state import begin
from agent.shell.engine import Engine
from agent.shell.store.journal import Journal
from drivers.model import Instant, Reading, Sample
from kiosk.model import Feedback, Receipt, Refusal

NOW = Instant(1.0, 1_795_000_000.0, "synced")


class FullDisk:
    """A keeper on a disk without room."""

    def append(self, facts: list[Fact]) -> list[Message]:
        raise OSError(28, "No space left on device")


def engine(folder: Path, keeper: Any, done: list[Any]) -> Engine:
    made = Engine(begin(small(folder), b"s" * 32), keeper, lambda: NOW)
    made.hands = dict.fromkeys((Answer, Compile, Drive, Show, Standing, Trace), done.append)
    return made


def answers(done: list[Any]) -> list[Any]:
    return [effect.outcome for effect in done if isinstance(effect, Answer)]


def test_a_receipt_is_seen_only_when_its_fact_is_in_the_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db", "cq-0147", "b007")
    seen: list[int] = []
    made = engine(tmp_path, journal, [])
    made.hands = dict(made.hands) | {Answer: lambda effect: seen.append(Journal(journal.path, "cq-0147", "x").rows())}
    asyncio.run(made.turn([Submitted(Feedback(5), 1)]))
    assert seen == [1]


def test_one_turn_is_one_transaction_whatever_it_holds(tmp_path: Path) -> None:
    journal, done = Journal(tmp_path / "journal.db", "cq-0147", "b007"), list[Any]()
    made = engine(tmp_path, journal, done)
    asyncio.run(made.turn([Started(), *(Submitted(Feedback(5), n) for n in range(9))]))
    assert journal.rows() == 10 and made.turns == 1
    assert len({outcome.number for outcome in answers(done)}) == 9


def test_on_a_full_disk_the_person_is_told_and_nothing_is_pretended(tmp_path: Path) -> None:
    done: list[Any] = []
    made = engine(tmp_path, FullDisk(), done)
    before = made.state
    asyncio.run(made.turn([Submitted(Feedback(5), 1)]))
    assert [type(outcome) for outcome in answers(done)] == [Refusal]
    assert not made.keeping and made.state is before


def test_on_a_full_disk_alarms_still_sound_and_their_facts_are_owed(tmp_path: Path) -> None:
    done: list[Any] = []
    flips: list[bool] = []
    made = engine(tmp_path, FullDisk(), done)
    made.turned = lambda: flips.append(made.keeping)
    lost = tuple(Reading(p, None, "1", "bad", "timeout") for p in ("mass_total", "pressure"))
    for second in (0.0, 11.0, 12.0):
        at = Instant(second, NOW.utc + second, "synced")
        made.clock = lambda at=at: at  # type: ignore[misc]
        asyncio.run(made.turn([Sample("dispenser-1", at, lost), Tick()]))
    assert [e for e in done if isinstance(e, Drive)] == [Drive("beacon", True), Drive("buzzer", True)]
    assert made.state.alarms["silent.dispenser-1"].phase == "unacknowledged"
    assert flips == [False]
    made.keeper = journal = Journal(tmp_path / "journal.db", "cq-0147", "b007")
    asyncio.run(made.turn([Tick()]))
    assert flips == [False, True] and made.owed == []
    assert [e.body["event"] for e in journal.last("alarm")] == ["raised"]


def test_when_there_is_room_again_the_station_goes_on_by_itself(tmp_path: Path) -> None:
    done: list[Any] = []
    made = engine(tmp_path, FullDisk(), done)
    asyncio.run(made.turn([Submitted(Feedback(5), 1)]))
    made.keeper = Journal(tmp_path / "journal.db", "cq-0147", "b007")
    asyncio.run(made.turn([Submitted(Feedback(5), 2)]))
    assert isinstance(answers(done)[-1], Receipt) and made.keeping
