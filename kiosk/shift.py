"""The shift on the screen: the steps by which two people hand it over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Handover:
    """One step of a handover; first of all what an attendant says a dispenser's own display shows, typed before the
    agent's figure is shown. `nozzle`: empty where a step is about all of them, or about none."""

    nozzle: str
    typed: str
    by: str
    step: str = "reading"
    kind: Literal["handover"] = "handover"


@dataclass(frozen=True, slots=True)
class Vent:
    """Gas that was let out on purpose, in kg."""

    mass: float
    by: str
    kind: Literal["vent"] = "vent"
