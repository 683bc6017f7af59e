"""Check sums and the writing of bytes: the small arithmetic all the protocols share."""

from __future__ import annotations

from functools import reduce
from operator import xor


def table_of(polynomial: int) -> tuple[int, ...]:
    """The 256 remainders of a reflected CRC-16, low bit first."""
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ polynomial if value & 1 else value >> 1
        table.append(value)
    return tuple(table)


A001 = table_of(0xA001)  # x16 + x15 + x2 + 1


def crc16(data: bytes, start: int) -> int:
    """CRC-16 with the polynomial A001: `start` FFFF is CRC-16/MODBUS, 0 is CRC-16/ARC (DART, DSMR)."""
    crc = start
    for byte in data:
        crc = (crc >> 8) ^ A001[(crc ^ byte) & 0xFF]
    return crc


def sum8(data: bytes) -> int:
    """The sum of the bytes, modulo 256."""
    return sum(data) & 0xFF


def bcc(data: bytes) -> int:
    """All bytes exclusive-or'ed."""
    return reduce(xor, data, 0)


def crc8(data: bytes) -> int:
    """CRC-8/MAXIM: x8 + x5 + x4 + 1, low bit first, start 0."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0x8C if crc & 1 else crc >> 1
    return crc


def spaced(data: bytes) -> str:
    """`01 8A FF`, as manuals print bytes."""
    return data.hex(" ").upper()


def bcd(data: bytes) -> int | None:
    """Packed BCD, highest digit first; None where a digit is above 9 (that is how a meter says "no value")."""
    digits = data.hex()
    return int(digits) if digits.isdecimal() else None


def bcd_low_first(data: bytes) -> int | None:
    """Packed BCD, lowest byte first."""
    return bcd(data[::-1])
