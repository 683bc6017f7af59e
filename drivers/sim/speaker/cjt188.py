"""A simulated gas meter of CJ/T 188: the metering data, by the letter of the standard."""

from __future__ import annotations

from drivers.protocol import cjt188 as cjt
from drivers.protocol.check import sum8
from drivers.sim.speaker.reply import Devices, Reply, Shown, bcd, exact

GAS, CUBIC_METRES = 0x30, 0x2C
CLOCK = bytes.fromhex("31 01 22 11 05 15 20")
VALVE = {"open": 0, "closed": 1, "fault": 3}
NOTHING = Shown(0, "1")


class CjtSpeaker:
    """One line of meters by their 14 digits."""

    def __init__(self, devices: Devices, speed: int) -> None:
        self.devices, self.speed = devices, speed
        self.framer = cjt.framer()

    def __call__(self, heard: bytes, speed: int) -> list[Reply]:
        frames = self.framer.feed(heard) if speed == self.speed else []
        return [reply for frame in frames for reply in self.answers(cjt.parse(frame))]

    def answers(self, frame: cjt.Frame) -> list[Reply]:
        """Of every meter that is meant: all of them when the address is AA."""
        if frame.control != cjt.READ or len(frame.body) != 3:
            return []
        meant = [a for a in self.devices if frame.address in (cjt.ANYBODY, bytes.fromhex(a)[::-1])]
        return [Reply(address, self.answer(address, frame.body)) for address in meant]

    def answer(self, address: str, asked: bytes) -> bytes:
        device = self.devices[address]
        if device.refuses() or asked[:2] not in (b"\x1f\x90", b"\x90\x1f"):
            return framed(address, 0xC1, asked[2:] + b"\x01\x00")
        shown = device.shows()
        volumes = [
            bcd(exact(shown.get(code, NOTHING).value, 2), 2, 4) + bytes((CUBIC_METRES,))
            for code in ("current", "settlement")
        ]
        valve = VALVE.get(str(shown.get("valve", Shown("open", "1")).value), 0)
        battery = 0x04 * bool(shown.get("battery_low", NOTHING).value)
        return framed(address, 0x81, asked + b"".join(volumes) + CLOCK + bytes((valve | battery, 0)))


def framed(address: str, control: int, body: bytes) -> bytes:
    frame = bytes((0x68, GAS, *bytes.fromhex(address)[::-1], control, len(body))) + body
    return b"\xfe\xfe" + frame + bytes((sum8(frame), 0x16))
