"""Simulated devices on a serial line: a pty with a name of our own, and the time bytes take on a wire."""

from __future__ import annotations

import asyncio
import os
import tty
from pathlib import Path

from drivers.sim.server import Damage, Serve, take_rtu

BITS = 11  # a character on the wire


class PtyLine:
    """One line with its units. `path` is what a master opens."""

    def __init__(self, path: Path | None, baud: int, serve: Serve, damage: Damage) -> None:
        """`path`: where a link to the pty shall stand; None: the pty's own name. `baud` 0: bytes take no time."""
        self.link, self.path = path, path or Path()
        self.baud, self.serve, self.damage = baud, serve, damage
        self.heard = bytearray()
        self.ours = self.theirs = -1

    def open(self) -> None:
        self.ours, self.theirs = os.openpty()  # theirs stays open: a master may come and go
        tty.setraw(self.theirs)
        os.set_blocking(self.ours, False)
        name = os.ttyname(self.theirs)
        if self.link:
            self.link.unlink(missing_ok=True)
            self.link.symlink_to(name)
        else:
            self.path = Path(name)
        asyncio.get_running_loop().add_reader(self.ours, self.listen)

    def close(self) -> None:
        """Unplug: the name and the line are gone."""
        asyncio.get_running_loop().remove_reader(self.ours)
        if self.link:
            self.link.unlink(missing_ok=True)
        os.close(self.ours)
        os.close(self.theirs)
        self.ours = self.theirs = -1

    def listen(self) -> None:
        asked = os.read(self.ours, 4096)
        self.heard += asked
        said = take_rtu(self.heard, self.serve, self.damage)
        if not said:
            return
        if not self.baud:
            self.say(said)
            return
        took = (len(asked) + len(said)) * BITS / self.baud
        asyncio.get_running_loop().call_later(took, self.say, said)

    def say(self, said: bytes) -> None:
        if self.ours >= 0:
            os.write(self.ours, said)
