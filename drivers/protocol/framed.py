"""The codec of a private bus, made from its framing: frames found, checked, unstuffed; fields read, some never told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from drivers.framing import Field, Framing, Order, Type
from drivers.model import Json
from drivers.protocol.check import bcc, bcd, crc8, crc16, sum8
from drivers.protocol.fault import BadFrame
from drivers.protocol.framer import Framer, parsed
from drivers.protocol.private import REDACTED, is_private

TRIES = 4  # stops looked at behind one start: the byte may stand inside a message as well


def crc1021(data: bytes, start: int) -> int:
    """CRC-16 with the polynomial 1021, high bit first."""
    crc = start
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ (0x1021 if crc & 0x8000 else 0)) & 0xFFFF
    return crc


CHECKS: dict[str, tuple[int, Callable[[bytes], int]]] = {  # kind → bytes, value
    "none": (0, lambda data: 0),
    "sum8": (1, sum8),
    "neg8": (1, lambda data: -sum(data) & 0xFF),
    "xor8": (1, bcc),
    "crc8-maxim": (1, crc8),
    "crc16-modbus": (2, lambda data: crc16(data, 0xFFFF)),
    "crc16-arc": (2, lambda data: crc16(data, 0)),
    "crc16-ccitt": (2, lambda data: crc1021(data, 0xFFFF)),
    "crc16-xmodem": (2, lambda data: crc1021(data, 0)),
}
WAYS: dict[Order, Literal["big", "little"]] = {"high-first": "big", "low-first": "little"}


@dataclass(frozen=True, slots=True)
class Frame:
    """One message, stuffing undone, from its start to its stop."""

    data: bytes


# ── reading ──


def parser(framing: Framing) -> Callable[[bytes], Frame]:
    """The parse function of one bus. It raises BadFrame: frame, length, checksum."""
    size, value = CHECKS[framing.check.kind]

    def parse(data: bytes) -> Frame:
        start, stop = len(framing.start), len(framing.stop)
        if not data.startswith(framing.start) or not data.endswith(framing.stop) or len(data) < start + size + stop:
            raise BadFrame("frame", "a message has its start, its check and its stop")
        inside = unstuffed(data[start : len(data) - stop], framing)
        whole = framing.start + inside + framing.stop
        if (wanted := told_length(whole, framing)) is not None and wanted != len(whole):
            raise BadFrame("length", f"{len(whole)} bytes came, the message should have {wanted}")
        end = len(whole) - stop - size
        if size and end < max(framing.check.first, start):
            raise BadFrame("length", "the message ends before what its check covers")
        correct = value(whole[framing.check.first : end]).to_bytes(size, WAYS[framing.check.order])
        if (said := whole[end : end + size]) != correct:
            text = f"the check is {said.hex(' ').upper()}, it should be {correct.hex(' ').upper()}"
            raise BadFrame("checksum", text, {"correct_check": correct.hex(" ").upper()})
        return Frame(whole)

    return parse


def unstuffed(inside: bytes, framing: Framing) -> bytes:
    """Raises BadFrame("frame") for an escape with nothing behind it."""
    if framing.escape is None:
        return inside
    plain, at = bytearray(), 0
    while at < len(inside):
        escaped = inside[at] == framing.escape.byte
        if escaped and at + 1 == len(inside):
            raise BadFrame("frame", "an escape with nothing behind it")
        plain.append(inside[at + 1] ^ framing.escape.turn if escaped else inside[at])
        at += 1 + escaped
    return bytes(plain)


def told_length(data: bytes, framing: Framing) -> int | None:
    """How long a message is that begins so; None: its end tells, or it does not say yet."""
    if framing.size or framing.length is None:
        return framing.size or None
    raw = data[framing.length.at :][: framing.length.size]
    number = read_number(raw, framing.length.type, framing.length.order) if len(raw) == framing.length.size else None
    return None if number is None else number + framing.length.plus


# ── telling ──


def explain_with(framing: Framing) -> Callable[[Frame], Json]:
    """The explain function of one bus: the fields by name. What a driver's card says is not told."""

    def explain(frame: Frame) -> Json:
        told: Json = {"length": len(frame.data)}
        for field in fields_in(frame, framing):
            told[field.name] = REDACTED if hidden(field) else read(frame.data, field)
        return told if len(told) > 1 else told | {"note": "no [[field]] tells what is in this message"}

    return explain


def hidden(field: Field) -> bool:
    return field.redacted or is_private(field.name)


def fields_in(frame: Frame, framing: Framing) -> list[Field]:
    """The fields that this message has."""
    data, end = frame.data, len(frame.data) - len(framing.stop) - CHECKS[framing.check.kind][0]
    return [
        field
        for field in framing.fields
        if field.at + field.size <= end and all(at < end and data[at] == byte for at, byte in field.when.items())
    ]


def read(data: bytes, field: Field) -> int | str | None:
    """The raw value; None where BCD has digits above 9."""
    raw = data[field.at : field.at + field.size]
    if field.type == "text":
        return "".join(chr(byte) if 32 <= byte < 127 else " " for byte in raw).strip()
    number = read_number(raw, field.type, field.order)
    if number is None or not field.mask:
        return number
    return (number & field.mask) >> ((field.mask & -field.mask).bit_length() - 1)


def read_number(raw: bytes, type: Type, order: Order) -> int | None:
    if type == "bcd":
        return bcd(raw if order == "high-first" else raw[::-1])
    return int.from_bytes(raw, WAYS[order], signed=type == "int")


# ── frames in a stream ──


def framer(framing: Framing) -> Callable[[], Framer]:
    """The framer function of one bus."""
    parse, least = parser(framing), len(framing.start) + len(framing.stop) + CHECKS[framing.check.kind][0] + 1

    def lengths(heard: bytearray, at: int) -> tuple[int, ...] | None:
        head = bytes(heard[at : at + len(framing.start)])
        if not framing.start.startswith(head):
            return ()
        if len(head) < len(framing.start):
            return None
        if framing.size:
            return (framing.size,)
        if framing.length:
            wanted = told_length(bytes(heard[at : at + framing.length.at + framing.length.size]), framing)
            if wanted is None:
                return None if len(heard) - at < framing.length.at + framing.length.size else ()
            return (wanted,) if least <= wanted <= framing.longest else ()
        ends = stops(heard, at, framing)
        rest = len(heard) - at
        done = len(ends) == TRIES or rest >= framing.longest or (ends and framing.escape)
        return tuple(ends) if done else (*ends, min(rest + 1, framing.longest))

    return lambda: Framer(lengths, parsed(parse))


def stops(heard: bytearray, at: int, framing: Framing) -> list[int]:
    """The lengths a message that begins here may have, by the stops behind it; with byte stuffing the first one."""
    found: list[int] = []
    here, end = at + len(framing.start), min(len(heard), at + framing.longest)
    if framing.escape is None:
        while len(found) < TRIES and (here := heard.find(framing.stop, here, end)) >= 0:
            here += len(framing.stop)
            found.append(here - at)
        return found
    while here < end:
        if heard.startswith(framing.stop, here):
            return [here + len(framing.stop) - at]
        here += 2 if heard[here] == framing.escape.byte else 1
    return found
