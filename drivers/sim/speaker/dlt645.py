"""A simulated electricity meter of DL/T 645-2007: identifiers one by one, and its own number."""

from __future__ import annotations

from drivers.protocol import dlt645 as dlt
from drivers.protocol.check import sum8
from drivers.protocol.dlt645_table import DIGITS, row_of
from drivers.sim.speaker.reply import Devices, Reply, bcd, exact

OWN_NUMBER = "04000401"
NO_SUCH_DATA, OTHER = 0x02, 0x01
PART = dlt.LONGEST - 5  # bytes of data in one frame, beside the identifier and the number of the part


class DltSpeaker:
    """One line of meters by their twelve digits."""

    def __init__(self, devices: Devices, speed: int) -> None:
        self.devices, self.speed = devices, speed
        self.framer = dlt.framer()

    def __call__(self, heard: bytes, speed: int) -> list[Reply]:
        frames = self.framer.feed(heard) if speed == self.speed else []
        return [reply for frame in frames for reply in self.answers(dlt.parse(frame))]

    def answers(self, frame: dlt.Frame) -> list[Reply]:
        if frame.control not in (dlt.READ, dlt.READ_ON):
            return []
        meant = [address for address in self.devices if frame.address in ("AA" * 6, address)]
        return [Reply(address, self.answer(address, frame)) for address in meant]

    def answer(self, address: str, frame: dlt.Frame) -> bytes:
        """What stands behind the identifier, or that part of it that was asked for; a refusal."""
        asked, part = frame.body[:4], frame.body[4] if frame.control == dlt.READ_ON else 0
        held = OTHER if self.devices[address].refuses() else self.holds(address, asked[::-1].hex().upper())
        if isinstance(held, int):
            return framed(address, frame.control | 0xC0, bytes((held,)))
        at = part * PART
        more = dlt.MORE if len(held) > at + PART else 0
        number = bytes((part,)) if part else b""
        return framed(address, frame.control | 0x80 | more, asked + held[at : at + PART] + number)

    def holds(self, address: str, di: str) -> bytes | int:
        """The data behind an identifier, or the reason why there are none."""
        if di == OWN_NUMBER:
            return bytes.fromhex(address)[::-1]
        shown, row = self.devices[address].shows(), row_of(di)
        if di in DIGITS and di in shown:
            return bytes.fromhex(str(shown[di].value))[::-1]
        values = [shown[code].value for code in (di, *(f"{di}.{n}" for n in range(1, 64))) if code in shown]
        if row is None or not values:
            return NO_SUCH_DATA
        return b"".join(bcd(exact(value, row.digits), row.digits, row.size) for value in values)


def framed(address: str, control: int, body: bytes) -> bytes:
    data = bytes((byte + dlt.OFFSET) & 0xFF for byte in body)
    frame = b"\x68" + bytes.fromhex(address)[::-1] + bytes((0x68, control, len(data))) + data
    return b"\xfe\xfe\xfe\xfe" + frame + bytes((sum8(frame), 0x16))
