"""What the journal returned as kept stays kept: kills, flipped bytes, a full disk, a lost file."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from agent.core.messages.envelope import GENESIS
from agent.core.model import Fact, Message, Retain
from agent.shell.store.chapter import ended
from agent.shell.store.journal import Journal
from agent.shell.store.journalfile import JournalBroken, JournalFull
from drivers.model import Instant

AT = Instant(1.0, 1795335330.0, "synced")
ROUNDS = 50


def fact(n: int, kind: str = "fill", id: str = "1A", size: int = 10, retain: Retain = "no") -> Fact:
    return Fact(kind, id, {"n": n, "pad": "x" * size}, "dispenser-1", AT, retain)


def open_journal(folder: Path, most: int = 4 << 30) -> Journal:
    return Journal(folder / "journal.db", "cq-0147", "boot1", most)


def assert_chained(messages: list[Message], first: str = GENESIS) -> None:
    hashes = [first, *(sha256(m.payload).hexdigest() for m in messages)]
    assert [json.loads(m.payload)["prev"] for m in messages] == hashes[:-1]
    assert [m.seq for m in messages] == list(range(1, len(messages) + 1))


def test_what_was_appended_is_read_back_byte_for_byte(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    kept = journal.append([fact(1), fact(2, "alarm", "low", retain="yes")]) + journal.append([fact(3)])
    journal.close()
    again = open_journal(tmp_path)
    assert again.read(0, 100) == kept
    assert again.head().seq == 3
    assert_chained(again.read(0, 100) + again.append([fact(4)]))


def test_the_last_fact_of_each_thing_is_found(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    journal.append([fact(1, "case", "c1"), fact(2, "case", "c2"), fact(3, "case", "c1"), fact(4, "fill", "1A")])
    assert [(e.id, e.body["n"]) for e in journal.last("case")] == [("c2", 2), ("c1", 3)]
    assert [e.n for e in journal.since(1, ["case", "fill"])] == [2, 3, 4]
    assert journal.newest("case", "c1") == 3


def test_marks_wait_for_the_next_commit_and_survive(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    journal.mark("delivered", "7")
    journal.append([fact(1)])
    journal.mark("delivered", "8")
    journal.close()
    assert open_journal(tmp_path).marks["delivered"] == "8"


def test_a_full_disk_keeps_nothing_of_a_turn_and_everything_before(tmp_path: Path) -> None:
    journal = open_journal(tmp_path, most=40 * 4096)
    kept: list[Message] = []
    with pytest.raises(JournalFull):
        for n in range(1000):
            kept += journal.append([fact(2 * n, size=900), fact(2 * n + 1, size=900)])
    assert len(kept) > 20
    assert journal.head().seq == kept[-1].seq
    with pytest.raises(JournalFull):
        journal.append([fact(0, size=50_000)])
    journal.close()
    again = open_journal(tmp_path)
    assert again.read(0, 10_000) == kept
    assert again.append([fact(1)])[0].seq == len(kept) + 1


def test_another_stations_journal_is_refused(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    journal.append([fact(1)])
    journal.close()
    with pytest.raises(JournalBroken, match="another station"):
        Journal(tmp_path / "journal.db", "cq-0148", "boot1")


def test_a_damaged_journal_is_put_aside_and_a_linked_epoch_begins(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    kept = journal.append([fact(n, size=500) for n in range(100)])
    journal.close()
    path = tmp_path / "journal.db"
    content = bytearray(path.read_bytes())
    at = content.index(b'"n":40,')
    content[at + 20] ^= 1
    path.write_bytes(content)

    again = open_journal(tmp_path)
    assert again.quarantined is not None
    assert again.quarantined.path.read_bytes() == bytes(content)
    first, second = again.append([fact(1)])
    said = json.loads(first.payload)
    assert (said["type"], said["epoch"], said["seq"]) == ("gse.gap.v1", "2", 1)
    assert said["prev"] == said["data"]["hash"] == sha256(kept[-1].payload).hexdigest()
    assert (said["data"]["epoch"], said["data"]["seq"]) == ("1", 100)
    assert second.seq == 2
    again.close()
    assert open_journal(tmp_path).read(0, 10) == [first, second]


def test_a_journal_that_vanished_begins_a_new_epoch(tmp_path: Path) -> None:
    open_journal(tmp_path).append([fact(1)])
    for file in tmp_path.glob("journal.db*"):
        file.unlink()
    journal = open_journal(tmp_path)
    assert journal.head().epoch == "2"
    gap = json.loads(journal.append([fact(1)])[0].payload)
    assert gap["prev"] == GENESIS
    assert "lost" in gap["data"]["reason"]


def test_a_rolled_back_journal_tells_again_what_is_not_provably_held(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    kept = journal.append([fact(n) for n in range(1, 6)])
    journal.mark("delivered", "5")
    journal.renew([(2, 2), (4, 5)], 4, "head office holds more", AT)
    messages = journal.read(0, 100)
    assert_chained(messages, sha256(kept[-1].payload).hexdigest())
    assert [json.loads(m.payload)["epoch"] for m in messages] == ["4"] * 4
    assert [json.loads(m.payload)["data"].get("n") for m in messages] == [None, 2, 4, 5]
    gap = json.loads(messages[0].payload)["data"]
    assert (gap["epoch"], gap["ranges"], gap["count"], gap["seq"]) == ("1", [[2, 2], [4, 5]], 3, 5)
    assert not journal.marks.get("delivered")
    journal.append([fact(6)])
    journal.close()
    again = open_journal(tmp_path)
    assert (again.head().epoch, again.head().seq) == ("4", 5)
    assert again.epoch.name == "4"


WRITER = """
import sys
from pathlib import Path
from agent.core.model import Fact
from agent.shell.store.journal import Journal
from drivers.model import Instant
journal = Journal(Path(sys.argv[1]), "cq-0147", "boot1")
n = int(sys.argv[2])
while True:
    size = n % 7 + 1
    messages = journal.append([Fact("fill", "1A", {"n": n + i}, "d", Instant(1.0, 1.0, "synced")) for i in range(size)])
    n += size
    sys.stdout.write(f"{messages[-1].seq} {n}\\n")
    sys.stdout.flush()
"""


def test_nothing_returned_as_kept_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    chance = random.Random(7)
    n = kept = 0
    for _ in range(ROUNDS):
        child = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path / "journal.db"), str(n)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        told = [child.stdout.readline() for _ in range(chance.randrange(1, 60))]
        child.send_signal(signal.SIGKILL)
        told += child.stdout.readlines()
        kept, n = map(int, [line for line in told if line.endswith("\n")][-1].split())
        child.wait(10)
    journal = open_journal(tmp_path)
    messages = journal.read(0, 1_000_000)
    assert journal.quarantined is None
    assert len(messages) >= kept > ROUNDS
    assert_chained(messages)


@pytest.mark.parametrize("seed", range(40))
def test_flipped_bytes_never_stop_a_start(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    journal = open_journal(tmp_path)
    journal.append([fact(n, size=200) for n in range(300)])
    if seed % 2:
        journal.close()
    else:  # leave a write-ahead log behind, as a power cut does
        copies = {p.name: p.read_bytes() for p in tmp_path.glob("journal.db*")}
        journal.close()
        for name, content in copies.items():
            (tmp_path / name).write_bytes(content)
    for _ in range(3):
        path = chance.choice([p for p in tmp_path.glob("journal*") if p.stat().st_size])
        with path.open("r+b") as file:
            file.seek(chance.randrange(min(path.stat().st_size, 4096 if chance.random() < 0.3 else 1 << 30)))
            file.write(bytes([chance.randrange(256)]))
    again = open_journal(tmp_path)
    before = again.head()
    messages = again.append([fact(1), fact(2)])
    assert messages[-1].seq > before.seq
    again.close()
    last = open_journal(tmp_path)
    assert last.read(before.seq, 10) == messages
    last.close()


def test_a_read_only_folder_is_the_systems_fault_not_the_files(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        (tmp_path / "journal.db").mkdir()  # root may write anywhere, but not into a folder
    else:
        tmp_path.chmod(0o500)
    with pytest.raises(OSError):
        open_journal(tmp_path)


def test_a_new_epoch_that_the_disk_does_not_take_leaves_the_old_one_whole(tmp_path: Path) -> None:
    """Neither its name nor its claim to have told again what it has not."""
    one = open_journal(tmp_path, most=256 << 10)
    for size in (300, 1):
        with contextlib.suppress(JournalFull):
            for n in range(2000):
                one.append([fact(n, size=size)])
    before = one.head()
    with pytest.raises(JournalFull):
        one.renew([(100, before.seq)], 2, "head office holds more", AT)
    one.mark("delivered", "7")
    one.flush()
    one.close()
    again = open_journal(tmp_path)
    assert (again.epoch.name, again.head(), again.quarantined) == ("1", before, None)
    again.close()


def test_the_hash_of_a_number_beyond_the_end_of_an_epoch_is_unknown(tmp_path: Path) -> None:
    one = open_journal(tmp_path)
    for epoch in (2, 3, 4):
        one.append(fact(n) for n in range(20))
        one.renew([], epoch, "rolled back", AT)
    one.append(fact(n) for n in range(20))
    for chapter in ended(one):
        assert chapter.hash(chapter.seq) is not None
        assert chapter.hash(chapter.seq + 1) is None
    one.close()
