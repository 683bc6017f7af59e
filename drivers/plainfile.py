"""A file read whole: plain and of bounded size, or not at all. A device never ends, a pipe may never begin."""

from __future__ import annotations

import os
import stat
from errno import EFBIG, EINVAL
from pathlib import Path

MOST = 1 << 20  # bytes; the largest map there is has a tenth of it


def read_plain(path: Path, most: int = MOST) -> bytes:
    """The content. Raises OSError, also for what is no plain file or is larger; ValueError for what is no path."""
    if stat.S_ISDIR(kind := os.stat(path).st_mode):
        raise OSError(EINVAL, "is a folder", str(path))
    if not stat.S_ISREG(kind):
        raise OSError(EINVAL, "not a plain file", str(path))
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(EFBIG, f"larger than {most} bytes", str(path))
    return content
