"""What people say about safety: an alarm put aside or reset, an emergency, what was done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class AlarmAct:
    """A person puts an alarm aside for so many `minutes`, resets it, takes it out of service, or brings it back."""

    kind: Literal["shelve", "unshelve", "reset", "remove", "restore"]
    alarm: str
    by: str
    why: str = ""
    minutes: int = 0  # of shelve


@dataclass(frozen=True, slots=True)
class Emergency:
    """The big button. `what`: a kind of the emergency plan; `device`: a dispenser or a nozzle; `drill`: only played."""

    what: str
    device: str = ""
    drill: bool = False
    text: str = ""
    by: str = ""
    kind: Literal["emergency"] = "emergency"


@dataclass(frozen=True, slots=True)
class IncidentAct:
    """One more thing that was done in an emergency; `word`: the step of the plan, or what is to be noted."""

    incident: str
    event: Literal["step", "note", "at_scene", "cleared", "handled", "closed"]
    word: str = ""
    by: str = ""
    kind: Literal["incident"] = "incident"


@dataclass(frozen=True, slots=True)
class PermitAct:
    """A permit is issued, or one more thing happened to it; `said`: what the event tells."""

    event: str
    by: str
    permit: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)
    kind: Literal["permit"] = "permit"


@dataclass(frozen=True, slots=True)
class Stopped:
    """Somebody worked without a permit, and was stopped."""

    place: str = ""
    text: str = ""
    by: str = ""
    kind: Literal["work-stopped"] = "work-stopped"


@dataclass(frozen=True, slots=True)
class DutyDone:
    """A person signs off a duty of the calendar, or one point of it; `defect`: something is not as it should be."""

    duty: str
    by: str
    point: str = ""
    note: str = ""
    defect: bool = False
    kind: Literal["duty-done"] = "duty-done"


CODES = ("parking", "distance", "smoking", "speed", "engine", "vehicle", "person")
ENDED = ("complied", "left", "refused", "forced")


@dataclass(frozen=True, slots=True)
class Conduct:
    """Somebody behaved dangerously and was stopped: one of CODES, and how it ended, one of ENDED."""

    code: str
    ended: str
    by: str
    note: str = ""
    kind: Literal["conduct"] = "conduct"
