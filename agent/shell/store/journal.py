"""The station's truth on disk: facts in one chain, durable before anybody sees them, kept and never changed.

One file, one row a fact. `n` numbers rows for ever; `seq` counts within an epoch (`seq = n - base`).
An epoch ends only when the file was lost or damaged, or when head office proves that the storage was rolled back.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from errno import EIO, ENOSPC
from pathlib import Path
from types import MappingProxyType
from typing import Any

from agent.core.lanes import checkpoint
from agent.core.lanes.checkpoint import Signed
from agent.core.messages import envelope
from agent.core.messages.envelope import Chain
from agent.core.model import Body, Fact, Message
from agent.shell.store import journalfile
from agent.shell.store.announced import Announced
from agent.shell.store.chapter import Chapter
from agent.shell.store.epoch import Damaged, Epoch, Loss, blame, check, recall, remember
from agent.shell.store.journalfile import ASKED, FORGET, NEWEST, Entry, JournalBroken, JournalFull, Row, describe
from agent.shell.store.salvage import Quarantine, finish, put_aside
from agent.shell.store.torn import beyond
from drivers.model import Instant

log = logging.getLogger(__name__)

ROW = "SELECT n, kind, id, payload FROM fact WHERE"
AGAIN = "SELECT kind, id, retain, payload FROM fact WHERE n BETWEEN ? AND ? AND kind != 'checkpoint' ORDER BY n"
# Marks that a new epoch does not begin anew
LASTING = ("epoch", "born", "pruned", "age", "bookmarks", "late", "known", "unplaced")


class Journal:
    """Append and read. One thread at a time writes, reading never waits. `quarantined`: what was lost at start."""

    def __init__(self, path: Path, station: str, boot: str, most: int = 4 << 30, key: bytes | None = None) -> None:
        """Open, check, and if the file cannot be believed put it aside and begin anew. `most`: bytes on disk; `key`:
        32 bytes, signs checkpoints (Ed25519); without it there are none. Raises JournalBroken when neither works.
        """
        self.path, self.station, self.boot, self.most, self.key = path, station, boot, most, key
        self.quarantined: Quarantine | None = None
        self.broken = ""  # why nothing is written any more: the process is to end and start again
        self.marks: dict[str, str] = {}
        self.syncs = 0  # how often the disk was asked to be sure
        self.pruned = 0  # the last row that was forgotten
        self._connections: list[sqlite3.Connection] = []
        self._writing, self._reading, self._marking = threading.Lock(), threading.Lock(), threading.Lock()
        self._pending: dict[str, str] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        finish(path)
        self.announced = Announced(path)
        remembered = recall(path)
        log_before = journalfile.read_log(path)
        if log_before and remembered:
            path.touch()  # a log whose file is gone: SQLite would throw it away
        lost = remembered and Epoch(str(int(remembered.name) + 1), old=remembered.name, reason="lost: no journal file")
        try:
            self._open(lost or Epoch("1"), log_before)
        except Damaged as error:
            self.quarantined = put_aside(path, log_before, remembered, station, boot, str(error))
            self._open(self.quarantined.epoch, b"")
        if self.epoch != remembered:
            remember(path, self.epoch)

    # ── opening ─────────────────────────────────────────────────────────────

    def _open(self, otherwise: Epoch, log_before: bytes) -> None:
        """`otherwise`: the epoch of a new file; `log_before`: the log as it was found. Raises Damaged."""
        fresh = not self.path.exists()
        try:
            if not fresh and otherwise.old and not self.path.stat().st_size:
                raise Damaged("the file is empty")
            self._write, self._read = self._connect(), self._connect()
            if not fresh:
                check(self._write)
            journalfile.complete(self._write)
            self.marks = dict(self._write.execute("SELECT name, value FROM mark"))
            self.epoch = self._epoch(otherwise)
            self.pruned = int(self.marks.get("pruned") or 0)
            acked = self.marks.get("acked", "")
            held = int(acked) if acked.isdecimal() else 0
            self.chain = journalfile.head(self._write, self.path, self.station, self.epoch, self.pruned, held)
            further, chain = beyond(log_before, self.station, self.epoch, self.chain)
            if not self.announced.within(chain):
                raise Damaged(f"it ends in {chain.epoch}:{chain.seq}; facts up to {self.announced} may have gone out")
            self._signed = Signed()
        except (sqlite3.Error, ValueError, TypeError, KeyError, AttributeError, Damaged) as error:
            self._shut()  # before any rename: a late close would remove the new file's log
            if isinstance(error, sqlite3.Error) and blame(error):
                raise JournalBroken(EIO, f"{self.path}: {describe(error)}") from error
            raise Damaged(str(error)) from error
        if further:
            log.error("the journal's log was torn: %d facts were taken from beyond the damage", len(further))
            self._commit(further)
            self.chain = chain

    def _connect(self) -> sqlite3.Connection:
        self._connections.append(journalfile.connect(self.path, self.most))
        return self._connections[-1]

    def _shut(self) -> None:
        while self._connections:
            self._connections.pop().close()

    def _epoch(self, otherwise: Epoch) -> Epoch:
        if "epoch" in self.marks:
            return Epoch.read(self.marks["epoch"])
        if self._write.execute("SELECT count(*) FROM fact").fetchone()[0]:
            raise Damaged("facts without an epoch")
        self.marks = {"epoch": otherwise.format(), "born": f"{otherwise.name} {self.boot}"}
        self._write.execute("BEGIN")
        self._write.executemany("INSERT OR REPLACE INTO mark VALUES (?, ?)", list(self.marks.items()))
        self._write.execute("COMMIT")
        return otherwise

    # ── writing ─────────────────────────────────────────────────────────────

    def append(self, facts: Iterable[Fact]) -> list[Message]:
        """Keep these facts: one transaction, on disk on return. Raises JournalFull or JournalBroken: none was kept."""
        with self._writing:
            chain, signed, messages = self.chain, self._signed, list[Message]()

            def link(fact: Fact) -> None:
                nonlocal chain
                chain, message = envelope.link(chain, fact, self.station, self.boot)
                messages.append(message)

            for fact in facts:
                if chain.seq == 0 and self.epoch.old:
                    for origin in self.epoch.origins(fact.at):
                        link(origin)
                link(fact)
                if self.key and checkpoint.due(signed, chain, fact.at):
                    signed = Signed(chain.epoch, chain.seq, fact.at.mono)
                    link(checkpoint.sign(chain, self.station, self.key, fact.at))
            self._commit([journalfile.row_of(self.epoch.base, m) for m in messages])
            self.chain, self._signed = chain, signed
            return messages

    def renew(self, again: Iterable[tuple[int, int]], least: int, why: str, at: Instant) -> Epoch:
        """Begin an epoch (numbered `least` or more), linked to this one; facts `again` are told again in it."""
        with self._writing:
            old, n = self.chain, self.epoch.base + self.chain.seq
            number = max(int(old.epoch) + 1, least)
            moved = tuple(Loss(old.epoch, a, min(b, old.seq)) for a, b in again if a <= old.seq)
            epoch = Epoch(str(number), n, old.epoch, old.seq, old.hash, f"rolled back, told again: {why}", moved)
            chain, first = envelope.link(Chain.new(epoch.name, old.hash), epoch.origins(at)[0], self.station, self.boot)
            rows = [journalfile.row_of(n, first)]
            for loss in moved:
                found = self._write.execute(AGAIN, (self.epoch.base + loss.first, self.epoch.base + loss.last))
                chain, retold = journalfile.retell(chain, found, n, self.station)
                rows += retold
            anew = dict.fromkeys((name for name in tuple(self.marks) if name not in LASTING and "@" not in name), "")
            self._commit(rows, marks=anew | {"epoch": epoch.format()})
            self.epoch, self.chain = epoch, chain
            remember(self.path, epoch)
            return epoch

    def prune(self, through: int, at: Instant) -> list[Message]:
        """Forget facts up to row `through`, but the last word on what may still stand; a `gap` fact says so."""
        with self._writing:
            through = min(through, self.rows())
            first, last = max(self.pruned - self.epoch.base, 0) + 1, through - self.epoch.base
            chain, messages = self.chain, list[Message]()
            if first <= last:
                told: Body = {"lane": "fact", "epoch": self.epoch.name, "ranges": [[first, last]]}
                told |= {"count": last - first + 1, "reason": "kept long enough"}
                gap = Fact("gap", "_", told, "journal", at)
                chain, message = envelope.link(chain, gap, self.station, self.boot)
                messages.append(message)
            rows = [journalfile.row_of(self.epoch.base, m) for m in messages]
            self._commit(rows, through, {"pruned": str(through)})
            self.chain, self.pruned = chain, through
            return messages

    def gone(self) -> int:
        """The seq of this epoch up to which facts were forgotten."""
        return max(self.pruned - self.epoch.base, 0)

    def _commit(self, rows: list[Row], forget: int = 0, marks: Mapping[str, str] = MappingProxyType({})) -> None:
        """Rows, `marks` and those that wait in one transaction, which may forget what is old; or nothing of it.

        A disk that failed is not asked twice: start anew, and check.
        """
        if self.broken:
            raise JournalBroken(EIO, self.broken)
        with self._marking:
            waiting, self._pending = self._pending, {}
        try:
            self._write.execute("BEGIN IMMEDIATE")
            if forget:
                self._write.execute(FORGET, (forget,))
            self._write.executemany("INSERT INTO fact VALUES (?, ?, ?, ?, ?, ?)", rows)
            self._write.executemany("INSERT OR REPLACE INTO mark VALUES (?, ?)", list((waiting | dict(marks)).items()))
            self._write.execute("COMMIT")
            self.marks.update(marks)
            self.syncs += 1
        except sqlite3.Error as error:
            if self._write.in_transaction:
                self._write.execute("ROLLBACK")
            with self._marking:
                self._pending = waiting | self._pending
            if error.sqlite_errorname == "SQLITE_FULL":
                raise JournalFull(ENOSPC, f"{self.path}: {error}") from error
            self.broken = f"{self.path}: {describe(error)}"
            raise JournalBroken(EIO, self.broken) from error

    # ── marks: how far others have come ─────────────────────────────────────

    def mark(self, name: str, value: str) -> None:
        """Remember a small thing with the next commit or flush. Never waits for the disk."""
        with self._marking:
            if self.marks.get(name, "") != value:
                self.marks[name] = self._pending[name] = value

    def flush(self) -> None:
        """Write waiting marks now. Raises JournalFull or JournalBroken; the marks go on waiting then."""
        if self._pending:
            with self._writing:
                self._commit([])

    # ── reading ─────────────────────────────────────────────────────────────

    def ask(self, sql: str, *values: int | str) -> list[Any]:
        with self._reading:
            return self._read.execute(sql, values).fetchall()

    def head(self) -> Chain:
        """Epoch, seq and hash of the newest fact."""
        return self.chain

    def read(self, after: int, limit: int) -> list[Message]:
        """Facts of this epoch after seq `after`, in order."""
        return Chapter(self.ask, self.epoch.base).read(after, limit)

    def hash(self, seq: int) -> str | None:
        """The hash of fact `seq` of this epoch; None when it is not (or no longer) here."""
        return Chapter(self.ask, self.epoch.base).hash(seq)

    def newest(self, kind: str, id: str) -> int:
        """The seq of the last fact about one thing; 0 when this epoch has none."""
        return Chapter(self.ask, self.epoch.base).newest(kind, id)

    def retained(self, through: int) -> list[Message]:
        """Up to seq `through`: the last fact of each topic, where it is to be found by whoever subscribes later."""
        base = self.epoch.base
        rows = self.ask(
            f"{ROW} n IN ({NEWEST} GROUP BY kind, id)"
            " AND retain = 'yes' AND n <= ? ORDER BY n", base + through,
        )  # fmt: skip
        return [Message("fact", n - base, f"{kind}/{id}", payload, 1, "yes") for n, kind, id, payload in rows]

    def last(self, kind: str) -> list[Entry]:
        """The last fact of each id of a kind, oldest first; none of kinds that are TOLD_ONCE."""
        return journalfile.entries(self.ask(
            f"{ROW} n IN ({NEWEST} AND kind = ? GROUP BY id) ORDER BY n", kind,
        ))  # fmt: skip

    def latest(self, kind: str) -> Iterator[Entry]:
        """The last fact of each id of a kind, one at a time: of cases there may be very many."""
        for (n,) in self.ask(f"{NEWEST} AND kind = ? GROUP BY id ORDER BY 1", kind):
            yield from journalfile.entries(self.ask(f"{ROW} n = ?", n))

    def history(self, kind: str, id: str) -> list[Entry]:
        """Every fact about one thing, oldest first; none of kinds that are TOLD_ONCE."""
        return journalfile.entries(self.ask(f"{ROW} {ASKED} AND kind = ? AND id = ? ORDER BY n", kind, id))

    def since(self, n: int, kinds: Iterable[str], limit: int = 1000) -> list[Entry]:
        """Facts of these kinds after row `n`, in order, whatever their epoch."""
        wanted = tuple(kinds)
        marks = ", ".join("?" * len(wanted))
        sql = f"SELECT n, kind, id, payload FROM fact WHERE n > ? AND kind IN ({marks}) ORDER BY n LIMIT ?"  # noqa: S608
        return journalfile.entries(self.ask(sql, n, *wanted, limit))

    @property
    def born(self) -> str:
        """Names this file: another journal in its place has another."""
        return self.marks["born"]

    def rows(self) -> int:
        """The number of the newest row."""
        return self.epoch.base + self.chain.seq

    def close(self) -> None:
        """Write waiting marks and end, when other threads are done: a cancelled task leaves its thread behind."""
        try:
            self.flush()
        except OSError as error:
            log.warning("marks were not written: %s", error)
        with self._writing, self._reading:
            self.broken = self.broken or f"{self.path} is closed"
            self._shut()
