"""A simulated electricity meter of DL/T 645-2007: identifiers one by one, and its own number."""

from __future__ import annotations

from drivers.protocol import dlt645 as dlt
from drivers.protocol.check import sum8
from drivers.protocol.dlt645_table import DIGITS, row_of
from drivers.sim.speaker.reply import Devices, Reply, bcd, exact

OWN_NUMBER = "04000401"
NO_SUCH_DATA, OTHER = 0x02, 0x01


class DltSpeaker:
    """One line of meters by their twelve digits."""

    def __init__(self, devices: Devices, speed: int) -> None:
        self.devices, self.speed = devices, speed
        self.framer = dlt.framer()

    def __call__(self, heard: bytes, speed: int) -> list[Reply]:
        frames = self.framer.feed(heard) if speed == self.speed else []
        return [reply for frame in frames for reply in self.answers(dlt.parse(frame))]

    def answers(self, frame: dlt.Frame) -> list[Reply]:
        if frame.control != dlt.READ:
            return []
        meant = [address for address in self.devices if frame.address in ("AA" * 6, address)]
        return [Reply(address, self.answer(address, frame.body[:4])) for address in meant]

    def answer(self, address: str, asked: bytes) -> bytes:
        device, di = self.devices[address], asked[::-1].hex().upper()
        if device.refuses():
            return framed(address, 0xD1, bytes((OTHER,)))
        if di == OWN_NUMBER:
            return framed(address, 0x91, asked + bytes.fromhex(address)[::-1])
        shown, row = device.shows(), row_of(di)
        if di in DIGITS and di in shown:
            return framed(address, 0x91, asked + bytes.fromhex(str(shown[di].value))[::-1])
        values = [shown[code].value for code in (di, *(f"{di}.{n}" for n in range(1, 64))) if code in shown]
        if row is None or not values:
            return framed(address, 0xD1, bytes((NO_SUCH_DATA,)))
        data = b"".join(bcd(exact(value, row.digits), row.digits, row.size) for value in values)
        return framed(address, 0x91, asked + data)


def framed(address: str, control: int, body: bytes) -> bytes:
    data = bytes((byte + dlt.OFFSET) & 0xFF for byte in body)
    frame = b"\x68" + bytes.fromhex(address)[::-1] + bytes((0x68, control, len(data))) + data
    return b"\xfe\xfe\xfe\xfe" + frame + bytes((sum8(frame), 0x16))
