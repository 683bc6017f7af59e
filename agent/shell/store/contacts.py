"""Contacts at rest: locked boxes beside the journal, one a case, erased for good when that is asked for."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from agent.core.model import Stow

SCHEMA = "CREATE TABLE IF NOT EXISTS contact (number TEXT PRIMARY KEY, box TEXT NOT NULL) WITHOUT ROWID"
PRAGMAS = ("journal_mode=DELETE", "synchronous=FULL", "secure_delete=ON")  # what is erased is overwritten


class Contacts:
    """The boxes of one station. Whoever has the file and not the station's key reads nothing."""

    def __init__(self, path: Path) -> None:
        """Raises OSError when the file cannot be used."""
        try:
            self._db = sqlite3.connect(path, isolation_level=None)
            for pragma in PRAGMAS:
                self._db.execute(f"PRAGMA {pragma}").fetchall()
            self._db.execute(SCHEMA)
        except sqlite3.Error as error:
            raise OSError(f"{path}: {error}") from error

    def all(self) -> dict[str, str]:
        return dict(self._db.execute("SELECT number, box FROM contact"))

    def stow(self, effect: Stow) -> None:
        """On disk when it returns. Raises OSError."""
        try:
            if effect.box:
                self._db.execute("INSERT OR REPLACE INTO contact VALUES (?, ?)", (effect.case, effect.box))
            else:
                self._db.execute("DELETE FROM contact WHERE number = ?", (effect.case,))
        except sqlite3.Error as error:
            raise OSError(f"contacts: {error}") from error

    def close(self) -> None:
        self._db.close()
