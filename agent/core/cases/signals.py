"""What the clocks of a case have to say by themselves: warnings at half and four fifths, a breach; each exactly once.

What was said stands in the case as an event, with the due time it spoke of: so nothing is said twice, neither after a
restart nor when the clock is set back, and a due time that moved is warned of anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from agent.core.cases.clocks import GRACE, Clocked
from agent.core.cases.model import CaseEvent
from agent.core.messages.stamp import iso
from drivers.model import Instant

SHARES = (0.5, 0.8)  # of the time between start and due
BREACH = 1.0


class Signal(NamedTuple):
    """One thing to say now. `body` is what its event says."""

    kind: Literal["warning", "breached"]
    body: dict[str, Any]


def signals(clocked: Sequence[Clocked], events: Sequence[CaseEvent], now: Instant) -> list[Signal]:
    """What is to be said now and was not yet. Of moments that passed together only the last is said."""
    found = []
    for clock in clocked:
        share = max((s for s, moment in moments(clock, events) if now.utc >= moment - GRACE), default=None)
        if clock.state == "breached" and not said(clock, BREACH, events):
            share = BREACH
        elif clock.state != "running":
            continue
        if share == BREACH:
            found.append(Signal("breached", words(clock)))
        elif share is not None:
            found.append(Signal("warning", words(clock) | {"share": share}))
    return found


def next_moment(clocked: Sequence[Clocked], events: Sequence[CaseEvent]) -> float | None:
    """When the clocks will next have something to say, in seconds since 1970; None: never, as things stand."""
    return min((moment for clock in clocked for _, moment in moments(clock, events)), default=None)


def moments(clock: Clocked, events: Sequence[CaseEvent]) -> Iterator[tuple[float, float]]:
    """(share, moment) of everything a running clock has still to say. A warning that was due before this due time was
    even set is not made up for."""
    if clock.state not in ("running", "breached") or clock.due is None or clock.earliest or clock.ended is not None:
        return
    if said(clock, BREACH, events):
        return
    spoken = max((s for s in SHARES if said(clock, s, events)), default=0.0)
    for share in (*SHARES, BREACH):
        moment = clock.started + share * (clock.due - clock.started)
        if share > spoken and (share == BREACH or moment >= clock.since):
            yield share, moment


def said(clock: Clocked, share: float, events: Sequence[CaseEvent]) -> bool:
    """True when this was said of this very due time."""
    kind, due = ("breached" if share == BREACH else "warning"), iso(clock.due or 0.0)
    return any(
        e.kind == kind and e.body.get("stop") == clock.name and e.body.get("due") == due
        and (kind == "breached" or e.body.get("share") == share)
        for e in events
    )  # fmt: skip


def words(clock: Clocked) -> dict[str, Any]:
    return {"stop": clock.name, "due": iso(clock.due or 0.0), "side": clock.side}
