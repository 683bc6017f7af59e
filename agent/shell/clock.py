"""The one file that reads clocks: how long (monotonic), when (UTC), and how far that "when" may be trusted."""

from __future__ import annotations

import ctypes
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from drivers.model import Clk, Instant

REFRESH = 10.0  # seconds between two looks at the kernel's opinion of its clock
TIME_ERROR = 5  # adjtimex: "clock not synchronised"
LIBC = ctypes.CDLL(None, use_errno=True)
TIMEX = 256  # bytes: struct timex is 208 on 64-bit, less on 32-bit
BOOT = secrets.token_hex(4)
SYNCED = Path("/run/systemd/timesync/synchronized")  # touched by systemd-timesyncd at its first success


class Trust:
    """How well UTC is known: `synced`, `holdover` (it was, earlier in this boot), or `unsynced`.

    `kernel` says whether the kernel believes its clock is disciplined now; `mono` is seconds of the boot's clock.
    """

    def __init__(self, kernel: Callable[[], bool], before: bool = False) -> None:
        self.kernel = kernel
        self.known = before
        self.looked = float("-inf")
        self.clk: Clk = "unsynced"

    def at(self, mono: float) -> Clk:
        if mono - self.looked >= REFRESH:
            self.looked = mono
            synced = self.kernel()
            self.known = self.known or synced
            self.clk = "synced" if synced else "holdover" if self.known else "unsynced"
        return self.clk


def disciplined() -> bool:
    """True while the kernel's clock is kept by somebody (NTP, PTP, a GPS): adjtimex, read only."""
    timex = (ctypes.c_int * (TIMEX // 4))()  # modes = 0: nothing is set
    return bool(LIBC.adjtimex(timex) in range(TIME_ERROR))


TRUST = Trust(disciplined, SYNCED.exists())


def now() -> Instant:
    """This moment. `mono` counts suspended time too (CLOCK_BOOTTIME), so it agrees with the wall about a night."""
    mono = time.clock_gettime(time.CLOCK_BOOTTIME)
    return Instant(mono, time.time(), TRUST.at(mono))


def boot_id() -> str:
    """Eight hex digits that name this run of the agent: the epoch of its traces."""
    return BOOT
