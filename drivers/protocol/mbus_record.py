"""The data records of an M-Bus answer (EN 13757-3): what is measured, when, by which tariff, and the value.

DIF  E s f f d d d d     E: a DIFE follows · s: storage bit 0 · f: function · d: how the data are coded
DIFE E u t t s s s s     unit bit · two tariff bits · four storage bits, each DIFE the next higher ones
VIF  E v v v v v v v     E: a VIFE follows · FD, FB: the VIFE is the code, of another table · 7C: a text instead
data                     as long as d says; d = D: a length byte (LVAR) comes first
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from decimal import Decimal

from drivers.model import Json
from drivers.protocol.check import bcd_low_first, spaced
from drivers.protocol.clock import day_exists
from drivers.protocol.fault import BadFrame
from drivers.protocol.mbus_tables import FUNCTIONS, MEANINGS, Meaning

MANUFACTURER, MORE_FOLLOW, FILLER = 0x0F, 0x1F, 0x2F
SPECIAL = {MANUFACTURER: "Manufacturer specific", MORE_FOLLOW: "More records follow"}
EXTENSIONS = 10  # DIFEs or VIFEs of one record
NO_DATA, REAL, READOUT, VARIABLE = 0x0, 0x5, 0x8, 0xD
SIZES = (0, 1, 2, 3, 4, 4, 6, 8, 0, 1, 2, 3, 4, 0, 6, 8)  # bytes by data coding
BINARY = (0x1, 0x2, 0x3, 0x4, 0x6, 0x7)
DECIMAL = (0x9, 0xA, 0xB, 0xC, 0xE)
TEXT_VIF = 0x7C

Value = Decimal | float | str | None


@dataclass(frozen=True, slots=True)
class Record:
    """One record; `value` is in `unit`, None where the bytes hold none. `meaning` is None: a VIF in no table.

    `shown` is what a reader without doubts would make of bytes that hold no value (a date of zeros, letters as digits):
    for people and for comparing with libmbus, never for a book.
    """

    function: str
    storage: int = 0
    tariff: int | None = None  # given together with `device`
    device: int | None = None
    meaning: Meaning | None = None
    value: Value = None
    shown: str = ""
    unknown: str = ""  # what of it no table knows

    def document(self, n: int) -> Json:
        told: Json = {"n": n}
        if self.unknown:
            return told | {"unknown": self.unknown}
        told |= {"function": self.function, "storagenumber": str(self.storage)}
        if self.tariff is not None:
            told |= {"tariff": str(self.tariff), "device": str(self.device)}
        quantity, unit = (self.meaning.quantity, self.meaning.unit) if self.meaning else ("", "")
        told |= {"unit": unit, "quantity": quantity}
        return told | ({"value": self.shown, "fault": "null"} if self.value is None else {"value": written(self.value)})


def written(value: Decimal | float | str) -> str:
    return value if isinstance(value, str) else f"{float(value):.6f}"


def read_records(data: bytes) -> tuple[Record, ...]:
    """All records of a variable data structure. Raises BadFrame("frame") where one breaks off."""
    records, at = [], 0
    while at < len(data):
        if data[at] == FILLER:
            at += 1
        elif data[at] in SPECIAL:
            records.append(Record(SPECIAL[data[at]], value=spaced(data[at + 1 :])))
            at = len(data)
        else:
            record, at = read_record(data, at)
            records.append(record)
    return tuple(records)


def read_record(data: bytes, at: int) -> tuple[Record, int]:
    """The record that begins at `at`, and where the next one begins."""
    dif = data[at]
    difes, at = extensions(data, at, "DIF")
    vif = take(data, at, 1, "VIF")[0]
    text = ""
    if vif & 0x7F == TEXT_VIF:
        length = take(data, at + 1, 1, "VIF")[0]
        text = characters(take(data, at + 2, length, "variable length VIF"))
        # the text stands between the VIF and its VIFEs
        vifes, at = extensions(data[:at] + data[at : at + 1] + data[at + 2 + length :], at, "VIF")
        at += 1 + length
    else:
        vifes, at = extensions(data, at, "VIF")
    coding, size = dif & 0x0F, SIZES[dif & 0x0F]
    if coding == VARIABLE:
        size = 1 + variable_size(take(data, at, 1, "data")[0])
    raw = take(data, at, size, "data")
    return interpret(dif, difes, vif, vifes, text, raw), at + size


def take(data: bytes, at: int, size: int, what: str) -> bytes:
    if at + size > len(data):
        raise BadFrame("frame", f"premature end of record at {what}")
    return data[at : at + size]


def extensions(data: bytes, at: int, what: str) -> tuple[bytes, int]:
    """The extension bytes behind the DIF or VIF at `at`, and where they end."""
    end = at
    while take(data, end, 1, what)[0] & 0x80:
        end += 1
        if end - at > EXTENSIONS:
            raise BadFrame("frame", f"more than {EXTENSIONS} {what}E")
    return data[at + 1 : end + 1], end + 1


def variable_size(lvar: int) -> int:
    """How many bytes follow the length byte of variable data."""
    if lvar < 0xC0:
        return lvar  # text
    if lvar < 0xF0:
        return lvar & 0x0F  # BCD of twice as many digits: C positive, D negative; E binary
    if lvar <= 0xF4:
        return 4 * (lvar - 0xEC)
    if lvar in (0xF5, 0xF6):
        return 48 if lvar == 0xF5 else 64
    raise BadFrame("frame", f"a reserved length of variable data: {lvar:02X}")


# ── meaning and value ──


def interpret(dif: int, difes: bytes, vif: int, vifes: bytes, text: str, raw: bytes) -> Record:
    storage, tariff, device = dif >> 6 & 1, 0, 0
    for n, dife in enumerate(difes):
        storage |= (dife & 0x0F) << (1 + 4 * n)
        tariff |= (dife >> 4 & 0x03) << (2 * n)
        device |= (dife >> 6 & 0x01) << n
    meaning, corrections, code = look_up(vif, vifes, text)
    if meaning is None or dif & 0x0F == READOUT:
        return Record(FUNCTIONS[dif >> 4 & 0x03], unknown=code if meaning is None else f"DIF {dif:02X}")
    value, shown = valued(meaning, dif & 0x0F, raw, corrections)
    return Record(
        FUNCTIONS[dif >> 4 & 0x03], storage, tariff if difes else None, device if difes else None, meaning, value, shown
    )


def valued(meaning: Meaning, coding: int, raw: bytes, corrections: bytes) -> tuple[Value, str]:
    """The value, and what to show where there is none."""
    if meaning.time and coding in BINARY and len(raw) in TIME_POINTS:
        text, exists = TIME_POINTS[len(raw)](raw)
        return (text, "") if exists else (None, text)
    value = number(coding, raw)
    if value is None and coding in DECIMAL:
        return None, written(scaled(Decimal(as_if_digits(raw)), meaning.factor, corrections))
    if value is None or isinstance(value, str):
        return value, ""
    return scaled(value, meaning.factor, corrections), ""


def look_up(vif: int, vifes: bytes, text: str) -> tuple[Meaning | None, bytes, str]:
    """What is measured, the VIFEs that correct it, and the code in hex."""
    if vif & 0x7F == TEXT_VIF:
        return Meaning(text, "-"), vifes, "VIF 7C"
    if vif in (0xFD, 0xFB):
        table = f"{vif:02X}"
        return MEANINGS[table].get(vifes[0] & 0x7F), vifes[1:], f"VIF {vif:02X} {vifes[0]:02X}"
    return MEANINGS[""].get(vif & 0x7F), vifes, f"VIF {vif:02X}"


def number(coding: int, raw: bytes) -> Value:
    """The raw value: an integer, a real, a text, or hex for what has no more meaning."""
    if coding == NO_DATA:
        return ""
    if coding in BINARY:
        return Decimal(int.from_bytes(raw, "little", signed=True))
    if coding in DECIMAL:
        return decimal(raw)
    if coding == REAL:
        real: float = struct.unpack("<f", raw)[0]
        return real if math.isfinite(real) else None
    if coding == VARIABLE:
        return variable(raw[0], raw[1:])
    return spaced(raw)


def variable(lvar: int, raw: bytes) -> Value:
    if lvar < 0xC0:
        return characters(raw)
    if lvar < 0xE0:
        value = bcd_low_first(raw) if raw else None
        return None if value is None else Decimal(-value if lvar >= 0xD0 else value)
    return spaced(raw[::-1])  # a binary number, highest byte first


def decimal(raw: bytes) -> Decimal | None:
    """BCD, low byte first; an F as the highest digit is the minus sign. Other letters: the meter shows no number."""
    negative = raw[-1] >> 4 == 0xF
    value = bcd_low_first(raw[:-1] + bytes((raw[-1] & 0x0F,)) if negative else raw)
    return None if value is None else Decimal(-value if negative else value)


def as_if_digits(raw: bytes) -> int:
    """Letters taken for digits: a high one is nothing, a low one its hexadecimal worth."""
    value = 0
    for byte in raw[::-1]:
        high = byte >> 4
        value = 100 * value + (10 * high if high < 10 else 0) + (byte & 0x0F)
    return -value if raw[-1] >> 4 == 0xF else value


def scaled(value: Decimal | float, factor: Decimal, vifes: bytes) -> Decimal | float:
    """Multiplicative (70–77, 7D) and additive (78–7B) corrections of the VIFEs."""
    exact = Decimal(value) * factor
    for vife in vifes:
        code = vife & 0x7F
        if code in range(0x70, 0x78):
            exact *= Decimal(1).scaleb((code & 7) - 6)
        elif code in range(0x78, 0x7C):
            exact += Decimal(1).scaleb((code & 3) - 3)
        elif code == 0x7D:
            exact *= 1000
    return float(exact) if isinstance(value, float) else exact


def characters(raw: bytes) -> str:
    """Text travels last letter first."""
    return "".join(c if c.isprintable() else " " for c in raw[::-1].decode("latin-1")).strip()


# ── time points: how they read, and whether there is such a moment ──

INVALID = "1900-01-00T00:00:00Z"  # the meter itself says that its clock is wrong


def date(raw: bytes) -> tuple[str, bool]:
    """Type G, 16 bits: yyyy mmmm yyyd dddd, low byte first."""
    year, month, day = 2000 + (raw[0] >> 5 | (raw[1] & 0xF0) >> 1), raw[1] & 0x0F, raw[0] & 0x1F
    return f"{year:04}-{month:02}-{day:02}", day_exists(month, day) and year < 2127


def minute(raw: bytes) -> tuple[str, bool]:
    """Type F, 32 bits: minute, hour with two bits of century, date. Old meters leave the century out."""
    century, year = raw[1] >> 5 & 3, raw[2] >> 5 | (raw[3] & 0xF0) >> 1
    year += 1900 + 100 * (1 if century == 0 and year <= 80 else century)
    return moment(raw[0] & 0x80, year, raw[3] & 0x0F, raw[2] & 0x1F, raw[1] & 0x1F, raw[0] & 0x3F, 0)


def second(raw: bytes) -> tuple[str, bool]:
    """Type I, 48 bits: second, minute, hour, date, and more."""
    year = 2000 + (raw[3] >> 5 | (raw[4] & 0xF0) >> 1)
    return moment(raw[1] & 0x80, year, raw[4] & 0x0F, raw[3] & 0x1F, raw[2] & 0x1F, raw[1] & 0x3F, raw[0] & 0x3F)


def moment(invalid: int, year: int, month: int, day: int, hour: int, minute: int, second: int) -> tuple[str, bool]:
    if invalid:
        return INVALID, False
    text = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
    return text, day_exists(month, day) and hour < 24 and minute < 60 and second < 60


TIME_POINTS = {2: date, 4: minute, 6: second}
