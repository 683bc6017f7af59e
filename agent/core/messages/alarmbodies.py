"""What is told of the alarms as a whole: how well they serve, as ISA-18.2 counts it."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from agent.core.messages.casebodies import Frozen
from agent.core.messages.shapes import Count, Time, says


class Deed(TypedDict):
    event: Literal["declared", "step", "note", "at_scene", "cleared", "handled", "closed"]
    by: Annotated[str, says("role:id, or kiosk: nobody is asked for a PIN in an emergency")]
    at: Time
    word: NotRequired[Annotated[str, says("the step of the plan, or what was noted")]]


class IncidentReport(TypedDict):
    """An emergency or a drill, whole: its last message is enough."""

    report: Literal["incident"]
    incident: str
    event: Annotated[str, says("what this message tells of")]
    state: Literal["declared", "handled", "closed"]
    kind: Annotated[str, says("leak, fire, injury, vehicle, other")]
    drill: bool
    text: str
    declared: Time
    deeds: list[Deed]
    device: NotRequired[Annotated[str, says("a leak blocks it until two people of two roles have cleared it")]]
    to_scene: NotRequired[Annotated[float, says("seconds until somebody was at the scene")]]
    evidence: NotRequired[Annotated[Frozen, says("of the half hour before it was declared")]]
    after: NotRequired[Annotated[Frozen, says("of the half hour before it was closed")]]


class Frequent(TypedDict):
    alarm: str
    count: Count
    share: Annotated[float, says("of all that were raised")]


class Incidents(TypedDict):
    """Of the emergencies of the month; drills do not count."""

    received: Count
    handled: Count
    rate: Annotated[float, says("handled of received")]
    at_scene: Annotated[int, says("with somebody at the scene")]
    in_time: Annotated[int, says("of these within half an hour")]
    slowest: Annotated[float, says("seconds until somebody was there, at most")]


AlarmReport = TypedDict(
    "AlarmReport",
    {
        "report": Literal["alarms"],
        "month": Annotated[str, says("in the station's own time", pattern=r"^\d{4}-\d\d$")],
        "from": Time,
        "to": Time,
        "final": Annotated[bool, says("the month is over; else: as far as it has come")],
        "raised": Count,
        "per_hour": float,
        "per_ten_minutes": float,
        "busiest_hour": Annotated[int, says("raised in an hour at most")],
        "busiest_ten_minutes": Annotated[int, says("raised in ten minutes at most")],
        "floods": Annotated[int, says("times that more than 10 were raised in ten minutes")],
        "flooded": Annotated[float, says("seconds of floods")],
        "standing": Count,
        "stale": Annotated[list[str], says("standing for more than a day")],
        "shelved": Count,
        "out_of_service": Count,
        "chattering": Annotated[list[str], says("raised three times within a minute")],
        "incidents": NotRequired[Incidents],
        "frequent": Annotated[list[Frequent], says("the ten most frequent")],
    },
)


class PermitDeed(TypedDict):
    event: str
    by: str
    at: Time
    said: dict[str, Any]


Permit = TypedDict(
    "Permit",
    {
        "permit": str,
        "event": Annotated[str, says("what this message tells of")],
        "state": Literal["issued", "permitted", "interrupted", "work_ended", "permit_ended", "void"],
        "kind": Annotated[str, says("as the station's file and the shipped kinds name it")],
        "work": str,
        "place": str,
        "devices": list[str],
        "duties": Annotated[dict[str, str], says("ids of people: issuer, permitter, leader, guardian")],
        "crew": Annotated[list[str], says("ids or badge numbers")],
        "from": Time,
        "until": Time,
        "paper": Annotated[bool, says("entered from a hand-written one")],
        "text": str,
        "deeds": list[PermitDeed],
        "parent": NotRequired[Annotated[str, says("the permit of all teams")]],
    },
)


class DutyTask(TypedDict):
    """One duty of the calendar: its last message tells how it stands."""

    task: Annotated[str, says("duty. and its id")]
    kind: Literal["duty"]
    event: Literal["opened", "signed", "done", "missed"]
    by: str
    text: str
    watched: Time
    points: Annotated[list[str], says("signed off since it was done last")]
    done: NotRequired[Time]
    missed: NotRequired[Annotated[Time, says("the moment by which it should have been done")]]
