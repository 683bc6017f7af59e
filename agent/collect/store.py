"""Head office's tables, in SQLite: every message once, what is doubtful beside it, and how far each lane is whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from agent.collect.examine import Parcel
from agent.core.messages import envelope
from agent.core.messages.envelope import GENESIS

SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
  station TEXT NOT NULL, lane TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL,
  id TEXT NOT NULL, time TEXT NOT NULL, hash TEXT NOT NULL, prev TEXT NOT NULL, fault TEXT NOT NULL,
  payload BLOB NOT NULL, PRIMARY KEY (station, lane, epoch, seq));
CREATE TABLE IF NOT EXISTS standing (
  station TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, time TEXT NOT NULL, fault TEXT NOT NULL,
  payload BLOB NOT NULL, PRIMARY KEY (station, kind, id));
CREATE TABLE IF NOT EXISTS quarantine (
  topic TEXT NOT NULL, hash TEXT NOT NULL, reason TEXT NOT NULL, payload BLOB NOT NULL, PRIMARY KEY (topic, hash));
CREATE TABLE IF NOT EXISTS progress (
  station TEXT NOT NULL, epoch TEXT NOT NULL, through INTEGER NOT NULL, held INTEGER NOT NULL, hash TEXT NOT NULL,
  highest INTEGER NOT NULL, PRIMARY KEY (station, epoch));
CREATE TABLE IF NOT EXISTS explained (
  station TEXT NOT NULL, lane TEXT NOT NULL, epoch TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
  reason TEXT NOT NULL, PRIMARY KEY (station, lane, epoch, first, last));
CREATE TABLE IF NOT EXISTS key (station TEXT PRIMARY KEY, public TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS clock (station TEXT NOT NULL, boot TEXT NOT NULL, offset REAL NOT NULL,
  PRIMARY KEY (station, boot));
CREATE VIEW IF NOT EXISTS placed AS
  SELECT told.*, coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', clock.offset + mono, 'unixepoch'), time) AS happened FROM (
    SELECT *, json_extract(CAST(payload AS TEXT), '$.clk') AS clk,
      json_extract(CAST(payload AS TEXT), '$.boot') AS boot, json_extract(CAST(payload AS TEXT), '$.mono') AS mono
    FROM message) AS told
  LEFT JOIN clock ON clk = 'unsynced' AND clock.station = told.station AND clock.boot = told.boot;
"""
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000")


class Progress(NamedTuple):
    """One epoch's facts: everything up to `through` is held or explained; `held` is the last of these that is held."""

    through: int = 0
    held: int = 0
    hash: str = GENESIS  # of `held`
    highest: int = 0  # that is held, holes or not


class Store:
    """Nothing is kept before `commit`. What PostgreSQL would need is these methods, and nothing else."""

    def __init__(self, path: Path) -> None:
        """Raises sqlite3.Error."""
        self.db = sqlite3.connect(path, isolation_level=None)
        for pragma in PRAGMAS:
            self.db.execute(f"PRAGMA {pragma}")
        self.db.executescript(SCHEMA)

    def begin(self) -> None:
        self.db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """On disk on return."""
        self.db.execute("COMMIT")

    def hash(self, parcel: Parcel, step: int = 0) -> tuple[str, str] | None:
        """Hash and prev of what is held in a parcel's place, or `step` places further."""
        place = (parcel.station, parcel.lane, parcel.epoch, parcel.seq + step)
        row = self.db.execute(
            "SELECT hash, prev FROM message WHERE station = ? AND lane = ? AND epoch = ? AND seq = ?", place
        ).fetchone()
        return (row[0], row[1]) if row else None

    def keep(self, p: Parcel) -> None:
        self.db.execute(
            "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (p.station, p.lane, p.epoch, p.seq, p.kind, p.id, p.time, p.hash, p.prev, p.fault, p.payload),
        )

    def stand(self, p: Parcel) -> None:
        """The last of what is so."""
        row = (p.station, p.kind, p.id, p.time, p.fault, p.payload)
        self.db.execute("INSERT OR REPLACE INTO standing VALUES (?, ?, ?, ?, ?, ?)", row)

    def quarantine(self, topic: str, hash: str, reason: str, payload: bytes) -> bool:
        """Aside, never dropped; True when it is new here."""
        row = (topic, hash, reason, payload)
        return self.db.execute("INSERT OR IGNORE INTO quarantine VALUES (?, ?, ?, ?)", row).rowcount > 0

    def explain(self, station: str, lane: str, epoch: str, first: int, last: int, reason: str) -> None:
        row = (station, lane, epoch, first, last, reason)
        self.db.execute("INSERT OR IGNORE INTO explained VALUES (?, ?, ?, ?, ?, ?)", row)

    def place(self, station: str, boots: Iterable[str], offset: float) -> None:
        """The clock of these runs is known now: what they told before is seen at its time in `placed`."""
        rows = [(station, boot, offset) for boot in boots]
        self.db.executemany("INSERT OR REPLACE INTO clock VALUES (?, ?, ?)", rows)

    def explained(self, station: str, epoch: str, seq: int) -> int:
        """The end of the widest range of facts, told to be gone, that holds `seq`; 0 without one."""
        sql = "SELECT max(last) FROM explained WHERE station = ? AND lane = 'fact' AND epoch = ? AND first <= ?"
        last: int = self.db.execute(f"{sql} AND last >= ?", (station, epoch, seq, seq)).fetchone()[0] or 0
        return last

    def next_held(self, station: str, epoch: str, seq: int) -> tuple[int, str] | None:
        """The first fact after `seq` that is held, and its hash."""
        sql = "SELECT seq, hash FROM message WHERE station = ? AND lane = 'fact' AND epoch = ? AND seq > ?"
        row = self.db.execute(f"{sql} ORDER BY seq LIMIT 1", (station, epoch, seq)).fetchone()
        return (row[0], row[1]) if row else None

    def holes(self, station: str, epoch: str, through: int, most: int) -> list[tuple[int, int]]:
        """Ranges after `through` that lie between facts that are held."""
        sql = """SELECT seq + 1, following - 1 FROM (
            SELECT ? AS seq, (SELECT min(seq) FROM message
              WHERE station = ? AND lane = 'fact' AND epoch = ? AND seq > ?) AS following
            UNION ALL SELECT seq, lead(seq) OVER (ORDER BY seq) FROM message
              WHERE station = ? AND lane = 'fact' AND epoch = ? AND seq > ?)
          WHERE following > seq + 1 ORDER BY 1 LIMIT ?"""
        place = (station, epoch, through)
        return self.db.execute(sql, (through, *place, *place, most)).fetchall()

    def fact_hash(self, station: str, epoch: str, seq: int) -> str:
        sql = "SELECT hash FROM message WHERE station = ? AND lane = 'fact' AND epoch = ? AND seq = ?"
        row = self.db.execute(sql, (station, epoch, seq)).fetchone()
        return row[0] if row else GENESIS

    def progress(self, station: str, epoch: str) -> Progress:
        sql = "SELECT through, held, hash, highest FROM progress WHERE station = ? AND epoch = ?"
        row = self.db.execute(sql, (station, epoch)).fetchone()
        return Progress(*row) if row else Progress()

    def advance(self, station: str, epoch: str, progress: Progress) -> None:
        self.db.execute("INSERT OR REPLACE INTO progress VALUES (?, ?, ?, ?, ?, ?)", (station, epoch, *progress))

    def epochs(self, station: str) -> list[str]:
        """The epochs of which any fact is held, oldest first."""
        rows = self.db.execute("SELECT epoch FROM progress WHERE station = ?", (station,))
        return sorted((epoch for (epoch,) in rows), key=lambda e: int(e) if e.isdecimal() else 0)

    def origins(self, station: str) -> dict[str, int]:
        """The epochs that others grew out of, as the first fact of those says it: the last number of each."""
        sql = """SELECT payload FROM progress JOIN message USING (station, epoch)
          WHERE station = ? AND lane = 'fact' AND seq = 1 AND kind = 'gap'"""
        ends: dict[str, int] = {}
        for (payload,) in self.db.execute(sql, (station,)):
            match envelope.load(payload):
                case {"data": {"epoch": str(epoch), "seq": int(seq)}}:
                    ends[epoch] = seq
        return ends

    def trust(self, station: str, public: str) -> str:
        """The key of a station: the first one it told. A changed one is for a person to accept."""
        self.db.execute("INSERT OR IGNORE INTO key VALUES (?, ?)", (station, public))
        return self.key(station)

    def key(self, station: str) -> str:
        row = self.db.execute("SELECT public FROM key WHERE station = ?", (station,)).fetchone()
        return str(row[0]) if row else ""

    def close(self) -> None:
        self.db.close()
