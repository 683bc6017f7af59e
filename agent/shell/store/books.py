"""Books on disk: TinyDB's documents and queries over files that are never torn, made anew from the journal."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from errno import ENOENT
from itertools import chain
from pathlib import Path
from typing import Any

from tinydb import TinyDB, where
from tinydb.storages import Storage

from agent.core.books import BOOKS, Book, Doc, enter, month, past
from agent.shell.store import bookfile
from agent.shell.store.archive import Archive
from agent.shell.store.atomic import replace_file
from agent.shell.store.bookfile import Tables
from agent.shell.store.journal import Journal
from agent.shell.store.journalfile import Entry

log = logging.getLogger(__name__)

RATE = 4096  # bytes a second that a book may cost the card, in the long run
APPLIED = "applied"  # the table that remembers how far into which journal a book has read


class Page(Storage):
    """One file: read once, written whole and atomically when `save` is called; the file before is kept as `.1`.

    In memory a document is the line it is in the file, by its key; `mark` tells how far into which journal it has read.
    """

    def __init__(self, path: Path, book: str) -> None:
        self.path, self.older, self.book = path, path.with_name(path.name + ".1"), book
        self.mark: dict[str, Any] = {}
        self.lines: dict[str, bytes] = {}
        for line in bookfile.lines(path) if bookfile.sound(path) else bookfile.lines(self.older):
            if line.table == APPLIED:
                self.mark = line.doc()
            else:
                self.lines[line.doc()["key"]] = line.text
        self.dirty = False
        self.due = float("-inf")  # monotonic second before which it is not written again

    def get(self, key: str) -> Doc | None:
        return json.loads(self.lines[key]) if key in self.lines else None

    def docs(self) -> Iterator[Doc]:
        return map(json.loads, self.lines.values())

    def put(self, docs: Mapping[str, Doc], mark: Mapping[str, Any]) -> None:
        """These documents in their places, and how far the book has read with them."""
        self.lines |= {key: bookfile.line_of(doc) for key, doc in docs.items()}
        self.mark, self.dirty = dict(mark), True

    def forget(self, keys: Iterable[str]) -> None:
        gone = set(keys)
        self.lines = {key: text for key, text in self.lines.items() if key not in gone}

    def read(self) -> Tables | None:
        """For TinyDB: every document, as it is asked for."""
        return {self.book: {str(number): doc for number, doc in enumerate(self.docs(), 1)}}

    def write(self, data: Tables) -> None:
        raise NotImplementedError("a book is written from the journal alone")

    def save(self, mono: float | None) -> bool:
        """Write, unless it was written lately (`mono` None: all the same); the larger a book, the longer it waits.

        True when it was written. Raises OSError; the file before stands then.
        """
        if not self.dirty or (mono is not None and mono < self.due):
            return False
        rows = {str(number): text for number, text in enumerate(self.lines.values(), 1)}
        content = bookfile.join({self.book: rows, APPLIED: {"1": bookfile.line_of(self.mark)}})
        replace_file(self.path, content, keep=self.older)
        self.dirty = False
        self.due = self.due if mono is None else mono + len(content) / RATE
        return True


class Shelf:
    """All books. `update` may block and belongs in a thread; a second one waits its turn."""

    def __init__(self, folder: Path, journal: Journal) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.journal = journal
        self.pages = {book.name: Page(folder / f"{book.name}.json", book.name) for book in BOOKS}
        self.archives = {book.name: Archive(folder, book.name) for book in BOOKS}
        self._updating = threading.Lock()
        self._examined = False
        self._said = ""
        self.syncs = 0  # how often the disk was asked to be sure

    def update(self, beat: Callable[[], None] = lambda: None, mono: float | None = None) -> None:
        """Bring each book up to the journal's newest fact; `beat` is called on the way, which may be long.

        What need not be written at `mono` (None: now), or cannot be, is written later.
        """
        with self._updating:
            for book in BOOKS:
                try:
                    if not self._examined:
                        self._examine(book)
                    self._read_on(book, beat)
                    self.syncs += 2 * self.pages[book.name].save(mono)
                except OSError as error:
                    if str(error) != self._said:
                        self._said = str(error)
                        log.warning("the %s book was not written: %s", book.name, error)
            self._examined = True

    def _examine(self, book: Book) -> None:
        """An archive that is not there, or not as it was written: the book is made anew from the journal."""
        page = self.pages[book.name]
        if page.mark and not self.archives[book.name].whole(page.mark.get("months", [])):
            page.mark = {}

    def _read_on(self, book: Book, beat: Callable[[], None]) -> None:
        """Enter what the book has not read yet. A book of another journal keeps what it holds."""
        page, mark, born = self.pages[book.name], self.pages[book.name].mark, self.journal.born
        after = mark["n"] if mark.get("journal") == born and mark["n"] <= self.journal.rows() else 0
        entries = self.journal.since(after, book.kinds)
        if not entries and mark:
            return
        now = mark.get("month", "")
        months = {*mark.get("months", []), *self.archives[book.name].months()}
        while entries:
            beat()
            changed: dict[str, Doc] = {}
            for entry in entries:
                self._fetch(book, changed, entry)
                for key, doc in enter(book, changed, entry.id, entry.document).items():
                    changed[key] = {"key": key} | doc
                now = month(entry.document["time"])
            page.put(changed, mark)
            after = entries[-1].n
            entries = self.journal.since(after, book.kinds)
        if now > mark.get("month", ""):
            for closed, gone in past(book, page.docs(), now).items():
                self.archives[book.name].add(closed, {key: page.lines[key] for key in gone})
                months.add(closed)
                page.forget(gone)
        page.put({}, {"journal": born, "n": after, "month": now, "months": sorted(months)})

    def _fetch(self, book: Book, docs: dict[str, Doc], entry: Entry) -> None:
        """What a fact changes, as it was; it may have left the live book: then it comes back."""
        for key in book.about(entry.id, entry.body):
            old = None if key in docs else self.pages[book.name].get(key)
            if key not in docs and not old and not book.opens(key, entry.body):
                old = self.archives[book.name].get(key)
            if old:
                docs[key] = old

    def follows(self, book: str) -> bool:
        """True when the book was made of this very journal, and so holds nothing that the journal does not."""
        return bool(self.pages[book].mark.get("journal") == self.journal.born)

    def each(self, book: str) -> Iterator[Doc]:
        """Every document of a book, archives and all, to be looked at and not changed."""
        yield from merged(self.pages[book].docs(), self.archives[book])

    def find(self, book: str, **members: Any) -> list[Doc]:
        """Documents of a book, archives and all, whose members have these values; all of them when none is named."""
        query = None
        for member, value in members.items():
            query = (where(member) == value) if query is None else query & (where(member) == value)
        table = TinyDB(storage=lambda: self.pages[book]).table(book)
        live = [dict(doc) for doc in (table.all() if query is None else table.search(query))]
        known = {doc["key"] for doc in table.all()}
        old = (doc for doc in merged((), self.archives[book]) if doc["key"] not in known)
        return live + [dict(doc) for doc in old if query is None or query(doc)]


def merged(live: Iterable[Doc], archive: Archive) -> Iterator[Doc]:
    """Each document once, in the shape it had last: the live book before the archives, newest month first."""
    seen = set[str]()
    for doc in chain(live, archive.each()):
        if doc["key"] not in seen:
            seen.add(doc["key"])
            yield doc


def shelved(folder: Path, book: str) -> list[Doc]:
    """The documents of a book as its files hold them; a running daemon writes them behind. Raises OSError."""
    path = folder / f"{book}.json"
    if not path.exists():
        raise FileNotFoundError(ENOENT, "there is no such book yet", str(path))
    return [*merged(Page(path, book).docs(), Archive(folder, book))]
