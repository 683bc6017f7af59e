"""Reading the dialect of a private bus: [framing] and its [[field]] tables, strictly, each mistake with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import get_args

from drivers.framing import Check, CheckKind, Escape, Field, Framing, Length, Order, Type
from drivers.protocol.framed import CHECKS, hidden
from drivers.table import Table

HEX = r"([0-9A-Fa-f]{2}\s*)+"
BYTES = 'pairs of hex digits, such as "02"'
NAME = r"[a-z][a-z0-9_]*"
LONGEST = 1024
ORDERS, TYPES = get_args(Order), get_args(Type)


def read_framing(table: Table) -> Framing:
    """The dialect of a map whose protocol is private."""
    framing = table.table("framing", required=True)
    start = octets(framing, "start")
    stop = octets(framing, "stop", "")
    size = framing.integer("size", 0, high=LONGEST)
    length = read_length(framing.table("length")) if "length" in framing else None
    framing.asked.add("length")
    ends = [word for word, given in (("size", size), ("length", length), ("stop", stop)) if given]
    if not ends:
        framing.problem("", "does not tell where a message ends", "size, length or stop")
    elif "size" in ends and "length" in ends:
        framing.problem("size", "and length both tell where a message ends", "one of them")
    escape = read_escape(framing.table("escape")) if "escape" in framing else None
    framing.asked.add("escape")
    if escape and ends != ["stop"]:
        framing.problem("escape", "goes with a stop, and with neither size nor length", "stop alone")
    check = framing.table("check", required=True)
    read = Framing(
        start,
        stop,
        size,
        length,
        framing.integer("longest", 256, low=2, high=LONGEST),
        Check(
            check.choice("kind", get_args(CheckKind)),
            check.integer("from", 0, high=LONGEST),
            check.choice("order", ORDERS, "low-first"),
        ),
        escape,
        framing.text("address", ""),
        tuple(read_field(field) for field in table.tables("field")),
    )
    check.end()
    framing.end()
    judge(table, framing, read)
    return read


def judge(table: Table, framing: Table, read: Framing) -> None:
    """What the rows must mean together."""
    names = [field.name for field in read.fields]
    for index, field in enumerate(read.fields):
        for key, said, allowed in field_laws(field, read.fields[:index], read):
            table.source.problem(("field", index, key), said, allowed)
    if read.address and read.address not in names:
        framing.problem("address", f"{read.address!r} names no field", "one of " + ", ".join(names))
    elif read.address and any(hidden(field) for field in read.fields if field.name == read.address):
        framing.problem("address", f"{read.address!r} is never told", "a field that is not redacted")
    if read.check.kind == "none":
        table.source.warn(("framing", "check", "kind"), "nothing tells noise from a message", "the check of this bus")


def field_laws(field: Field, before: Sequence[Field], read: Framing) -> Iterator[tuple[str, str, str]]:
    """Key, what is wrong, what is allowed."""
    longest = read.size or read.longest
    if field.at + field.size + CHECKS[read.check.kind][0] + len(read.stop) > longest:
        yield "at", f"ends behind the longest message, {longest} bytes", "an offset and a size inside it"
    if any(other.name == field.name and alike(other, field) for other in before):
        yield "name", f"{field.name!r} is there twice for the same message", "a name of its own, or another when"
    if field.type != "text" and field.size > 8:
        yield "size", f"{field.size} is out of bounds", "up to 8 bytes for a number"
    if field.mask and field.type != "uint":
        yield "mask", "goes with a uint", "no mask here"


def alike(one: Field, other: Field) -> bool:
    """Two fields that one message could have both."""
    return all(one.when[at] == other.when[at] for at in one.when.keys() & other.when.keys())


def read_field(table: Table) -> Field:
    field = Field(
        table.text("name", pattern=NAME, allowed="small letters, digits and _, a letter first"),
        table.integer("at", high=LONGEST),
        table.integer("size", 1, low=1, high=64),
        table.choice("type", TYPES),
        table.choice("order", ORDERS, "high-first"),
        read_when(table),
        table.integer("mask", 0, high=2**64 - 1),
        table.flag("redacted", False),
    )
    table.text("title", "")
    table.end()
    return field


def read_when(table: Table) -> dict[int, int]:
    """`when = { 2 = "B8" }`: offset and byte."""
    when = table.table("when")
    found: dict[int, int] = {}
    for key in when.content:
        byte = when.text(key, pattern="[0-9A-Fa-f]{2}", allowed='one byte, such as "B8"')
        if not re.fullmatch("[0-9]{1,4}", key):
            when.problem(key, "is no offset", "a whole number, counted from 0")
        elif re.fullmatch("[0-9A-Fa-f]{2}", byte):
            found[int(key)] = int(byte, 16)
    return found


def read_length(table: Table) -> Length:
    length = Length(
        table.integer("at", high=LONGEST),
        table.integer("size", 1, low=1, high=4),
        table.integer("plus", 0, low=-LONGEST, high=LONGEST),
        table.choice("type", ("uint", "bcd"), "uint"),
        table.choice("order", ORDERS, "high-first"),
    )
    table.end()
    return length


def read_escape(table: Table) -> Escape:
    byte, turn = octets(table, "byte"), octets(table, "xor", "00")
    table.end()
    for key, given in (("byte", byte), ("xor", turn)):
        if len(given) != 1:
            table.problem(key, f"has {len(given)} bytes", "one byte")
    return Escape(byte[0] if byte else 0, turn[0] if turn else 0)


def octets(table: Table, key: str, default: str | None = None) -> bytes:
    """Bytes written in hex."""
    text = table.text(key, allowed=BYTES) if default is None else table.text(key, default)
    if re.fullmatch(HEX, text):
        return bytes.fromhex(text)
    if text:
        table.problem(key, f"{text!r} is not allowed", BYTES)
    elif default is None and key in table:
        table.problem(key, "is empty", BYTES)
    return b""
