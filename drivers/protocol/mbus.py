"""Wired M-Bus: link frames (EN 13757-2) and the answers in them (EN 13757-3).

E5                                          acknowledged
10 C A CS 16                                short: 40 SND_NKE, 5A/7A REQ_UD1, 5B/7B REQ_UD2
68 L L 68 C A CI data… CS 16                long: 08 RSP_UD answers, 53/73 SND_UD sends; L = C … data
CS = sum of C … data, modulo 256

CI 72: id 4 BCD · manufacturer 2 · version · medium · access number · status · signature 2 · records
CI 73, 77: the older fixed structure, in mbus_fixed.py
CI 70: the meter cannot answer, and why
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from drivers.model import Json
from drivers.protocol import mbus_fixed
from drivers.protocol.check import spaced, sum8
from drivers.protocol.fault import BadFrame
from drivers.protocol.framer import Framer
from drivers.protocol.mbus_products import product
from drivers.protocol.mbus_record import read_records
from drivers.protocol.mbus_tables import ERRORS, MEDIA

SHORT = {0x40: "SND_NKE", 0x5A: "REQ_UD1", 0x7A: "REQ_UD1", 0x5B: "REQ_UD2", 0x7B: "REQ_UD2"}
LONG = {0x53: "SND_UD", 0x73: "SND_UD", 0x08: "RSP_UD", 0x18: "RSP_UD", 0x28: "RSP_UD", 0x38: "RSP_UD"}
PLACES = {253: "selected address 253", 254: "test address 254", 255: "broadcast 255"}
FROM_MASTER = 0x40  # in the control byte


@dataclass(frozen=True, slots=True)
class Frame:
    """One link frame; `ci` and `data` only of long ones."""

    type: Literal["ack", "short", "control", "long"]
    control: int = 0
    address: int = 0
    ci: int = 0
    data: bytes = b""


def parse(data: bytes) -> Frame:
    """Raises BadFrame: frame, length, checksum."""
    if data == b"\xe5":
        return Frame("ack")
    if data[:1] == b"\x10":
        body = data[1:-2]
        if len(data) != 5:
            raise BadFrame("length", f"a short frame has 5 bytes, not {len(data)}")
    elif data[:1] == b"\x68":
        body = data[4:-2]
        if len(data) < 9 or data[1] != data[2] or len(data) != 6 + data[1]:
            raise BadFrame("length", f"{len(data)} bytes do not make a long frame")
        if data[3] != 0x68:
            raise BadFrame("frame", "behind the two lengths stands 68")
    else:
        raise BadFrame("frame", "a frame begins with 10, 68 or E5")
    if data[-1] != 0x16:
        raise BadFrame("frame", f"a frame ends with 16, not with {data[-1]:02X}")
    if data[-2] != (correct := sum8(body)):
        told = {"correct_cs": f"{correct:02X}", "control": f"{body[0]:02X}", "primary_address": body[1]}
        raise BadFrame("checksum", f"the check sum is {data[-2]:02X}, it should be {correct:02X}", told)
    if body[0] not in (SHORT if len(body) == 2 else LONG):
        raise BadFrame("frame", f"control code {body[0]:02X} is none of M-Bus")
    if len(body) == 2:
        return Frame("short", body[0], body[1])
    return Frame("control" if len(body) == 3 else "long", body[0], body[1], body[2], body[3:])


def explain(frame: Frame) -> Json:
    """A short frame's meaning, or an answer's header and `records`. Raises BadFrame("frame") when it breaks off."""
    if frame.type == "ack":
        return {"type": "ack"}
    if frame.type == "short":
        place = PLACES.get(frame.address, f"address {frame.address}")
        told: Json = {"type": "short", "control": f"{frame.control:02X}", "address": frame.address}
        return told | {"meaning": f"{SHORT[frame.control]} {place}"}
    told = {"type": frame.type, "control": f"{frame.control:02X}", "primary_address": frame.address}
    told["ci"] = f"{frame.ci:02X}"
    if frame.control & FROM_MASTER:
        return told | {"meaning": LONG[frame.control]} | ({"data": spaced(frame.data)} if frame.data else {})
    try:
        return told | answer(frame)
    except BadFrame as bad:
        raise BadFrame(bad.kind, str(bad), told | bad.told) from None


def answer(frame: Frame) -> Json:
    if frame.ci not in ANSWERS:
        raise BadFrame("frame", f"control information {frame.ci:02X} is not one we know")
    return ANSWERS[frame.ci](frame.data)


def failed(data: bytes) -> Json:
    code = data[0] if data else 0
    reason = ERRORS[code] if code < len(ERRORS) else f"Unknown error (0x{code:02X})"
    return {"error": "frame", "error_code": code, "reason": reason}


def variable(data: bytes) -> Json:
    if len(data) < 12:
        raise BadFrame("frame", "the header is too short: 12 bytes before the records")
    return header(data) | records(data[12:])


def short_headed(data: bytes) -> Json:
    if len(data) < 4:
        raise BadFrame("frame", "the header is too short: 4 bytes before the records")
    told: Json = {"access_number": str(data[0]), "status": f"{data[1]:02X}", "signature": data[3:1:-1].hex().upper()}
    return told | records(data[4:])


def header(data: bytes) -> Json:
    manufacturer = maker(int.from_bytes(data[4:6], "little"))
    return {
        "id": serial(data[:4]),
        "manufacturer": manufacturer,
        "version": str(data[6]),
        "product": product(manufacturer, data[6], data[7], data[:4]),
        "medium": MEDIA.get(data[7], f"Unknown medium (0x{data[7]:02x})"),
        "access_number": str(data[8]),
        "status": f"{data[9]:02X}",
        "signature": data[11:9:-1].hex().upper(),
    }


def serial(raw: bytes) -> str:
    """The identification as its digits read, without leading zeros."""
    return raw[::-1].hex().upper().lstrip("0") or "0"


def maker(code: int) -> str:
    """Three letters of five bits each."""
    return "".join(chr((code >> shift & 0x1F) + 64) for shift in (10, 5, 0))


def records(data: bytes) -> Json:
    return {"records": [record.document(n) for n, record in enumerate(read_records(data))]}


ANSWERS: dict[int, Callable[[bytes], Json]] = {
    0x70: failed, 0x72: variable, 0x73: mbus_fixed.explain,
    0x77: lambda data: mbus_fixed.explain(mbus_fixed.low_first(data)), 0x78: records,
    0x7A: short_headed,
}  # fmt: skip


# ── questions ──


def reset_link(address: int) -> bytes:
    """SND_NKE: the link begins anew (not the meter)."""
    return short(0x40, address)


def ask(address: int, turn: bool) -> bytes:
    """REQ_UD2: the meter's data; `turn` is the frame count bit, that changes with every answer."""
    return short(0x7B if turn else 0x5B, address)


def short(control: int, address: int) -> bytes:
    return bytes((0x10, control, address, sum8(bytes((control, address))), 0x16))


# ── frames in a stream ──


def lengths(heard: bytearray, at: int) -> tuple[int, ...] | None:
    first, rest = heard[at], len(heard) - at
    if first == 0xE5:
        return (1,)
    if first == 0x10:
        return (5,)
    if first != 0x68:
        return ()
    if rest < 4:
        return None
    return (6 + heard[at + 1],) if heard[at + 1] == heard[at + 2] >= 3 and heard[at + 3] == 0x68 else ()


def sound(frame: bytes, clean: bool) -> bool:
    if frame == b"\xe5":
        return clean  # no check sum: only where a frame may begin
    return frame[-1] == 0x16 and frame[-2] == sum8(frame[4:-2] if frame[0] == 0x68 else frame[1:-2])


def framer() -> Framer:
    return Framer(lengths, sound)
