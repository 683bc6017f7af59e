"""Wayne DART, the line between a dispenser and its controller: listened to, never spoken.

    ADR 3s  TRANS LEN bytes…  CRC-L CRC-H 03 FA     data; s counts, CRC-16/ARC over ADR … data
    ADR 20 FA  poll      ADR C0|s FA  ack      ADR 50|s FA  nak      ADR 70|s FA  end
    A CRC byte that equals FA has 10 before it. ADR is 50–6F.

Transaction numbers mean one thing from the pump (DC) and another from the host (CD), and no byte tells who speaks:
unless the sender is known both readings are given, as far as the bytes allow them. Where the decimal points stand is
said by the pump's DC7 and by nothing else. Source: third-party code that cites Dart Pump Interface 2.11 (WM041550).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

from drivers.model import Json
from drivers.protocol.check import bcd, crc16, spaced
from drivers.protocol.fault import BadFrame
from drivers.protocol.framer import Framer, parsed

Sender = Literal["pump", "host"]
ADDRESSES = range(0x50, 0x70)
STOP, DLE = 0xFA, 0x10
TAIL = b"\x03\xfa"
LONGEST = 320
CONTROLS = {0x2: "poll", 0x3: "data", 0x5: "nak", 0x7: "end", 0xC: "ack", 0xE: "ack-poll"}

STATES = {
    0: "not programmed", 1: "reset", 2: "authorised", 4: "filling", 5: "complete", 6: "max reached", 7: "off",
    8: "suspended",
}  # fmt: skip
ORDERS = {
    0x00: "return status", 0x02: "return parameters", 0x03: "return identity", 0x04: "return filling info",
    0x05: "reset", 0x06: "authorise", 0x08: "stop", 0x0A: "switch off", 0x0D: "suspend", 0x0E: "resume",
    0x0F: "return prices",
}  # fmt: skip
ALARMS = {
    0x01: "CPU reset", 0x03: "RAM", 0x04: "PROM", 0x06: "pulser", 0x07: "pulser current", 0x09: "emergency stop",
    0x0A: "power fail", 0x0B: "pressure lost", 0x0C: "blend ratio", 0x0D: "leak low", 0x0E: "leak high",
    0x0F: "hose leak",
}  # fmt: skip


class Decimals(NamedTuple):
    """How many digits stand behind the point, as the pump's DC7 said."""

    volume: int
    amount: int
    price: int


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame; `transactions` are (number, bytes) of a data frame."""

    address: int
    control: int
    transactions: tuple[tuple[int, bytes], ...] = ()
    crc: bytes = b""

    @property
    def type(self) -> str:
        return CONTROLS.get(self.control >> 4, "other")


# ── reading ──


def parse(data: bytes) -> Frame:
    """Raises BadFrame: frame, length, crc."""
    if len(data) < 3 or data[0] not in ADDRESSES or data[-1] != STOP:
        raise BadFrame("frame", "a frame begins with an address 50–6F and ends with FA")
    if len(data) == 3:
        return Frame(data[0], data[1])
    if data[-2:] != TAIL or len(data) < 6:
        raise BadFrame("frame", "a data frame ends with its CRC, 03 and FA")
    body, crc = unstuff(data[:-2])
    if len(crc) != 2 or len(body) < 2:
        raise BadFrame("length", f"{len(data)} bytes do not make a data frame")
    plain = body.replace(b"\x10\xfa", b"\xfa")  # seen on no line yet, but DLE may stand in the data as well
    body = plain if crc != checked(body) and crc == checked(plain) else body
    if crc != (correct := checked(body)):
        told = {"correct_crc": spaced(correct), "adr": body[0], "ctrl": body[1]}
        raise BadFrame("crc", f"the check sum is {spaced(crc)}, it should be {spaced(correct)}", told)
    return Frame(body[0], body[1], split(body[2:]), crc)


def checked(body: bytes) -> bytes:
    return crc16(body, 0).to_bytes(2, "little")


def unstuff(data: bytes) -> tuple[bytes, bytes]:
    """The two CRC bytes at the end, freed of DLE, and what stands before them."""
    crc = b""
    while len(crc) < 2 and data:
        size = 2 if data[-2:] == b"\x10\xfa" else 1
        crc, data = data[-1:] + crc, data[:-size]
    return data, crc


def split(data: bytes) -> tuple[tuple[int, bytes], ...]:
    """`TRANS LEN bytes`, again and again."""
    found, at = [], 0
    while at < len(data):
        if at + 2 > len(data) or at + 2 + data[at + 1] > len(data):
            raise BadFrame("length", f"transaction {data[at]} breaks off")
        found.append((data[at], data[at + 2 : at + 2 + data[at + 1]]))
        at += 2 + data[at + 1]
    return tuple(found)


# ── telling ──


def learn(frame: Frame) -> Decimals | None:
    """The decimals, when this frame carries the pump's parameters (DC7)."""
    for number, data in frame.transactions:
        if number == 7 and len(data) >= 25 and max(data[22:25]) < 9:
            return Decimals(*data[22:25])
    return None


def explain(frame: Frame, sender: Sender | None = None, decimals: Mapping[int, Decimals] | None = None) -> Json:
    """`adr ctrl transactions`. `decimals` by address turns BCD numbers into volume, amount and price."""
    told: Json = {"adr": frame.address, "ctrl": frame.control, "type": frame.type}
    if frame.type != "poll":
        told["seq"] = frame.control & 0x0F
    if frame.type != "data":
        return told
    told["crc"] = spaced(frame.crc)
    points = learn(frame) or (decimals or {}).get(frame.address)
    return told | {"transactions": [transaction(n, data, sender, points) for n, data in frame.transactions]}


def transaction(number: int, data: bytes, sender: Sender | None, points: Decimals | None) -> Json:
    told: Json = {"id": number, "length": len(data), "data": spaced(data)}
    meanings = {}
    for who in ("host", "pump"):
        read = READERS[who].get(number) if sender in (None, who) else None
        reading = read(data) if read else None
        if reading is not None:
            meanings[who], values = reading
            told |= values
    if points:
        told |= pointed(told, points)
    if len(meanings) == 1:
        told["meaning"] = next(iter(meanings.values()))
    elif meanings:
        told["meaning"] = "; ".join(f"from {who}: {meaning}" for who, meaning in meanings.items())
    return told


def pointed(told: Json, points: Decimals) -> Json:
    """The numbers with their decimal points, under their own names."""
    return {
        name: Decimal(told[f"{name}_bcd"]).scaleb(-digits)
        for name, digits in points._asdict().items()
        if told.get(f"{name}_bcd") is not None
    }


# One reader a transaction: what it is, and its members; None where the bytes cannot be that.
Reading = tuple[str, Json] | None


def status(data: bytes) -> Reading:
    if len(data) != 1 or data[0] not in STATES:
        return None
    return f"DC1 status {data[0]} {STATES[data[0]]}", {"status": data[0], "name": STATES[data[0]]}


def filled(data: bytes) -> Reading:
    if len(data) != 8:
        return None
    volume, amount = bcd(data[:4]), bcd(data[4:])
    return (
        None
        if volume is None or amount is None
        else ("DC2 filled volume and amount", {"volume_bcd": volume, "amount_bcd": amount})
    )


def nozzle(data: bytes) -> Reading:
    price = bcd(data[:3])
    if len(data) != 4 or price is None or data[3] & 0xE0:  # three bits that DC3 keeps zero
        return None
    told = {"price_bcd": price, "nozzle": data[3] & 0x0F, "nozzle_out": bool(data[3] & 0x10)}
    return "DC3 price and nozzle", told


def alarm(data: bytes) -> Reading:
    if len(data) != 1:
        return None
    return "DC5 alarm", {"alarm": data[0], "name": ALARMS.get(data[0], "unknown alarm")}


def parameters(data: bytes) -> Reading:
    if len(data) < 25:
        return None
    return "DC7 parameters", {"decimals": dict(zip(Decimals._fields, data[22:25], strict=True))}


def identity(data: bytes) -> Reading:
    return ("DC9 identity", {"identity": data.hex()}) if len(data) == 5 else None


def totals(data: bytes) -> Reading:
    if len(data) != 16:
        return None
    numbers = [bcd(data[at : at + 5]) for at in (1, 6, 11)]
    return "DC101 totals", {"counter": data[0]} | dict(zip(("total", "total_1", "total_2"), numbers, strict=True))


def order(data: bytes) -> Reading:
    return (f"CD1 {ORDERS[data[0]]}", {}) if len(data) == 1 and data[0] in ORDERS else None


def nozzles(data: bytes) -> Reading:
    if not 1 <= len(data) <= 8 or not all(1 <= byte <= 8 for byte in data):
        return None
    return "CD2 allowed nozzles", {"nozzles": list(data)}


def preset_volume(data: bytes) -> Reading:
    value = bcd(data) if len(data) == 4 else None
    return None if value is None else ("CD3 preset volume", {"preset_volume_bcd": value})


def preset_amount(data: bytes) -> Reading:
    value = bcd(data) if len(data) == 4 else None
    return None if value is None else ("CD4 preset amount", {"preset_amount_bcd": value})


def prices(data: bytes) -> Reading:
    numbers = [bcd(data[at : at + 3]) for at in range(0, len(data), 3)]
    if not data or len(data) % 3 or None in numbers:
        return None
    return "CD5 prices", {"prices": numbers}


def ask_totals(data: bytes) -> Reading:
    return ("CD101 return totals", {"counter": data[0]}) if len(data) == 1 else None


READERS: dict[str, dict[int, Callable[[bytes], Reading]]] = {
    "host": {1: order, 2: nozzles, 3: preset_volume, 4: preset_amount, 5: prices, 101: ask_totals},
    "pump": {1: status, 2: filled, 3: nozzle, 5: alarm, 7: parameters, 9: identity, 101: totals},
}


# ── frames in a stream ──


def lengths(heard: bytearray, at: int) -> tuple[int, ...] | None:
    rest = len(heard) - at
    if heard[at] not in ADDRESSES:
        return ()
    if rest < 3:
        return None
    if heard[at + 1] >> 4 != 0x3:
        return (3,) if heard[at + 1] >> 4 in CONTROLS and heard[at + 2] == STOP else ()
    end = heard.find(TAIL, at + 4, at + LONGEST)
    if end < 0:
        return None if rest < LONGEST else ()
    return (end + 2 - at,)


def sound(frame: bytes, clean: bool) -> bool:
    if len(frame) == 3:
        return clean  # no check sum: only where a frame may begin
    return parsed(parse)(frame, clean)


def framer() -> Framer:
    return Framer(lengths, sound)
