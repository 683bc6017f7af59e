"""Traces that wait on disk: kept in order, bounded, and every loss told."""

from __future__ import annotations

import random
from pathlib import Path

from agent.core.model import Message
from agent.shell.store.spool import Batch, Dropped, Spool, runs


def traces(first: int, count: int) -> list[Message]:
    return [
        Message("trace", n, "tele/meter-1", f'{{"seq":{n},"data":{{}}}}'.encode()) for n in range(first, first + count)
    ]


def drain(spool: Spool) -> list[int]:
    seqs = []
    while isinstance(batch := spool.oldest(), Batch):
        seqs += [m.seq for m in batch.messages]
        spool.delete(batch.n)
    return seqs


def test_batches_come_back_in_order_and_byte_for_byte(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db")
    assert spool.put("boot1", traces(1, 50)) == spool.put("boot1", traces(51, 9)) == []
    spool.close()
    again = Spool(tmp_path / "spool.db")
    batch = again.oldest()
    assert isinstance(batch, Batch)
    assert (batch.epoch, list(batch.messages)) == ("boot1", traces(1, 50))
    assert drain(again) == list(range(1, 60))
    assert again.size == 0


def test_a_batch_stays_until_it_has_arrived(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db")
    spool.put("boot1", traces(1, 5))
    assert spool.oldest() == spool.oldest()


def test_small_rows_of_one_boot_leave_together(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db")
    for boot, first in (("boot1", 1), ("boot1", 11), ("boot1", 21), ("boot2", 1)):
        spool.put(boot, traces(first, 10))
    told = []
    while isinstance(batch := spool.oldest(15), Batch):
        told.append((batch.epoch, [m.seq for m in batch.messages]))
        spool.delete(batch.n)
    assert told == [
        ("boot1", list(range(1, 21))), ("boot1", list(range(21, 31))), ("boot2", list(range(1, 11))),
    ]  # fmt: skip
    assert spool.size == 0


def test_a_damaged_row_is_told_after_what_left_before_it(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db")
    for first in (1, 6, 11):
        spool.put("boot1", traces(first, 5))
    spool._db.execute("UPDATE batch SET body = x'00112233' WHERE n = 2")
    batch = spool.oldest(100)
    assert isinstance(batch, Batch) and [m.seq for m in batch.messages] == [1, 2, 3, 4, 5]
    spool.delete(batch.n)
    gone = spool.oldest(100)
    assert isinstance(gone, Dropped) and gone.ranges == ((6, 10),)
    assert drain(spool) == [11, 12, 13, 14, 15]


def test_when_full_the_oldest_go_first_and_their_numbers_are_told(tmp_path: Path) -> None:
    chance, spool, dropped = random.Random(1), Spool(tmp_path / "spool.db", bound=20_000), list[Dropped]()
    for n in range(30):
        noisy = [Message("trace", 10 * n + i + 1, "tele/m", chance.randbytes(200).hex().encode()) for i in range(10)]
        dropped += spool.put("boot1", noisy)
        assert spool.size <= 20_000
    gone = [seq for d in dropped for first, last in d.ranges for seq in range(first, last + 1)]
    assert gone + drain(spool) == list(range(1, 301))
    assert len(gone) > 100
    assert (tmp_path / "spool.db").stat().st_size < 200_000


def test_numbers_with_holes_are_told_as_ranges() -> None:
    assert runs([1, 2, 3, 7, 8, 12]) == ((1, 3), (7, 8), (12, 12))


def test_a_damaged_spool_is_put_aside_and_the_loss_is_told(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    spool = Spool(path)
    spool.put("boot1", traces(1, 500))
    spool.close()
    path.write_bytes(b"\xff" * 100 + path.read_bytes()[100:])
    again = Spool(path)
    assert "damaged" in again.lost[0].reason
    assert again.put("boot2", traces(1, 3)) == []
    assert (tmp_path / "spool.db.damaged-1").exists()


def test_a_damaged_batch_is_skipped_and_told(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db")
    spool.put("boot1", traces(1, 5))
    spool.put("boot1", traces(6, 5))
    spool._db.execute("UPDATE batch SET body = x'00112233' WHERE n = 1")
    gone = spool.oldest()
    assert isinstance(gone, Dropped)
    assert gone.ranges == ((1, 5),)
    assert drain(spool) == [6, 7, 8, 9, 10]


def test_on_a_full_disk_the_batch_itself_is_the_loss(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db")
    spool._db.execute("PRAGMA max_page_count = 3")
    [gone] = spool.put("boot1", [Message("trace", 1, "tele/m", random.Random(1).randbytes(50_000))])
    assert gone.ranges == ((1, 1),)
    assert "cannot be written" in gone.reason
