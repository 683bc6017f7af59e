"""A simulated gas meter of wired M-Bus: it acknowledges a reset and tells its records when asked."""

from __future__ import annotations

from drivers.protocol import mbus
from drivers.protocol.check import sum8
from drivers.sim.speaker.reply import Devices, Reply, Shown, bcd, exact

HEADER = bytes.fromhex("78 56 34 12 93 15 33 03")  # 12345678, ELS, version 51, gas
BUSY = b"\x08"
RECORDS = {  # code → DIF, VIF, decimals: twelve digits of BCD each
    "volume": ("0E", "13", 3), "volume storage 1": ("4E", "13", 3), "volume-flow": ("0E", "3B", 3),
    "external-temperature": ("0E", "65", 2), "pressure": ("0E", "69", 2),
}  # fmt: skip


class MbusSpeaker:
    """One line of meters by their primary addresses."""

    def __init__(self, devices: Devices, speed: int) -> None:
        self.devices, self.speed, self.asked = devices, speed, 0
        self.framer = mbus.framer()

    def __call__(self, heard: bytes, speed: int) -> list[Reply]:
        frames = self.framer.feed(heard) if speed == self.speed else []
        return [reply for frame in frames for reply in self.answers(mbus.parse(frame))]

    def answers(self, frame: mbus.Frame) -> list[Reply]:
        if frame.type != "short":
            return []
        meant = [address for address in self.devices if frame.address in (254, int(address))]
        return [Reply(address, b"\xe5" if frame.control == 0x40 else self.answer(address)) for address in meant]

    def answer(self, address: str) -> bytes:
        self.asked += 1
        device = self.devices[address]
        if device.refuses():
            return framed(int(address), 0x70, BUSY)
        shown = device.shows()
        records = b"".join(record(code, shown[code]) for code in RECORDS if code in shown)
        return framed(int(address), 0x72, HEADER + bytes((self.asked & 0xFF, 0, 0, 0)) + records)


def record(code: str, shown: Shown) -> bytes:
    dif, vif, digits = RECORDS[code]
    return bytes.fromhex(dif + vif) + bcd(exact(shown.value, digits), digits, 6)


def framed(address: int, ci: int, data: bytes) -> bytes:
    body = bytes((0x08, address, ci)) + data
    return bytes((0x68, len(body), len(body), 0x68)) + body + bytes((sum8(body), 0x16))
