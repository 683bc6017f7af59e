"""Traces on disk while the broker is away: compressed batches, bounded in bytes, the oldest thinned, then dropped."""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from agent.core.lanes.thinning import thin
from agent.core.model import Message
from agent.shell.store.epoch import blame

log = logging.getLogger(__name__)

BOUND = 256 << 20  # bytes of compressed batches
THINNED = "the spool is full: thinned to the first, last, least and greatest of each point"
SCHEMA = """CREATE TABLE IF NOT EXISTS batch (
  n INTEGER PRIMARY KEY, epoch TEXT NOT NULL, ranges TEXT NOT NULL, size INTEGER NOT NULL, body BLOB NOT NULL,
  thinned INTEGER NOT NULL DEFAULT 0)"""
Ranges = tuple[tuple[int, int], ...]


class Dropped(NamedTuple):
    """Traces that will never arrive: sequence numbers of one boot."""

    epoch: str
    ranges: Ranges
    reason: str


class Batch(NamedTuple):
    """Traces of one boot, oldest first, as they were to be sent; `n` is the last row they come from."""

    n: int
    epoch: str
    messages: tuple[Message, ...]


class Spool:
    """Each batch is one transaction (one fsync). What cannot be kept is dropped and returned, never raised."""

    def __init__(self, path: Path, bound: int = BOUND) -> None:
        self.path, self.bound = path, bound
        self._lock = threading.Lock()
        self.syncs = 0  # how often the disk was asked to be sure
        self._leaving = 0  # up to this row all is on its way to the broker
        self.lost: list[Dropped] = []  # what was already gone at start
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = connect(path)
        except sqlite3.Error as error:
            if blame(error):
                raise OSError(f"{path}: {error}") from error
            self._put_aside(error)
            self._db = connect(path)
        self.size: int = self._db.execute("SELECT coalesce(sum(size), 0) FROM batch").fetchone()[0]

    def _put_aside(self, error: sqlite3.Error) -> None:
        number = 1 + len(list(self.path.parent.glob(f"{self.path.name}.damaged-*[0-9]")))
        aside = f"{self.path}.damaged-{number}"
        for tail in ("-wal", "-shm", ""):
            if (source := Path(f"{self.path}{tail}")).exists():
                os.rename(source, f"{aside}{tail}")
        self.lost.append(Dropped("", (), f"the spool was damaged: {error}"))
        log.error("the spool is damaged (%s): put aside as %s", error, aside)

    def put(self, epoch: str, messages: Iterable[Message]) -> list[Dropped]:
        """Keep a batch; returns what had to go for it (or the batch itself, when the disk is full)."""
        messages = tuple(messages)
        body, ranges = pack(messages)
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                dropped = self._make_room(len(body))
                values = (epoch, format_ranges(ranges), len(body), body)
                self._db.execute("INSERT INTO batch (epoch, ranges, size, body) VALUES (?, ?, ?, ?)", values)
                self._db.execute("COMMIT")
                self.syncs += 1
            except sqlite3.Error as error:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                return [Dropped(epoch, ranges, f"the spool cannot be written: {error}")]
            self.size += len(body) - sum(size for size, _ in dropped)
            return [gone for _, gone in dropped if gone.ranges]

    def _make_room(self, size: int) -> list[tuple[int, Dropped]]:
        """Bytes freed, and what was lost for them. No batch is dropped while an older or newer one can be thinned."""
        dropped: list[tuple[int, Dropped]] = []
        need = self.size + size - self.bound
        whole = self._db.execute("SELECT n, epoch, ranges, size, body FROM batch WHERE thinned = 0 ORDER BY n")
        for n, epoch, ranges, before, body in iter(whole.fetchone, None) if need > 0 else ():
            if n > self._leaving:
                dropped.append(self._thin(n, epoch, ranges, before, body))
                need -= dropped[-1][0]
            if need <= 0:
                break
        spared = "SELECT n, epoch, ranges, size FROM batch ORDER BY n <= ?, n"  # what is on its way comes last
        oldest = self._db.execute(spared, (self._leaving,))
        while need > 0 and (row := oldest.fetchone()):
            n, epoch, ranges, gone = row
            dropped.append((gone, Dropped(epoch, read_ranges(ranges), "the spool is full")))
            need -= gone
            self._db.execute("DELETE FROM batch WHERE n = ?", (n,))
        return dropped

    def _thin(self, n: int, epoch: str, ranges: str, size: int, body: bytes) -> tuple[int, Dropped]:
        try:
            kept, lost = thin(unpack(ranges, body))
        except (zlib.error, ValueError):
            kept, lost = [], []  # its turn to be told comes when it is read
        packed, left = pack(kept) if lost else (body, read_ranges(ranges))
        values = (format_ranges(left), len(packed), packed, n)
        self._db.execute("UPDATE batch SET ranges = ?, size = ?, body = ?, thinned = 1 WHERE n = ?", values)
        return size - len(packed), Dropped(epoch, runs(m.seq for m in lost), THINNED)

    def oldest(self, most: int = 1) -> Batch | Dropped | None:
        """The oldest of one boot, in whole rows until they are `most` messages; Dropped when the first row cannot be
        read any more (it is gone then), None when all is sent."""
        batch: Batch | None = None
        with self._lock:
            rows = self._db.execute("SELECT n, epoch, ranges, body FROM batch ORDER BY n LIMIT ?", (most,))
            for n, epoch, ranges, body in iter(rows.fetchone, None):
                try:
                    messages = tuple(unpack(ranges, body))
                except (zlib.error, ValueError) as error:
                    damaged = Dropped(epoch, read_ranges(ranges), f"a batch of the spool was damaged: {error}")
                    break
                if batch and (batch.epoch != epoch or len(batch.messages) >= most):
                    break
                batch = Batch(n, epoch, (*batch.messages, *messages) if batch else messages)
            else:
                damaged = None
        if batch:
            self._leaving = batch.n
            return batch
        if damaged:
            self.delete(n)
        return damaged

    def delete(self, n: int) -> None:
        """Everything up to row `n` has arrived. What cannot be deleted now is sent once more later."""
        with self._lock:
            try:
                gone = self._db.execute("DELETE FROM batch WHERE n <= ? RETURNING size", (n,)).fetchall()
                self.size -= sum(size for (size,) in gone)
            except sqlite3.Error as error:
                log.warning("batch %d of the spool was not deleted: %s", n, error)

    def close(self) -> None:
        """When other threads are done: a cancelled task leaves its thread behind."""
        with self._lock:
            self._db.close()


def connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=200", "journal_size_limit=1048576"):
            db.execute(f"PRAGMA {pragma}").fetchall()
        db.execute(SCHEMA)
        if "thinned" not in {column for _, column, *_ in db.execute("PRAGMA table_info(batch)")}:
            db.execute("ALTER TABLE batch ADD COLUMN thinned INTEGER NOT NULL DEFAULT 0")
        if db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("database disk image is malformed")
    except sqlite3.Error:
        db.close()
        raise
    return db


def pack(messages: Sequence[Message]) -> tuple[bytes, Ranges]:
    """Compressed, and the numbers it holds."""
    lines = (m.topic.encode() + b" " + m.payload for m in messages)
    return zlib.compress(b"\n".join(lines)), runs(m.seq for m in messages)


def unpack(ranges: str, body: bytes) -> list[Message]:
    """The messages of one batch, in order. Raises zlib.error or ValueError."""
    lines = zlib.decompress(body).split(b"\n")
    seqs = [seq for first, last in read_ranges(ranges) for seq in range(first, last + 1)]
    told = [line.partition(b" ") for line in lines]
    return [Message("trace", s, topic.decode(), load) for s, (topic, _, load) in zip(seqs, told, strict=True)]


def runs(numbers: Iterable[int]) -> Ranges:
    """1 2 3 7 8 → (1, 3) (7, 8)."""
    ranges: list[tuple[int, int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1] = ranges[-1][0], number
        else:
            ranges.append((number, number))
    return tuple(ranges)


def format_ranges(ranges: Ranges) -> str:
    return " ".join(f"{first}-{last}" for first, last in ranges)


def read_ranges(text: str) -> Ranges:
    """Raises ValueError."""
    return tuple((int(first), int(last)) for first, _, last in (part.partition("-") for part in text.split()))
