"""What a station is made of, as the core needs it: read once from the configuration, never changed while running."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from zoneinfo import ZoneInfo

from agent.core.alarms.inputs import Input
from agent.core.alarms.rule import Rulebook
from agent.core.balance.plan import USUAL_PLAN
from agent.core.balance.plan import Plan as BalancePlan
from agent.core.cases.calendar import Year
from agent.core.cases.promises import NOTHING_PROMISED, Promises
from agent.core.cases.reminders import USUAL_INTERVALS, Intervals
from agent.core.duties.duty import NO_DUTIES, Duties
from agent.core.emergency.plan import NO_PLAN, Plan
from agent.core.fills.limits import UNKNOWN, USUAL, Certificate, Limits
from agent.core.permits.kinds import NO_KINDS, Kinds
from agent.core.reports.terms import USUAL_TERMS, Terms
from agent.core.shift.roster import TWELVE_HOURS, Roster
from drivers.model import Device, Point
from kiosk.model import Person

NO_RULES = Rulebook()


@dataclass(frozen=True, slots=True)
class Nozzle:
    """What drivers and handover call a gun."""

    name: str
    device: str
    fuel: str
    certificate: Certificate = UNKNOWN


Identity = Literal["anonymous", "contact", "verified"]


@dataclass(frozen=True, slots=True)
class Setup:
    station: str
    name: str
    zone: ZoneInfo
    version: str
    fuels: tuple[str, ...] = ()
    devices: dict[str, Device] = field(default_factory=dict)
    nozzles: tuple[Nozzle, ...] = ()
    rules: Rulebook = NO_RULES
    limits: Limits = USUAL
    roster: Roster = TWELVE_HOURS
    balance: BalancePlan = USUAL_PLAN
    people: tuple[Person, ...] = ()
    inputs: Mapping[str, Input] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("zh-CN", "en")
    hotline: str = ""
    printer: bool = False  # there is one for slips
    identity: Identity = "anonymous"  # what is asked of whoever complains
    supervision: str = ""
    officer: str = ""  # id of the person who collects feedback and answers for what the kiosk takes
    deputy: str = ""
    head_office: bytes | None = None  # X25519 public key; without it no contact is taken
    public: bytes | None = None  # Ed25519 public key of the station: proves its checkpoints
    secret: bytes = bytes(32)  # the station's own: look-up PINs, and contact data at rest
    promises: Promises = NOTHING_PROMISED
    terms: Terms = USUAL_TERMS  # of its reports
    intervals: Intervals = USUAL_INTERVALS  # of what has no promise
    years: Mapping[int, Year] = field(default_factory=dict)  # whose holidays are known from the start
    plan: Plan = NO_PLAN  # of emergencies
    kinds: Kinds = NO_KINDS  # of work permits
    duties: Duties = NO_DUTIES
    digests: dict[str, str] = field(default_factory=dict)

    def total_point(self, device: str) -> Point | None:
        """The point of a device that continuity is proved on: role `total`, else None."""
        return next((p for p in self.devices[device].map.points if p.role == "total"), None)

    def counters(self) -> tuple[tuple[str, str], ...]:
        """(topic id, device) of everything that has a total: nozzles by their name, meters by theirs."""
        named = tuple((n.name, n.device) for n in self.nozzles)
        taken = {device for _, device in named}
        return named + tuple((d, d) for d in self.devices if d not in taken)
