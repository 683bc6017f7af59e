"""The pulse: every loop beats, and only while all of them do is systemd's watchdog fed."""

from __future__ import annotations

from collections.abc import Callable

LIMIT = 20.0  # seconds without a beat: the loop hangs


class Pulse:
    """Beats by name; `mono` is the boot's monotonic clock in seconds."""

    def __init__(self, mono: Callable[[], float]) -> None:
        self._mono = mono
        self._beats: dict[str, float] = {}

    def join(self, name: str) -> Callable[[], None]:
        """The beat of one loop, which from now on must be heard."""

        def beat() -> None:
            self._beats[name] = self._mono()

        beat()
        return beat

    def missing(self) -> list[str]:
        """The loops that have not been heard for too long."""
        now = self._mono()
        return [name for name, last in self._beats.items() if now - last > LIMIT]
