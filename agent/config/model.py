"""What one station.toml says, resolved: defaults filled in, paths absolute, device maps loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from agent.core.alarms.inputs import Input
from agent.core.alarms.rule import Rule
from agent.core.balance.plan import Plan as BalancePlan
from agent.core.cases.promises import Promises
from agent.core.cases.reminders import Intervals
from agent.core.duties.duty import Duties
from agent.core.emergency.plan import Plan
from agent.core.fills.limits import Limits
from agent.core.permits.kinds import Kinds
from agent.core.reports.terms import Terms
from agent.core.setup import Identity, Nozzle
from agent.core.shift.roster import Roster
from drivers.model import Device
from kiosk.model import Person
from kiosk.words import Word

Version = Literal["5", "3.1.1"]
Wiring = Literal["rtu", "tcp", "serial"]
Paperway = Literal["usb", "tcp", "serial"]
Chinese = Literal["gb18030", "image"]


@dataclass(frozen=True, slots=True)
class Station:
    id: str
    name: str
    fuels: tuple[str, ...]
    zone: ZoneInfo
    data: Path


@dataclass(frozen=True, slots=True)
class Tls:
    ca: Path | None
    cert: Path | None
    key: Path | None


@dataclass(frozen=True, slots=True)
class Mqtt:
    """The broker; `tls` None: plain TCP, allowed to loopback, elsewhere only with `plain = true`. `history`: traces a
    second at most that are replayed after an outage; None: 200, or what it takes when the broker is on this machine."""

    host: str
    port: int
    version: Version
    tls: Tls | None
    username: str
    password_file: Path | None
    root: str
    plain: bool = False
    history: int | None = None


@dataclass(frozen=True, slots=True)
class Kiosk:
    host: str
    port: int
    languages: tuple[str, ...]
    hotline: str
    supervision: str
    reasons: Mapping[str, Word]  # the station's own, beside the usual ones, and how each is called


@dataclass(frozen=True, slots=True)
class Printer:
    """An ESC/POS receipt printer for slips. `port`: a device, or the host's TCP port as text; `columns`: of its usual
    font; `chinese`: its own characters, or pictures of ours in `font`."""

    link: Paperway
    port: str
    host: str
    serial: str
    columns: int
    chinese: Chinese
    font: Path | None


@dataclass(frozen=True, slots=True)
class Keys:
    station: Path | None  # Ed25519 seed, signs checkpoints
    head_office: Path | None  # X25519 public key: contact data are sealed for it


@dataclass(frozen=True, slots=True)
class Login:
    """A person and where the hash of the PIN lies."""

    person: Person
    pin_file: Path | None


@dataclass(frozen=True, slots=True)
class Feedback:
    """Ids of the people who collect what the kiosk takes and answer for it; empty: nobody is named."""

    officer: str
    deputy: str
    identity: Identity


@dataclass(frozen=True, slots=True)
class Pin:
    """A GPIO output by its gpiozero name."""

    name: str
    pin: str
    active_high: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """An input and the pins of its contacts: (what the contact means, gpiozero name)."""

    input: Input
    pins: tuple[tuple[str, str], ...]
    active_high: bool


@dataclass(frozen=True, slots=True)
class Gpio:
    """`factory` "mock": inputs and outputs are played, because the station file says so; "": the machine's own."""

    factory: Literal["", "mock"]


@dataclass(frozen=True, slots=True)
class Bus:
    """One line: its devices share it, one request at a time."""

    name: str
    link: Wiring
    port: str  # serial device, or the host's TCP port as text
    host: str
    serial: str
    timeout: float


@dataclass(frozen=True, slots=True)
class Config:
    station: Station
    mqtt: Mqtt
    kiosk: Kiosk
    printer: Printer | None
    retention_days: int
    keys: Keys
    logins: tuple[Login, ...]
    feedback: Feedback
    nozzles: tuple[Nozzle, ...]
    limits: Limits
    roster: Roster
    balance: BalancePlan
    gpio: Gpio
    inputs: tuple[Contact, ...]
    outputs: tuple[Pin, ...]
    buses: tuple[Bus, ...]
    devices: tuple[Device, ...]
    rules: tuple[Rule, ...]
    promises: Promises
    plan: Plan
    terms: Terms  # of the reports
    kinds: Kinds
    duties: Duties
    intervals: Intervals  # of what has no promise
    digests: dict[str, str]  # of the station file, the rules, the promises and each map, as published in birth
