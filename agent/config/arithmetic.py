"""Bus arithmetic: whether the polls asked of a serial line fit on it, in the best case and with one dead device."""

from __future__ import annotations

from collections.abc import Sequence

from agent.config.model import Bus
from drivers.bus.plan import plan_poll
from drivers.dialogue.tongues import TONGUES
from drivers.model import Device
from drivers.sim.pace import least
from drivers.table import Source

BITS = 11  # a character on the wire: start, eight data, parity or stop, stop
# characters of a request, of an answer besides its registers, of a register, of the silence after each frame
BYTES, LETTERS = (8, 5, 2, 3.5), (17, 11, 4, 0.0)
DEAD_SHARE = 0.1  # of the bus's time goes to a device that does not answer


def poll_time(device: Device, serial: str) -> float:
    """Seconds that one poll of a device keeps the line, answers without delay."""
    if device.map.coded:
        return least(device, serial)[0]
    request, overhead, register, silence = LETTERS if serial.endswith("ascii") else BYTES
    blocks = plan_poll(device.map)
    characters = sum(request + overhead + register * block.count + 2 * silence for block in blocks)
    return characters * BITS / int(serial.split(maxsplit=1)[0])


def speaks(device: Device) -> bool:
    """True for a device that is asked; one that is only listened to takes no time of ours."""
    return not device.map.coded or TONGUES[device.map.protocol].speak is not None


def load(bus: Bus, devices: Sequence[Device]) -> float:
    """Share of the line's time that the polls need; devices that poll as fast as they can take what is left."""
    return sum(poll_time(d, bus.serial) / d.every for d in devices if d.bus == bus.name and d.every > 0)


def judge(source: Source, buses: Sequence[Bus], devices: Sequence[Device]) -> None:
    """A line that cannot carry its polls is a problem; one that cannot with a dead device, a warning."""
    for index, bus in enumerate(buses):
        if bus.link == "tcp" or not all(speaks(device) for device in devices if device.bus == bus.name):
            continue
        share = load(bus, devices)
        asked = f"the polls need {share:.0%} of the line's time at {bus.serial.split()[0]} baud"
        if share > 1:
            source.problem(("bus", index), asked, "a longer `every`, fewer devices, or a faster line")
        elif share > 1 - DEAD_SHARE:
            source.warn(("bus", index), f"{asked}: with one dead device it no longer fits", "a longer `every`")
