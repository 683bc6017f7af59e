"""The journal's file: its tables, how it is opened, and the proof that its newest facts are one chain of ours."""

from __future__ import annotations

import logging
import sqlite3
from errno import EIO
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from agent.core.messages import envelope
from agent.core.messages.envelope import Chain
from agent.core.model import Body, Message
from agent.shell.store.epoch import Damaged, Epoch

log = logging.getLogger(__name__)

SCHEMA = """
CREATE TABLE IF NOT EXISTS fact (n INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL,
                                 retain TEXT NOT NULL CHECK (retain IN ('no', 'yes', 'release')),
                                 payload BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS latest ON fact (kind, id);
CREATE TABLE IF NOT EXISTS mark (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
FORGET = """
DELETE FROM fact WHERE n <= ? AND NOT (kind IN ('alarm', 'meter', 'total') AND n IN
  (SELECT max(n) FROM fact WHERE kind IN ('alarm', 'meter', 'total') GROUP BY kind, id))
"""  # the last word on an alarm, a parameter or a total is what the next start is read back from
PRAGMAS = (
    "journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=200", "journal_size_limit=1048576", "busy_timeout=5000",
)  # fmt: skip
PAGE = 4096  # bytes
TAIL = 1000  # facts whose chain is proved at each start


class JournalBroken(OSError):
    """The disk failed under the journal. Stop and start again: what was returned as kept is kept."""


class JournalFull(OSError):
    """There is no room for these facts. None of them was kept; everything older is."""


class Entry(NamedTuple):
    """One fact as it was kept: its row, what it is about, and the whole CloudEvents document."""

    n: int
    kind: str
    id: str
    document: dict[str, Any]

    @property
    def body(self) -> Body:
        return self.document["data"]  # type: ignore[no-any-return]


def connect(path: Path, most: int) -> sqlite3.Connection:
    """`most`: bytes the file may grow to. Raises sqlite3.Error."""
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        for pragma in (*PRAGMAS, f"max_page_count={max(most // PAGE, 16)}"):
            db.execute(f"PRAGMA {pragma}").fetchall()
    except sqlite3.Error:
        db.close()
        raise
    return db


def head(db: sqlite3.Connection, path: Path, station: str, epoch: Epoch, pruned: int) -> Chain:
    """The chain as it stands; its tail after row `pruned` is proved link by link. Raises Damaged, JournalBroken."""
    name, base = epoch.name, epoch.base
    newest = "SELECT n, payload FROM fact WHERE n > ? ORDER BY n DESC LIMIT ?"
    rows = db.execute(newest, (max(base, pruned), TAIL)).fetchall()
    if not rows and pruned <= base:
        return Chain.new(name, epoch.hash)
    if not rows:
        raise Damaged(f"nothing is left after {pruned - base}")
    for (n, payload), (m, older) in pairwise(rows):
        if n != m + 1 or envelope.previous(payload) != envelope.digest(older):
            raise Damaged(f"the chain is broken between {m - base} and {n - base}")
    n, payload = rows[0]
    told = str(envelope.load(payload)["id"])
    place = f"/fact/{name}/{n - base}"
    if told != station + place:
        if told.endswith(place):
            raise JournalBroken(EIO, f"{path} belongs to another station: it ends in {told}")
        raise Damaged(f"the newest fact calls itself {told}")
    return Chain(name, n - base, envelope.digest(payload))


def row(base: int, message: Message) -> tuple[int, str, str, str, bytes]:
    kind, _, id = message.topic.partition("/")
    return base + message.seq, kind, id, message.retain, message.payload


def entries(rows: list[Any]) -> list[Entry]:
    """The rows that can be read; one that cannot is told, and holds nobody up."""
    found = []
    for n, kind, id, payload in rows:
        try:
            document = envelope.load(payload)
            if not isinstance(document["data"], dict):
                raise TypeError("its body is no object")
            found.append(Entry(n, kind, id, document))
        except (ValueError, TypeError, KeyError) as error:
            log.error("fact %d (%s) is damaged and left out: %s", n, kind, error)
    return found
