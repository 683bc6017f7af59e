"""DL/T 645-2007: the Chinese electricity meter bus.

    FE FE FE FE 68 A0 A1 A2 A3 A4 A5 68 C L  (DI0 DI1 DI2 DI3 data …) + 33h each  CS 16
                   └ number, BCD, ─┘    │                                         └ sum of all from the first 68
                     low byte first     └ 11 read → 91, B1 more follows, D1 the meter says no
    Address bytes may be 68 as well: the second 68, seven bytes on, tells a frame.
    More follows: 12 DI SEQ asks on, 92 (the last) or B2 answers DI data SEQ, SEQ counting from 1.

Source: DL/T 645-2007 tables A.1–A.3.
"""

from __future__ import annotations

from dataclasses import dataclass

from drivers.model import Json
from drivers.protocol.check import spaced, sum8
from drivers.protocol.dlt645_table import ERRORS, read_data
from drivers.protocol.fault import BadFrame
from drivers.protocol.framer import Framer

READ, READ_ON, READ_ADDRESS = 0x11, 0x12, 0x13
MORE = 0x20  # in the control byte
LONGEST = 200  # bytes of data in one frame
OFFSET = 0x33
EVERYBODY = {"AA" * 6, "99" * 6}  # wildcard; broadcast without reply

CONTROLS = {
    0x03: "security", 0x08: "broadcast time", 0x11: "read data", 0x12: "read more", 0x13: "read address",
    0x14: "write data", 0x15: "write address", 0x16: "freeze", 0x17: "change baud rate", 0x18: "change password",
    0x19: "clear demand", 0x1A: "clear meter", 0x1B: "clear events", 0x1C: "switch",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame; `address` as printed on the meter, `body` the data with 33h taken off."""

    address: str
    control: int
    body: bytes


def parse(data: bytes) -> Frame:
    """One frame, with or without its FE preamble. Raises BadFrame: frame, length, checksum."""
    data = data.lstrip(b"\xfe")
    if data[:1] != b"\x68" or data[7:8] not in (b"\x68", b""):
        raise BadFrame("frame", "a frame begins with 68, six bytes of address and 68")
    if len(data) < 12 or len(data) != 12 + data[9] or data[9] > LONGEST:
        raise BadFrame("length", f"{len(data)} bytes do not make a frame")
    if data[-1] != 0x16:
        raise BadFrame("frame", f"a frame ends with 16, not with {data[-1]:02X}")
    body = bytes((byte - OFFSET) & 0xFF for byte in data[10:-2])
    frame = Frame(data[6:0:-1].hex().upper(), data[8], body)
    correct = sum8(data[:-2])
    if data[-2] != correct:
        told = {"correct_cs": f"{correct:02X}", **head(frame)}
        raise BadFrame("checksum", f"the check sum is {data[-2]:02X}, it should be {correct:02X}", told)
    return frame


def explain(frame: Frame) -> Json:
    """`address ctrl di` and the values by name and unit (`Ua_V`, `energy_kWh`). Raises BadFrame("length")."""
    told, body = head(frame), frame.body
    if frame.control & 0xC0 == 0xC0:
        if not body:
            raise BadFrame("length", "an error reply without its reason", told)
        reasons = [word for bit, word in enumerate(ERRORS) if body[0] >> bit & 1]
        return told | {"error": True, "error_raw_byte": spaced(body[:1]), "error_code": body[0], "reasons": reasons}
    if frame.control & MORE:
        told["more"] = True  # ask on with control 12
    if frame.control & 0x1F == READ_ADDRESS:
        return told | ({"number": body[::-1].hex().upper()} if body else {})
    if frame.control & 0x1F not in (READ, READ_ON):
        return told  # what others write or switch is not looked into: it carries passwords
    if len(body) < 4:
        raise BadFrame("length", "a data identifier has four bytes", told)
    told["di"] = body[3::-1].hex().upper()
    rest = body[4:]
    if frame.control & 0x1F == READ_ON:
        if not rest:
            raise BadFrame("length", "a part of an answer has its number", told)
        data = {"data": spaced(rest[:-1])} if len(rest) > 1 else {}
        return told | {"seq": rest[-1]} | data  # a part's values begin in the frame before it: they have no names
    if not frame.control & 0x80 or not rest:
        return told | ({"data": spaced(rest)} if rest else {})
    return told | read_data(body[3::-1], rest)


def head(frame: Frame) -> Json:
    told: Json = {"address": "broadcast" if frame.address in EVERYBODY else frame.address, "ctrl": frame.control}
    if frame.control & 0x1F in CONTROLS:
        told["meaning"] = CONTROLS[frame.control & 0x1F]
    return told


# ── questions ──


def ask(address: str, di: int) -> bytes:
    """The question for `di`; `address` of twelve digits as printed on the meter."""
    return question(bytes.fromhex(address)[::-1], READ, di.to_bytes(4, "little"))


def ask_on(address: str, di: int, part: int) -> bytes:
    """The question for the next part of an answer that said "more follows"; parts count from 1 to 255."""
    return question(bytes.fromhex(address)[::-1], READ_ON, di.to_bytes(4, "little") + bytes((part,)))


def ask_address() -> bytes:
    """Who is there? For a line with one meter only."""
    return question(b"\xaa" * 6, READ_ADDRESS, b"")


def question(address: bytes, control: int, body: bytes) -> bytes:
    data = bytes((byte + OFFSET) & 0xFF for byte in body)
    frame = b"\x68" + address + bytes((0x68, control, len(data))) + data
    return b"\xfe\xfe\xfe\xfe" + frame + bytes((sum8(frame), 0x16))


# ── frames in a stream ──


def lengths(heard: bytearray, at: int) -> tuple[int, ...] | None:
    rest = len(heard) - at
    if heard[at] != 0x68 or (rest > 7 and heard[at + 7] != 0x68):
        return ()
    if rest < 10:
        return None
    return (12 + heard[at + 9],) if heard[at + 9] <= LONGEST else ()


def sound(frame: bytes, clean: bool) -> bool:
    return frame[-1] == 0x16 and frame[-2] == sum8(frame[:-2])


def framer() -> Framer:
    return Framer(lengths, sound)
