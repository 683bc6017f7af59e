"""Frames out of a stream: one loop for all protocols, fed by any pieces, forgiving noise in between.

noise ─┐   ┌─ frame ─┐ ┌─ frame ─┐   ┌─ the beginning of one
.. .. .. 68 04 04 68 … 16 10 5B 01 5C 16 68 3D 3D
      └ skipped byte by byte          └ kept until the rest comes, or until silence
"""

from __future__ import annotations

from collections.abc import Callable

from drivers.protocol.fault import BadFrame

# (heard, at) → the lengths a frame that begins here may have; () none begins here; None: too early to tell
Lengths = Callable[[bytearray, int], tuple[int, ...] | None]
# (frame, clean) → its check sum fits. `clean`: it stands where a frame may begin (after another one, or after silence),
# which is all that tells a one-byte frame without a check sum from noise.
Sound = Callable[[bytes, bool], bool]


def parsed(parse: Callable[[bytes], object]) -> Sound:
    """Sound is what can be parsed: of protocols whose parser proves the check sum."""

    def sound(frame: bytes, clean: bool) -> bool:
        try:
            parse(frame)
        except BadFrame:
            return False
        return True

    return sound


class Framer:
    """Cuts whole, sound frames out of what is heard. Holds no more than one frame's worth of bytes."""

    def __init__(self, lengths: Lengths, sound: Sound) -> None:
        self.lengths, self.sound = lengths, sound
        self.heard = bytearray()
        self.clean = True
        self.dropped = 0  # bytes that belonged to no frame

    def feed(self, data: bytes) -> list[bytes]:
        """The frames that are whole now. Any bytes are allowed, in any pieces."""
        self.heard += data
        return self.cut(silent=False)

    def flush(self) -> list[bytes]:
        """The line is silent: what is still incomplete never will be, so look behind it. Forgets the rest."""
        frames = self.cut(silent=True)
        self.heard.clear()
        self.clean = True
        return frames

    def cut(self, silent: bool) -> list[bytes]:
        frames: list[bytes] = []
        heard, at = self.heard, 0
        while at < len(heard):
            lengths = self.lengths(heard, at)
            rest = len(heard) - at
            if lengths is None and not silent:
                break
            for length in lengths or ():
                if length <= rest and self.sound(frame := bytes(heard[at : at + length]), self.clean):
                    frames.append(frame)
                    at += length
                    self.clean = True
                    break
            else:
                if not silent and any(length > rest for length in lengths or ()):
                    break
                at += 1
                self.clean = False
                self.dropped += 1
        del heard[:at]
        return frames
