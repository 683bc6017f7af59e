"""Some room kept back: on a full disk a station must still start, and SQLite makes files before it reads its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SIZES = (1 << 20, 1 << 19, 1 << 18, 1 << 17)  # bytes: what is kept back, or as much of it as there is


@contextmanager
def room(folder: Path) -> Iterator[None]:
    """The room is there while the block opens its files, and kept back again after it."""
    reserve = folder / "reserve"
    reserve.unlink(missing_ok=True)
    try:
        yield
    finally:
        keep_back(reserve)


def keep_back(reserve: Path) -> None:
    for size in SIZES:
        try:
            with reserve.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, size)
            return
        except OSError:  # full, or unwilling: the next start has less
            with suppress(OSError):
                reserve.unlink(missing_ok=True)
