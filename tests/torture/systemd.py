"""What systemd does for the daemon, at its own socket: starts it anew when it ends, and ends it when it is not fed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from types import TracebackType
from typing import NamedTuple

from daemon import Daemon
from mosquitto import until

NUMBERS = count(1)
PAUSE = 0.2  # seconds before a new start (RestartSec)


class End(NamedTuple):
    """One life of the daemon is over: when (monotonic seconds), and why: a code, or that it was not fed, or asked."""

    at: float
    why: str


class Systemd:
    """Watches one daemon while the block runs. `watchdog`: WatchdogSec."""

    def __init__(self, daemon: Daemon, watchdog: float = 30.0) -> None:
        self.daemon, self.watchdog = daemon, watchdog
        self.ends: list[End] = []
        self.fed = 0  # times, in this life
        self._address = f"station-edge-torture-{os.getpid()}-{next(NUMBERS)}"
        self._over, self._held, self._still = threading.Event(), threading.Event(), threading.Event()
        self._how = signal.SIGKILL
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Systemd:
        self.daemon.stop()
        self._thread.start()
        self.well()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, t: TracebackType | None) -> None:
        self._over.set()
        self._thread.join(30)

    def well(self, limit: float = 60.0) -> None:
        """Wait until it answers and has been fed in this life."""
        until(lambda: self.fed and self.daemon.get("/healthz")[0] == 200, limit, "the daemon did not come back")

    def noticed(self, lives: int, since: float, limit: float) -> str:
        """How long it took until another life was over, and why."""
        until(lambda: len(self.ends) > lives, limit, f"nobody noticed within {limit:.0f} s")
        at, why = self.ends[lives]
        return f"{why} after {at - since:.1f} s"

    @contextmanager
    def stopped(self, how: signal.Signals = signal.SIGKILL) -> Iterator[None]:
        """No life of the daemon while the block runs."""
        self._how = how
        self._held.set()
        until(self._still.is_set, what="the daemon did not end")
        try:
            yield
        finally:
            self._held.clear()

    def _watch(self) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.bind("\0" + self._address)
            line.settimeout(0.05)
            while not self._over.is_set():
                if self._held.is_set():
                    self._still.set()
                else:
                    self._still.clear()
                    self._live(line)
                self._over.wait(PAUSE)

    def _live(self, line: socket.socket) -> None:
        """From a start to its end."""
        self.fed, ready, last = 0, False, time.monotonic()
        usual = {**os.environ, "NOTIFY_SOCKET": f"@{self._address}", "WATCHDOG_USEC": f"{self.watchdog * 1e6:.0f}"}
        self.daemon.launch(usual)
        process = self.daemon.process
        assert process is not None
        while not self._over.is_set():
            try:
                told = line.recv(4096).decode().splitlines()
            except TimeoutError:
                told = []
            if "READY=1" in told:
                ready, last = True, time.monotonic()
            if "WATCHDOG=1" in told:
                self.fed, last = self.fed + 1, time.monotonic()
            if process.poll() is not None:
                self.ends.append(End(time.monotonic(), f"it ended with {process.returncode}"))
                return
            if self._held.is_set():
                process.send_signal(self._how)
                process.wait(30)
                return
            if hangs := "it asked for its end" if "WATCHDOG=trigger" in told else "":
                break
            if ready and time.monotonic() - last > self.watchdog:
                hangs = "it was not fed"
                break
        else:
            return
        self.ends.append(End(time.monotonic(), hangs))
        process.send_signal(signal.SIGABRT)  # as WatchdogSignal= has it
        try:
            process.wait(2)
        except subprocess.TimeoutExpired:
            process.kill()
        process.wait(60)  # what is traced ends when its tracer lets go
