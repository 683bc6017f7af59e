"""A receipt printer that is not ours: a socket or a pty that knows ESC/POS as the manual tells it, and its paper."""

from __future__ import annotations

import os
import pty
import socket
import threading
import tty
from typing import NamedTuple

# Commands of the slips, with how many bytes follow: anything else on the wire is an error.
FIXED = {
    b"\x1b@": 0, b"\x1c&": 0, b"\x1ba": 1, b"\x1bE": 1, b"\x1b!": 1, b"\x1b-": 1, b"\x1bM": 1, b"\x1b{": 1,
    b"\x1dB": 1, b"\x1db": 1, b"\x1dV": 1, b"\x1d!": 1, b"\x1bd": 1,
}  # fmt: skip
STATUS = b"\x10\x04"
PAPER, NO_PAPER = b"\x12", b"\x72"


class Written(NamedTuple):
    """One line on the paper. `size`: 1 or 2; `picture`: rows of dots, of a raster image."""

    text: str
    bold: bool = False
    centred: bool = False
    size: int = 1


class Roll:
    """The paper: what was fed to it, command by command."""

    def __init__(self) -> None:
        self.lines: list[Written] = []
        self.pictures: list[tuple[int, int, bytes]] = []  # bytes a row, rows, dots
        self.cuts = 0
        self.bold = self.centred = self.chinese = False
        self.size = 1
        self.rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Take bytes as they come; the questions among them."""
        self.rest += data
        asked: list[bytes] = []
        while (taken := self.next(asked)) > 0:
            self.rest = self.rest[taken:]
        return asked

    def next(self, asked: list[bytes]) -> int:
        """Do the first whole command or line of what has come; how many bytes it was, 0: it has not come whole."""
        head = self.rest[:2]
        if head[:1] not in (b"\x1b", b"\x1d", b"\x1c", b"\x10"):
            line, end, _ = self.rest.partition(b"\n")
            cut = next((n for n, byte in enumerate(line) if byte in b"\x1b\x1d\x1c\x10"), None)
            if cut is not None or not end:
                return 0 if cut is None else self.write(line[:cut], cut)
            return self.write(line, len(line) + 1)
        if head == STATUS:
            asked.append(self.rest[2:3])
            return 3 if len(self.rest) > 2 else 0
        if head == b"\x1dv":
            wide, high = (int.from_bytes(self.rest[at : at + 2], "little") for at in (4, 6))
            if len(self.rest) < 8 + wide * high:
                return 0
            self.pictures.append((wide, high, self.rest[8 : 8 + wide * high]))
            return 8 + wide * high
        if len(head) < 2:
            return 0
        assert head in FIXED, f"no command of a receipt printer: {head!r}"
        size = 2 + FIXED[head] + (head == b"\x1dV" and self.rest[2:3] == b"\x42")
        if len(self.rest) < size:
            return 0
        self.do(head, self.rest[2:size])
        return size

    def do(self, command: bytes, given: bytes) -> None:
        match command:
            case b"\x1b@":
                self.bold = self.centred = False
                self.size = 1
            case b"\x1c&":
                self.chinese = True
            case b"\x1ba":
                self.centred = given in (b"\x01", b"1")
            case b"\x1bE":
                self.bold = given == b"\x01"
            case b"\x1b!":
                self.size = 2 if given[0] & 0x30 == 0x30 else 1
            case b"\x1dV":
                self.cuts += 1
            case _:
                pass

    def write(self, line: bytes, taken: int) -> int:
        if line:
            assert self.chinese or line.isascii(), "Chinese before FS &"
            self.lines.append(Written(line.decode("gb18030"), self.bold, self.centred, self.size))
        return taken

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


class Printer:
    """A printer on a loopback socket. `paper`: is there any; `mute`: never says how it is, as many do; `stuck`: takes
    nothing, as one whose roll is empty."""

    def __init__(self) -> None:
        self.paper, self.mute, self.stuck = True, False, False
        self.roll = Roll()
        self.failed: list[BaseException] = []
        self.done = threading.Event()  # a slip was cut off
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.server.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        while True:
            try:
                line, _ = self.server.accept()
            except OSError:
                return
            with line:
                self.hear(line)

    def hear(self, line: socket.socket) -> None:
        while not self.stuck:
            try:
                data = line.recv(4096)
                asked = self.roll.feed(data)
                if not data:
                    return
                for _ in asked if not self.mute else ():
                    line.sendall(PAPER if self.paper else NO_PAPER)
            except (OSError, AssertionError) as error:
                self.failed.append(error)
                return
            if self.roll.cuts:
                self.done.set()

    def close(self) -> None:
        if self.server.fileno() >= 0:
            self.server.shutdown(socket.SHUT_RDWR)
            self.server.close()


class Port:
    """A printer's device that is a pty: `path` is what a station file names."""

    def __init__(self) -> None:
        self.ours, theirs = pty.openpty()
        tty.setraw(theirs)
        self.theirs = theirs
        self.path = os.ttyname(theirs)
        self.roll = Roll()

    def read(self) -> None:
        """Until a slip is cut off."""
        while not self.roll.cuts:
            self.roll.feed(os.read(self.ours, 4096))

    def close(self) -> None:
        os.close(self.ours)
        os.close(self.theirs)
