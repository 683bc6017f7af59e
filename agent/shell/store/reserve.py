"""Some room kept back: on a full disk a station must still start, and SQLite makes files before it reads its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SIZE = 1 << 20  # bytes that are kept back
STEP = 1 << 14  # or so many fewer, until it fits


@contextmanager
def room(folder: Path) -> Iterator[None]:
    """The room is there while the block opens its files, and kept back again after it."""
    reserve(folder).unlink(missing_ok=True)
    try:
        yield
    finally:
        keep_back(folder)


def keep_back(folder: Path) -> None:
    """What is not kept back yet, or not all of it any more, once there is room."""
    file = reserve(folder)
    kept = file.stat().st_size if file.exists() else 0
    if kept == SIZE or (kept and shutil.disk_usage(folder).free < 2 * SIZE):
        return
    for size in range(SIZE, 0, -STEP):
        with suppress(OSError):  # full, or unwilling: less, or later
            file.unlink(missing_ok=True)
            with file.open("wb") as content:
                os.posix_fallocate(content.fileno(), 0, size)
            return
    with suppress(OSError):
        file.unlink(missing_ok=True)


def reserve(folder: Path) -> Path:
    return folder / "reserve"
