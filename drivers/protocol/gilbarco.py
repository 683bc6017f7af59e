"""Gilbarco Two-Wire: one-byte status words and blocks of E-nibbles, as a public note describes them. Listened to only.

    status   s s s s p p p p          state, pump (0 is 16)
    block    FF … FB EE|lrc F0        digits E0–E9, lowest first; LRC: two's complement of the low nibbles' sum

Source: a public reverse-engineering note (TWOTP-IS-1.0-S); another note contradicts it.
"""

from __future__ import annotations

from dataclasses import dataclass

from drivers.model import Json
from drivers.protocol.fault import BadFrame
from drivers.protocol.framer import Framer

STATES = {
    0x6: "idle", 0x7: "call", 0x8: "authorised", 0x9: "dispensing", 0xA: "complete", 0xB: "complete", 0xC: "stopped",
    0xD: "listen",
}  # fmt: skip
LONGEST = 128


@dataclass(frozen=True, slots=True)
class Frame:
    """A status byte, or a whole block."""

    data: bytes


def lrc(data: bytes) -> int:
    return 0xE0 | -sum(byte & 0x0F for byte in data) & 0x0F


def parse(data: bytes) -> Frame:
    """Raises BadFrame: frame, checksum."""
    if len(data) == 1 and data[0] >> 4 in STATES:
        return Frame(data)
    if len(data) < 4 or data[0] != 0xFF or data[-1] != 0xF0:
        raise BadFrame("frame", "a status byte, or a block from FF to F0")
    if data[-2] != (correct := lrc(data[:-2])):
        raise BadFrame(
            "checksum", f"the LRC is {data[-2]:02X}, it should be {correct:02X}", {"correct_lrc": f"{correct:02X}"}
        )
    return Frame(data)


def explain(frame: Frame) -> Json:
    data = frame.data
    if len(data) == 1:
        return {"status": STATES[data[0] >> 4], "address": data[0] & 0x0F or 16}
    return {"type": "block", "lrc": f"{data[-2]:02X}", "end": f"{data[-1]:02X}", "length": len(data)}


def lengths(heard: bytearray, at: int) -> tuple[int, ...] | None:
    if heard[at] != 0xFF:
        return (1,) if heard[at] >> 4 in STATES else ()
    end = heard.find(0xF0, at, at + LONGEST)
    if end < 0:
        return None if len(heard) - at < LONGEST else ()
    return (end + 1 - at,)


def sound(frame: bytes, clean: bool) -> bool:
    return clean if len(frame) == 1 else len(frame) > 3 and frame[-2] == lrc(frame[:-2])


def framer() -> Framer:
    return Framer(lengths, sound)
