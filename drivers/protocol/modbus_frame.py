"""Modbus frames explained: RTU, TCP and ASCII around one PDU. For reading captures; the live one is bus/modbus.py.

    RTU     unit fc ........ crc-lo crc-hi          CRC-16/MODBUS over all before it
    TCP     txid:2 0:2 length:2 unit fc ........    length counts from unit
    ASCII   : unit fc ........ lrc CR LF            two hex digits a byte, LRC = −sum

Source: Modbus Application Protocol V1.1b3, Modbus over Serial Line V1.02.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import Literal

from drivers.model import Json
from drivers.protocol.check import crc16, spaced, sum8
from drivers.protocol.fault import BadFrame
from drivers.protocol.framer import Framer
from drivers.values.order import FOUR, places
from drivers.values.raw import parse_f32

Type = Literal["request", "response", "write-request", "write-response", "exception", "other"]
Sizes = dict[int, tuple[int, bool]]  # fc → so many bytes; counted: the last of them tells how many follow

REQUESTS: Sizes = {
    1: (4, False), 2: (4, False), 3: (4, False), 4: (4, False), 5: (4, False), 6: (4, False), 7: (0, False),
    8: (4, False), 11: (0, False), 12: (0, False), 15: (5, True), 16: (5, True), 17: (0, False), 20: (1, True),
    21: (1, True), 22: (6, False), 23: (9, True), 24: (2, False), 43: (3, False),
}  # fmt: skip
RESPONSES: Sizes = {
    1: (1, True), 2: (1, True), 3: (1, True), 4: (1, True), 5: (4, False), 6: (4, False), 7: (1, False),
    8: (4, False), 11: (4, False), 12: (1, True), 15: (4, False), 16: (4, False), 17: (1, True), 20: (1, True),
    21: (1, True), 22: (6, False), 23: (1, True), 24: (2, True),
}  # fmt: skip
BITS, REGISTERS = (1, 2), (3, 4, 23, 24)  # what a response holds
WRITES = (5, 6, 15, 16, 21, 22, 23)

FUNCTIONS = {
    1: "read coils", 2: "read discrete inputs", 3: "read holding registers", 4: "read input registers",
    5: "write single coil", 6: "write single register", 7: "read exception status", 8: "diagnostics",
    11: "get comm event counter", 12: "get comm event log", 15: "write multiple coils",
    16: "write multiple registers", 17: "report server id", 20: "read file record", 21: "write file record",
    22: "mask write register", 23: "read/write multiple registers", 24: "read fifo queue",
    43: "encapsulated interface transport",
}  # fmt: skip
EXCEPTIONS = {
    1: "illegal function", 2: "illegal data address", 3: "illegal data value", 4: "server device failure",
    5: "acknowledge", 6: "server device busy", 8: "memory parity error", 10: "gateway path unavailable",
    11: "gateway target device failed to respond",
}  # fmt: skip

MBAP = struct.Struct(">HHH")  # transaction, protocol, length
LONGEST = {"modbus-rtu": 256, "modbus-tcp": 260, "modbus-ascii": 513}
ASCII = re.compile(rb":((?:[0-9A-Fa-f]{2})+)\r?\n?")


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: `body` is what stands behind the function code; `transaction` is TCP's own."""

    type: Type
    unit: int
    function: int  # without the exception bit
    body: bytes
    transaction: int | None = None


# ── the PDU ──


def fits(body: bytes, size: tuple[int, bool] | None) -> bool:
    if size is None:
        return False
    count, counted = size
    return len(body) == count + (body[count - 1] if counted and len(body) >= count else 0)


def classify(function: int, body: bytes) -> Type:
    """What a PDU is, by its shape alone: nothing in a frame tells its direction. Raises BadFrame."""
    if function & 0x80:
        if len(body) == 1:
            return "exception"
        raise BadFrame("length", f"an exception has one byte, not {len(body)}")
    if function not in REQUESTS:
        return "other"
    asks = fits(body, REQUESTS[function])
    answers = fits(body, RESPONSES.get(function))
    if asks and answers and function in BITS:  # three bytes of bits, or a question about address 3xx
        asks = 1 <= int.from_bytes(body[2:], "big") <= 2000
    if answers and function in REGISTERS and (len(body) - RESPONSES[function][0]) % 2:
        answers = False  # half a register
    if not asks and not answers:
        raise BadFrame("length", f"{len(body)} bytes do not make a {FUNCTIONS[function]}")
    if function in WRITES:
        return "write-request" if asks else "write-response"
    return "request" if asks else "response"


def frame_of(unit: int, pdu: bytes, transaction: int | None = None) -> Frame:
    """Raises BadFrame("length")."""
    if not pdu:
        raise BadFrame("length", "there is no function code", {"unit": unit})
    function, body = pdu[0], pdu[1:]
    try:
        return Frame(classify(function, body), unit, function & 0x7F, body, transaction)
    except BadFrame as bad:
        raise BadFrame(bad.kind, str(bad), {"unit": unit, "fc": function & 0x7F}) from None


# ── the three ways to carry it ──


def parse_rtu(data: bytes) -> Frame:
    """Raises BadFrame: crc, length."""
    if not 4 <= len(data) <= LONGEST["modbus-rtu"]:
        raise BadFrame("length", f"{len(data)} bytes; a frame has 4 to 256")
    correct = crc16(data[:-2], 0xFFFF).to_bytes(2, "little")
    if data[-2:] != correct:
        told: Json = {"correct_crc": spaced(correct)}
        try:
            told |= explain(frame_of(data[0], data[1:-2]))
        except BadFrame as bad:
            told |= bad.told
        raise BadFrame("crc", f"the check sum is {spaced(data[-2:])}, it should be {spaced(correct)}", told)
    return frame_of(data[0], data[1:-2])


def parse_tcp(data: bytes) -> Frame:
    """Raises BadFrame: frame, length."""
    if len(data) < 8:
        raise BadFrame("length", f"{len(data)} bytes; a frame has at least 8")
    transaction, protocol, length = MBAP.unpack_from(data)
    if protocol:
        raise BadFrame("frame", f"protocol {protocol} is not Modbus, which is 0", {"txid": transaction})
    if len(data) != 6 + length or not 2 <= length <= 254:
        raise BadFrame("length", f"{len(data) - 6} bytes came, the header says {length}", {"txid": transaction})
    return frame_of(data[6], data[7:], transaction)


def parse_ascii(data: bytes) -> Frame:
    """Raises BadFrame: frame, length, lrc. The line's end may be missing, as it is when a frame is pasted."""
    match = ASCII.fullmatch(data)
    if not match:
        raise BadFrame("frame", "a frame is a colon, pairs of hex digits, CR and LF")
    raw = bytes.fromhex(match[1].decode())
    if len(raw) < 3:
        raise BadFrame("length", f"{len(raw)} bytes; a frame has at least 3")
    correct = -sum8(raw[:-1]) & 0xFF
    if raw[-1] != correct:
        told: Json = {"correct_lrc": f"{correct:02X}"}
        try:
            told |= explain(frame_of(raw[0], raw[1:-1]))
        except BadFrame as bad:
            told |= bad.told
        raise BadFrame("lrc", f"the check sum is {raw[-1]:02X}, it should be {correct:02X}", told)
    return frame_of(raw[0], raw[1:-1])


# ── what it says ──


def explain(frame: Frame) -> Json:
    """`type unit fc` and what the function carries: `address count`, `registers`, `bits`, `value(s)` or `data`."""
    told: Json = {"type": frame.type, "unit": frame.unit, "fc": frame.function}
    if frame.transaction is not None:
        told["txid"] = frame.transaction
    if frame.function in FUNCTIONS:
        told["function"] = FUNCTIONS[frame.function]
    return told | payload(frame)


def payload(frame: Frame) -> Json:
    body, function = frame.body, frame.function
    if frame.type == "exception":
        return {"exception_code": body[0], "name": EXCEPTIONS.get(body[0], "unknown exception")}
    if frame.type == "response" and function in BITS:
        return {"bits": bits(body[1:])}
    if frame.type in ("response", "write-response") and function in REGISTERS:
        return {"registers": words(body[RESPONSES[function][0] :])} | floats(body[1:])
    if function in (5, 6):
        address, value = words(body)
        return {"address": address, "value": value}
    if function == 22:
        address, keep, put = words(body)
        return {"address": address, "and_mask": keep, "or_mask": put}
    if function == 23:
        address, count, where, much = words(body[:8])
        return {
            "address": address,
            "count": count,
            "write_address": where,
            "write_count": much,
            "values": words(body[9:]),
        }
    if function in (1, 2, 3, 4, 15, 16):
        address, count = words(body[:4])
        told: Json = {"address": address, "count": count}
        if frame.type == "write-request":
            told |= {"values": words(body[5:])} if function == 16 else {"values": bits(body[5:])[:count]}
        return told
    return {"data": spaced(body)} if body else {}


def floats(data: bytes) -> Json:
    """Two registers are often a float; in which order a frame does not say: all four, or what they agree on."""
    if len(data) != 4:
        return {}
    found = {order: parse_f32(bytes(data[place] for place in places(order, 4))) for order in FOUR}
    return {"float32": found["ABCD"]} if len(set(found.values())) == 1 else {"float32_by_order": found}


def words(data: bytes) -> list[int]:
    return list(struct.unpack(f">{len(data) // 2}H", data[: len(data) // 2 * 2]))


def bits(data: bytes) -> list[int]:
    """Lowest bit of the first byte first; the last byte is padded with zeros."""
    return [byte >> bit & 1 for byte in data for bit in range(8)]


# ── frames in a stream ──


def rtu_lengths(heard: bytearray, at: int) -> tuple[int, ...] | None:
    """Both directions are possible: the shape of a question, and the shape of an answer."""
    if len(heard) - at < 2:
        return None
    function = heard[at + 1]
    if function & 0x80:
        return (5,) if function & 0x7F in REQUESTS else ()
    lengths = []
    for size, counted in (sizes[function] for sizes in (REQUESTS, RESPONSES) if function in sizes):
        if not counted:
            lengths.append(4 + size)
        elif len(heard) - at < 2 + size:
            return None
        else:
            lengths.append(4 + size + heard[at + 1 + size])
    return tuple(sorted(length for length in set(lengths) if length <= LONGEST["modbus-rtu"]))


def rtu_sound(frame: bytes, clean: bool) -> bool:
    return crc16(frame, 0xFFFF) == 0  # a CRC run over its own remainder is zero


def tcp_lengths(heard: bytearray, at: int) -> tuple[int, ...] | None:
    if len(heard) - at < MBAP.size:
        return None
    _, protocol, length = MBAP.unpack_from(heard, at)
    return () if protocol or not 2 <= length <= 254 else (6 + length,)


def tcp_sound(frame: bytes, clean: bool) -> bool:
    """There is no check sum: the shape of the PDU is all that can be checked."""
    function = frame[7] & 0x7F
    try:
        return function in REQUESTS and classify(frame[7], frame[8:]) != "other"
    except BadFrame:
        return False


def ascii_lengths(heard: bytearray, at: int) -> tuple[int, ...] | None:
    if heard[at] != 0x3A:
        return ()
    end, again = heard.find(b"\n", at), heard.find(b":", at + 1)
    if again >= 0 and (end < 0 or again < end):
        return ()  # a colon always begins anew
    if end < 0:
        return None if len(heard) - at < LONGEST["modbus-ascii"] else ()
    return (end + 1 - at,)


def ascii_sound(frame: bytes, clean: bool) -> bool:
    match = ASCII.fullmatch(frame)
    return match is not None and len(match[1]) >= 6 and sum8(bytes.fromhex(match[1].decode())) == 0


def rtu_framer() -> Framer:
    return Framer(rtu_lengths, rtu_sound)


def tcp_framer() -> Framer:
    return Framer(tcp_lengths, tcp_sound)


def ascii_framer() -> Framer:
    return Framer(ascii_lengths, ascii_sound)
