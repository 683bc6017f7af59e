"""How a journal begins anew: what an epoch grew out of, and what is done with a file that cannot be believed."""

from __future__ import annotations

import logging
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from agent.core.messages import envelope
from agent.core.messages.envelope import GENESIS
from agent.core.model import Body, Fact
from agent.shell.store.atomic import replace_file, sync_folder
from drivers.model import Instant

log = logging.getLogger(__name__)

PATIENCE = 2000  # × 10,000 steps of SQLite's machine: as long as a check at start may take
OURS = ("FULL", "CANTOPEN", "PERM", "IOERR", "BUSY", "LOCKED", "NOMEM")  # the system's fault, not the file's


class Damaged(Exception):
    """The file is not what we wrote."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """`base`: rows before its first fact. `old` is the epoch before; `seq`, `hash` its last fact as far as known."""

    name: str
    base: int = 0
    old: str = ""
    seq: int = 0
    hash: str = GENESIS
    reason: str = ""

    def spell(self) -> str:
        return envelope.dump(self).decode()

    @classmethod
    def read(cls, text: str | bytes) -> Epoch:
        """Raises ValueError or TypeError."""
        epoch = cls(**envelope.load(text if isinstance(text, bytes) else text.encode()))
        if not epoch.name.isdecimal() or not isinstance(epoch.base, int) or not isinstance(epoch.seq, int):
            raise ValueError(f"{text!r} is no epoch")
        return epoch

    def origin(self, at: Instant) -> Fact:
        """The epoch's first fact: where the one before ended, and what of it this station can no longer give."""
        gone = 0 if self.base else self.seq
        body: Body = {
            "lane": "fact", "epoch": self.old, "ranges": [[1, gone]] if gone else [], "count": gone,
            "reason": self.reason, "seq": self.seq, "hash": self.hash,
        }  # fmt: skip
        return Fact("gap", "_", body, "journal", at)


class Quarantine(NamedTuple):
    """A journal that could not be believed: where it lies now, why, and the epoch that begins instead."""

    path: Path
    why: str
    epoch: Epoch


def memo(path: Path) -> Path:
    """The file beside the journal that remembers the epoch in force, so that it outlives the journal."""
    return path.with_suffix(".epoch")


def recall(path: Path) -> Epoch | None:
    try:
        return Epoch.read(memo(path).read_bytes())
    except (OSError, ValueError, TypeError):
        return None


def remember(path: Path, epoch: Epoch) -> None:
    replace_file(memo(path), epoch.spell().encode())


def put_aside(path: Path, before: Epoch | None, why: str) -> Quarantine:
    """Rename a damaged journal (never delete it), and say which epoch is to begin. Raises OSError."""
    number = 1 + len(list(path.parent.glob(f"{path.name}.damaged-*[0-9]")))
    aside = path.with_name(f"{path.name}.damaged-{number}")
    for tail in ("-wal", "-shm", ""):
        source = path.with_name(path.name + tail)
        if source.exists():
            os.rename(source, f"{aside}{tail}")
    sync_folder(path.parent)
    old = int(before.name) if before else number
    seq, hash = glimpse(aside, before.base if before else 0)
    epoch = Epoch(str(old + 1), old=str(old), seq=seq, hash=hash, reason=f"damaged: {why}")
    log.error("the journal is damaged (%s): put aside as %s; epoch %s begins", why, aside, epoch.name)
    return Quarantine(aside, why, epoch)


def check(db: sqlite3.Connection) -> None:
    """SQLite's own opinion of its pages, rows and indexes, within bounded time. Raises Damaged."""
    steps = iter(range(PATIENCE))
    db.set_progress_handler(lambda: 0 if next(steps, None) is not None else 1, 10_000)
    try:
        said = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if said != "ok":
            raise Damaged(str(said))
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname != "SQLITE_INTERRUPT":
            raise
    finally:
        db.set_progress_handler(None, 0)


def blame(error: sqlite3.Error) -> bool:
    """True when the disk or the system failed, not the file's content."""
    name = getattr(error, "sqlite_errorname", None) or ""
    return name.removeprefix("SQLITE_").startswith(OURS) and "CORRUPT" not in name


def glimpse(path: Path, base: int) -> tuple[int, str]:
    """Seq and hash of the last fact in a damaged file, if it can still be read."""
    try:
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            [(n, payload)] = db.execute("SELECT n, payload FROM fact ORDER BY n DESC LIMIT 1")
            return max(n - base, 0), envelope.digest(payload)
        finally:
            db.close()
    except (sqlite3.Error, ValueError, TypeError):
        return 0, GENESIS
