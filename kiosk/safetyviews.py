"""What the pages of safety show: the emergency plan and what stands, how the alarms serve, permits that are open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Saying = Mapping[str, str]  # by language


@dataclass(frozen=True, slots=True)
class PlanView:
    """One kind of emergency: (step, its words), in order."""

    id: str
    name: Saying
    steps: tuple[tuple[str, Saying], ...]


@dataclass(frozen=True, slots=True)
class IncidentView:
    """One emergency that is not closed."""

    number: str
    kind: str
    drill: bool
    where: str
    since: str
    handled: bool
    done: tuple[str, ...]  # steps
    at_scene: bool
    blocks: bool  # a leak that two people of two roles still have to clear
    cleared: tuple[str, ...]  # roles that have


@dataclass(frozen=True, slots=True)
class AlarmFigures:
    """The month so far, as ISA-18.2 counts it. `frequent`: (text of the alarm, device, times)."""

    raised: int = 0
    per_hour: float = 0.0
    busiest_ten: int = 0
    floods: int = 0
    standing: int = 0
    stale: int = 0
    chattering: int = 0
    aside: int = 0  # shelved or out of service
    frequent: tuple[tuple[str, str, int], ...] = ()


NOTHING_RAISED = AlarmFigures()


@dataclass(frozen=True, slots=True)
class PermitView:
    """One permit that is open. `steps`: events that may be entered now, `more`: by whom they may be."""

    number: str
    kind: str
    name: Saying
    state: str
    work: str
    place: str
    devices: str
    until: str
    ends: str  # the same, as ISO 8601 with its offset
    expired: bool
    people: tuple[tuple[str, str], ...]  # (duty, name)
    crew: tuple[tuple[str, str, bool], ...]  # (id, name, briefed)
    measures: tuple[tuple[str, Saying, bool], ...]  # (measure, its words, confirmed)
    gas: str  # the last gas test: 0 % LEL 12:00
    prints: int
    steps: tuple[str, ...]
    history: tuple[tuple[str, str, str], ...]  # (event, when, by)


@dataclass(frozen=True, slots=True)
class DutyView:
    """One duty of the calendar. `state`: ok, due, overdue, unknown; `points`: (point, its words, signed off)."""

    id: str
    name: Saying
    state: str
    until: str
    done: str
    points: tuple[tuple[str, Saying, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class KindView:
    """A kind of permit that may be issued here."""

    id: str
    name: Saying
    fits: str


@dataclass(frozen=True, slots=True)
class Safety:
    """All of it."""

    plan: tuple[PlanView, ...] = ()
    phones: tuple[tuple[Saying, str], ...] = ()
    incidents: tuple[IncidentView, ...] = ()
    figures: AlarmFigures = NOTHING_RAISED
    permits: tuple[PermitView, ...] = ()
    kinds: tuple[KindView, ...] = ()
    duties: tuple[DutyView, ...] = ()
    places: tuple[tuple[str, str], ...] = field(default=())  # devices: (name, label)


NOTHING_STANDS = Safety()
