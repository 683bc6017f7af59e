"""Who is watching: every open page gets the newest screen, whole, and a heartbeat when nothing happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from kiosk.model import Screen

BEAT = 10.0  # seconds
GAP = (
    0.2  # seconds between two screens of one page: in a flood of alarms a person reads no faster, and readings go first
)


class Stream:
    """Holds at most one unseen screen a watcher: only the newest matters, so a slow page costs no memory."""

    def __init__(self, beat: float = BEAT) -> None:
        self.beat = beat
        self.slots: set[asyncio.Queue[Screen]] = set()

    def publish(self, screen: Screen) -> None:
        """Show `screen` to everyone who watches. Called in the event loop."""
        for slot in self.slots:
            if slot.full():
                slot.get_nowait()
            slot.put_nowait(screen)

    async def watch(self) -> AsyncGenerator[Screen | None, None]:
        """Screens as they come; None for each heartbeat in which none came."""
        slot: asyncio.Queue[Screen] = asyncio.Queue(1)
        self.slots.add(slot)
        try:
            while True:
                try:
                    yield await asyncio.wait_for(slot.get(), self.beat)
                except TimeoutError:
                    yield None
                else:
                    await asyncio.sleep(GAP)
        finally:
            self.slots.discard(slot)
