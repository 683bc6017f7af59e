"""A simulated meter of IEC 62056-21 mode D: it sends its telegram unasked, with a CRC. It hears nobody."""

from __future__ import annotations

from drivers.protocol.check import crc16
from drivers.sim.speaker.iec62056 import written
from drivers.sim.speaker.reply import Devices, Reply, Showing

EVERY = 2.0  # seconds from telegram to telegram


class PushTalker:
    """One line; a line of mode D has one meter."""

    def __init__(self, devices: Devices) -> None:
        self.devices = devices

    def __call__(self) -> list[Reply]:
        """Its telegram; a meter that refuses sends one without data."""
        return [Reply(address, telegram(meter)) for address, meter in self.devices.items()]


def telegram(meter: Showing) -> bytes:
    shown = {} if meter.refuses() else meter.shows()
    lines = "".join(f"{code}({written(said)})\r\n" for code, said in shown.items())
    text = f"/SIM5\\2PUSH\r\n\r\n{lines}!".encode("ascii")
    return text + f"{crc16(text, 0):04X}\r\n".encode("ascii")
