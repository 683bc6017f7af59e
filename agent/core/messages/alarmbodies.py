"""What is told of the alarms as a whole: how well they serve, as ISA-18.2 counts it."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from agent.core.messages.shapes import Count, Time, says


class Frequent(TypedDict):
    alarm: str
    count: Count
    share: Annotated[float, says("of all that were raised")]


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
        "frequent": Annotated[list[Frequent], says("the ten most frequent")],
    },
)
