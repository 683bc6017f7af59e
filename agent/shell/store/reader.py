"""A journal read beside the daemon that writes it: nothing is changed, nothing is waited for."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from errno import EIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

from agent.shell.store.epoch import Epoch


class Reader:
    """`epoch`, `base` (the row before its first) and `top` (the newest row) as they were when it was opened."""

    def __init__(self, path: Path) -> None:
        """Raises OSError when there is no journal that can be read."""
        if not path.exists():
            raise FileNotFoundError(f"{path}: there is no journal")
        try:
            self._db = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)
            [(mark,)] = self.rows("SELECT value FROM mark WHERE name = 'epoch'")
            epoch = Epoch.read(mark)
            [(top,)] = self.rows("SELECT max(n) FROM fact")
        except (sqlite3.Error, ValueError) as error:
            raise OSError(EIO, f"{path}: {error}") from error
        self.epoch, self.base, self.top = epoch.name, epoch.base, top or 0

    def rows(self, sql: str, *values: int | str) -> list[Any]:
        with closing(self._db.execute(sql, values)) as cursor:
            return cursor.fetchall()

    def close(self) -> None:
        self._db.close()
