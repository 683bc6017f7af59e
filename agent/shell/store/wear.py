"""What the storage goes through: room, bytes and syncs a day, and the files that were put aside."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from agent.core.model import Body

DAY = 86400.0
ENOUGH = 600.0  # seconds after which a day can be guessed at; a start writes more than what follows
IO = Path("/proc/self/io")


class Wear:
    """Counted since the start; `syncs` tells how often this process has asked a disk to be sure."""

    def __init__(self, data: Path, began: float, syncs: Callable[[], int]) -> None:
        self.data, self.began, self.syncs = data, began, syncs

    def figures(self, mono: float) -> Body:
        """Bytes, counts, seconds; `_day`: as it would be in a whole day if it went on so. Raises OSError."""
        disk, over, written, syncs = shutil.disk_usage(self.data), max(mono - self.began, 1.0), wrote(), self.syncs()
        daily = DAY / over
        told = {"written_day": round(written * daily), "syncs_day": round(syncs * daily)} if over >= ENOUGH else {}
        return told | {
            "free": disk.free, "size": disk.total, "over": round(over), "written": written, "syncs": syncs,
            "quarantined": sorted(p.name for p in self.data.glob("*.damaged-*[0-9]")),
        }  # fmt: skip


def wrote() -> int:
    """Bytes that this process has caused to be written to a disk. 0 where the kernel does not count them."""
    try:
        lines = IO.read_text("ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("write_bytes")), 0)
