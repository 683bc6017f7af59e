"""How well the alarms serve, as ISA-18.2 counts it: how often they are raised, floods, what chatters, what is frequent.

A month is counted as it goes; each alarm's own count travels in its `alarm` messages, the rest in the `report` of the
month, so a restart loses no count, and of floods and busy spells at most those of its hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from agent.core.alarms.machine import HIDDEN, Alarm
from agent.core.messages.stamp import iso, utc_of
from agent.core.model import Body

MINUTE, SPELL, HOUR, DAY = 60.0, 600.0, 3600.0, 86400.0
FLOOD = 10  # alarms raised within ten minutes: more is a flood …
EBB = 5  # … until fewer than so many are
CHATTER = 3  # times one alarm is raised within a minute
FREQUENT = 10  # that many are listed
Raised = tuple[float, str]  # second since 1970, alarm


@dataclass(frozen=True, slots=True)
class Tally:
    """One month, in the station's own time, as far as it has come."""

    month: str = ""  # 2026-11
    since: float = 0.0  # counted from this second since 1970 on
    counts: Mapping[str, int] = field(default_factory=dict)  # by alarm
    recent: tuple[Raised, ...] = ()  # of the last hour
    busiest: tuple[int, int] = (0, 0)  # raised in an hour at most, in ten minutes at most
    floods: int = 0
    flooded: float = 0.0  # seconds of floods that are over
    flood: float | None = None  # since when one lasts
    chattering: frozenset[str] = frozenset()
    told: int = -1  # raised in all when the month was reported last; -1: never

    @property
    def raised(self) -> int:
        return sum(self.counts.values())


def count(tally: Tally, alarm: str, month: str, utc: float) -> Tally:
    """One alarm was raised."""
    if month != tally.month:
        tally = Tally(month, utc, recent=tally.recent)
    recent = (*(one for one in tally.recent if 0 <= utc - one[0] < HOUR), (utc, alarm))
    spell = sum(utc - moment < SPELL for moment, _ in recent)
    again = sum(utc - moment < MINUTE for moment, id in recent if id == alarm)
    begins = tally.flood is None and spell > FLOOD
    return replace(
        tally,
        counts={**tally.counts, alarm: tally.counts.get(alarm, 0) + 1},
        recent=recent,
        busiest=(max(tally.busiest[0], len(recent)), max(tally.busiest[1], spell)),
        floods=tally.floods + begins,
        flood=utc if begins else tally.flood,
        chattering=tally.chattering | {alarm} if again >= CHATTER else tally.chattering,
    )


def ebb(tally: Tally, utc: float) -> Tally:
    """Time passed: a flood is over when hardly anything is raised any more."""
    if tally.flood is None or sum(utc - moment < SPELL for moment, _ in tally.recent) >= EBB:
        return tally
    return replace(tally, flood=None, flooded=tally.flooded + max(0.0, utc - tally.flood))


def report(tally: Tally, alarms: Mapping[str, Alarm], utc: float, *, final: bool) -> Body:
    """The body of the month's `report`."""
    standing = [(id, a) for id, a in alarms.items() if a.phase not in (*HIDDEN, "normal")]
    hours = max((utc - tally.since) / HOUR, 1.0)
    lasting = 0.0 if tally.flood is None else max(0.0, utc - tally.flood)
    often = sorted(tally.counts.items(), key=lambda one: (-one[1], one[0]))[:FREQUENT]
    return {
        "report": "alarms", "month": tally.month, "from": iso(tally.since), "to": iso(utc), "final": final,
        "raised": tally.raised, "per_hour": round(tally.raised / hours, 3),
        "per_ten_minutes": round(tally.raised / hours / 6, 3),
        "busiest_hour": tally.busiest[0], "busiest_ten_minutes": tally.busiest[1],
        "floods": tally.floods, "flooded": round(tally.flooded + lasting),
        "standing": len(standing), "stale": sorted(id for id, a in standing if a.wrong and utc - a.raised > DAY),
        "shelved": sum(a.phase == "shelved" for a in alarms.values()),
        "out_of_service": sum(a.phase == "out-of-service" for a in alarms.values()),
        "chattering": sorted(tally.chattering),
        "frequent": [{"alarm": id, "count": n, "share": round(n / tally.raised, 3)} for id, n in often],
    }  # fmt: skip


def recall(alarms: Iterable[Body], reports: Mapping[str, Body]) -> Tally:
    """The month that was being counted, from the last `alarm` of each and the last `report`."""
    counted = [
        (body["counted"]["month"], body["alarm"], body["counted"]["count"]) for body in alarms if "counted" in body
    ]
    months = [body for body in reports.values() if body.get("report") == "alarms"]
    month = max([month for month, _, _ in counted] + [body["month"] for body in months], default="")
    told = next((body for body in months if body["month"] == month), None)
    tally = Tally(month, counts={id: n for when, id, n in counted if when == month})
    if told is None:
        first = min(
            (utc_of(body["since"]) for body in alarms if body.get("counted", {}).get("month") == month), default=0
        )
        return replace(tally, since=first)
    return replace(
        tally, since=utc_of(told["from"]), busiest=(told["busiest_hour"], told["busiest_ten_minutes"]),
        floods=told["floods"], flooded=told["flooded"], chattering=frozenset(told["chattering"]), told=told["raised"],
    )  # fmt: skip
