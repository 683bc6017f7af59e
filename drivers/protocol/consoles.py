"""Three small console lines of dispensers, known only in part: told as far as they are public. Listened to only.

    Lanfeng POS     gun 00 cmd d2 … d9 cks          12 bytes, cks = −(cmd + data)
    Tokheim India   01 41 cmd 7F bcc                all bytes exclusive-or'ed give 0
    TCS3000         7E … crc                        CRC-8/MAXIM over all before it

Source: Lanfeng POS protocol, command table (the replies are not public); the others: third-party code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from drivers.model import Json
from drivers.protocol.check import bcc, crc8, spaced
from drivers.protocol.fault import BadFrame
from drivers.protocol.framer import Framer

Name = Literal["lanfeng-pos", "tokheim-india", "tcs3000"]

LANFENG = {
    0xA0: "control", 0xA1: "start fuelling", 0xA2: "control", 0xA3: "control", 0xA4: "control", 0xA5: "control",
    0xA6: "control", 0xA7: "control", 0xA8: "clear shift", 0xA9: "query shift total", 0xAC: "query total cash",
    0xAD: "query total litres", 0xB0: "control", 0xB1: "control", 0xB8: "query",
}  # fmt: skip
TOKHEIM = {"R": "read sale record", "S": "read status", "T": "read totals"}


@dataclass(frozen=True, slots=True)
class Frame:
    name: Name
    data: bytes


def fits_lanfeng(data: bytes) -> bool:
    return len(data) == 12 and data[1] == 0 and data[2] >> 4 in (0xA, 0xB)


def fits_tokheim(data: bytes) -> bool:
    return len(data) == 5 and data[1] == 0x41 and data[3] == 0x7F


def fits_tcs(data: bytes) -> bool:
    return len(data) == 7 and data[0] == 0x7E


SHAPES: dict[Name, tuple[int, Callable[[bytes], bool], Callable[[bytes], int]]] = {  # length, shape, check byte
    "lanfeng-pos": (12, fits_lanfeng, lambda data: -sum(data[2:]) & 0xFF),
    "tokheim-india": (5, fits_tokheim, bcc),
    "tcs3000": (7, fits_tcs, crc8),
}


def parser(name: Name) -> Callable[[bytes], Frame]:
    """The parse function of one of the three. It raises BadFrame: frame, checksum."""
    _, fits, check = SHAPES[name]

    def parse(data: bytes) -> Frame:
        if not fits(data):
            raise BadFrame("frame", f"not the shape of a {name} frame")
        if data[-1] != (correct := check(data[:-1])):
            said = f"the check byte is {data[-1]:02X}, it should be {correct:02X}"
            raise BadFrame("checksum", said, {"correct_cs": f"{correct:02X}"})
        return Frame(name, data)

    return parse


def framer(name: Name) -> Callable[[], Framer]:
    """The framer function of one of the three."""
    length, fits, check = SHAPES[name]

    def lengths(heard: bytearray, at: int) -> tuple[int, ...] | None:
        rest = bytes(heard[at : at + length])
        return (length,) if len(rest) < length or fits(rest) else ()

    return lambda: Framer(lengths, lambda frame, clean: fits(frame) and frame[-1] == check(frame[:-1]))


def explain(frame: Frame) -> Json:
    data = frame.data
    if frame.name == "lanfeng-pos":
        told: Json = {"gun": data[0], "cmd": data[2], "meaning": LANFENG.get(data[2], "unknown")}
        return told | ({"data": spaced(data[3:-1])} if any(data[3:-1]) else {})
    if frame.name == "tokheim-india":
        letter = chr(data[2])
        return {"cmd": letter, "meaning": TOKHEIM.get(letter, "unknown")}
    return {"crc8": f"{data[-1]:02X}", "data": spaced(data[1:-1])}
