"""The one file that reads clocks: how long (monotonic), when (UTC), and how far that "when" may be trusted."""

from __future__ import annotations

import ctypes
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from agent.core.clockwatch import STEP
from drivers.model import Clk, Instant

REFRESH = 10.0  # seconds between two looks at the kernel's opinion of its clock
TIME_ERROR = 5  # adjtimex: "clock not synchronised"
LIBC = ctypes.CDLL(None, use_errno=True)
TIMEX = 256  # bytes: struct timex is 208 on 64-bit, less on 32-bit
BOOT = secrets.token_hex(4)
MACHINE = Path("/proc/sys/kernel/random/boot_id")
SYNCED = Path("/run/systemd/timesync/synchronized")  # touched by systemd-timesyncd at its first success


class Trust:
    """How well UTC is known: `synced`, `holdover` (it was, earlier in this boot), or `unsynced`.

    `kernel` says whether the kernel believes its clock is disciplined now. A clock that was set while the kernel does
    not believe it (somebody's hand, a stray program) is known no more, until it is disciplined again.
    """

    def __init__(self, kernel: Callable[[], bool], before: bool = False) -> None:
        self.kernel = kernel
        self.known = before
        self.looked = float("-inf")
        self.offset: float | None = None  # of UTC to `mono`, as last seen
        self.clk: Clk = "unsynced"

    def at(self, mono: float, utc: float) -> Clk:
        """`mono`: seconds of the boot's clock; `utc`: seconds since 1970 at the same moment."""
        stepped = self.offset is not None and abs(utc - mono - self.offset) > STEP
        self.offset = utc - mono
        if stepped or mono - self.looked >= REFRESH:
            self.looked = mono
            synced = self.kernel()
            self.known = synced or (self.known and not stepped)
            self.clk = "synced" if synced else "holdover" if self.known else "unsynced"
        return self.clk


def disciplined() -> bool:
    """True while the kernel's clock is kept by somebody (NTP, PTP, a GPS): adjtimex, read only."""
    timex = (ctypes.c_int * (TIMEX // 4))()  # modes = 0: nothing is set
    return bool(LIBC.adjtimex(timex) in range(TIME_ERROR))


TRUST = Trust(disciplined, SYNCED.exists())


def now() -> Instant:
    """This moment. `mono` counts suspended time too (CLOCK_BOOTTIME), so it agrees with the wall about a night."""
    mono, utc = time.clock_gettime(time.CLOCK_BOOTTIME), time.time()
    return Instant(mono, utc, TRUST.at(mono, utc))


def boot_id() -> str:
    """Eight hex digits that name this run of the agent: the epoch of its traces."""
    return BOOT


def machine_id() -> str:
    """Names this run of the machine, which `mono` counts from."""
    return MACHINE.read_text("ascii").strip()
