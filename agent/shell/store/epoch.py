"""How a journal begins anew: what an epoch grew out of and what was lost on the way; and when a file is believed."""

from __future__ import annotations

import sqlite3
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

from agent.core.messages import envelope
from agent.core.messages.envelope import GENESIS
from agent.core.model import Body, Fact
from agent.shell.store.atomic import replace_file
from drivers.model import Instant

PATIENCE = 2000  # × 10,000 steps of SQLite's machine: as long as a check at start may take
OURS = ("FULL", "CANTOPEN", "PERM", "IOERR", "BUSY", "LOCKED", "NOMEM")  # the system's fault, not the file's


class Damaged(Exception):
    """The file is not what we wrote."""


class Loss(NamedTuple):
    """Facts of one epoch that nobody can give any more: first and last."""

    epoch: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Epoch:
    """`base`: rows before its first fact. `old` is the epoch before; `seq`, `hash` its last fact as far as known;
    `lost`: facts of earlier epochs that this station can no longer give under the numbers they had."""

    name: str
    base: int = 0
    old: str = ""
    seq: int = 0
    hash: str = GENESIS
    reason: str = ""
    lost: tuple[Loss, ...] = ()

    def format(self) -> str:
        return envelope.dump(asdict(self) | {"lost": [list(loss) for loss in self.lost]}).decode()

    @classmethod
    def read(cls, text: str | bytes) -> Epoch:
        """Raises ValueError or TypeError."""
        said = envelope.load(text if isinstance(text, bytes) else text.encode())
        epoch = cls(**said | {"lost": tuple(Loss(*loss) for loss in said.get("lost", ()))})
        if not epoch.name.isdecimal() or not isinstance(epoch.base, int) or not isinstance(epoch.seq, int):
            raise ValueError(f"{text!r} is no epoch")
        return epoch

    def origins(self, at: Instant) -> list[Fact]:
        """The epoch's first facts: where the one before ended, and what was lost of it and of those before it."""
        others = dict.fromkeys(loss.epoch for loss in self.lost if loss.epoch != self.old)
        return [self._gap(name, at) for name in (self.old, *others)]

    def _gap(self, name: str, at: Instant) -> Fact:
        ranges = [[loss.first, loss.last] for loss in self.lost if loss.epoch == name]
        count = sum(last - first + 1 for first, last in ranges)
        body: Body = {"lane": "fact", "epoch": name, "ranges": ranges, "count": count, "reason": self.reason}
        end: Body = {"seq": self.seq, "hash": self.hash} if name == self.old else {}
        return Fact("gap", "_", body | end, "journal", at)


def memo(path: Path) -> Path:
    """The file beside the journal that remembers the epoch in force, so that it outlives the journal."""
    return path.with_suffix(".epoch")


def recall(path: Path) -> Epoch | None:
    try:
        return Epoch.read(memo(path).read_bytes())
    except (OSError, ValueError, TypeError):
        return None


def remember(path: Path, epoch: Epoch) -> None:
    replace_file(memo(path), epoch.format().encode())


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
