"""Simulated devices on a serial line: a pty with a name of our own, and the time bytes take on a wire."""

from __future__ import annotations

import asyncio
import os
import termios
import tty
from collections.abc import Callable
from pathlib import Path

from drivers.sim.speaker.reply import Reply, Speaker, Talker

BITS = 11  # a character on the wire
CHANGING, LOOK = 2.0, 0.005  # seconds until a master must have changed its speed; between two looks
SPEEDS = {
    getattr(termios, f"B{baud}"): baud for baud in (300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)
}


class PtyLine:
    """One line with its devices. `path` is what a master opens."""

    def __init__(
        self,
        path: Path | None,
        baud: int,
        speaker: Speaker,
        delay: Callable[[str], float] = lambda address: 0.0,
        talker: Talker | None = None,
        every: float = 0.0,
    ) -> None:
        """`path`: where a link to the pty shall stand; None: the pty's own name. `baud` 0: bytes take no time.

        `delay`: seconds a device lets its line wait. `talker`: what is said unasked, `every` so many seconds.
        """
        self.link, self.path = path, path or Path()
        self.baud, self.speaker, self.delay = baud, speaker, delay
        self.talker, self.every = talker, every
        self.round: asyncio.TimerHandle | None = None
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
        if self.talker:
            self.round = asyncio.get_running_loop().call_later(0, self.talk, self.talker)

    def close(self) -> None:
        """Unplug: the name and the line are gone."""
        if self.ours < 0:
            return
        if self.round:
            self.round.cancel()
        asyncio.get_running_loop().remove_reader(self.ours)
        if self.link:
            self.link.unlink(missing_ok=True)
        os.close(self.ours)
        os.close(self.theirs)
        self.ours = self.theirs = -1

    def listen(self) -> None:
        asked = os.read(self.ours, 4096)
        for reply in self.speaker(asked, self.speed()):
            took = self.took(len(asked), len(reply.data), reply.speed)
            if after := took + self.delay(reply.address):
                asyncio.get_running_loop().call_later(after, self.say, reply, CHANGING)
            else:
                self.say(reply, CHANGING)

    def talk(self, talker: Talker) -> None:
        """One round, and the next one in its time. What nobody heard of the last one is gone, as on a wire."""
        loop, after = asyncio.get_running_loop(), 0.0
        termios.tcflush(self.theirs, termios.TCIFLUSH)
        for reply in talker():
            after += self.took(0, len(reply.data), 0)
            loop.call_later(after + self.delay(reply.address), self.say, reply, 0.0)
        self.round = loop.call_later(max(self.every, after), self.talk, talker)

    def took(self, asked: int, said: int, speed: int) -> float:
        """Seconds a question and its answer keep the line; `speed`: of the answer, 0: as the question."""
        if not self.baud:
            return 0.0
        return asked * BITS / ((speed and self.speed()) or self.baud) + said * BITS / (speed or self.baud)

    def speed(self) -> int:
        """The baud rate the master's side stands at."""
        return SPEEDS.get(termios.tcgetattr(self.theirs)[4], 0)

    def say(self, reply: Reply, patience: float) -> None:
        """Write, once the master listens at the reply's speed; what it never changes over for is lost."""
        if self.ours < 0:
            return
        if not reply.speed or reply.speed == self.speed():
            os.write(self.ours, reply.data)
        elif patience > 0:
            asyncio.get_running_loop().call_later(LOOK, self.say, reply, patience - LOOK)
