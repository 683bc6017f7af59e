"""One epoch's facts, read: the epoch in force, or one that ended and of which facts are still here."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.core.messages import envelope
from agent.core.messages.envelope import GENESIS, Chain
from agent.core.model import Message
from agent.shell.store import journalfile
from agent.shell.store.journalfile import ASKED, NEWEST, Entry

if TYPE_CHECKING:
    from agent.shell.store.journal import Journal

log = logging.getLogger(__name__)

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
        here = 0 < seq <= self.end - self.base
        rows = self.rows("SELECT payload FROM fact WHERE n = ?", self.base + seq) if here else []
        return envelope.digest(rows[0][0]) if rows else None

    def newest(self, kind: str, id: str) -> int:
        """The seq, counted in this epoch, of the last fact about one thing; 0 when there is none since its begin."""
        rows = self.rows(f"{NEWEST} AND kind = ? AND id = ?", kind, id)
        return max((rows[0][0] or 0) - self.base, 0)

    def of(self, kind: str, first: int, last: int, limit: int) -> list[Entry]:
        """Facts of a kind from seq `first` to `last`, in order; none of kinds that are TOLD_ONCE."""
        sql = (
            f"SELECT n, kind, id, payload FROM fact WHERE {ASKED} AND kind = ? AND n >= ? AND n <= ? ORDER BY n LIMIT ?"  # noqa: S608
        )
        return journalfile.entries(self.rows(sql, kind, self.base + first, min(self.base + last, self.end), limit))


class Bygone:
    """An epoch that ended: read like the journal, never written; how far it has come stands in the journal's marks."""

    def __init__(self, journal: Journal, epoch: str, base: int, seq: int, moved: Iterable[Sequence[int]] = ()) -> None:
        """`seq`: its last fact; `moved`: ranges that a later epoch has told again, under numbers of its own."""
        self.journal, self.name, self.base, self.seq = journal, epoch, base, seq
        self.station, self.epoch = journal.station, epoch
        self.moved = tuple((first, last) for first, last in moved)
        self.chapter = Chapter(journal.ask, base, base + seq)
        self.hash, self.newest = self.chapter.hash, self.chapter.newest

    def read(self, after: int, limit: int) -> list[Message]:
        """Facts of this epoch after seq `after`, in order, but those that were told again."""
        found = self.chapter.read(after, limit)
        return [one for one in found if not any(first <= one.seq <= last for first, last in self.moved)]

    @property
    def told(self) -> dict[str, Any]:
        """What makes it again: the arguments, for a mark."""
        moved = {"moved": [list(one) for one in self.moved]} if self.moved else {}
        return {"epoch": self.name, "base": self.base, "seq": self.seq} | moved

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


def ended(journal: Journal) -> Iterator[Bygone]:
    """Epochs before the one in force of which the journal still has facts, newest first."""
    base = journal.epoch.base
    while rows := journal.ask("SELECT n, payload FROM fact WHERE n <= ? ORDER BY n DESC LIMIT 1", base):
        [(n, payload)] = rows
        try:
            said = envelope.load(payload)
            name, seq = str(said["epoch"]), int(said["seq"])
            moved = list(told_again(journal, base, name))
        except (ValueError, TypeError, KeyError) as error:
            log.error("fact %d is damaged, and what is before it is not offered: %s", n, error)
            return
        base = min(n - seq, n - 1)
        last = next((first - 1 for first, last in moved if first <= seq <= last), seq)
        yield Bygone(journal, name, base, last, [one for one in moved if one[1] < last])


def told_again(journal: Journal, base: int, name: str) -> Iterator[tuple[int, int]]:
    """What the epoch that began after row `base` took over from epoch `name`, or said to be lost of it."""
    for (payload,) in journal.ask("SELECT payload FROM fact WHERE n = ? AND kind = 'gap'", base + 1):
        body = envelope.load(payload)["data"]
        if body["epoch"] == name:
            yield from ((int(first), int(last)) for first, last in body["ranges"])
