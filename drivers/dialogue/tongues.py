"""The serial protocols by name: how each is spoken, what its codes, addresses and dialect options may be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from drivers.dialogue import cjt188, dart, dlt645, iec62056, mbus, pushed
from drivers.dialogue.framed import FramedReader
from drivers.dialogue.step import Call, Dialogue, Reader
from drivers.framing import Framing
from drivers.model import DeviceError
from drivers.protocol.framed import hidden


class Tongue(NamedTuple):
    """One protocol. `reader(address)` reads one device's frames, one after the other."""

    speak: Callable[[Call], Dialogue] | None  # None: it is listened to, never spoken
    reader: Callable[[str], Reader]  # of an empty address: of whoever it is
    code: Callable[[str], object]  # true for a code that can be asked for
    codes: str  # what codes are allowed, in words
    address: re.Pattern[str]
    addresses: str  # what addresses are allowed, in words
    anybody: str  # the address that whoever is there answers to; empty and not an address: there is none
    options: Mapping[str, tuple[str, ...] | range]  # of the dialect; the first one holds when the map says nothing
    defaults: Mapping[str, int]  # of the options that are ranges
    never: Callable[[DeviceError], bool]  # true for a refusal that asking again will not change
    serial: str  # its usual framing


def lasting(error: DeviceError) -> bool:
    """No refusal of this protocol says that it is for ever."""
    return False


TONGUES: dict[str, Tongue] = {
    "iec62056-21": Tongue(
        iec62056.speak, lambda address: iec62056.figures, re.compile(r"[^()\s!/*\x00-\x1f]{1,32}").fullmatch,
        "an address as the device prints it, such as 2:300.0 or 1.8.0",
        re.compile(r"[0-9A-Za-z]{0,32}"),
        "the device's number or name, up to 32 letters and digits; empty: whoever is there", "",
        {"mode": ("programming", "readout"), "baud": ("negotiated", "fixed"), "echo": ("address", "none"),
         "wake": ("none", "zeros"), "check": ("bcc", "none")},
        {}, iec62056.never, "300 7E1",
    ),
    "cjt188": Tongue(
        cjt188.speak, lambda address: cjt188.figures, cjt188.known,
        "a member of the answer, such as current, flow, time; behind another identifier as in D120.value",
        re.compile(r"[0-9]{14}|A{14}"),
        "14 digits: the maker's four, then the meter's ten; AAAAAAAAAAAAAA: whoever is there",
        cjt188.ANYBODY,
        {"type": range(0x100), "identifier": ("low-first", "high-first"), "unit": ("behind", "before"),
         "clock": ("second-first", "year-first"), "valve": range(0x100), "battery": range(0x100)},
        {"type": 0x30, "valve": 0x03, "battery": 0x04}, lasting, "2400 8E1",
    ),
    "dlt645": Tongue(
        dlt645.speak, lambda address: dlt645.figures, lambda code: dlt645.CODE.fullmatch(code) and dlt645.known(code),
        "an identifier of the standard, eight digits such as 00010000, or a value of its block, 0201FF00.2",
        re.compile(r"[0-9]{12}|A{12}"),
        "12 digits as printed on the meter; AAAAAAAAAAAA: whoever is there", dlt645.ANYBODY,
        {}, {}, dlt645.never, "2400 8E1",
    ),
    "mbus": Tongue(
        mbus.speak, lambda address: mbus.figures, lambda code: code in mbus.HEADER or mbus.CODE.fullmatch(code),
        "a record, such as volume, volume storage 1, volume-flow max, counter #1; meter-id, meter-status",
        re.compile(r"[1-9]|[1-9]\d|1\d\d|2[0-4]\d|250|254"),
        "the primary address, 1 to 250; 254: whoever is there; secondary addresses need writing", "254",
        {}, {}, lasting, "2400 8E1",
    ),
    "wayne-dart": Tongue(
        None, dart.DartReader, dart.CODE.fullmatch,
        "status, volume, amount, price, nozzle, nozzle_out, alarm, identity, or a total by its counter: total.1",
        re.compile(r"8[0-9]|9[0-9]|10[0-9]|11[01]"), "the pump's address, 80 to 111 (50 to 6F hexadecimal)", "",
        {"keep": range(1, 86401)}, {"keep": 60}, lasting, "9600 8O1",
    ),
    "iec62056-21-d": Tongue(
        None, lambda address: pushed.figures, re.compile(r"[^()\s!/*\x00-\x1f]{1,32}").fullmatch,
        "an address as the meter prints it, such as 0-1:24.2.1",
        re.compile(""), "none: the one meter that sends", "",
        {"check": ("crc", "none"), "keep": range(1, 86401)}, {"keep": 60}, lasting, "2400 7E1",
    ),
    "private": Tongue(  # its codes and addresses are in the map's own [framing]
        None, lambda address: lambda frame, codes, dialect: {}, lambda code: False,
        "the name of a [[field]] that is not redacted", re.compile(""), "none: no field of the framing tells it", "",
        {"keep": range(1, 86401)}, {"keep": 60}, lasting, "9600 8N1",
    ),
}  # fmt: skip


def tongue_of(protocol: str, framing: Framing | None = None) -> Tongue:
    """The tongue of a protocol; of a private bus the one that its framing describes."""
    if framing is None:
        return TONGUES[protocol]
    told = {field.name for field in framing.fields if not hidden(field)}
    mine = TONGUES[protocol]._replace(reader=lambda address: FramedReader(framing, address), code=told.__contains__)
    if not framing.address:
        return mine
    return mine._replace(
        address=re.compile(r"[0-9A-Za-z]{0,32}"), addresses=f"what {framing.address} says of the device"
    )


def dialect_of(protocol: str, said: Mapping[str, str | int]) -> dict[str, str | int]:
    """The whole dialect: what a map says, and for the rest what holds without a word."""
    tongue = TONGUES[protocol]
    words = {name: allowed[0] for name, allowed in tongue.options.items() if not isinstance(allowed, range)}
    return {**words, **tongue.defaults, **said}
