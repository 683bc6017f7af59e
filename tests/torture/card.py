"""A card that can lose its power: ext4 on a loop device, shut down without a flush and brought back by its own journal.

What was never synced is gone then, as after a real cut. Needs root, and a kernel with loop devices and ext4.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from types import TracebackType

import pytest

SHUTDOWN = 0x8004587D  # EXT4_IOC_SHUTDOWN: from this moment nothing reaches the device
NO_FLUSH = (2).to_bytes(4, "little")
MKFS = shutil.which("mkfs.ext4", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


class Card:
    """Mounted at `path` while the block runs."""

    def __init__(self, folder: Path, size: str = "64M") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.image, self.path = folder / "card.img", folder / "card"
        self.path.mkdir()
        run("truncate", "-s", size, str(self.image))
        run(str(MKFS), "-q", "-m", "0", str(self.image))

    def __enter__(self) -> Card:
        self.insert()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, t: TracebackType | None) -> None:
        self.remove()

    def insert(self) -> None:
        # errors=remount-ro is how a station's card is mounted; a long commit interval leaves more to be lost
        run("mount", "-o", "loop,noatime,commit=60,errors=remount-ro", str(self.image), str(self.path))

    def remove(self) -> None:
        run("umount", str(self.path))

    def cut(self) -> None:
        """The power is gone. Whoever still writes gets an error."""
        handle = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.ioctl(handle, SHUTDOWN, NO_FLUSH)
        finally:
            os.close(handle)

    def again(self) -> None:
        """The power is back; whoever wrote has ended."""
        self.remove()
        self.insert()

    def fail(self) -> None:
        """The kernel finds an error in the file system: nothing can be written any more, everything can be read."""
        loop = run("findmnt", "-n", "-o", "SOURCE", str(self.path)).strip().rpartition("/")[2]
        Path(f"/sys/fs/ext4/{loop}/trigger_fs_error").write_text("a fault of torture", "ascii")

    def mend(self) -> None:
        self.remove()
        subprocess.run([MKFS.replace("mkfs.ext4", "e2fsck"), "-p", self.image], capture_output=True, check=False)  # type: ignore[union-attr]
        self.insert()


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr.strip()}"
    return done.stdout


@cache
def mountable() -> bool:
    if os.geteuid() != 0 or MKFS is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        try:
            with Card(Path(folder), "8M") as card:
                card.cut()
        except (AssertionError, OSError):
            return False
    return True


def needed() -> None:
    """Skips by name where there can be no such card."""
    if not mountable():
        pytest.skip("needs root, and loop devices with ext4: a power cut cannot be made here")
