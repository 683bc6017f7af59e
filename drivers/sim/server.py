"""The device side of Modbus, pure: request bytes in, reply bytes out, over an image of registers."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable

from drivers.model import Registers

TABLES = {3: "holding", 4: "input"}
ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE, DEVICE_FAILURE = 1, 2, 3, 4
MOST = 125
HEX = re.compile(rb"([0-9A-Fa-f]{2})+")
LONGEST = 513  # letters of a frame

Serve = Callable[[int, bytes], bytes | None]  # (unit, request PDU) → reply PDU; None: silence
Damage = Callable[[int, bytes], bytes]  # (unit, whole reply frame) → what noise makes of it


def answer(pdu: bytes, registers: Registers) -> bytes:
    """The reply of a healthy device that holds `registers` and allows reading only."""
    function = pdu[0]
    if function not in TABLES:
        return refuse(function, ILLEGAL_FUNCTION)
    if len(pdu) != 5:
        return refuse(function, ILLEGAL_VALUE)
    address, count = struct.unpack_from(">HH", pdu, 1)
    if not 1 <= count <= MOST:
        return refuse(function, ILLEGAL_VALUE)
    words = [registers.get((TABLES[function], at)) for at in range(address, address + count)]
    if None in words:
        return refuse(function, ILLEGAL_ADDRESS)
    return struct.pack(f">BB{count}H", function, 2 * count, *words)


def refuse(function: int, code: int) -> bytes:
    return bytes((function | 0x80, code))


def take_rtu(heard: bytearray, serve: Serve, damage: Damage) -> bytes:
    """Consume what a master said on a serial line, and return what is said back. Broadcasts are not answered."""
    said = b""
    while len(heard) >= 8:
        frame = bytes(heard[:8])
        if crc(frame):  # not a read request, or noise: look one byte further
            del heard[0]
            continue
        del heard[:8]
        unit = frame[0]
        reply = serve(unit, frame[1:-2]) if unit else None
        if reply is not None:
            whole = bytes((unit,)) + reply
            said += damage(unit, whole + crc(whole).to_bytes(2, "little"))
    return said


def take_ascii(heard: bytearray, serve: Serve, damage: Damage) -> bytes:
    """The same in letters: `:` unit and PDU in hex, LRC, CR LF."""
    said = b""
    while (end := heard.find(b"\n")) >= 0:
        line = bytes(heard[heard.rfind(b":", 0, end) + 1 : end]).strip()
        del heard[: end + 1]
        frame = bytes.fromhex(line.decode()) if HEX.fullmatch(line) else b""
        if len(frame) < 3 or sum(frame) & 0xFF or not frame[0]:
            continue
        reply = serve(frame[0], frame[1:-1])
        if reply is not None:
            whole = bytes((frame[0],)) + reply
            letters = (whole + bytes((-sum(whole) & 0xFF,))).hex().upper()
            said += damage(frame[0], f":{letters}\r\n".encode())
    del heard[:-LONGEST]
    return said


def take_tcp(heard: bytearray, serve: Serve, damage: Damage) -> bytes:
    """Consume what a client said on one connection, and return what is said back. Raises ValueError: not Modbus."""
    said = b""
    while len(heard) >= 7:
        number, protocol, length, unit = struct.unpack_from(">HHHB", heard)
        if protocol or not 2 <= length <= 254:
            raise ValueError("not Modbus TCP")
        if len(heard) < 6 + length:
            break
        pdu = bytes(heard[7 : 6 + length])
        del heard[: 6 + length]
        reply = serve(unit, pdu)
        if reply is not None:
            said += damage(unit, struct.pack(">HHHB", number, 0, 1 + len(reply), unit) + reply)
    return said


def crc(frame: bytes) -> int:
    """CRC-16/MODBUS: polynomial A001, start FFFF. Over a frame with its checksum: 0."""
    value = 0xFFFF
    for byte in frame:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value
