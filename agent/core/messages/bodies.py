"""What every message says: the shape of each body, as types. The schemas are made of these, and of nothing else.

Members may be added when they are `NotRequired`; none is ever taken away or changed: v1 only grows. A kind that is
not described here is checked by its envelope alone.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from agent.core.messages.shapes import Base64, Count, Hash, Number, Range, Scalar, Severity, Time, Unit, says

# ── what is so ──────────────────────────────────────────────────────────────


class Status(TypedDict):
    state: Literal["online", "offline"]
    since: Time


class BirthPoint(TypedDict):
    name: str
    unit: Annotated[str | None, says("UCUM; null while the device has not told it")]
    role: NotRequired[str]
    modulus: NotRequired[Annotated[float, says("a counter that reaches it starts from 0 again; in its unit")]]
    title: NotRequired[str]


class BirthDevice(TypedDict):
    name: str
    label: str
    kind: Literal["dispenser", "meter"]
    model: str
    title: str
    confidence: str
    map: Annotated[str, says("digest of the device map")]
    every: Annotated[float, says("seconds from poll start to poll start")]
    points: list[BirthPoint]
    settings: NotRequired[dict[str, str | None]]


class BirthNozzle(TypedDict):
    name: str
    device: str
    fuel: str


class BirthRule(TypedDict):
    alarm: str
    severity: Severity
    text: str


class BirthKeys(TypedDict):
    station: Annotated[Base64, says("Ed25519 public key: proves this station's checkpoints")]


class Birth(TypedDict):
    station: str
    name: str
    fuels: list[str]
    timezone: str
    software: str
    schemas: list[str]
    digests: dict[str, str]
    devices: list[BirthDevice]
    nozzles: list[BirthNozzle]
    rules: list[BirthRule]
    keys: NotRequired[BirthKeys]


class Reported(TypedDict):
    software: str
    digests: dict[str, str]


class Head(TypedDict):
    seq: Count
    hash: NotRequired[str]


class Hello(TypedDict):
    epoch: str
    fact: Head
    trace: Head


# ── traces ──────────────────────────────────────────────────────────────────


class TeleSample(TypedDict):
    time: Time
    values: dict[str, float | str]
    uncertain: NotRequired[Annotated[dict[str, str], says("point → why it may be wrong")]]
    bad: NotRequired[Annotated[dict[str, str], says("point → why it has no value")]]


class Tele(TypedDict):
    device: str
    model: str
    samples: list[TeleSample]
    maintenance: NotRequired[Annotated[bool, says("a work permit for this device is open")]]
    hist: NotRequired[Annotated[bool, says("replayed from the spool")]]


class Diag(TypedDict):
    """Figures of one part of the agent."""


# ── facts ───────────────────────────────────────────────────────────────────

Finding = TypedDict(
    "Finding",
    {
        "kind": str, "from": Time, "to": Time, "text": str, "nozzle": NotRequired[str], "device": NotRequired[str],
        "point": NotRequired[str], "before": NotRequired[Scalar], "after": NotRequired[Scalar],
        "unit": NotRequired[Unit | None],
    },
)  # fmt: skip


class Total(TypedDict):
    device: str
    point: str
    total: float
    unit: Unit
    reason: Annotated[str, says("power-up, hourly, continuity, shift")]
    findings: NotRequired[list[Finding]]


class Counted(TypedDict):
    month: str
    count: Count


class Alarm(TypedDict):
    alarm: str
    rule: str
    device: str
    event: Annotated[
        str,
        says("raised, acknowledged, returned, cleared; shelved, unshelved; suppressed, released; removed, restored"),
    ]
    state: Annotated[
        str,
        says(
            "ISA-18.2: normal, unacknowledged, acknowledged, returned-unacknowledged, latched-unacknowledged, latched, "
            "shelved, suppressed-by-design, out-of-service"
        ),
    ]
    severity: Severity
    by: str
    since: Time
    text: str
    consequence: str
    response: str
    respond_within: Annotated[float, says("seconds")]
    value: NotRequired[float | str]
    unit: NotRequired[Unit]
    limit: NotRequired[float]
    point: NotRequired[str]
    raised: NotRequired[Annotated[Time, says("when it was raised last")]]
    counted: NotRequired[Annotated[Counted, says("how often it was raised in a month so far")]]
    before: NotRequired[Annotated[Scalar, says("of a change: what it was")]]
    after: NotRequired[Annotated[Scalar, says("of a change: what it is now")]]
    active: NotRequired[Annotated[bool, says("its cause is there")]]
    why: NotRequired[Annotated[str, says("why it was put aside, or what was found when it was acknowledged")]]
    until: NotRequired[Annotated[Time, says("of a shelved one: it comes back by itself then")]]
    unseen: NotRequired[Annotated[bool, says("it was suppressed before anybody had seen it")]]
    group: NotRequired[str]
    first_out: NotRequired[Annotated[bool, says("the first of its group to be raised")]]
    incident: NotRequired[Annotated[str, says("of an emergency: its number")]]
    drill: NotRequired[bool]
    permit: NotRequired[Annotated[str, says("of a work permit that is over: its number")]]
    where: NotRequired[str]
    case: NotRequired[Annotated[str, says("of an alarm that a case raised: its number")]]
    task: NotRequired[Annotated[str, says("of a call for the manager: the task")]]
    report: NotRequired[Annotated[str, says("of an alarm about a report's duty: its id")]]


class Task(TypedDict):
    """One thing to be done, as something else asks for it."""

    task: str
    kind: Annotated[
        str, says("inspection, manager-call; progress, clarify, transfer, visit, rectify: reminders of a case")
    ]
    event: Literal["opened", "done", "withdrawn"]
    by: str
    text: str
    device: NotRequired[str]
    case: NotRequired[str]
    due: NotRequired[Annotated[Time, says("when it was to be done")]]
    since: NotRequired[Annotated[Time, says("of a call for the manager")]]
    waited: NotRequired[Annotated[Count, says("seconds until somebody came")]]


class Feedback(TypedDict):
    receipt: str
    rating: Annotated[int, says("5 is best", minimum=1, maximum=5)]
    reasons: list[str]
    text: str
    withdraws: NotRequired[Annotated[str, says("an earlier receipt")]]


class Pii(TypedDict):
    case: str
    alg: str
    key: Annotated[str, says("fingerprint of head office's key")]
    sealed: Base64


class Meter(TypedDict):
    device: str
    parameters: dict[str, Scalar]
    refused: NotRequired[Annotated[dict[str, str], says("points it refuses, and where they stand in it")]]


class Audit(TypedDict):
    what: str


class Gap(TypedDict):
    lane: Literal["fact", "trace"]
    epoch: str
    ranges: list[Range]
    count: Count
    reason: str
    seq: NotRequired[Annotated[int, says("last fact of the epoch before, as far as known", minimum=0)]]
    hash: NotRequired[Hash]


class Checkpoint(TypedDict):
    seq: Number
    hash: Hash
    sig: Annotated[Base64, says("Ed25519 over station/epoch/seq/hash")]


Proposed = Literal["refused", "examined", "trying", "applied", "rolled-back", "not-applied"]


class Reply(TypedDict):
    cmd: str
    ok: bool
    reason: str
    args: NotRequired[Annotated[str, says("digest of the command's arguments, when it had any")]]
    state: NotRequired[Annotated[Proposed, says("of config.propose; after `trying` a second reply tells the outcome")]]
    before: NotRequired[Annotated[str, says("digest of the station file in force")]]
    after: NotRequired[Annotated[str, says("digest of the proposed one")]]
    minutes: NotRequired[Annotated[float, says("of the trial, at most")]]
    problems: NotRequired[Annotated[list[str], says("as `station-edge check` tells them")]]
    warnings: NotRequired[list[str]]


# ── from head office ────────────────────────────────────────────────────────


class Ack(TypedDict):
    epoch: str
    through: Count
    hash: Hash
    missing: NotRequired[list[Range]]


class Command(TypedDict):
    id: Annotated[str, says(pattern="^[^/+#]{1,64}$")]
    by: NotRequired[str]
    issued: NotRequired[Time]
    expires: NotRequired[Time]
    args: NotRequired[dict[str, Any]]
