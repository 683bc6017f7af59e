"""The messages of IEC 62056-21 in a stream: lines, blocks with a check, and the read-out that has none (mode A)."""

from __future__ import annotations

import re

from drivers.protocol.check import bcc
from drivers.protocol.fault import BadFrame
from drivers.protocol.framer import Framer
from drivers.protocol.iec62056 import ACK, EOT, ETX, LINES, NAK, SOH, STX, parse

LONGEST = 32768  # bytes of a read-out; a load profile is asked for in parts
BARE = re.compile(rb"(?:\r\n)?[0-9A-Za-z:.*&_-]{0,24}(?:\(|$)")  # how a read-out without STX may begin


def lengths(heard: bytearray, at: int) -> tuple[int, ...] | None:
    """A line ends with LF, a block with ETX or EOT and its check byte; a new beginning inside ends the old one.

    A read-out without STX ends with the line of its `!`.
    """
    first = heard[at]
    if first == NAK:
        return (1,)
    if first in (ord("/"), ACK):
        end, again = heard.find(b"\n", at, at + 64), heard.find(b"/", at + 1, at + 64)
        if again > 0 and not 0 < end < again:
            return ()
        return (end + 1 - at,) if end > 0 else None if len(heard) - at < 64 else ()
    if first not in (SOH, STX):
        return bare_lengths(heard, at)
    ends = [end for mark in (ETX, EOT) if (end := heard.find(mark, at, at + LONGEST)) > 0]
    starts = (heard.find(SOH, at + 1), heard.find(STX, at + (4 if first == SOH else 1)))  # SOH R1 STX: its own STX
    if any(0 < start < min(ends, default=len(heard)) for start in starts):
        return ()
    if not ends:
        return None if len(heard) - at < LONGEST else ()
    return (min(ends) + 2 - at,)


def bare_lengths(heard: bytearray, at: int) -> tuple[int, ...] | None:
    """A read-out without STX, ETX and block check, as mode A allows."""
    if not BARE.match(heard, at, at + 28):
        return ()
    end = heard.find(b"!", at, at + LONGEST)
    if any(heard.find(mark, at, end if end > 0 else len(heard)) > 0 for mark in (SOH, STX, ord("/"))):
        return ()
    if end > 0 and len(heard) > end + 1 and heard[end + 1] != 0x0D:
        return ()
    if end > 0 and len(heard) > end + 2:
        return (end + 3 - at,)
    return None if len(heard) - at < LONGEST else ()


def sound(frame: bytes, clean: bool) -> bool:
    if frame[0] in (SOH, STX):
        return frame[-1] == bcc(frame[1:-1])
    if frame == b"\x15":
        return clean
    if frame.endswith(b"!\r\n") and frame[0] != ord("/"):  # no check: only where a frame may begin
        return clean and is_bare(frame)
    text = frame.decode("latin-1")
    return any(pattern.fullmatch(text) for _, pattern in LINES)


def is_bare(frame: bytes) -> bool:
    try:
        return bool(parse(frame).items)
    except BadFrame:
        return False


def framer() -> Framer:
    return Framer(lengths, sound)
