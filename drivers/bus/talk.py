"""One device's side of a bus: settle it, ask it, read around what it refuses, decode what it says."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from drivers.bus.detour import detour, left_out
from drivers.bus.doubt import Doubt
from drivers.bus.plan import plan_poll, plan_settings
from drivers.model import (
    Block,
    Device,
    DeviceError,
    DriverError,
    Fault,
    Instant,
    Link,
    News,
    Quarantined,
    Reading,
    Sample,
    Settled,
)
from drivers.values.decode import compile_readings, compile_settings
from drivers.values.layout import locate

Answers = list[list[int] | Fault]

SETTLED_FOR = 60.0  # seconds until settings are read again: nobody tells when a technician changes them
ASK_AGAIN = 60.0  # until a device that refuses everything is cut again
SOON, DAY = 600.0, 86400.0  # seconds until refused registers are tried again: first, and from then on
CUTS = 16  # of refused blocks in one poll: what is left is cut in the next one
NOT_HERE = (2, 3)  # exception codes that say: not this address, not so many


class Turn(NamedTuple):
    """What one turn on the bus gave."""

    events: tuple[News, ...]
    well: bool  # the device answered something, if only a refusal
    faults: tuple[Fault, ...] = ()  # of the requests that failed
    why: str = ""  # the last of them in words


class Talk:
    """What is known of a device while its line holds: settings, decoder, and which registers it refuses."""

    def __init__(self, device: Device, link: Link, beat: Callable[[], object]) -> None:
        self.device, self.link, self.beat = device, link, beat
        self.setting_blocks = plan_settings(device.map)
        self.settle = compile_settings(device.map, self.setting_blocks)
        self.doubt = Doubt(device.map)
        self.faults: list[Fault] = []
        self.refused: list[Block] = []
        self.why = ""
        self.told: dict[str, str] | None = None  # what was last said to be refused
        self.sure = True  # that it still holds
        self.forget()

    def forget(self) -> None:
        """After a silence or a new connection nothing is known: behind the address may be another device."""
        self.settings: dict[str, str] | None = None
        self.doubt.forget()
        self.deaf = False  # it refuses everything
        self.settle_at = self.cut_at = -math.inf
        self.replan_at = math.inf  # nothing is left out yet
        self.replan(plan_poll(self.device.map))

    async def poll(self, at: Instant) -> Turn:
        """All requests of one poll, one after the other; none after the first that stays without an answer."""
        self.faults, self.why = [], ""
        settled = await self.settings_read(at)
        if at.mono >= self.replan_at:
            self.replan(plan_poll(self.device.map))
            self.replan_at = at.mono + DAY
        silent: Fault | None = next((fault for fault in self.faults if fault in ("link", "timeout")), None)
        self.refused.clear()
        answers: Answers = [silent] * len(self.blocks) if silent else await self.ask_around(at.mono)
        readings = self.decode(answers)
        if self.doubtful(answers, readings, at.mono):
            changed, answers, readings = await self.reconsider(at, answers, readings)
            settled += changed
        self.doubt.keep(readings)
        sample = Sample(self.device.name, at, readings)
        well = any(not isinstance(answer, str) or answer == "refused" for answer in answers)
        quarantined = self.quarantined(at)
        if "link" in self.faults or "timeout" in self.faults:
            self.forget()
        return Turn((*settled, sample, *quarantined), well and not self.deaf, tuple(self.faults), self.why)

    def absent(self, at: Instant, why: str) -> Turn:
        """The turn of a device whose line is not open."""
        sample = Sample(self.device.name, at, self.decode(["link"] * len(self.blocks)))
        return Turn((sample,), False, ("link",), why)

    async def settings_read(self, at: Instant) -> tuple[Settled, ...]:
        """Read the settings when it is time to. A disturbed answer leaves what was known; a clear one replaces it."""
        if not self.setting_blocks or at.mono < self.settle_at:
            return ()
        answers = await self.ask(self.setting_blocks)
        if any(answer in ("link", "timeout", "checksum") for answer in answers if isinstance(answer, str)):
            return ()
        settings = self.settle(answers)
        self.settle_at = at.mono + SETTLED_FOR
        if settings == self.settings:
            return ()
        self.settings = settings
        self.doubt.forget()
        self.replan(self.blocks)
        return (Settled(self.device.name, at, settings),)

    def doubtful(self, answers: Answers, readings: Sequence[Reading], now: float) -> bool:
        """True when a setting that came with the poll is not what it was, or a reading does not go with the last."""
        if not self.settings:
            return False
        told = self.settle_beside(answers) if self.beside else {}
        changed = any(self.settings.get(name) != word for name, word in told.items())
        return changed or self.doubt.arises(readings, now)

    async def reconsider(
        self, at: Instant, answers: Answers, readings: tuple[Reading, ...]
    ) -> tuple[tuple[Settled, ...], Answers, tuple[Reading, ...]]:
        """Read the settings before such a poll is believed: if they changed, it is asked again; if they cannot be
        read, nothing that depends on them is known."""
        self.settle_at = -math.inf
        changed = await self.settings_read(at)
        if self.settle_at == -math.inf:
            return (), answers, compile_readings(self.device.map, {}, self.blocks)(answers)
        if not changed:
            self.doubt.end(at.mono)
            return (), answers, readings
        answers = await self.ask(self.blocks)
        return changed, answers, self.decode(answers)

    async def ask_around(self, now: float) -> Answers:
        """Ask the plan. A refused block is cut and its halves are asked at once; a register that stands alone is left
        out of the plan. A device that refuses all of it is asked as before, and cut again a while later."""
        said = dict(zip(self.blocks, await self.ask(self.blocks), strict=True))
        if any(isinstance(answer, list) for answer in said.values()):
            self.deaf, self.cut_at = False, -math.inf
        if not self.refused or now < self.cut_at:
            return list(said.values())
        cuts = 0
        while self.refused and cuts < CUTS and not {"link", "timeout"} & set(self.faults):
            cuts += 1
            block = self.refused.pop(0)
            del said[block]
            halves = detour(block, self.device.map)
            said.update(zip(halves, await self.ask(halves), strict=True))
        if not said:
            self.deaf, self.cut_at = True, now + ASK_AGAIN
            said = dict.fromkeys(plan_poll(self.device.map), "refused")
        self.replan_at = min(self.replan_at, now + SOON)
        self.replan(tuple(said))
        return list(said.values())

    def quarantined(self, at: Instant) -> tuple[Quarantined, ...]:
        """All that is left out, when that is sure and not what was told last."""
        if self.sure or (self.refused and not self.deaf) or {"link", "timeout", "checksum"} & set(self.faults):
            return ()
        self.sure = True
        points = left_out(() if self.deaf else self.blocks, self.device.map)
        if points == self.told:
            return ()
        self.told = points
        return (Quarantined(self.device.name, at, points),)

    def replan(self, blocks: Sequence[Block]) -> None:
        self.blocks, self.sure = tuple(blocks), False
        self.decode = compile_readings(self.device.map, self.settings or {}, self.blocks)
        self.beside = any(locate(setting, self.device.map, self.blocks)[0] >= 0 for setting in self.device.map.settings)
        self.settle_beside = compile_settings(self.device.map, self.blocks)  # what comes with the points

    async def ask(self, blocks: Sequence[Block]) -> Answers:
        """The answers in the order of `blocks`. One disturbed request a poll is asked once more."""
        answers: Answers = []
        for block in blocks:
            answer = await self.read(block)
            if answer == "checksum" and self.faults.count("checksum") == 1:
                answer = await self.read(block)
            answers.append(answer)
            if answer == "timeout" or answer == "link":
                answers += [answer] * (len(blocks) - len(answers))
                break
        return answers

    async def read(self, block: Block) -> list[int] | Fault:
        """One request: its registers, or its fault."""
        self.beat()
        try:
            return await self.link.read(int(self.device.address), block)
        except DriverError as error:
            if isinstance(error, DeviceError) and error.code in NOT_HERE:
                self.refused.append(block)
            self.faults.append(error.fault)
            self.why = str(error)
            return error.fault
