"""A pushed telegram (IEC 62056-21 mode D; DSMR and ESMR smart meters with a gas channel), checked by a CRC-16/ARC.

    /KFM5KAIFA-METER CRLF CRLF
    0-0:1.0.0(161113205757W) CRLF
    0-1:24.2.1(161129200000W)(00981.443*m3) CRLF            gas: time of the reading, volume
    !6796 CRLF                                              CRC of all from / through !; DSMR 2.x has none

Source: DSMR P1 companion standard 2.2 to 5.0; Belgian e-MUCS.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from drivers.model import Json
from drivers.protocol.check import crc16
from drivers.protocol.fault import BadFrame
from drivers.protocol.framer import Framer, parsed
from drivers.protocol.iec62056 import IDENTIFICATION, Item, data_set, identification, read_items

LONGEST = 8192
TELEGRAM = re.compile(rb"/([^\r\n]{4,60})\r?\n\r?\n(.*?)!([0-9A-Fa-f]{4})?(?:\r?\n)?", re.DOTALL)
KIND = re.compile(r"0-[1-9]:24\.1\.0")  # what hangs on a channel: 3 gas, 7 water, …
VOLUME = re.compile(r"0-[1-9]:24\.(?:2\.[13]|3\.0)")
GAS = "3"


@dataclass(frozen=True, slots=True)
class Telegram:
    """One telegram: the line that names the meter, its data sets, and its CRC where it has one."""

    name: str
    items: tuple[Item, ...]
    crc: str | None


def is_telegram(data: bytes) -> bool:
    """Whether bytes that begin as an identification go on as a telegram: an empty line, data, and a !."""
    return TELEGRAM.fullmatch(data) is not None


def parse(data: bytes) -> Telegram:
    """Raises BadFrame: frame, crc."""
    match = TELEGRAM.fullmatch(data)
    if not match:
        raise BadFrame("frame", "a telegram is a line that names the meter, an empty line, data, and a !")
    correct = f"{crc16(data[: data.rindex(b'!') + 1], 0):04X}"
    said = match[3].decode().upper() if match[3] else None
    if said not in (None, correct):
        raise BadFrame("crc", f"the check sum is {said}, it should be {correct}", {"correct_crc": correct})
    if not IDENTIFICATION.fullmatch("/" + match[1].decode("latin-1")):
        raise BadFrame("frame", f"/{match[1].decode('latin-1')} does not name a meter")
    return Telegram(match[1].decode("latin-1"), read_items(match[2].decode("latin-1")), said)


def explain(telegram: Telegram) -> Json:
    """`manufacturer id crc gas_obis gas_time gas_m3` and all `data`."""
    name = identification("/" + telegram.name)
    told: Json = {"type": "telegram", "manufacturer": name["manufacturer"], "id": name["id"], "crc": telegram.crc}
    kinds = {item.address[:3]: item.values[0].value for item in telegram.items if KIND.fullmatch(item.address)}
    for item in telegram.items:
        if item.address == "0-0:1.0.0":
            told["time"] = item.values[0].value
        elif VOLUME.fullmatch(item.address) and kinds.get(item.address[:3], GAS).lstrip("0") == GAS:
            told |= gas(item)
    return told | {"data": [data_set(item) for item in telegram.items]}


def gas(item: Item) -> Json:
    """4.x: (time)(volume*m3). 2.x: (time)(…)(m3) and the volume behind it on a line of its own."""
    told: Json = {"gas_obis": item.address, "gas_time": item.values[0].value}
    try:
        return told | {"gas_m3": Decimal(item.values[-1].value)}
    except InvalidOperation:
        return told


def lengths(heard: bytearray, at: int) -> tuple[int, ...] | None:
    if heard[at] != ord("/"):
        return ()
    mark = heard.find(b"!", at)
    again = heard.find(b"\n/", at + 1)
    if again > 0 and (mark < 0 or again < mark):
        return ()  # another one begins: this one broke off
    end = heard.find(b"\n", mark) if mark > 0 else -1
    if end < 0:
        return None if len(heard) - at < LONGEST else ()
    return (end + 1 - at,)


def framer() -> Framer:
    return Framer(lengths, parsed(parse))
