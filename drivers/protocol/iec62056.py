"""IEC 62056-21 (the optical and serial meter read-out), modes A to D, and the R1 reads of its programming mode.

    sign-on          /?address!CRLF                                300 7E1
    identification   /XXXZident CRLF                               Z: baud letter (B), digit (C), anything else (A)
    option           ACK 0 Z m CRLF                                m: 0 read-out, 1 programming
    read-out         STX id(value*unit)… !CRLF ETX BCC             mode A may leave STX, ETX and BCC out
    command          SOH R1 STX id(…) ETX BCC                      P: password, R: read, W: write, E: execute, B: break
    answer           STX id(value*unit) ETX BCC, or an error (#0004), (ERROR)

BCC: exclusive or of all behind the first SOH or STX, up to and with ETX (EOT where more blocks follow).
Source: IEC 62056-21:2002; a telegram that is pushed (mode D) stands in dsmr.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

from drivers.model import Json
from drivers.protocol import lis200
from drivers.protocol.check import bcc
from drivers.protocol.fault import BadFrame

SOH, STX, ETX, EOT, ACK, NAK = 0x01, 0x02, 0x03, 0x04, 0x06, 0x15

Type = Literal["sign-on", "identification", "ack", "nak", "data", "command"]

BAUDS = {"0": 300, "1": 600, "2": 1200, "3": 2400, "4": 4800, "5": 9600, "6": 19200}  # mode C
LETTERS = {"A": 600, "B": 1200, "C": 2400, "D": 4800, "E": 9600, "F": 19200}  # mode B; G, H, I are reserved
MODES = {"0": "readout", "1": "programming", "2": "binary"}
COMMANDS = {"P": "password", "R": "read", "W": "write", "E": "execute", "B": "break"}

SIGN_ON = re.compile(r"/\?([^!\r\n]*)!(?:\r\n)?")
IDENTIFICATION = re.compile(r"/([A-Za-z]{3})([0-9A-I]|[^\r\n/?])((?:\\.)*)([^\r\n/!]*)(?:\r\n)?")
OPTION = re.compile("\x06([0-9])([0-9A-I])([0-9])(?:\r\n)?")
LINES: tuple[tuple[Type, re.Pattern[str]], ...] = (
    ("sign-on", SIGN_ON), ("identification", IDENTIFICATION), ("ack", OPTION),
)  # fmt: skip
DATA_SET = re.compile(r"\s*([^()\s!/]*)((?:\([^()]*\)\s*)+)")
GROUP = re.compile(r"\(([^()*]*)(?:\*([^()]*))?\)")
ERROR = re.compile(r"#(\d{4})|ER.*")


class Value(NamedTuple):
    """`(value*unit)`."""

    value: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One data set: an address (OBIS, EDIS, LIS-200, or none) and its values, mostly one."""

    address: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """One message. `text` is its content without control characters; `items` the data sets in it."""

    type: Type
    text: str
    command: str = ""  # "R1"
    items: tuple[Item, ...] = ()
    more: bool = False  # ended by EOT: another block follows
    checked: bool = True  # False: a read-out without BCC


# ── reading ──


def parse(data: bytes) -> Frame:
    """One message. Raises BadFrame: frame, length, bcc."""
    data = strip_parity(data)
    if data[:1] in (b"\x01", b"\x02"):
        return parse_block(data)
    text = data.decode("latin-1")
    for type, pattern in LINES:
        if pattern.fullmatch(text):
            return Frame(type, text)
    if data in (b"\x15", b"\x06"):
        return Frame("nak" if data == b"\x15" else "ack", text)
    if "(" in text and text[:1] not in ("/", "\x06"):
        return Frame("data", text, items=read_items(text.rstrip("\r\n\x03").removesuffix("!")), checked=False)
    raise BadFrame("frame", "neither a sign-on, an identification, an option, a command nor a data block")


def parse_block(data: bytes) -> Frame:
    ends = [at for at in (data.find(ETX), data.find(EOT)) if at > 0]
    if not ends:
        raise BadFrame("length", "the block breaks off before its ETX")
    end = min(ends)
    if len(data) != end + 2:
        raise BadFrame("length", "behind ETX stands one byte, the block check")
    content, correct = data[1:end].decode("latin-1"), bcc(data[1 : end + 1])
    command, mark, text = content.rpartition("\x02") if data[0] == SOH else ("", "", content)
    if data[0] == SOH and not mark:
        command, text = content, ""  # B0 stands alone
    if data[-1] != correct:
        told = {"correct_bcc": f"{correct:02X}", **({"cmd": command} if command else {})}
        raise BadFrame("bcc", f"the block check is {data[-1]:02X}, it should be {correct:02X}", told)
    if command and not re.fullmatch("[A-Z][0-9]", command):
        raise BadFrame("frame", f"{command!r} is no command: a letter and a digit")
    items = read_items(text.rstrip("\r\n").removesuffix("!"))
    return Frame("command" if command else "data", text, command, items, more=data[end] == EOT)


def read_items(text: str) -> tuple[Item, ...]:
    """The data sets of a block. Raises BadFrame("frame") for text that is none, except a bare error word."""
    items: list[Item] = []
    at, text = 0, text.strip()
    while at < len(text):
        match = DATA_SET.match(text, at)
        if not match:
            if text[at:].strip(" \r\n!") == "":
                break
            if not items and ERROR.fullmatch(text):
                return (Item("", (Value(text),)),)
            raise BadFrame("frame", f"{text[at : at + 20]!r} is no data set: id(value*unit)")
        items.append(Item(match[1], tuple(Value(*group.groups()) for group in GROUP.finditer(match[2]))))
        at = match.end()
    return tuple(items)


def strip_parity(data: bytes) -> bytes:
    """7E1 heard as eight bits: when every byte's parity is even, the eighth bit is parity and not content."""
    if any(byte & 0x80 for byte in data) and all(byte.bit_count() % 2 == 0 for byte in data):
        return bytes(byte & 0x7F for byte in data)
    return data


# ── telling ──


def explain(frame: Frame) -> Json:
    """Of an identification `manufacturer baud id escape`, of a command `cmd address`, of a block `data`."""
    match frame.type:
        case "sign-on":
            return {"type": "sign-on", "address": frame.text[2:].partition("!")[0]}
        case "identification":
            return identification(frame.text)
        case "ack":
            return option(frame.text)
        case "nak":
            return {"type": "nak", "error": True, "meaning": "not acknowledged"}
        case "command":
            return command(frame)
        case _:
            return answer(frame)


def identification(text: str) -> Json:
    match = IDENTIFICATION.fullmatch(text)
    assert match is not None  # parse made sure
    maker, letter, escapes, name = match.groups()
    told: Json = {"type": "identification", "manufacturer": maker, "baud_char": letter, "id": name}
    told["baud"] = BAUDS.get(letter) or LETTERS.get(letter)
    told["mode"] = "C" if letter in BAUDS else "B" if letter in LETTERS else "A"
    if escapes:
        told["escape"] = escapes.replace("\\", "")
    if maker[2].islower():
        told["reaction"] = "20 ms"  # a small third letter: the device may answer after 20 ms, not 200
    return told


def option(text: str) -> Json:
    match = OPTION.fullmatch(text)
    if not match:
        return {"type": "ack"}
    procedure, letter, mode = match.groups()
    told: Json = {"type": "ack", "protocol": procedure, "baud": BAUDS.get(letter) or LETTERS.get(letter)}
    return told | {"mode": MODES.get(mode, "manufacturer" if mode >= "6" else "reserved")}


def command(frame: Frame) -> Json:
    told: Json = {"type": "command", "cmd": frame.command, "meaning": COMMANDS.get(frame.command[0], "unknown")}
    item = frame.items[0] if frame.items else None
    if item is None:
        return told
    value = item.values[0].value
    if frame.command == "P0":
        return told | {"seed": value, "data": [data_set(item)]}  # the device's challenge
    if frame.command[0] == "P":
        return told | {"password": value}
    told["address"] = item.address
    if value and frame.command[0] == "R":
        told["count"] = value
    elif value:
        told["value"] = value
    if said := lis200.meaning(item.address):
        told["meaning"] = said
    return told


def answer(frame: Frame) -> Json:
    told: Json = {"type": "data", "data": [data_set(item) for item in frame.items]}
    if not frame.checked:
        told["bcc"] = None
    if frame.more:
        told["more"] = True
    for item in frame.items:
        if error := ERROR.fullmatch(item.values[0].value):
            return told | refusal(error[1], item.values[0].value)
        if stamp := dated(item):
            told |= stamp
    return told


def refusal(digits: str | None, text: str) -> Json:
    code = int(digits) if digits else -1
    told: Json = {"error": True, "error_code": code, "meaning": lis200.ERRORS.get(code, text)}
    return told | ({"retry": True} if code in lis200.RETRY else {})


def data_set(item: Item) -> Json:
    """`address`, then `value` and `unit`, or `values` where there are several groups."""
    values = [{"value": v.value, **({"unit": v.unit} if v.unit is not None else {})} for v in item.values]
    return {"address": item.address, **(values[0] if len(values) == 1 else {"values": values})}


def dated(item: Item) -> Json:
    """The meter's clock: 0.9.1 is hhmmss, 0.9.2 is YYMMDD, whatever medium stands before."""
    tail, digits = item.address.rpartition(":")[2].partition("*")[0], item.values[0].value
    if tail in ("0.9.1", "0.9.2") and re.fullmatch(r"\d{6}", digits):
        parts = [digits[at : at + 2] for at in (0, 2, 4)]
        return {"time": ":".join(parts)} if tail == "0.9.1" else {"date": "20" + "-".join(parts)}
    return {}


# ── questions ──


def sign_on(address: str = "") -> bytes:
    return f"/?{address}!\r\n".encode("ascii")


def choose(letter: str, mode: Literal["0", "1"]) -> bytes:
    """The option: the baud letter of the identification, and read-out (0) or programming mode (1)."""
    return f"\x060{letter}{mode}\r\n".encode("ascii")


def read(address: str, count: str = "1", kind: str = "R1") -> bytes:
    """`SOH R1 STX address(count) ETX BCC`."""
    content = f"{kind}\x02{address}({count})\x03".encode("ascii")
    return b"\x01" + content + bytes((bcc(content),))


BREAK = b"\x01B0\x03q"
