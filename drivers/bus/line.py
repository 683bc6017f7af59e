"""One serial line to devices that are spoken to in dialogues: bytes go out below the policy, frames come back.

Whatever goes wrong leaves the line disturbed: before the next question it is heard out until it is silent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drivers.bus.port import Port
from drivers.bus.wire import Wire, serial_settings
from drivers.dialogue.step import Ask, Dialogue, Takes
from drivers.model import DeviceError, DriverError, FrameError, LinkError
from drivers.protocol.codecs import CODECS, Codec
from drivers.protocol.fault import BadFrame

GAP = 3.5  # characters between two frames
SILENCE = 0.05  # seconds without a byte after which a disturbed line is believed to be quiet
PAUSE = 20  # characters: no device stops so long inside a frame
SHOWN = 16  # bytes of what came instead of an answer


class Ear:
    """What is heard during one question: frames are cut out of it and shown to `takes`, until one is the answer."""

    def __init__(self, codec: Codec) -> None:
        self.codec, self.framer = codec, codec.framer()
        self.waiting: list[bytes] = []  # frames behind an answer: of the next step, when that only listens
        self.first = bytearray()
        self.count = 0
        self.why = ""

    def judge(self, heard: bytearray, takes: Takes) -> Any:
        """The answer, or None: not yet. Consumes what was heard. Raises DeviceError, FrameError."""
        self.first += heard[: SHOWN - len(self.first)]
        self.count += len(heard)
        self.waiting += self.framer.feed(bytes(heard))
        heard.clear()
        return self.find_answer(takes)

    def silent(self, takes: Takes) -> Any:
        """The same once nothing more comes: a frame may hide behind the beginning of another that never ended."""
        self.waiting += self.framer.flush()
        return self.find_answer(takes)

    def find_answer(self, takes: Takes) -> Any:
        """The first answer among the waiting frames. Raises FrameError when the next one is another answer."""
        answer = self.next(takes)
        if answer is None or not self.waiting:
            return answer
        rest = list(self.waiting)
        other = self.next(takes)
        if other is not None and other != answer:
            raise FrameError("two answers came to one question, and they differ")
        self.waiting = rest if other is None else self.waiting
        return answer

    def next(self, takes: Takes) -> Any:
        while self.waiting:
            frame = self.waiting.pop(0)
            try:
                answer = takes(self.codec.parse(frame))
            except BadFrame as bad:  # its check sum fits, its content does not
                self.why = f"; {bad}"
                continue
            if answer is not None:
                return answer
        return None


class SerialLine:
    """One port, one protocol, any number of devices."""

    def __init__(self, port: str, serial: str, timeout: float, protocol: str) -> None:
        self.timeout, self.protocol = timeout, protocol
        self.port = Port(port, serial, protocol)
        self.open, self.close = self.port.open, self.port.close
        self.baud, bits, parity, stops = serial_settings(serial)
        self.bits = 1 + bits + (parity != "N") + stops  # of a character on the wire
        self.speed = self.baud  # a dialogue may change it until its end
        self.ear = Ear(CODECS[protocol])
        self.watch: Callable[[bool, bytes], object] = lambda sent, data: None  # for who wants to see the bytes

    @property
    def echoes(self) -> bool:
        return self.port.echo.sure

    async def hold(self, dialogue: Dialogue, beat: Callable[[], object]) -> None:
        """Carry a dialogue to its end; `beat` at each step and byte. LinkError and FrameError pass, if it lets them."""
        try:
            wire = self.port.plugged()
            self.tune(wire, self.baud)
            if self.port.disturbed:
                await wire.hush(max(SILENCE, GAP * self.character))
                self.port.disturbed = False
            step = next(dialogue)
            while True:
                beat()
                try:
                    answer = await self.take(wire, step, beat)
                except DriverError as error:
                    step = dialogue.throw(error)
                else:
                    step = dialogue.send(answer)
        except StopIteration:
            pass
        finally:
            dialogue.close()

    async def take(self, wire: Wire, step: Ask, beat: Callable[[], object]) -> Any:
        """One step. Raises LinkError, FrameError, DeviceError, PolicyError."""
        if step.frame:
            await wire.rest(max(step.rest, GAP * self.character))
            wire.heard.clear()
            self.ear = Ear(CODECS[self.protocol])
            self.port.echo.sending(step.frame)
        sending = len(step.frame) * self.character
        if step.takes is None:
            self.watch(True, step.frame)
            await wire.say(step.frame, sending)
            return None
        takes, ear = step.takes, self.ear
        change = wire.loop.call_later(sending, self.tune, wire, step.baud) if step.baud else None

        def judge(heard: bytearray) -> Any:
            beat()
            if not self.port.echo.strip(heard):
                return None
            self.watch(False, bytes(heard))
            return ear.judge(heard, takes)

        if step.frame:
            self.watch(True, step.frame)
        self.port.disturbed = True  # until answered; a cancelled question stays so
        try:
            answer = judge(wire.heard) if not step.frame else None
            if answer is None:
                slow = self.bits / min(self.speed, step.baud or self.speed)
                answer = await wire.ask(
                    step.frame, judge, self.timeout + sending, silence=PAUSE * slow, longest=step.longest * slow
                )
            answer = ear.silent(takes) if answer is None else answer
        except DeviceError:
            self.port.disturbed = False
            raise
        finally:
            if change:
                change.cancel()
        if answer is None:
            raise self.unanswered()
        self.port.disturbed = False
        self.tune(wire, step.baud or self.speed)
        return answer

    def unanswered(self) -> DriverError:
        came = bytes(self.ear.first)
        if not came:
            return LinkError(f"{self.port.path}: no answer within {self.timeout:g} s", "timeout")
        return FrameError(
            f"{self.port.path}: {self.ear.count} bytes came, none of them the answer{self.ear.why}: {came.hex(' ')}"
        )

    @property
    def character(self) -> float:
        """Seconds a character takes."""
        return self.bits / self.speed

    def tune(self, wire: Wire, baud: int) -> None:
        self.speed = baud
        wire.tune(baud)
