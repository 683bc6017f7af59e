"""How long one poll of a meter keeps its serial line at best: the dialogue, held with a device that answers at once.

speed   ──── the line's own ────╮ change-over ╭──── what the device offers; the fastest, since nobody knows ────
time    rest · question · answer · rest · …     characters at that speed, and the silences that are demanded
"""

from __future__ import annotations

from drivers.bus.line import GAP
from drivers.bus.wire import serial_settings
from drivers.dialogue.step import Ask, Call, Dialogue, Memory, Told
from drivers.dialogue.tongues import TONGUES, dialect_of
from drivers.model import Device, DeviceError, LinkError
from drivers.protocol.codecs import CODECS
from drivers.sim.devices import SimDevice, shown
from drivers.sim.speaker.reply import Reply, Shown
from drivers.sim.speaker.speakers import SPEAKERS

FASTEST = 19200  # baud: the most a device of IEC 62056-21 can offer


class Swift:
    """A device that shows nothing but zeros, at once."""

    def __init__(self, device: Device) -> None:
        self.sim = SimDevice("00", device.map, device.bus, device.address, lambda t: {})

    def shows(self) -> dict[str, Shown]:
        return {code: Shown("00", said.unit) for code, said in shown(self.sim, 0.0).items()}

    def refuses(self) -> bool:
        return False


def least(device: Device, serial: str) -> tuple[float, Told]:
    """Seconds that one poll takes at least, and what was told in it."""
    protocol, address = device.map.protocol, str(device.address)
    baud, bits, parity, stops = serial_settings(serial)
    speaker = SPEAKERS[protocol]({address: Swift(device)}, baud)
    codes, told = tuple(dict.fromkeys(point.code for point in device.map.points)), Told()
    call = Call(address, codes, dialect_of(protocol, device.map.dialect), Memory(), told)
    speak = TONGUES[protocol].speak
    assert speak
    dialogue, speed, seconds = speak(call), baud, 0.0
    step: Ask | None = next(dialogue)
    while step:
        character = (1 + bits + (parity != "N") + stops) / pace(speed, baud)
        replies = speaker(step.frame, speed)
        seconds += max(step.rest, GAP * character) + len(step.frame) * character
        speed = step.baud or speed
        character = (1 + bits + (parity != "N") + stops) / pace(speed, baud)
        seconds += sum(len(reply.data) for reply in replies) * character
        step = after(dialogue, step, replies, protocol)
    return seconds, told


def pace(speed: int, baud: int) -> int:
    """What a line at `speed` is counted with: after a change-over nobody knows how fast the real device will be."""
    return speed if speed == baud else max(speed, FASTEST)


def after(dialogue: Dialogue, step: Ask, replies: list[Reply], protocol: str) -> Ask | None:
    """The dialogue's next step; None: it is over."""
    codec = CODECS[protocol]
    try:
        if step.takes is None:
            return dialogue.send(None)
        for frame in codec.framer().feed(b"".join(reply.data for reply in replies)):
            try:
                answer = step.takes(codec.parse(frame))
            except DeviceError as refusal:
                return dialogue.throw(refusal)
            if answer is not None:
                return dialogue.send(answer)
        return dialogue.throw(LinkError("no answer", "timeout"))
    except (StopIteration, LinkError):
        return None
