"""The closed months of a book, one file each, so that the live book stays small: written once, looked up seldom."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from agent.core.books import Doc
from agent.shell.store import bookfile
from agent.shell.store.atomic import replace_file


class Archive:
    """`feedback-2026-10.json` and its like, beside the live book `feedback.json`."""

    def __init__(self, folder: Path, book: str) -> None:
        self.folder, self.book = folder, book

    def months(self) -> list[str]:
        """The months there are files of, newest first."""
        found = self.folder.glob(f"{self.book}-[0-9][0-9][0-9][0-9]-[0-9][0-9].json")
        return sorted((path.stem.removeprefix(f"{self.book}-") for path in found), reverse=True)

    def whole(self, months: list[str]) -> bool:
        """True when each of these months has its file, as it was written."""
        return all(bookfile.sound(self.path(month)) for month in months)

    def path(self, month: str) -> Path:
        return self.folder / f"{self.book}-{month}.json"

    def add(self, month: str, lines: Mapping[str, bytes]) -> None:
        """Put documents, each as its line, to those of a month in the place of what it had of them. Raises OSError."""
        path = self.path(month)
        if path.exists() and not bookfile.sound(path):
            os.rename(path, f"{path}.damaged-{1 + len(list(self.folder.glob(f'{path.name}.damaged-*')))}")
        merged = {str(line.doc()["key"]): line.text for line in bookfile.lines(path)}
        rows = {str(number): text for number, text in enumerate((merged | dict(lines)).values(), 1)}
        replace_file(path, bookfile.join({self.book: rows}))

    def get(self, key: str) -> Doc | None:
        """One document, from the newest month that has it."""
        wanted = f'"key": {json.dumps(key, ensure_ascii=False)}'.encode()
        for month in self.months():
            for line in bookfile.lines(self.path(month)):
                if wanted in line.text and (doc := line.doc())["key"] == key:
                    return dict(doc)
        return None

    def each(self) -> Iterator[Doc]:
        """Every document, newest month first; one that was changed later comes first in its last shape."""
        for month in self.months():
            yield from (line.doc() for line in bookfile.lines(self.path(month)))
