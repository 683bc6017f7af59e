"""Elster/Honeywell LIS-200 (EK205 … EK280 gas volume converters): addresses, attributes and error codes as tables.

An address is `instance:value.attribute`, as in `2:300.0`. Source: EK260 manual pp. 58, 66; confidence of the rows
behind the blank line is third-party.
"""

from __future__ import annotations

import re

ADDRESS = re.compile(r"(\d{1,2}:[0-9A-F]{3}(?:_\d)?)(?:\.(\d))?")

ADDRESSES = {
    "2:300": "Vb standard volume total",
    "2:301": "Vb standard volume disturbed",
    "2:302": "Vb standard volume with disturbed",
    "4:300": "Vm actual volume total",
    "4:301": "Vm actual volume disturbed",
    "4:302": "Vm actual volume with disturbed",
    "1:202": "Vo original counter",
    "1:203": "V1 input counter",
    "1:222": "serial number of the gas meter",

    "7:310_1": "p pressure",
    "6:310_1": "T temperature",
    "5:310": "C conversion factor",
    "8:310": "K compressibility ratio",
    "2:310": "Qb standard flow",
    "4:310": "Qm actual flow",
    "1:302": "W energy",
    "1:100": "momentary status",
    "2:404": "battery life",
    "2:190": "software version",
    "6:222": "serial number of the temperature sensor",
    "5:222": "serial number of the pressure sensor",
    "2:141": "day boundary",
}  # fmt: skip

ATTRIBUTES = {
    "0": "value", "1": "access", "2": "description", "3": "unit", "4": "source", "5": "unit code", "6": "format",
    "7": "type", "A": "rows",
}  # fmt: skip

ERRORS = {
    1: "wrong address", 2: "wrong object", 3: "wrong entity", 4: "wrong attribute", 5: "no such attribute",
    6: "value out of range", 9: "not writable", 11: "not writable", 13: "not writable", 14: "not writable",
    17: "wrong access code", 18: "no right to read", 19: "no right to write", 20: "locked",
    100: "no archive", 101: "no such archive position", 103: "archive empty", 104: "from-time not found",
    105: "to-time not found", 108: "too many archives open", 109: "overwritten while reading", 110: "archive CRC",
    180: "wrong source", 200: "syntax", 201: "wrong password", 222: "EEPROM", 223: "EEPROM", 249: "encoder",
}  # fmt: skip
RETRY = (109, 110)  # asking again may help; 1 to 5 never: our address is wrong


def meaning(address: str) -> str | None:
    """What stands at an address, in words; None where the table does not know it."""
    match = ADDRESS.fullmatch(address)
    if not match or match[1] not in ADDRESSES:
        return None
    attribute = match[2] or "0"
    what = ADDRESSES[match[1]]
    return what if attribute == "0" else f"{what}: {ATTRIBUTES.get(attribute, 'attribute ' + attribute)}"
