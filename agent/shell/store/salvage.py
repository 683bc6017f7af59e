"""A damaged journal put aside, and a new one begun that holds every fact of it that still proves itself.

The new file is made whole beside the old one; then the old one is renamed, then the new one takes its name. Whatever
moment the power goes, one of the two is there, and nothing readable depends on which.
"""

from __future__ import annotations

import logging
import mmap
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from agent.core.messages import envelope
from agent.core.messages.envelope import GENESIS
from agent.shell.store.announced import Announced
from agent.shell.store.atomic import replace_file, sync_folder
from agent.shell.store.carve import Value, carve, texts
from agent.shell.store.epoch import Epoch, Loss
from agent.shell.store.journalfile import SCHEMA, Row, checksum

log = logging.getLogger(__name__)

LASTING = ("pruned", "age", "bookmarks", "late")  # marks of the old journal that hold for the new one too
WAYS = ("delivered", "acked", "held")  # marks on how far the old epoch had come
RUNS = 1000  # ranges of lost facts that are told one by one; beyond, the last of them is wide
INSERT = "INSERT OR REPLACE INTO fact VALUES (?, ?, ?, ?, ?, ?)"


class Quarantine(NamedTuple):
    """A journal that could not be believed: where it lies now, why, the epoch that begins, and what was saved."""

    path: Path
    why: str
    epoch: Epoch
    saved: int


class Place(NamedTuple):
    """Where a fact stands in its chain."""

    epoch: str
    seq: int
    prev: str
    hash: str


def put_aside(path: Path, log_before: bytes, before: Epoch | None, station: str, boot: str, why: str) -> Quarantine:
    """Begin the next epoch with what can be saved, and rename the damaged file (never delete it).

    `log_before`: the write-ahead log as it was before SQLite had opened it. Raises OSError or sqlite3.Error.
    """
    draft = draft_of(path)
    draft.unlink(missing_ok=True)
    db = sqlite3.connect(draft, isolation_level=None)
    try:
        db.execute("PRAGMA journal_mode=OFF")
        db.executescript(f"BEGIN; {SCHEMA}")
        marks = fill(db, path, log_before, station)
        epoch = begin(db, marks, before, Announced(path), why)
        saved: int = db.execute("SELECT count(*) FROM fact").fetchone()[0]
        told = inherited(marks, epoch, saved) | {"epoch": epoch.format(), "born": f"{epoch.name} {boot}"}
        db.executemany("INSERT INTO mark VALUES (?, ?)", list(told.items()))
        db.execute("COMMIT")
    finally:
        db.close()
    aside = next_aside(path)
    os.rename(path, aside)  # from here on the draft is the journal, see `finish`
    if log_before:
        replace_file(Path(f"{aside}-wal"), log_before)
    finish(path)
    log.error("the journal is damaged (%s): put aside as %s; epoch %s begins, %d facts of the old one are saved",
              why, aside, epoch.name, saved)  # fmt: skip
    return Quarantine(aside, why, epoch, saved)


def finish(path: Path) -> None:
    """Complete what `put_aside` had decided; nothing when it had not, or when all is done. Raises OSError."""
    draft = draft_of(path)
    if draft.exists() and not path.exists():
        for tail in ("-wal", "-shm"):
            path.with_name(path.name + tail).unlink(missing_ok=True)
        os.rename(draft, path)
        sync_folder(path.parent)


def draft_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.saved")


def next_aside(path: Path) -> Path:
    number = 1 + len(list(path.parent.glob(f"{path.name}.damaged-*[0-9]")))
    return path.with_name(f"{path.name}.damaged-{number}")


# ── rows ────────────────────────────────────────────────────────────────────


def fill(db: sqlite3.Connection, path: Path, log: bytes, station: str) -> dict[str, str]:
    """Every fact that its own sum or its successor proves, into `db`; returns the marks."""
    marks: dict[str, str] = {}
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        content = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) if size else b""
        for n, columns in carve(content, log):
            if n == 0:
                marks |= texts(columns)
            elif row := fact(n, columns, station):
                db.execute(INSERT, row)
    doubtful = list(misfits(db))
    db.executemany("DELETE FROM fact WHERE n = ?", [(n,) for n in doubtful])
    forgotten = number(marks, "pruned")
    db.execute("DELETE FROM fact WHERE n <= ? AND kind NOT IN ('alarm', 'meter', 'total')", (forgotten,))
    return marks


def fact(n: int, columns: list[Value], station: str) -> Row | None:
    """A row of the fact table, when it is one of ours and nothing contradicts it."""
    match columns:
        case [None, bytes(kind), bytes(id), b"no" | b"yes" | b"release" as retain, bytes(payload), *rest]:
            row = (n, kind.decode("utf-8", "replace"), id.decode("utf-8", "replace"), retain.decode(), payload)
            wrong = rest and rest[0] is not None and rest[0] != checksum(*row[1:])
            place = None if wrong else place_of(payload, station)
            return (*row, checksum(*row[1:]) if rest and rest[0] is not None else None) if place else None
    return None


def place_of(payload: bytes, station: str) -> Place | None:
    """Where the fact says it stands, when it can be read and says one thing only."""
    try:
        said = envelope.load(payload)
        place = Place(said["epoch"], said["seq"], said["prev"], envelope.digest(payload))
        return place if said["id"] == f"{station}/fact/{place.epoch}/{place.seq}" and place.epoch.isdecimal() else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def misfits(db: sqlite3.Connection) -> Iterator[int]:
    """Rows that the next fact contradicts, and rows that neither a sum nor a next fact proves."""
    before: tuple[int, bool, Place] | None = None
    for n, payload, sum in db.execute("SELECT n, payload, crc FROM fact ORDER BY n"):
        said = envelope.load(payload)
        place = Place(said["epoch"], said["seq"], said["prev"], envelope.digest(payload))
        if before and misfit(*before, n, place):
            yield before[0]
        before = n, sum is not None, place
    if before and not before[1]:
        yield before[0]


def misfit(n: int, proved: bool, place: Place, m: int, following: Place) -> bool:
    if m != n + 1 or following.epoch != place.epoch:
        return not proved
    return following.prev != place.hash or following.seq != place.seq + 1


# ── the epoch that begins ───────────────────────────────────────────────────


def begin(db: sqlite3.Connection, marks: dict[str, str], before: Epoch | None, announced: Announced, why: str) -> Epoch:
    """What it grew out of, and which facts of the past are lost, as far as can be known."""
    bases = {before.name: before.base} if before else {}
    top, top_hash, present = 0, GENESIS, list[int]()
    for n, payload in db.execute("SELECT n, payload FROM fact ORDER BY n"):
        said = envelope.load(payload)
        bases[said["epoch"]] = n - said["seq"]
        top, top_hash = n, envelope.digest(payload)
        present.append(n)
    if announced.epoch:
        bases.setdefault(announced.epoch, top)
    old = max(bases, key=int, default="0")
    old_base = bases.get(old, 0)
    told = announced.seq if announced.epoch == old else 0
    known = old_base + max(told, *(number(marks, name) for name in ("delivered", "acked")))
    last = max(top, known, old_base)
    lost = losses(absent(present, number(marks, "pruned"), last), bases)
    seq = last - old_base
    hash = top_hash if last == top and seq else GENESIS
    return Epoch(str(int(old) + 1), last, old, seq, hash, f"damaged: {why}", lost)


def absent(present: list[int], after: int, last: int) -> Iterator[tuple[int, int]]:
    """Ranges of rows that are not there."""
    for n in present:
        if n > after + 1:
            yield after + 1, n - 1
        after = max(after, n)
    if after < last:
        yield after + 1, last


def losses(ranges: Iterator[tuple[int, int]], bases: dict[str, int]) -> tuple[Loss, ...]:
    """Ranges of rows as ranges of numbers within their epochs."""
    order = sorted((base, name) for name, base in bases.items())
    ends = [base for base, _ in order[1:]] + [1 << 62]
    found = [
        Loss(name, max(first, base + 1) - base, min(last, end) - base)
        for first, last in ranges
        for (base, name), end in zip(order, ends, strict=True)
        if first <= end and last > base
    ]
    if len(found) > RUNS:
        rest = found[RUNS - 1 :]
        found[RUNS - 1 :] = [Loss(rest[0].epoch, rest[0].first, rest[-1].last)]
    return tuple(found)


def inherited(marks: dict[str, str], epoch: Epoch, saved: int) -> dict[str, str]:
    """The marks the new journal begins with: what lasts, and how far the old epoch's facts had come."""
    kept = {name: marks[name] for name in LASTING if marks.get(name)}
    kept |= {name: value for name, value in marks.items() if "@" in name}
    if number(marks, "pruned") > epoch.base:
        kept.pop("pruned", None)
    if saved and epoch.seq:
        try:
            late = envelope.load((kept.get("late") or "[]").encode())
        except ValueError:
            late = []
        late = [*late, {"epoch": epoch.old, "base": epoch.base - epoch.seq, "seq": epoch.seq}]
        kept["late"] = envelope.dump(late).decode()
        kept |= {f"{name}@{epoch.old}": marks[name] for name in WAYS if marks.get(name)}
    return kept


def number(marks: dict[str, str], name: str) -> int:
    text = marks.get(name, "")
    return int(text) if text.isdecimal() else 0
