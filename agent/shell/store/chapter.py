"""One epoch's facts, read: the epoch in force, or one that ended with its journal and of which facts were saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.core.messages import envelope
from agent.core.messages.envelope import GENESIS, Chain
from agent.core.model import Message
from agent.shell.store.journalfile import NEWEST

if TYPE_CHECKING:
    from agent.shell.store.journal import Journal

ENDLESS = 1 << 62


@dataclass(frozen=True, slots=True)
class Chapter:
    """The rows of one epoch: `base` stands before its first, `end` is its last; `rows` asks the journal's file."""

    rows: Callable[..., list[Any]]
    base: int
    end: int = ENDLESS

    def read(self, after: int, limit: int) -> list[Message]:
        """Facts of this epoch after seq `after`, in order."""
        sql = "SELECT n, kind, id, retain, payload FROM fact WHERE n > ? AND n <= ? ORDER BY n LIMIT ?"
        rows = self.rows(sql, self.base + after, self.end, limit)
        return [
            Message("fact", n - self.base, f"{kind}/{id}", payload, 1, retain) for n, kind, id, retain, payload in rows
        ]

    def hash(self, seq: int) -> str | None:
        """The hash of fact `seq` of this epoch; None when it is not (or no longer) here."""
        rows = self.rows("SELECT payload FROM fact WHERE n = ?", self.base + seq) if 0 < seq <= self.end else []
        return envelope.digest(rows[0][0]) if rows else None

    def newest(self, kind: str, id: str) -> int:
        """The seq, counted in this epoch, of the last fact about one thing; 0 when there is none since its begin."""
        rows = self.rows(f"{NEWEST} AND kind = ? AND id = ?", kind, id)
        return max((rows[0][0] or 0) - self.base, 0)


class Bygone:
    """An epoch that ended: read like the journal, never written; how far it has come stands in the journal's marks."""

    def __init__(self, journal: Journal, epoch: str, base: int, seq: int) -> None:
        self.journal, self.name, self.base, self.seq = journal, epoch, base, seq
        self.station, self.epoch = journal.station, epoch
        chapter = Chapter(journal.ask, base, base + seq)
        self.read, self.hash, self.newest = chapter.read, chapter.hash, chapter.newest

    @property
    def marks(self) -> Mapping[str, str]:
        ours = f"@{self.name}"
        return {name.removesuffix(ours): value for name, value in self.journal.marks.items() if name.endswith(ours)}

    def mark(self, name: str, value: str) -> None:
        self.journal.mark(f"{name}@{self.name}", value)

    def flush(self) -> None:
        """Raises OSError."""
        self.journal.flush()

    def head(self) -> Chain:
        return Chain(self.name, self.seq, self.hash(self.seq) or GENESIS)

    def gone(self) -> int:
        return min(max(self.journal.pruned - self.base, 0), self.seq)

    def retained(self, through: int) -> list[Message]:
        """Nothing: the journal tells what stands, whatever its epoch."""
        return []
