"""One task a bus: whose turn it is, ask, tell. Above it there are no exceptions, only readings with a fault."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from drivers.bus.converse import Conversation
from drivers.bus.line import SerialLine
from drivers.bus.listen import Listening, Tap
from drivers.bus.schedule import Slot, answered, failed, find, start, turn
from drivers.bus.talk import Talk, Turn
from drivers.model import Device, Echoed, Fault, Instant, Link, LinkError, News

End = Link | SerialLine | Tap  # what we hold of a bus

log = logging.getLogger(__name__)

BEAT = 1.0  # seconds: the longest sleep without a sign of life to the watchdog


@dataclass(frozen=True, slots=True)
class Tally:
    """What a device's line was like since the start, for diagnostics."""

    polls: int = 0
    missed: int = 0  # slots skipped
    streak: int = 0  # polls without an answer, in a row
    faults: dict[Fault, int] = field(default_factory=dict)  # failed requests by reason
    why: str = ""  # the last failure in words
    round_trip: float = 0.0  # seconds the last answered poll took


async def poll(
    link: End,
    devices: Sequence[Device],
    clock: Callable[[], Instant],
    emit: Callable[[News], object],
    *,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    beat: Callable[[], object] = lambda: None,
    tallies: dict[str, Tally] | None = None,
) -> None:
    """Poll the devices of one bus for ever: one Sample a poll, and a Settled before it when settings were read anew.

    A Quarantined behind it when the device refuses more or less than before; one Echoed when the line does so.

    `beat` is called at least every second and before every request; `tallies` is kept up to date, by device name.
    Ends only by cancellation, and closes the link then.
    """
    tallies = {} if tallies is None else tallies
    talks = {device.name: talk(device, link, beat) for device in devices}
    tallies.update((name, Tally()) for name in talks)
    schedule = start(((device.name, device.every) for device in devices), clock().mono)
    closed = "not yet open"  # why the line is closed; empty: it is open
    echoes = False
    try:
        while True:
            beat()
            slot, wait = turn(schedule, clock().mono) if talks else (None, BEAT)
            if wait or not slot:
                await sleep(min(wait, BEAT))
                continue
            side, at = talks[slot.name], clock()
            for _ in range(2):  # a peer may have closed an idle line: that costs a connection, not a reading
                if closed and not (closed := await opening(link)):
                    for other in talks.values():
                        other.forget()
                result = side.absent(at, closed) if closed else await side.poll(at)
                if closed or "link" not in result.faults:
                    break
                link.close()
                closed = result.why
            ended = clock().mono
            for event in result.events:
                emit(event)
            if link.echoes and not echoes:
                echoes = True
                emit(Echoed(slot.name, at))
                log.warning("%s: the line brings our own bytes back; they are taken off", slot.name)
            schedule = (answered if result.well else failed)(schedule, slot.name, at.mono, ended)
            tallies[slot.name] = count(tallies[slot.name], result, find(schedule, slot.name), ended - at.mono)
            log_change(slot, result)
    finally:
        link.close()


def talk(device: Device, link: End, beat: Callable[[], object]) -> Talk | Conversation | Listening:
    """A device's side of the bus, by registers or by codes, or overheard: as its line speaks."""
    if isinstance(link, Tap):
        return Listening(device, link)
    return Conversation(device, link, beat) if isinstance(link, SerialLine) else Talk(device, link, beat)


async def opening(link: End) -> str:
    """Open the line; why it stays closed, or nothing."""
    try:
        await link.open()
    except LinkError as error:
        return str(error)
    return ""


def count(tally: Tally, result: Turn, slot: Slot, took: float) -> Tally:
    faults = tally.faults
    if result.faults:
        faults = dict(faults)
        for fault in result.faults:
            faults[fault] = faults.get(fault, 0) + 1
    trip = took if result.well else tally.round_trip
    return Tally(tally.polls + 1, slot.missed, slot.streak, faults, result.why or tally.why, trip)


def log_change(before: Slot, result: Turn) -> None:
    """Changes go to the log, cycles do not."""
    if result.well and before.streak:
        log.info("%s answers again", before.name)
    elif not result.well and not before.streak:
        log.warning("%s does not answer: %s", before.name, result.why)
