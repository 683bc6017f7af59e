"""The vocabulary of the wire: what a device is, what one poll of it says, and how it can fail."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

from drivers.flow import Flow
from drivers.framing import Framing

Quality = Literal["good", "uncertain", "bad"]
Fault = Literal[
    "",           # good
    "timeout",    # no answer in time
    "link",       # the port or the connection is gone
    "checksum",   # bytes came, but not a frame we can trust
    "refused",    # the device said no
    "null",       # the device's own word for "no value"
    "range",      # a value outside what the map calls possible
    "unsettled",  # a setting the value depends on (byte order, unit) is not known yet
    "unconfirmed",  # a total that cannot follow the last one: held until a second reading says the same
    "stale",      # the last value, too old to be believed
]  # fmt: skip
Clk = Literal["synced", "holdover", "unsynced"]
Kind = Literal["dispenser", "meter"]
Value = Decimal | float | int | str | None

PROTOCOLS = ("modbus", "iec62056-21", "cjt188", "dlt645", "mbus", "wayne-dart", "iec62056-21-d", "private")
ROLES = (
    "", "total", "display-total", "sale", "sale-number", "price", "amount", "preset", "stop-reason", "flow",
    "pressure", "temperature", "density", "state", "parameter", "serial", "shift-number", "shift-start", "shift-end",
)  # fmt: skip


class DriverError(Exception):
    """Something between us and a value. Never leaves the poller: above it there are only readings with a fault.

    DriverError
    ├── LinkError     the wire: no answer, port gone          → back off, try again
    ├── FrameError    the bytes: checksum, length, wrong reply → count, ask once more
    ├── DeviceError   the device said no (code kept)           → do not repeat
    └── MapError      our map is wrong                         → refuse to start
    """

    fault: Fault = "link"


class LinkError(DriverError):
    """The wire failed; `fault` says `timeout` or `link`."""

    def __init__(self, text: str, fault: Literal["timeout", "link"] = "link") -> None:
        super().__init__(text)
        self.fault = fault


class FrameError(DriverError):
    """Bytes came that cannot be believed: checksum, length, or the answer to another question."""

    fault: Fault = "checksum"


class DeviceError(DriverError):
    """The device understood and refused; `code` is its own."""

    fault: Fault = "refused"

    def __init__(self, text: str, code: int) -> None:
        super().__init__(text)
        self.code = code


class MapError(DriverError):
    """A device map is wrong; the text names file, line and key."""


@dataclass(frozen=True, slots=True)
class Instant:
    """One moment: `mono` in seconds of the boot's clock, `utc` in seconds since 1970, `clk` how far to trust `utc`."""

    mono: float
    utc: float
    clk: Clk


@dataclass(frozen=True, slots=True)
class Report:
    """When a change is worth a message: more than `deadband` (in the point's unit), or `heartbeat` s of silence."""

    deadband: float = 0.0
    heartbeat: float = 60.0


@dataclass(frozen=True, slots=True)
class Part:
    """One number of a value that a device tells in several, such as its integer part.

    With `list`, a list of the device says where it stands: at the place of `entry`, counted from `address`.
    """

    address: int
    type: str
    order: str = ""  # empty: the map's
    exp: int = 0  # share of the value = raw × 10^exp
    null: tuple[int, ...] = ()
    codes: dict[int, str] = field(default_factory=dict)  # of a sign: its numbers, and + or -
    list: str = ""  # name of a setting that is a list
    entry: int = 0  # what the list calls this number


@dataclass(frozen=True, slots=True)
class Point:
    """One row of a manual. `order` and `unit` may be `@setting`: then the device itself is asked first.

    A point with `parts` is their sum. Its type is `parts`, its address and length are all its parts' together.
    """

    name: str
    address: int  # as on the wire, 0-based
    type: str  # a key of decode.TYPES
    unit: str = "1"  # UCUM
    order: str = ""  # empty: the map's
    table: str = ""  # empty: the map's
    exp: int = 0  # value = raw × 10^exp
    length: int = 0  # registers of a text or of parts; 0: the type's own size
    null: tuple[int, ...] = ()  # raw sentinels that mean "no value"
    valid: tuple[float, float] | None = None  # in `unit`; outside: uncertain, "range"
    role: str = ""
    words: dict[int, str] = field(default_factory=dict)
    report: Report = Report()
    title: str = ""
    parts: tuple[Part, ...] = ()
    sign: Part | None = None  # of the parts
    code: str = ""  # what a protocol without registers calls it, such as 2:300.0; then type is number or text
    modulus: Decimal | None = None  # in `unit`: a counter that reaches it starts from 0 again


@dataclass(frozen=True, slots=True)
class Setting:
    """A register that must be read before anything is believed: its `codes` turn the raw number into a word.

    With a `length` it is a list: its word is all its numbers, split by blanks.
    """

    name: str
    address: int
    type: str
    codes: dict[int, str]
    table: str = ""
    order: str = ""
    length: int = 0  # registers of a list; 0: a single code
    title: str = ""


@dataclass(frozen=True, slots=True)
class Vector:
    """A proof: registers, or frames, as they were read, and the readings they must give (`"123.456 kg good"`)."""

    name: str
    registers: dict[int, int]
    expect: dict[str, str]
    note: str = ""
    frames: tuple[bytes, ...] = ()  # of a protocol without registers: as heard, questions may stand among them


@dataclass(frozen=True, slots=True)
class DeviceMap:
    """One model, whole: identity, where the facts come from, its points, and its proofs."""

    key: str
    title: str
    kind: Kind
    protocol: str
    source: str
    confidence: Literal["vendor", "third-party", "integrator"]
    table: str  # holding · input
    order: str
    points: tuple[Point, ...]
    settings: tuple[Setting, ...] = ()
    vectors: tuple[Vector, ...] = ()
    max_block: int = 125  # registers in one request
    gap: int = 8  # unused registers worth reading to save a request
    holes: tuple[tuple[int, int], ...] = ()  # first and last address of what must not be read
    dialect: dict[str, str | int] = field(default_factory=dict)  # how this maker speaks the protocol
    framing: Framing | None = None  # of a private bus
    qmax: Flow | None = None  # the most that flows through any device of this model
    path: Path = Path()
    digest: str = ""

    @property
    def coded(self) -> bool:
        """Its points are named by codes, not by registers."""
        return self.protocol != "modbus"


@dataclass(frozen=True, slots=True)
class Block:
    """One request: `count` registers of `table` from `address`."""

    table: str
    address: int
    count: int


class Reading(NamedTuple):
    """A value, or a reason why there is none: bad means value is None. (A tuple: a poll makes dozens.)"""

    point: str
    value: Value
    unit: str
    quality: Quality
    fault: Fault = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """One poll of one device: all its readings, at the moment the poll began."""

    device: str
    at: Instant
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """A device's settings were read (byte order, units): names to words. A name without a word is not known."""

    device: str
    at: Instant
    settings: dict[str, str]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """All that a device refuses: left out of its polls until it is tried again. Points to where they stand."""

    device: str
    at: Instant
    points: dict[str, str]  # `pressure` → `holding 0x0002`, or the code it is asked by


@dataclass(frozen=True, slots=True)
class Echoed:
    """The line to this device brings our own bytes back; they are taken off."""

    device: str
    at: Instant


News = Settled | Sample | Quarantined | Echoed  # what a bus tells of a device


@dataclass(frozen=True, slots=True)
class Device:
    """An installed device: which model, on which bus, at which address, how often."""

    name: str
    map: DeviceMap
    bus: str
    address: int | str  # text where the protocol has no numbers of its own, such as a meter number
    every: float
    label: str = ""
    qmax: Flow | None = None  # on its plate; None: the model's


class Link(Protocol):
    """One line to a bus. One request at a time; read only, by construction."""

    @property
    def echoes(self) -> bool:
        """True once it is sure that our own bytes come back."""
        ...

    async def open(self) -> None:
        """Open the port or the connection. Raises LinkError."""

    async def read(self, unit: int, block: Block) -> list[int]:
        """Registers of one block, exactly `block.count` of them. Raises LinkError, FrameError, DeviceError."""
        ...

    def close(self) -> None:
        """Close at once; `open` may be called again."""


Registers = dict[tuple[str, int], int]  # (table, address) → raw 16-bit word
Json = dict[str, Any]
