"""One serial port, open or not, and what is known of it: whether it is disturbed, whether it brings our bytes back."""

from __future__ import annotations

from drivers.bus.echo import Echo
from drivers.bus.wire import Wire, plug
from drivers.model import LinkError


class Port:
    """`disturbed`: before the next question the line is to be heard out until it is silent."""

    def __init__(self, path: str, serial: str, protocol: str) -> None:
        self.path, self.serial, self.protocol = path, serial, protocol
        self.echo = Echo()
        self.disturbed = False
        self.wire: Wire | None = None

    async def open(self) -> None:
        """Anew, for us alone. Raises LinkError."""
        self.close()
        self.wire, self.disturbed = plug(self.path, self.serial, self.protocol), False

    def close(self) -> None:
        if self.wire:
            self.wire.close()
        self.wire = None

    def plugged(self) -> Wire:
        """The open line. Raises LinkError."""
        if not self.wire:
            raise LinkError(f"{self.path}: not open")
        return self.wire
