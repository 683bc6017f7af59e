"""Bus arithmetic: whether the polls asked of a serial line fit on it, in the best case and with one dead device."""

from __future__ import annotations

from collections.abc import Sequence

from agent.config.model import Bus
from drivers.model import Device
from drivers.plan import plan_points
from drivers.table import Source

BITS = 11  # a character on the wire: start, eight data, parity or stop, stop
REQUEST, OVERHEAD = 8, 5  # characters of a request, and of an answer besides its registers
SILENCE = 3.5  # characters after each frame
DEAD_SHARE = 0.1  # of the bus's time goes to a device that does not answer


def poll_time(device: Device, baud: int) -> float:
    """Seconds that one poll of a device keeps the line, answers without delay."""
    characters = sum(REQUEST + OVERHEAD + 2 * block.count + 2 * SILENCE for block in plan_points(device.map))
    return characters * BITS / baud


def load(bus: Bus, devices: Sequence[Device]) -> float:
    """Share of the line's time that the polls need; devices that poll as fast as they can take what is left."""
    baud = int(bus.serial.split()[0])
    return sum(poll_time(d, baud) / d.every for d in devices if d.bus == bus.name and d.every > 0)


def judge(source: Source, buses: Sequence[Bus], devices: Sequence[Device]) -> None:
    """A line that cannot carry its polls is a problem; one that cannot with a dead device, a warning."""
    for index, bus in enumerate(buses):
        if bus.link != "rtu":
            continue  # what a dialogue takes is up to the device: its wake-up, its reaction, the rate it offers
        share = load(bus, devices)
        asked = f"the polls need {share:.0%} of the line's time at {bus.serial.split()[0]} baud"
        if share > 1:
            source.problem(("bus", index), asked, "a longer `every`, fewer devices, or a faster line")
        elif share > 1 - DEAD_SHARE:
            source.warn(("bus", index), f"{asked}: with one dead device it no longer fits", "a longer `every`")
