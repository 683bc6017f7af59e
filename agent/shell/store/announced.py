"""How far the wire may have heard: one number beside the journal, on disk before the fact it names is handed out.

A journal whose newest facts were lost with its log looks like one that never had them. Without this number it would
give their numbers to other facts.
"""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path
from zlib import crc32

from agent.core.messages.envelope import Chain

log = logging.getLogger(__name__)

SLOT = 4096  # bytes: two places in turn, each a block of its own, so that a torn writing leaves the other


class Announced:
    """`seq` of `epoch`: no fact beyond it has left this machine. Nothing that can be read: epoch "", seq 0."""

    def __init__(self, journal: Path) -> None:
        self.path = journal.with_suffix(".announced")
        self._writing = threading.Lock()
        self.syncs = 0  # how often the disk was asked to be sure
        found = [(*parse(text), slot) for slot, text in enumerate(slots(self.path))]
        self.epoch, self.seq, self._slot = max(found, key=lambda one: (int(one[0] or 0), one[1]))

    def __str__(self) -> str:
        return f"{self.epoch}:{self.seq}"

    def within(self, head: Chain) -> bool:
        """True when a journal that ends in `head` holds, or once held, all that may have been handed out."""
        return (int(head.epoch), head.seq) >= (int(self.epoch or 0), self.seq)

    def covers(self, epoch: str, seq: int) -> bool:
        """True when fact `seq` may be handed out."""
        return self.epoch == epoch and seq <= self.seq

    def reach(self, head: Chain) -> None:
        """Everything up to `head`, which is on disk, may be handed out now. Blocks until this is on disk too.

        A disk that does not take it holds nobody up: it is told, and the facts go.
        """
        with self._writing:
            if not self.covers(head.epoch, head.seq):
                try:
                    write(self.path, 1 - self._slot, head)
                except OSError as error:
                    log.warning("how far head office may know this journal is not written down: %s", error)
                self.epoch, self.seq, self._slot = head.epoch, head.seq, 1 - self._slot
                self.syncs += 1


def write(path: Path, slot: int, head: Chain) -> None:
    """On disk when it returns. Raises OSError."""
    line = f"{head.epoch} {head.seq}".encode()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_DSYNC, 0o644)
    try:
        os.pwrite(handle, b"%s %08x\n" % (line, crc32(line)), slot * SLOT)
    finally:
        os.close(handle)


def slots(path: Path) -> tuple[bytes, bytes]:
    try:
        content = path.read_bytes() if path.exists() else b""
    except OSError as error:
        log.error("%s cannot be read: %s", path, error)
        content = b""
    return content[:SLOT], content[SLOT:]


def parse(text: bytes) -> tuple[str, int]:
    """Epoch and seq of one place; ("", 0) when it is not what was written."""
    line, _, sum = text.partition(b"\n")[0].rpartition(b" ")
    epoch, _, seq = line.decode("ascii", "replace").partition(" ")
    sound = sum == b"%08x" % crc32(line) and epoch.isdecimal() and seq.isdecimal()
    return (epoch, int(seq)) if sound else ("", 0)
