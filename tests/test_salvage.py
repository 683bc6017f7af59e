"""A journal that cannot be believed: whatever of it can be read arrives all the same, and the rest is owned up to."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import pytest
from brokers import needs_mosquitto
from collectors import Collector, entered, held
from mosquitto import mosquitto
from voices import access, soon, station

from agent.core.model import Message
from agent.shell.store import salvage
from agent.shell.store.journal import Journal

PAGE = 4096


def open_journal(folder: Path, boot: str = "b001") -> Journal:
    return Journal(folder / "journal.db", "cq-0147", boot)


def fill(folder: Path, count: int) -> list[Message]:
    journal = open_journal(folder)
    kept = [
        message for n in range(0, count, 3) for message in journal.append([entered(n), entered(n + 1), entered(n + 2)])
    ]
    journal.close()
    return kept


def flip(folder: Path, where: bytes) -> None:
    """One bit, behind a text that is in the file."""
    path = folder / "journal.db"
    content = bytearray(path.read_bytes())
    content[content.index(where) + len(where) + 2] ^= 1
    path.write_bytes(content)


def saved(folder: Path) -> list[Message]:
    """Everything of the first epoch that the journal holds now."""
    journal = open_journal(folder, "b002")
    assert journal.quarantined is not None
    rows = journal.ask("SELECT n, kind, id, retain, payload FROM fact WHERE n <= ? ORDER BY n", journal.epoch.base)
    journal.close()
    return [Message("fact", n, f"{kind}/{id}", payload, 1, retain) for n, kind, id, retain, payload in rows]


def test_all_but_the_damaged_fact_is_saved_byte_for_byte(tmp_path: Path) -> None:
    kept = fill(tmp_path, 99)
    flip(tmp_path, b'"receipt":"r40"')
    assert saved(tmp_path) == [message for message in kept if b'"r40"' not in message.payload]
    journal = open_journal(tmp_path, "b003")
    gap = json.loads(journal.append([entered(200)])[0].payload)["data"]
    assert (gap["epoch"], gap["ranges"], gap["count"], gap["seq"]) == ("1", [[41, 41]], 1, 99)
    assert "chain" in gap["reason"]


def test_the_newest_fact_is_proved_by_its_own_sum(tmp_path: Path) -> None:
    kept = fill(tmp_path, 30)
    flip(tmp_path, b'"receipt":"r29"')
    assert saved(tmp_path) == kept[:-1]


def test_what_head_office_has_not_acknowledged_is_proved_however_old(tmp_path: Path) -> None:
    kept = fill(tmp_path, 1500)
    flip(tmp_path, b'"receipt":"r7"')
    assert saved(tmp_path) == [message for message in kept if b'"r7"' not in message.payload]


def test_facts_are_read_from_leaves_though_the_root_is_gone(tmp_path: Path) -> None:
    kept = fill(tmp_path, 300)
    path = tmp_path / "journal.db"
    content = bytearray(path.read_bytes())
    content[:PAGE] = bytes(PAGE)
    path.write_bytes(content)
    assert saved(tmp_path) == kept


@pytest.mark.parametrize("harm", ["empty", "missing"])
def test_what_only_the_log_holds_is_saved_though_the_file_is_gone(tmp_path: Path, harm: str) -> None:
    journal = open_journal(tmp_path)
    kept = journal.append([entered(n) for n in range(30)])
    shutil.copytree(tmp_path, tmp_path / "cut")
    journal.close()
    (tmp_path / "cut" / "journal.db").write_bytes(b"")
    if harm == "missing":
        (tmp_path / "cut" / "journal.db").unlink()
    assert saved(tmp_path / "cut") == kept


def test_a_log_torn_in_its_middle_gives_what_lies_beyond(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    kept = [message for n in range(40) for message in journal.append([entered(n)])]
    shutil.copytree(tmp_path, tmp_path / "cut")
    journal.close()
    log = tmp_path / "cut" / "journal.db-wal"
    content = bytearray(log.read_bytes())
    content[len(content) // 3] ^= 1
    log.write_bytes(content)
    again = open_journal(tmp_path / "cut", "b002")
    assert again.quarantined is None
    assert again.read(0, 100) == kept
    assert again.append([entered(99)])[0].seq == 41


def test_a_power_cut_between_the_two_renames_is_made_good(tmp_path: Path) -> None:
    kept = fill(tmp_path, 30)
    flip(tmp_path, b'"receipt":"r10"')
    path = tmp_path / "journal.db"
    salvage.put_aside(path, b"", None, "cq-0147", "b002", "a test")
    path.rename(salvage.draft_of(path))
    journal = open_journal(tmp_path, "b003")
    assert journal.head().epoch == "2"
    assert journal.since(0, ("feedback",))[-1].document == json.loads(kept[-1].payload)


@needs_mosquitto
@pytest.mark.parametrize("marks", ["known", "lost"])
def test_saved_facts_arrive_under_their_own_names_and_once(tmp_path: Path, marks: str) -> None:
    asyncio.run(late(tmp_path, marks))


async def late(folder: Path, marks: str) -> None:
    """40 facts are acknowledged, 40 are not; one of those is damaged. 79 and the gap arrive, then what is new."""
    card = folder / "card"
    with mosquitto(folder / "broker") as broker, Collector(folder, broker.port) as collector:
        async with station(card, access(broker.port)) as one:
            await one.keep(*(entered(n) for n in range(40)))
            await soon(lambda: one.publisher.facts.delivery.acked == 40)
        journal = open_journal(card)
        assert journal.marks["acked"] == "40"
        kept = journal.append([entered(n) for n in range(40, 80)])
        if marks == "lost":
            journal.mark("acked", "")
            journal.mark("delivered", "")
        journal.close()
        flip(card, b'"receipt":"r60"')
        async with station(card, access(broker.port), boot="b002") as one:
            await one.keep(entered(80))
            await soon(lambda: one.publisher.late.waiting() == 0)
            await soon(lambda: one.publisher.facts.delivery.acked == one.journal.head().seq)
        assert "late" in one.journal.marks and not one.journal.marks["late"]
        rows = held(collector.db)
    old = [(seq, payload) for epoch, seq, payload in rows if epoch == 1]
    assert [seq for seq, _ in old] == [n for n in range(1, 81) if n != 61]
    assert [payload for seq, payload in old if seq > 40] == [m.payload for m in kept if m.seq != 61]
    assert [json.loads(p)["type"] for epoch, _, p in rows if epoch == 2] == ["gse.gap.v1", "gse.feedback.v1"]
