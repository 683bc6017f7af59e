"""The simulated devices by protocol: one row each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from drivers.model import DeviceMap
from drivers.sim.speaker import dart, framed, pushed
from drivers.sim.speaker.cjt188 import CjtSpeaker
from drivers.sim.speaker.dlt645 import DltSpeaker
from drivers.sim.speaker.iec62056 import IecSpeaker
from drivers.sim.speaker.mbus import MbusSpeaker
from drivers.sim.speaker.reply import Devices, Speaker, Talker

SPEAKERS: dict[str, Callable[[Devices, int], Speaker]] = {  # (devices by address, baud of the line) → who answers
    "iec62056-21": IecSpeaker,
    "cjt188": CjtSpeaker,
    "dlt645": DltSpeaker,
    "mbus": MbusSpeaker,
}


class Talk(NamedTuple):
    """A line on which is talked unasked."""

    talker: Callable[[Devices, Sequence[DeviceMap]], Talker]  # (devices by address, their maps)
    every: float  # seconds from round to round


TALKERS: dict[str, Talk] = {
    "wayne-dart": Talk(lambda devices, maps: dart.DartTalker(devices), dart.EVERY),
    "iec62056-21-d": Talk(lambda devices, maps: pushed.PushTalker(devices), pushed.EVERY),
    "private": Talk(framed.talker, framed.EVERY),
}
