"""The simulated devices by protocol: one row each."""

from __future__ import annotations

from collections.abc import Callable

from drivers.sim.speaker.cjt188 import CjtSpeaker
from drivers.sim.speaker.dlt645 import DltSpeaker
from drivers.sim.speaker.iec62056 import IecSpeaker
from drivers.sim.speaker.mbus import MbusSpeaker
from drivers.sim.speaker.reply import Devices, Speaker

SPEAKERS: dict[str, Callable[[Devices, int], Speaker]] = {  # (devices by address, baud of the line) → who answers
    "iec62056-21": IecSpeaker,
    "cjt188": CjtSpeaker,
    "dlt645": DltSpeaker,
    "mbus": MbusSpeaker,
}
