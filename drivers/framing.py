"""The words of a private bus: how it frames its messages, and what stands where in them. Data only.

02 | 0B | 01 | B8 | 00 01 23 45 | … | 5C | 03        offsets count from the start, 0, after byte stuffing is undone
start length fields                  check stop
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Order = Literal["high-first", "low-first"]
Type = Literal["uint", "int", "bcd", "text"]
CheckKind = Literal[
    "none",
    "sum8",  # the sum of the bytes, modulo 256
    "neg8",  # what makes that sum zero
    "xor8",  # all bytes exclusive-or'ed
    "crc8-maxim",
    "crc16-modbus",
    "crc16-arc",
    "crc16-ccitt",  # polynomial 1021, start FFFF
    "crc16-xmodem",  # polynomial 1021, start 0
]


class Check(NamedTuple):
    """The check stands right before the stop; it covers everything from offset `first` up to itself."""

    kind: CheckKind = "none"
    first: int = 0
    order: Order = "low-first"


class Length(NamedTuple):
    """Where a message tells its length: the whole frame has that many bytes and `plus` more."""

    at: int
    size: int
    plus: int
    type: Type = "uint"
    order: Order = "high-first"


class Escape(NamedTuple):
    """Byte stuffing between start and stop: behind `byte` stands a byte that was exclusive-or'ed with `turn`."""

    byte: int
    turn: int


@dataclass(frozen=True, slots=True)
class Field:
    """One number or text, in the messages whose bytes at the offsets of `when` are these."""

    name: str
    at: int
    size: int
    type: Type
    order: Order
    when: dict[int, int]
    mask: int = 0  # of a uint: the bits that count, moved down to the lowest; 0: all
    redacted: bool = False


@dataclass(frozen=True, slots=True)
class Framing:
    """One private bus, whole. A message ends by its `size`, by its `length`, or at the first sound `stop`."""

    start: bytes
    stop: bytes
    size: int  # of every message; 0: they differ
    length: Length | None
    longest: int
    check: Check
    escape: Escape | None
    address: str  # name of the field that tells whose message it is; empty: there is one device only
    fields: tuple[Field, ...]
