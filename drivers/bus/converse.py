"""One device's side of a line where points have codes: hold the dialogue, ask once more what noise took, decode.

The twin of drivers/bus/talk.py, for protocols without registers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from drivers.bus.talk import DAY, SOON, Turn
from drivers.dialogue.step import Call, Dialogue, Figure, Memory, Told
from drivers.dialogue.tongues import TONGUES, dialect_of
from drivers.model import Device, DeviceError, DriverError, Fault, Instant, Quarantined, Sample
from drivers.values.figures import compile_figures

FORGOTTEN = 10.0  # seconds after which an answer that did not come never will


class Line(Protocol):
    """One line, one dialogue at a time."""

    async def hold(self, dialogue: Dialogue, beat: Callable[[], object]) -> None:
        """Carry a dialogue to its end. Raises LinkError, FrameError."""


class Conversation:
    """What is known of a device while its line holds: its units, and which codes it does not have."""

    def __init__(self, device: Device, line: Line, beat: Callable[[], object]) -> None:
        self.device, self.line, self.beat = device, line, beat
        self.tongue = TONGUES[device.map.protocol]
        self.dialect = dialect_of(device.map.protocol, device.map.dialect)
        self.decode = compile_figures(device.map)
        self.codes = tuple(dict.fromkeys(point.code for point in device.map.points))
        self.memory = Memory()
        self.told: dict[str, str] | None = None  # what was last said to be missing
        self.broke = 0.0  # when the last dialogue broke off
        self.forget()

    def forget(self) -> None:
        """After a silence or a new connection nothing is known: behind the address may be another device."""
        self.memory.units.clear()
        self.missing: dict[str, DeviceError] = {}  # codes the device does not have
        self.again = 0.0  # when they are tried again

    async def poll(self, at: Instant) -> Turn:
        """One dialogue, and after noise a second one for what the first did not give."""
        if at.mono >= self.again:
            self.missing = {}
            self.again = at.mono + (DAY if self.again else SOON)
        if at.mono - self.broke > FORGOTTEN:
            self.memory.doubtful = False
        told: Told = dict(self.missing)
        faults: list[Fault] = []
        why, error = "", await self.hold(told)
        if error:
            faults, why = [error.fault], str(error)
        if error and error.fault == "checksum" and len(told) < len(self.codes) and (error := await self.hold(told)):
            faults, why = [*faults, error.fault], str(error)
        if error:
            self.broke = at.mono
        refusals = {code: said for code, said in told.items() if isinstance(said, DeviceError)}
        asked = [code for code in refusals if code not in self.missing]
        faults += [refusals[code].fault for code in asked]
        why = why or "; ".join(dict.fromkeys(str(refusals[code]) for code in asked))
        sample = Sample(self.device.name, at, self.decode(told, error.fault if error else "refused"))
        well = any(isinstance(said, Figure) for said in told.values()) or bool(asked)
        self.remember(refusals, error)
        return Turn((sample, *(() if error else self.quarantined(at))), well, tuple(faults), why)

    def quarantined(self, at: Instant) -> tuple[Quarantined, ...]:
        """All that the device does not have, when that is not what was told last."""
        points = {point.name: point.code for point in self.device.map.points if point.code in self.missing}
        if points == self.told:
            return ()
        self.told = points
        return (Quarantined(self.device.name, at, points),)

    def absent(self, at: Instant, why: str) -> Turn:
        """The turn of a device whose line is not open."""
        return Turn((Sample(self.device.name, at, self.decode({}, "link")),), False, ("link",), why)

    async def hold(self, told: Told) -> DriverError | None:
        """A dialogue for the codes nobody told of yet; what broke it off, or nothing."""
        assert self.tongue.speak
        codes = tuple(code for code in self.codes if code not in told)
        call = Call(str(self.device.address), codes, self.dialect, self.memory, told)
        try:
            await self.line.hold(self.tongue.speak(call), self.beat)
        except DriverError as error:
            self.memory.doubtful = True
            return error
        self.memory.doubtful = False
        return None

    def remember(self, refusals: Mapping[str, DeviceError], error: DriverError | None) -> None:
        """Leave out for a day what the device does not have, unless nothing would be left to ask."""
        if error and error.fault in ("link", "timeout"):
            self.forget()
            return
        never = {code: refusal for code, refusal in refusals.items() if self.tongue.never(refusal)}
        if len(never) < len(self.codes):
            self.missing = never
