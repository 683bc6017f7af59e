"""IFSF over IP: one message of the forecourt standard, header and data elements. Listened to only.

    LNAR:2 LNAO:2 MC:1 type/token:1 length:2  dbLen:1 db…  (id:1 len:1 data…)…

Source: third-party code; the standard itself is for members only.
"""

from __future__ import annotations

from dataclasses import dataclass

from drivers.model import Json
from drivers.protocol.check import spaced
from drivers.protocol.fault import BadFrame
from drivers.protocol.framer import Framer, parsed

STATE = 0x14
STATES = {
    1: "inoperative", 2: "closed", 3: "idle", 4: "calling", 5: "authorised", 6: "started", 7: "suspended",
    8: "fuelling", 9: "suspended-fuelling",
}  # fmt: skip
PUMPS = range(0x21, 0x25)  # databases of the fuelling points


@dataclass(frozen=True, slots=True)
class Frame:
    """One message: the nodes, its kind, and the elements of one database."""

    recipient: bytes
    originator: bytes
    code: int
    type: int
    token: int
    length: int
    database: bytes
    elements: tuple[tuple[int, bytes], ...]


def parse(data: bytes) -> Frame:
    """Raises BadFrame("length")."""
    if len(data) < 9 or len(data) != 8 + int.from_bytes(data[6:8], "big") or len(data) < 9 + data[8]:
        raise BadFrame("length", f"{len(data)} bytes do not make a message")
    at, elements = 9 + data[8], []
    while at < len(data):
        if at + 2 > len(data) or at + 2 + data[at + 1] > len(data):
            raise BadFrame("length", f"data element {data[at]} breaks off")
        elements.append((data[at], data[at + 2 : at + 2 + data[at + 1]]))
        at += 2 + data[at + 1]
    database = data[9 : 9 + data[8]]
    return Frame(data[:2], data[2:4], data[4], data[5] >> 5, data[5] & 0x1F, len(data) - 8, database, tuple(elements))


def explain(frame: Frame) -> Json:
    told: Json = {
        "recipient_node": frame.recipient.hex().upper(),
        "originator_node": frame.originator.hex().upper(),
        "message_code": frame.code,
        "type": frame.type,
        "token": frame.token,
        "length": frame.length,
        "db": frame.database.hex().upper(),
    }
    for number, data in frame.elements[:1]:
        told |= {"data_id": number, "data_len": len(data)}
    for number, data in frame.elements:
        if number == STATE and len(data) == 1 and frame.database[:1] and frame.database[0] in PUMPS:
            told |= {"fp_state": data[0], "fp_state_name": STATES.get(data[0], "unknown")}
    return told | {"elements": [{"data_id": number, "data": spaced(data)} for number, data in frame.elements]}


def lengths(heard: bytearray, at: int) -> tuple[int, ...] | None:
    if len(heard) - at < 8:
        return None
    length = int.from_bytes(heard[at + 6 : at + 8], "big")
    return (8 + length,) if 1 <= length <= 1024 else ()


def framer() -> Framer:
    return Framer(lengths, parsed(parse))
