"""The shift on the screen: the steps by which two people hand it over, how far they have come, and its record."""

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


@dataclass(frozen=True, slots=True)
class GunView:
    """One gun in a handover. `closing`: empty until it was typed and settled."""

    name: str
    confirmed: str  # todo · agree · differ · unread · reasoned
    verified: bool
    closing: str = ""
    unit: str = "kg"


@dataclass(frozen=True, slots=True)
class QueryView:
    """A question between the two; `by`: a name."""

    text: str
    by: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class CaseView:
    """An open case that is handed on."""

    number: str
    about: str  # complaint · …
    topic: str
    accepted: bool


@dataclass(frozen=True, slots=True)
class HandoverView:
    """How far the handover has come. `outgoing`, `incoming`: ids of people; empty: nobody yet."""

    shift: str
    ends: str  # 20:00
    phase: str  # open · signed
    late: bool = False
    outgoing: str = ""
    incoming: str = ""
    inspected: bool = False
    guns: tuple[GunView, ...] = ()
    cases: tuple[CaseView, ...] = ()
    queries: tuple[QueryView, ...] = ()

    @property
    def settled(self) -> bool:
        """Who goes may sign."""
        asked = any(not query.answer for query in self.queries)
        return not asked and all(gun.confirmed in ("agree", "reasoned") for gun in self.guns)


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One gun of a record: figures with two decimals; empty: not measured."""

    name: str
    opening: str
    closing: str
    metered: str
    dispensed: str
    difference: str
    amount: str
    fills: int
    confirmed: str
    reason: str


@dataclass(frozen=True, slots=True)
class RecordView:
    """The record of a closed shift, as it is printed. `outgoing`, `incoming`: names."""

    shift: str
    opened: str
    closed: str
    outgoing: str
    incoming: str
    unattended: bool
    lines: tuple[RecordLine, ...]
    fills: int
    metered: str
    dispensed: str
    difference: str
    amount: str
    vented: str
    findings: tuple[str, ...]
    notes: tuple[str, ...]
    queries: tuple[QueryView, ...]
    cases: tuple[str, ...]
    hash: str
