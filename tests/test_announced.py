"""A number that went out is never given to another fact, though the journal has lost the fact that had it."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from brokers import needs_mosquitto
from collectors import entered
from mosquitto import Mosquitto, Subscriber, story
from voices import access, soon, station

from agent.core.messages.envelope import Chain
from agent.shell.store.announced import SLOT, Announced
from agent.shell.store.journal import Journal
from drivers.model import Instant

FRAME = 24 + 4096  # bytes of a frame of a write-ahead log
FACTS = 8
NOW = Instant(1.0, 1_795_000_000.0, "synced")


def commits(log: bytes | bytearray) -> list[int]:
    """Where each transaction of a log ends: its last frame tells the size of the file."""
    return [at + FRAME for at in range(32, len(log) - FRAME + 1, FRAME) if any(log[at + 4 : at + 8])]


def shortened(log: bytearray) -> None:
    """Cut where a transaction ends: nothing in the log says that there was more."""
    del log[commits(log)[-3] :]


def torn_off(log: bytearray) -> None:
    del log[commits(log)[-3] + 100 :]


def blanked(log: bytearray) -> None:
    begins, ends = commits(log)[-2:]
    log[begins:ends] = bytes(ends - begins)


def flipped(log: bytearray) -> None:
    """A bit of the newest fact, wherever the log has it."""
    receipt, at = f'"receipt":"r{FACTS - 1}"'.encode(), -1
    while (at := log.find(receipt, at + 1)) >= 0:
        log[at + len(receipt) - 2] ^= 1


HARMS: tuple[Callable[[bytearray], None], ...] = (shortened, torn_off, blanked, flipped)


@needs_mosquitto
@pytest.mark.parametrize("harm", HARMS)
@story
async def test_a_listener_never_hears_one_number_twice_with_other_bytes(
    tmp_path: Path, broker: Mosquitto, harm: Callable[[bytearray], None]
) -> None:
    """Nobody acknowledges here: head office cannot tell the station what it had."""
    ear = Subscriber(broker.port, "gse/1/up/#")
    async with station(tmp_path / "card", access(broker.port)) as one:
        for n in range(FACTS):
            await one.keep(entered(n))
        await soon(lambda: len(ear.lane("fact")) >= FACTS)
        shutil.copytree(tmp_path / "card", tmp_path / "harmed")  # as a kill leaves it
    log = tmp_path / "harmed" / "journal.db-wal"
    content = bytearray(log.read_bytes())
    harm(content)
    log.write_bytes(content)
    async with station(tmp_path / "harmed", access(broker.port), boot="b002") as one:
        await one.keep(*(entered(n) for n in range(100, 110)))
        await soon(lambda: any(said["data"].get("receipt") == "r109" for said in ear.lane("fact")))
    ear.close()
    heard: dict[str, set[bytes]] = defaultdict(set)
    for fact in ear.heard:
        if fact.payload and fact.said.get("lane") == "fact":
            heard[fact.said["id"]].add(fact.payload)
    assert {id for id, payloads in heard.items() if len(payloads) > 1} == set()
    [gap] = [said for said in ear.lane("fact") if said["type"] == "gse.gap.v1"]
    assert (gap["epoch"], gap["data"]["epoch"], gap["data"]["ranges"][-1][1]) == ("2", "1", FACTS)


def test_what_nobody_heard_of_may_be_lost_without_a_new_epoch(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db", "cq-0147", "b001")
    for n in range(FACTS):
        journal.append([entered(n)])
    shutil.copytree(tmp_path, tmp_path / "cut")
    journal.close()
    log = tmp_path / "cut" / "journal.db-wal"
    content = bytearray(log.read_bytes())
    shortened(content)
    log.write_bytes(content)
    again = Journal(tmp_path / "cut" / "journal.db", "cq-0147", "b002")
    assert (again.quarantined, again.head().epoch, again.head().seq) == (None, "1", FACTS - 2)


def test_a_journal_of_an_epoch_that_ended_is_not_gone_on_with(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db", "cq-0147", "b001")
    journal.append([entered(n) for n in range(FACTS)])
    journal.close()
    kept = (tmp_path / "journal.db").read_bytes()
    journal = Journal(tmp_path / "journal.db", "cq-0147", "b001")
    journal.append([entered(FACTS)])
    journal.renew([], 2, "head office holds more", NOW)
    journal.append([entered(n) for n in range(3)])
    journal.announced.reach(journal.head())
    journal.close()
    (tmp_path / "journal.db").write_bytes(kept)
    again = Journal(tmp_path / "journal.db", "cq-0147", "b002")
    gaps = [json.loads(m.payload) for m in again.append([entered(9)])][:-1]
    assert {gap["epoch"] for gap in gaps} == {"3"}
    assert {gap["data"]["epoch"]: gap["data"]["ranges"] for gap in gaps} == {"1": [[9, 9]], "2": [[1, 4]]}


def test_a_journal_that_is_gone_with_its_epoch_still_begins_another(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db", "cq-0147", "b001")
    journal.append([entered(n) for n in range(FACTS)])
    journal.announced.reach(journal.head())
    journal.close()
    for file in (tmp_path / "journal.db", tmp_path / "journal.epoch"):
        file.unlink()
    again = Journal(tmp_path / "journal.db", "cq-0147", "b002")
    gap = json.loads(again.append([entered(9)])[0].payload)
    assert (gap["epoch"], gap["data"]["epoch"], gap["data"]["ranges"]) == ("2", "1", [[1, FACTS]])


@needs_mosquitto
@story
async def test_a_backlog_is_announced_at_once_and_nothing_while_nobody_is_there(
    tmp_path: Path, broker: Mosquitto
) -> None:
    async with station(tmp_path / "card", access(1)) as one:
        await one.keep(*(entered(n) for n in range(200)))
        assert not one.journal.announced.path.exists()
    ear = Subscriber(broker.port, "gse/1/up/#")
    async with station(tmp_path / "card", access(broker.port), boot="b002") as one:
        await soon(lambda: len(ear.lane("fact")) >= 200)
        assert one.journal.announced.syncs == 1
    ear.close()


@pytest.mark.parametrize("torn", range(2))
def test_a_torn_writing_leaves_the_number_before(tmp_path: Path, torn: int) -> None:
    announced = Announced(tmp_path / "journal.db")
    for seq in (7, 8):
        announced.reach(Chain("3", seq, "00"))
    content = bytearray(announced.path.read_bytes())
    content[torn * SLOT + 3] ^= 4
    announced.path.write_bytes(content)
    again = Announced(tmp_path / "journal.db")
    assert (again.epoch, again.seq) in {("3", 7), ("3", 8)}
    again.reach(Chain("3", 9, "00"))
    assert Announced(tmp_path / "journal.db").covers("3", 9)


@pytest.mark.parametrize("content", [b"", b"nonsense", b"1 5 00000000\n", bytes(2 * SLOT), b"\xff" * SLOT])
def test_a_file_that_is_none_says_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "journal.announced").write_bytes(content)
    assert not Announced(tmp_path / "journal.db").covers("1", 1)
