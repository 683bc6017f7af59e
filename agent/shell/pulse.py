"""The pulse: while every loop beats, systemd's watchdog is fed; when one hangs, systemd is asked to end us."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from agent.shell.notify import notify, patience

log = logging.getLogger(__name__)

LIMIT = 15.0  # seconds by which a beat may be late, where systemd has no opinion: then the loop hangs
WATCH = 5.0  # seconds between two signs of life, or less where systemd asks for it
AGAIN = 1.0  # seconds after which whoever is missing is looked for again: a machine that slept has woken by then


class Pulse:
    """Beats by name; `mono` is the boot's monotonic clock in seconds."""

    def __init__(self, mono: Callable[[], float]) -> None:
        self._mono = mono
        self._limit = patience() or LIMIT
        self._due: dict[str, float] = {}

    def join(self, name: str, pace: float = 1.0) -> Callable[[], None]:
        """The beat of one loop, which from now on must be heard every `pace` seconds."""

        def beat() -> None:
            self._due[name] = self._mono() + pace

        beat()
        return beat

    def missing(self) -> list[str]:
        """The loops that have not been heard for too long."""
        now = self._mono()
        return [name for name, due in self._due.items() if now - due > self._limit]

    async def watch(self) -> None:
        """For ever: feed the watchdog. A loop that hangs will not come back; waiting longer would only lose time."""
        before = set[str]()
        while True:
            missing = set(self.missing())
            if not missing:
                notify(WATCHDOG=1)
            elif hung := missing & before:
                log.error("no sign of life from: %s", ", ".join(sorted(hung)))
                notify(WATCHDOG="trigger")
            before = missing
            await asyncio.sleep(AGAIN if missing else min(patience() or WATCH, WATCH))
