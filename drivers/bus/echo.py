"""Our own bytes come back: some RS-485 adapters and optical heads hear what they send. Taken off, never believed."""

from __future__ import annotations

SURE = 3  # questions in a row that came back at once: then it is the adapter, not a device that mocks us


class Echo:
    """What of the bytes heard is our own. `sure` says that the line has this habit."""

    def __init__(self) -> None:
        self.sent = b""
        self.streak = 0
        self.sure = False

    def sending(self, frame: bytes) -> None:
        """From now on `frame` may come back."""
        if self.sent:  # the last one never did
            self.streak = 0
        self.sent = frame

    def strip(self, heard: bytearray) -> bool:
        """Take our own frame out of `heard`, behind noise too. False while what was heard may be its beginning."""
        if not self.sent or not heard:
            return True
        if len(heard) < len(self.sent) and self.sent.startswith(heard):
            return False
        at = heard.find(self.sent)
        if at >= 0:
            del heard[at : at + len(self.sent)]
            self.streak += at == 0
            self.sure = self.sure or self.streak >= SURE
            self.sent = b""
        return True
