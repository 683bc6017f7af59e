"""What is told of a shift: its opening, each step of its handover, and the record that closes it."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, TypedDict

from agent.core.messages.bodies import Finding
from agent.core.messages.shapes import Count, Hash, Time, Unit, says


class OpeningLine(TypedDict):
    """A gun when the shift begins. Sums: of fills that go beyond the closing of the shift before; what was counted
    there already is below 0."""

    nozzle: str
    device: str
    total: NotRequired[float]
    unit: NotRequired[Unit]
    fills: NotRequired[int]
    dispensed: NotRequired[float]
    metered: NotRequired[float]
    amount: NotRequired[float]
    drained: NotRequired[float]


class Line(TypedDict):
    """A gun in a record; kg, CNY."""

    nozzle: str
    device: str
    unit: Unit
    fills: Count
    metered: Annotated[float, says("what its total counted, fills and drops")]
    dispensed: Annotated[float, says("what its fills add up to, as they were shown")]
    difference: Annotated[float, says("metered − dispensed")]
    opening: NotRequired[float]
    closing: NotRequired[float]
    drained: NotRequired[Annotated[float, says("of the metered, what no fill took")]]
    unseen: NotRequired[Annotated[float, says("of the metered, what no record tells of")]]
    jump: NotRequired[Annotated[float, says("closing − opening − metered")]]
    amount: NotRequired[Annotated[float, says("absent when a fill had none")]]
    typed: NotRequired[str]
    confirmed: NotRequired[Literal["no", "agree", "differ", "unread", "reasoned"]]
    reason: NotRequired[str]
    manual: NotRequired[Annotated[bool, says("the closing was typed; the agent could not read it")]]
    read_at: NotRequired[Time]


class Query(TypedDict):
    text: str
    by: str
    answer: str


class Shift(TypedDict):
    shift: Annotated[str, says("day and number, by the roster")]
    state: Annotated[
        Literal["opened", "drafted", "confirmed", "disputed", "overdue", "closed", "corrected"],
        says("`confirmed` and `disputed` are one step of the handover each"),
    ]
    by: str
    # of a step
    step: NotRequired[str]
    nozzle: NotRequired[str]
    typed: NotRequired[str]
    agree: NotRequired[bool | None]
    reason: NotRequired[str]
    manual: NotRequired[bool]
    corrected: NotRequired[Annotated[str, says("the shift whose record is put right")]]
    corrects: NotRequired[Annotated[Hash, says("that record")]]
    before: NotRequired[Annotated[float, says("the closing as it was signed")]]
    second: NotRequired[Annotated[str, says("who said so first; `by` is another person")]]
    mass: NotRequired[Annotated[float, says("kg, vented")]]
    device: NotRequired[str]
    point: NotRequired[str]
    total: NotRequired[float]
    unit: NotRequired[Unit]
    read_at: NotRequired[Time]
    under_way: NotRequired[Annotated[float, says("kg of a fill that is not over, by the total")]]
    under_way_shown: NotRequired[Annotated[float, says("kg of it, as it was shown")]]
    drained: NotRequired[Annotated[float, says("kg since the last fill")]]
    # of an opening, a draft, a record
    due: NotRequired[Time]
    people: NotRequired[Annotated[list[str], says("ids of who took it over")]]
    lines: NotRequired[list[Line | OpeningLine]]
    previous: NotRequired[Annotated[Hash, says("`record` of the shift before")]]
    # of a record
    opened: NotRequired[Time]
    closed: NotRequired[Time]
    outgoing: NotRequired[str]
    incoming: NotRequired[str]
    unattended: NotRequired[Annotated[bool, says("nobody came: closed by the station from its own readings")]]
    inspected: NotRequired[bool]
    fills: NotRequired[Count]
    metered: NotRequired[float]
    dispensed: NotRequired[float]
    difference: NotRequired[float]
    amount: NotRequired[float]
    vented: NotRequired[float]
    tolerance: NotRequired[Annotated[float, says("kg")]]
    cases: NotRequired[Annotated[list[str], says("open, handed over")]]
    alarms: NotRequired[Annotated[list[str], says("standing")]]
    notes: NotRequired[list[str]]
    remarks: NotRequired[Annotated[dict[str, int], says("findings of the shift, by kind")]]
    queries: NotRequired[list[Query]]
    record: NotRequired[Annotated[Hash, says("SHA-256 of all other members, as canonical JSON (RFC 8785)")]]
    findings: NotRequired[list[Finding]]
