"""A simulated private bus: each device says the messages that its dialect file describes. It hears nobody."""

from __future__ import annotations

from collections.abc import Sequence

from drivers.framing import Field, Framing
from drivers.model import DeviceMap
from drivers.protocol.framed import CHECKS, WAYS, hidden
from drivers.sim.speaker.reply import Devices, Reply, Shown, Talker, exact

EVERY = 1.0  # seconds from round to round
NOTHING = Shown(0, "1")


def talker(devices: Devices, maps: Sequence[DeviceMap]) -> Talker:
    """Who talks on the line of devices that all have the dialect of the first of these maps."""
    if not maps or not (framing := maps[0].framing):
        return list
    return FramedTalker(framing, {point.code: point.exp for point in maps[0].points}, devices)


class FramedTalker:
    """The rounds of one line. What its dialect redacts is said as zeros."""

    def __init__(self, framing: Framing, scales: dict[str, int], devices: Devices) -> None:
        """`scales`: powers of ten of the fields, as the map's points have them."""
        self.framing, self.scales, self.devices = framing, scales, devices

    def __call__(self) -> list[Reply]:
        """One round: every device says every message that the fields tell apart; none while it refuses."""
        kinds = {tuple(field.when.items()): field.when for field in self.framing.fields if field.when} or {(): {}}
        return [
            Reply(address, message(self.framing, when, self.figures(address)))
            for address, device in self.devices.items()
            if not device.refuses()
            for when in kinds.values()
        ]

    def figures(self, address: str) -> dict[str, int | str]:
        """The raw values by field."""
        said: dict[str, int | str] = {self.framing.address: int(address) if address.isdecimal() else address}
        for field in self.framing.fields:
            value = self.devices[address].shows().get(field.name, NOTHING).value
            if field.type == "text":
                said.setdefault(field.name, str(value))
            elif not isinstance(value, str):
                said.setdefault(field.name, int(exact(value, 9).scaleb(-self.scales.get(field.name, 0))))
        return said


def message(framing: Framing, when: dict[int, int], figures: dict[str, int | str]) -> bytes:
    """One message with its check and its stuffing."""
    fields = [field for field in framing.fields if field.when in ({}, when)]
    end = max([len(framing.start), *(at + 1 for at in when), *(field.at + field.size for field in fields)])
    size, check = CHECKS[framing.check.kind]
    data = bytearray(max(end, framing.size - size - len(framing.stop)))
    data[: len(framing.start)] = framing.start
    for at, byte in when.items():
        data[at] = byte
    for field in fields:
        data[field.at : field.at + field.size] = written(field, 0 if hidden(field) else figures.get(field.name, 0))
    if length := framing.length:
        told = len(data) + size + len(framing.stop) - length.plus
        place = Field("length", length.at, length.size, length.type, length.order, {})
        data[length.at : length.at + length.size] = written(place, told)
    data += check(bytes(data[framing.check.first :])).to_bytes(size, WAYS[framing.check.order])
    return framing.start + stuffed(bytes(data[len(framing.start) :]), framing) + framing.stop


def written(field: Field, value: int | str) -> bytes:
    """A value as its field has it; what does not fit is cut off in front, as a counter rolls over."""
    if field.type == "text":
        return str(value).encode("ascii", "replace")[: field.size].ljust(field.size)
    number = value if isinstance(value, int) else 0
    if field.mask:
        number = number << ((field.mask & -field.mask).bit_length() - 1) & field.mask
    if field.type == "bcd":
        raw = bytes.fromhex(f"{abs(number) % 100**field.size:0{2 * field.size}d}")
        return raw if field.order == "high-first" else raw[::-1]
    return int(number % 256**field.size).to_bytes(field.size, WAYS[field.order])


def stuffed(inside: bytes, framing: Framing) -> bytes:
    """Start, stop and the escape itself never stand inside."""
    if not (escape := framing.escape):
        return inside
    special = {escape.byte, *framing.start, *framing.stop}
    return b"".join(bytes((escape.byte, byte ^ escape.turn)) if byte in special else bytes((byte,)) for byte in inside)
