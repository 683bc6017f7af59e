"""Books on disk: TinyDB's documents and queries over files that are never torn, made anew from the journal."""

from __future__ import annotations

import json
import logging
import zlib
from collections.abc import Callable, Iterator
from errno import ENOENT
from pathlib import Path
from typing import Any

from tinydb import TinyDB, where
from tinydb.storages import Storage

from agent.core.books import BOOKS, Book, Doc, enter
from agent.shell.store.atomic import replace_file
from agent.shell.store.journal import Journal

log = logging.getLogger(__name__)

Tables = dict[str, dict[str, Any]]
END = b"\n}}\n"
APPLIED = "applied"  # the table that remembers how far into which journal a book has read


class Page(Storage):
    """One file: read once, written whole and atomically when `save` is called; the file before is kept as `.1`."""

    def __init__(self, path: Path) -> None:
        self.path, self.older = path, path.with_name(path.name + ".1")
        self.tables: Tables | None = read_tables(path) or read_tables(self.older)
        self.dirty = False

    def read(self) -> Tables | None:
        return self.tables

    def write(self, data: Tables) -> None:
        self.tables, self.dirty = data, True

    def save(self) -> None:
        """Raises OSError; the file before stands then."""
        if self.dirty and self.tables is not None:
            replace_file(self.path, spell(self.tables), keep=self.older)
            self.dirty = False


class Shelf:
    """All books. `update` may block and belongs in a thread; one thread at a time."""

    def __init__(self, folder: Path, journal: Journal) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.journal = journal
        self.pages = {book.name: Page(folder / f"{book.name}.json") for book in BOOKS}
        self._said = ""
        self.syncs = 0  # how often the disk was asked to be sure

    def update(self, beat: Callable[[], None] = lambda: None) -> None:
        """Bring each book up to the journal's newest fact; `beat` is called on the way, which may be long.

        What cannot be written now is written later.
        """
        for book in BOOKS:
            try:
                self._read_on(book, beat)
                self.pages[book.name].save()
            except OSError as error:
                if str(error) != self._said:
                    self._said = str(error)
                    log.warning("the %s book was not written: %s", book.name, error)

    def _read_on(self, book: Book, beat: Callable[[], None]) -> None:
        """Enter what the book has not read yet. A book of another journal keeps what it holds."""
        page, born = self.pages[book.name], self.journal.born
        tables = page.tables or {}
        mark = tables.get(APPLIED, {}).get("1", {})
        after = mark["n"] if mark.get("journal") == born and mark["n"] <= self.journal.rows() else 0
        entries = self.journal.since(after, book.kinds)
        if not entries and mark:
            return
        rows = {number: dict(doc) for number, doc in tables.get(book.name, {}).items()}
        numbers = {doc["key"]: number for number, doc in rows.items()}
        docs: dict[str, Doc] = {doc["key"]: doc for doc in rows.values()}
        while entries:
            beat()
            for entry in entries:
                for key, doc in enter(book, docs, entry.id, entry.document).items():
                    docs[key] = {"key": key} | doc
                    rows[numbers.setdefault(key, str(len(rows) + 1))] = docs[key]
            after = entries[-1].n
            entries = self.journal.since(after, book.kinds)
        page.write({book.name: rows, APPLIED: {"1": {"journal": born, "n": after}}})

    def each(self, book: str) -> Iterator[Doc]:
        """Every document of a book, to be looked at and not changed."""
        yield from (self.pages[book].tables or {}).get(book, {}).values()

    def find(self, book: str, **members: Any) -> list[Doc]:
        """Documents of a book whose members have these values; all of them when none is named."""
        db = TinyDB(storage=lambda: self.pages[book])
        table = db.table(book)
        query = None
        for member, value in members.items():
            query = (where(member) == value) if query is None else query & (where(member) == value)
        return [dict(doc) for doc in (table.all() if query is None else table.search(query))]


def shelved(folder: Path, book: str) -> list[Doc]:
    """The documents of a book as its file holds them; a running daemon writes it seconds behind. Raises OSError."""
    path = folder / f"{book}.json"
    if not path.exists():
        raise FileNotFoundError(ENOENT, "there is no such book yet", str(path))
    return [dict(doc) for doc in (Page(path).tables or {}).get(book, {}).values()]


# ── one document a line, and a sum over all of it ───────────────────────────


def spell(tables: Tables) -> bytes:
    parts = []
    for name, rows in tables.items():
        lines = ",\n".join(
            f"{json.dumps(number)}: {json.dumps(doc, ensure_ascii=False)}" for number, doc in rows.items()
        )
        parts.append(f"{json.dumps(name)}: {{\n{lines}\n}}")
    body = ",\n".join(parts)
    return f'{{"crc32": {zlib.crc32(body.encode())}, "tables": {{\n{body}\n}}}}\n'.encode()


def read_tables(path: Path) -> Tables | None:
    """What a file holds, or None when there is none or it is not what we wrote: then it is made anew."""
    try:
        content = path.read_bytes()
        head, _, rest = content.partition(b'"tables": {\n')
        if not rest.endswith(END):
            raise ValueError("it is cut short")
        if zlib.crc32(rest[: -len(END)]) != json.loads(head.rstrip().rstrip(b",") + b"}")["crc32"]:
            raise ValueError("its sum is wrong")
        tables: Tables = json.loads(content)["tables"]
        return tables
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("%s cannot be believed (%s): the book is made anew", path, error)
        return None
