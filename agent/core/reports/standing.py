"""How the station's reports and their duties stand: told of each last, being made, when to look next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from agent.core.reports.kinds import KINDS, REVIEW
from agent.core.reports.period import Period, read


@dataclass(frozen=True, slots=True)
class Reports:
    """`states`: open, done, late or none, by report; `asked`: made in this run, or on their way; `next`: seconds since
    1970 before which nothing is due; `unread`: ratings since the last review, or since the start."""

    states: Mapping[str, str] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()
    next: float = float("-inf")
    unread: int = 0

    def put(self, report: str, state: str) -> Reports:
        return replace(self, states={**self.states, report: state})


NO_REPORTS = Reports()


def recall(last: Mapping[str, Mapping[str, Any]]) -> Reports:
    """`last`: the journal's last `report` body of each; those of alarms and emergencies are no reports of a period."""
    ours = tuple(f"{name}-" for name in (*KINDS, REVIEW))
    return Reports({id: str(body["state"]) for id, body in last.items() if "state" in body and id.startswith(ours)})


def parse(report: str) -> tuple[str, Period]:
    """Kind and period of a report's id. Raises ValueError."""
    kind = next((name for name in (*KINDS, REVIEW) if report.startswith(f"{name}-")), "")
    if not kind:
        raise ValueError(
            f"{report[:40]!r} is no report; such as briefing-2026-11, one of {', '.join((*KINDS, REVIEW))}"
        )
    period = read(report.removeprefix(f"{kind}-"))
    length = KINDS[kind].length if kind in KINDS else "day"
    if period.length != length:
        raise ValueError(f"{report[:40]!r}: {kind} is of a {length}")
    return kind, period
