"""The whole language between core and shell: what can happen (events) and what is to be done (effects)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from agent.core.reports.period import Period
from drivers.model import Instant, News
from kiosk.model import Form, Receipt, Refusal, Screen
from kiosk.slip import Slip

Body = dict[str, Any]
Lane = Literal["fact", "trace", ""]
Heads = tuple[tuple[str, int], ...]  # epoch, its newest fact
Retain = Literal["no", "yes", "release"]  # release: sent unretained, then the retained copy is taken away


# ── events ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Started:
    """The agent has come up and read its journal back, as run `boot` of it; `boots`: earlier ones since the machine
    started, whose clock was not known; `before`: when the newest fact of the run before was told, if that is known."""

    boot: str = ""
    boots: tuple[str, ...] = ()
    before: float | None = None


@dataclass(frozen=True, slots=True)
class Submitted:
    """A person handed in a form; `ticket` finds the one who waits for the receipt."""

    form: Form
    ticket: int


@dataclass(frozen=True, slots=True)
class Pressed:
    """A contact changed (`state` as the input names it)."""

    input: str
    state: str


@dataclass(frozen=True, slots=True)
class Commanded:
    """Head office asks for something; `retained` was checked by nobody yet. `heads`: of each epoch the newest fact when
    it came, the epoch in force last."""

    name: str
    body: Body
    retained: bool = False
    heads: Heads = (("", 2**53),)


@dataclass(frozen=True, slots=True)
class Replayed:
    """Every fact that was to be sent once more has been sent."""


@dataclass(frozen=True, slots=True)
class Examined:
    """A proposed station file was read as `check` reads it: its problems, its warnings."""

    asked: Examine
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of an accepted station file; digests of the file before and of the new one."""

    command: str
    outcome: Literal["applied", "rolled-back", "not-applied"]
    why: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Compiled:
    """A report was made of the journal's facts; None: the journal has none that are so old."""

    kind: str
    period: Period
    by: str
    body: Body | None


@dataclass(frozen=True, slots=True)
class Linked:
    """The broker is there, or gone."""

    up: bool


@dataclass(frozen=True, slots=True)
class Lost:
    """The shell had to drop messages of a lane; `ranges` are sequence numbers of `epoch`."""

    lane: Lane
    epoch: str
    ranges: tuple[tuple[int, int], ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Remarked:
    """Something an operator or the shell did that belongs into the audit trail."""

    what: str
    detail: Body


@dataclass(frozen=True, slots=True)
class Measured:
    """The agent's own vital signs, one part at a time, for `diag`."""

    part: str
    figures: Body


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passed."""


Event = (
    News | Started | Submitted | Pressed | Commanded | Replayed | Examined | Tried | Compiled | Linked | Lost | Remarked
    | Measured | Tick
)  # fmt: skip


# ── effects ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Fact:
    """To be kept for ever and delivered: durable before any other effect of its turn is seen by anybody."""

    kind: str
    id: str
    body: Body
    source: str  # device, kiosk, …: last part of the CloudEvents source
    at: Instant
    retain: Retain = "no"
    type: str = ""  # empty: gse.{kind}.v1


@dataclass(frozen=True, slots=True)
class Trace:
    """Telemetry: in memory while the broker acknowledges, bounded and thinned otherwise."""

    kind: str
    id: str
    body: Body
    source: str
    at: Instant
    qos: int = 1


@dataclass(frozen=True, slots=True)
class Standing:
    """What is so: one retained message outside both lanes (status, birth, config)."""

    kind: str
    id: str
    body: Body
    at: Instant


@dataclass(frozen=True, slots=True)
class Drive:
    """An output is to be on or off."""

    output: str
    on: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """The receipt or refusal for the person who holds `ticket`."""

    ticket: int
    outcome: Receipt | Refusal


@dataclass(frozen=True, slots=True)
class Show:
    """The kiosk's new screen."""

    screen: Screen


@dataclass(frozen=True, slots=True)
class Print:
    """A slip is to be printed, where there is a printer; nothing waits for it."""

    slip: Slip


@dataclass(frozen=True, slots=True)
class Resend:
    """Facts `first` to `last` of an epoch (empty: the one in force) are to be sent once more, with the same bytes."""

    first: int
    last: int
    epoch: str = ""


@dataclass(frozen=True, slots=True)
class Stow:
    """The contact of a case, locked with the station's secret, is to be kept beside the journal, where it can be
    erased; an empty box: it is erased."""

    case: str
    box: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """The last fact about one thing is to be sent once more, with the same bytes."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Hurry:
    """The last fact about one thing is to be sent at once, before everything that waits; and again in its turn."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Examine:
    """A proposed station file is to be read; when it is well and `apply`, it is to be tried for so many minutes."""

    command: str
    toml: bytes
    digest: str
    minutes: float
    apply: bool


@dataclass(frozen=True, slots=True)
class Compile:
    """A report is to be made of the journal's facts, as far as they are there when it begins; `by`: who wants it."""

    kind: str
    period: Period
    by: str = "station"


@dataclass(frozen=True, slots=True)
class Apply:
    """The file that was examined is to take its place, and the agent to start anew with it."""

    asked: Examine


@dataclass(frozen=True, slots=True)
class Settle:
    """The outcome of a trial is in the journal: nothing of it needs to be remembered beside the station file."""

    command: str


Effect = (
    Fact | Trace | Standing | Drive | Answer | Show | Print | Resend | Repeat | Hurry | Stow | Compile | Examine | Apply
    | Settle
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Message:
    """The only thing the publisher knows: bytes for a topic. Lane "" has no sequence."""

    lane: Lane
    seq: int
    topic: str  # below gse/1/up/{station}/
    payload: bytes
    qos: int = 1
    retain: Retain = "no"
