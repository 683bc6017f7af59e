"""Contacts at rest: locked boxes beside the journal, one a case, erased for good when that is asked for."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

from agent.core.model import Stow

log = logging.getLogger(__name__)

SCHEMA = "CREATE TABLE IF NOT EXISTS contact (number TEXT PRIMARY KEY, box TEXT NOT NULL) WITHOUT ROWID"
PRAGMAS = ("journal_mode=DELETE", "synchronous=FULL", "secure_delete=ON")  # what is erased is overwritten


class Contacts:
    """The boxes of one station. Whoever has the file and not the station's key reads nothing."""

    def __init__(self, path: Path) -> None:
        """A file that cannot be read is put aside, never deleted. Raises OSError when no file can be used."""
        try:
            self._db = opened(path)
        except sqlite3.OperationalError as error:  # the disk, not the file
            raise OSError(f"{path}: {error}") from error
        except sqlite3.DatabaseError as error:
            aside = path.with_name(f"{path.name}.damaged")
            log.error("%s is damaged (%s): put aside as %s; head office has every contact", path, error, aside.name)
            path.replace(aside)
            self._db = opened(path)

    def all(self) -> dict[str, str]:
        return dict(self._db.execute("SELECT number, box FROM contact"))

    def stow(self, effect: Stow) -> None:
        """On disk when it returns. What the disk does not take is told in the log: head office has the contact."""
        try:
            if effect.box:
                self._db.execute("INSERT OR REPLACE INTO contact VALUES (?, ?)", (effect.case, effect.box))
            else:
                self._db.execute("DELETE FROM contact WHERE number = ?", (effect.case,))
        except sqlite3.Error as error:
            log.error("the contact of %s was not %s here: %s", effect.case, "kept" if effect.box else "erased", error)

    def close(self) -> None:
        self._db.close()


def opened(path: Path) -> sqlite3.Connection:
    """Raises sqlite3.Error."""
    db = sqlite3.connect(path, isolation_level=None)
    try:
        for pragma in PRAGMAS:
            db.execute(f"PRAGMA {pragma}").fetchall()
        db.execute(SCHEMA)
        if (found := db.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise sqlite3.DatabaseError(found)
    except sqlite3.Error:
        db.close()
        raise
    return db
