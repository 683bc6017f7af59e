"""The journal's file: its tables, how it is opened, and the proof that its newest facts are one chain of ours."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable
from errno import EIO
from itertools import chain as joined
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from agent.core.messages import envelope
from agent.core.messages.envelope import Chain
from agent.core.messages.stamp import utc_of
from agent.core.model import Body, Message
from agent.shell.store.epoch import Damaged, Epoch
from drivers.model import Instant

log = logging.getLogger(__name__)

# Kinds that nobody asks for by what they are about stay out of the index: four of twenty pages a commit of a hundred.
TOLD_ONCE = ("audit", "checkpoint", "feedback", "gap")
ASKED = f"kind NOT IN {TOLD_ONCE}"  # in these very words, or SQLite does not use the index
SCHEMA = f"""
CREATE TABLE IF NOT EXISTS fact (n INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL,
                                 retain TEXT NOT NULL CHECK (retain IN ('no', 'yes', 'release')),
                                 payload BLOB NOT NULL, crc INTEGER);
DROP INDEX IF EXISTS latest;
CREATE INDEX IF NOT EXISTS asked ON fact (kind, id) WHERE {ASKED};
CREATE TABLE IF NOT EXISTS mark (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
FORGET = f"""
DELETE FROM fact WHERE n <= ? AND NOT (kind IN ('alarm', 'meter', 'total') AND n IN
  (SELECT max(n) FROM fact WHERE {ASKED} AND kind IN ('alarm', 'meter', 'total') GROUP BY kind, id))
"""  # noqa: S608  the last word on an alarm, a parameter or a total is what the next start is read back from
NEWEST = f"SELECT max(n) FROM fact WHERE {ASKED}"  # noqa: S608  of each thing, or of one: what follows says
PRAGMAS = (
    "journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=200", "journal_size_limit=1048576", "busy_timeout=5000",
)  # fmt: skip
PAGE = 4096  # bytes
TAIL = (1000, 100_000)  # facts whose chain is proved at each start: at least; at most, of those not yet acknowledged


class JournalBroken(OSError):
    """The disk failed under the journal. Stop and start again: what was returned as kept is kept."""


class JournalFull(OSError):
    """There is no room for these facts. None of them was kept; everything older is."""


Row = tuple[int, str, str, str, bytes, int | None]  # n, kind, id, retain, payload, sum of the four before


def describe(error: sqlite3.Error) -> str:
    """What failed, and at what: "disk I/O error (IOERR_FSYNC)"."""
    return f"{error} ({(getattr(error, 'sqlite_errorname', None) or 'ERROR').removeprefix('SQLITE_')})"


class Entry(NamedTuple):
    """One fact as it was kept: its row, what it is about, and the whole CloudEvents document."""

    n: int
    kind: str
    id: str
    document: dict[str, Any]

    @property
    def body(self) -> Body:
        return self.document["data"]  # type: ignore[no-any-return]

    @property
    def at(self) -> Instant:
        """When it was measured; its `mono` counts from the start of the machine at that time."""
        d = self.document
        return Instant(d["mono"], utc_of(d["time"]), d["clk"])


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


def read_log(path: Path) -> bytes:
    """The write-ahead log beside a journal, as it is before SQLite has judged it. Raises OSError."""
    log = path.with_name(f"{path.name}-wal")
    return log.read_bytes() if log.exists() else b""


def head(db: sqlite3.Connection, path: Path, station: str, epoch: Epoch, pruned: int, acked: int = 0) -> Chain:
    """The chain as it stands; its tail after row `pruned` is proved link by link, as far back as head office has not
    acknowledged. Raises Damaged, JournalBroken."""
    name, base = epoch.name, epoch.base
    newest = "SELECT n, payload FROM fact WHERE n > ? ORDER BY n DESC LIMIT ?"
    [(last,)] = db.execute("SELECT max(n) FROM fact")
    tail = min(max((last or 0) - base - acked, TAIL[0]), TAIL[1])
    rows = db.execute(newest, (max(base, pruned), tail))
    first = rows.fetchone()
    if not first and pruned <= base:
        return Chain.new(name, epoch.hash)
    if not first:
        raise Damaged(f"nothing is left after {pruned - base}")
    for (n, payload), (m, older) in pairwise(joined([first], rows)):
        if n != m + 1 or envelope.previous(payload) != envelope.digest(older):
            raise Damaged(f"the chain is broken between {m - base} and {n - base}")
    n, payload = first
    [(kind, id, retain, sum)] = db.execute("SELECT kind, id, retain, crc FROM fact WHERE n = ?", (n,))
    if sum is not None and sum != checksum(kind, id, retain, payload):
        raise Damaged(f"the newest fact, {n - base}, is not what was written")
    told = str(envelope.load(payload)["id"])
    place = f"/fact/{name}/{n - base}"
    if told != station + place:
        if told.endswith(place):
            raise JournalBroken(EIO, f"{path} belongs to another station: it ends in {told}")
        raise Damaged(f"the newest fact calls itself {told}")
    return Chain(name, n - base, envelope.digest(payload))


def row(n: int, kind: str, id: str, retain: str, payload: bytes) -> Row:
    return n, kind, id, retain, payload, checksum(kind, id, retain, payload)


def row_of(base: int, message: Message) -> Row:
    kind, _, id = message.topic.partition("/")
    return row(base + message.seq, kind, id, message.retain, message.payload)


def retell(chain: Chain, found: Iterable[Any], base: int, station: str) -> tuple[Chain, list[Row]]:
    """Facts (kind, id, retain, payload) of an epoch as the next ones of another, which began after row `base`."""
    rows = []
    for kind, id, retain, payload in found:
        chain, again = envelope.relink(chain, payload, station)
        rows.append(row(base + chain.seq, kind, id, retain, again))
    return chain, rows


def checksum(kind: str, id: str, retain: str, payload: bytes) -> int:
    """Tells a damaged row from a sound one, also where no next fact proves it."""
    return crc32(payload, crc32(f"{kind}/{id} {retain}".encode()))


def complete(db: sqlite3.Connection) -> None:
    """The tables, as they are now; a file from before rows had a sum gets the column."""
    db.executescript(SCHEMA)
    if "crc" not in {column for _, column, *_ in db.execute("PRAGMA table_info(fact)")}:
        db.execute("ALTER TABLE fact ADD COLUMN crc INTEGER")


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
