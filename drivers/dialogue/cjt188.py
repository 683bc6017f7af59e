"""CJ/T 188 spoken: one question for each data identifier, numbered, and only the answer with that number is believed.

A code is a member of the answer to 901F, such as `current` or `flow`; behind another identifier `D120.value`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from drivers.dialogue.step import Ask, Call, Dialect, Dialogue, Figure, Figures, Takes, believed, grouped
from drivers.model import DeviceError, Json
from drivers.protocol import cjt188 as cjt

METERING = "901F"
ANYBODY = cjt.ANYBODY.hex().upper()
CODE = re.compile(r"(?:([0-9A-F]{4})\.)?([a-z][A-Za-z_]*)")
MEMBERS = {item.name for columns in cjt.LAYOUTS.values() for item in columns} | {
    "value", "time", "status", "valve", "battery_low",
}  # fmt: skip
TYPED_BY_NAME = {"supply_temp_C": "Cel", "return_temp_C": "Cel", "work_hours": "h"}  # columns without a unit byte
UNITS: dict[str, tuple[str, int]] = {  # the meter's word → (UCUM, power of ten)
    "Wh": ("W.h", 0), "kWh": ("kW.h", 0), "MWh": ("MW.h", 0), "MWh×100": ("MW.h", 2), "GJ×100": ("GJ", 2),
    "L×10": ("L", 1), "L×100": ("L", 2), "m3×10": ("m3", 1), "m3×100": ("m3", 2),
}  # fmt: skip


def speak(call: Call) -> Dialogue:
    """The codes of one meter; its refusal of one identifier does not cost the others."""
    address, kind = bytes.fromhex(call.address)[::-1], int(call.dialect["type"])
    for di, codes in grouped(call.codes, identifier).items():
        call.memory.asked += 1
        number = call.memory.asked & 0xFF
        question = cjt.ask(kind, address, int(di, 16), number, call.dialect["identifier"] == "low-first")
        try:
            call.told.update((yield Ask(question, answered(question, codes, call.dialect))))
        except DeviceError as refusal:
            call.told.update(dict.fromkeys(codes, refusal))


def answered(question: bytes, codes: Sequence[str], dialect: Dialect) -> Takes:
    """The figures in the answer to exactly this question: same meter, same identifier, same number."""
    asked = cjt.parse(question)

    def takes(frame: cjt.Frame) -> Figures | None:
        known = asked.address in (cjt.ANYBODY, frame.address) and asked.type in (0xAA, frame.type)
        if known and frame.control == asked.control | 0xC0 and frame.body[:1] == asked.body[2:]:
            believed(cjt.explain(frame))
        if not known or frame.control != asked.control | 0x80 or frame.body[:3] != asked.body:
            return None
        return figures(frame, codes, dialect)

    return takes


def figures(frame: cjt.Frame, codes: Sequence[str], dialect: Dialect) -> Figures:
    """What an answer says of the codes. Raises Refused, BadFrame."""
    if not frame.control & 0x80:
        return {}
    told = believed(cjt.explain(frame, read_dialect(dialect)))
    di = told.get("di")
    return {
        code: figure(told, member(code)) for code in codes if identifier(code) == di and member(code) in told
    }  # fmt: skip


def figure(told: Json, name: str) -> Figure:
    value = told[name]
    if isinstance(value, bool):
        return Figure(Decimal(value))
    if name in TYPED_BY_NAME:
        return Figure(None if value is None else Decimal(value), TYPED_BY_NAME[name])
    if isinstance(value, str) or (name in ("time", "valve", "status")):
        return Figure(None if value is None else str(value))
    word = str(told.get(f"{name}_unit", told.get("unit", "") if name in ("current", "value") else ""))
    unit, power = UNITS.get(word, (word, 0))
    return Figure(None if value is None else Decimal(value).scaleb(power), unit)


def identifier(code: str) -> str:
    match = CODE.fullmatch(code)
    return (match and match[1]) or METERING


def member(code: str) -> str:
    return code.rpartition(".")[2]


def known(code: str) -> bool:
    """True if a code is one that answers have."""
    return CODE.fullmatch(code) is not None and member(code) in MEMBERS


def read_dialect(dialect: Dialect) -> cjt.Dialect:
    """Nothing is guessed here: what the map does not say is as the standard has it."""
    return cjt.Dialect(
        low_first=dialect["identifier"] == "low-first",
        unit_first=dialect["unit"] == "before",
        year_first=dialect["clock"] == "year-first",
        valve=int(dialect["valve"]),
        battery=int(dialect["battery"]),
    )
