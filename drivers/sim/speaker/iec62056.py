"""A simulated IEC 62056-21 mode C device: it signs on at the line's speed, changes over, answers R1 or reads out."""

from __future__ import annotations

from drivers.dialogue.iec62056 import canon
from drivers.model import Value
from drivers.protocol import iec62056 as iec
from drivers.protocol.check import bcc
from drivers.protocol.iec62056_stream import framer
from drivers.sim.speaker.reply import Devices, Reply, Showing, Shown, exact

LETTER, MAKER, NAME = "5", "Els", "\\2SIM280"  # 9600 baud; a small third letter answers fast
WORDS = {"Cel": "{C", "mo": "Mon", "1": "", "kW.h": "kWh"}
LOCKED, UNKNOWN = "(#0018)", "(#0004)"


class IecSpeaker:
    """One line. Whoever signs on last is spoken to; a break, or another sign-on, ends that."""

    def __init__(self, devices: Devices, speed: int) -> None:
        self.devices, self.start = devices, speed
        self.framer = framer()
        self.open: str | None = None  # address of the device that was signed on to
        self.speed = speed  # what that device speaks at

    def __call__(self, heard: bytes, speed: int) -> list[Reply]:
        frames = self.framer.feed(heard)
        said = [self.answer(iec.parse(frame), speed) for frame in frames]
        return [reply for reply in said if reply is not None]

    def answer(self, frame: iec.Frame, speed: int) -> Reply | None:
        if frame.type == "sign-on" and speed == self.start:
            return self.sign_on(iec.explain(frame)["address"])
        if self.open is None or speed != self.speed:
            return None
        if frame.type == "ack" and (chosen := iec.option(frame.text)).get("mode"):
            self.speed = int(chosen["baud"])
            if chosen["mode"] == "readout":
                return self.say(read_out(self.devices[self.open]))
            return self.say(command("P0\x02()"))
        if frame.command == "R1":
            return self.say(block(read(self.devices[self.open], frame.items[0].address)))
        if frame.command.startswith("B"):
            self.open = None
        return None

    def sign_on(self, address: str) -> Reply | None:
        self.open = next((each for each in self.devices if not address or each == address), None)
        self.speed = self.start
        return None if self.open is None else self.say(f"/{MAKER}{LETTER}{NAME}\r\n".encode())

    def say(self, data: bytes) -> Reply:
        assert self.open is not None
        return Reply(self.open, data, self.speed)


def read(device: Showing, address: str) -> str:
    """The answer to R1: the value, its unit under attribute 3, or an error."""
    if device.refuses():
        return LOCKED
    shown = {canon(code): said for code, said in device.shows().items()}
    base, _, attribute = canon(address).rpartition(".")
    if canon(address) in shown:
        return f"{address}({written(shown[canon(address)])})"
    if attribute == "3" and (said := shown.get(f"{base}.0")):
        return f"{address}({WORDS.get(said.unit, said.unit)})"
    return UNKNOWN


def read_out(device: Showing) -> bytes:
    if device.refuses():
        return block(LOCKED)
    lines = [f"{code}({written(shown)})\r\n" for code, shown in device.shows().items()]
    return block("".join(lines) + "!\r\n")


def written(shown: Shown) -> str:
    unit = WORDS.get(shown.unit, shown.unit)
    return number(shown.value) + (f"*{unit}" if unit and not isinstance(shown.value, str) else "")


def number(value: Value) -> str:
    return value if isinstance(value, str) else f"{exact(value, 4):f}"


def block(text: str) -> bytes:
    content = text.encode("ascii") + b"\x03"
    return b"\x02" + content + bytes((bcc(content),))


def command(text: str) -> bytes:
    content = text.encode("ascii") + b"\x03"
    return b"\x01" + content + bytes((bcc(content),))
