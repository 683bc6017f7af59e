"""The events of a case as they happened, since it was last begun: what its clocks start and stop at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.core.cases.model import LINE, REPAIR, CaseEvent, Happening
from agent.core.cases.profile import Mark
from agent.core.cases.spans import Pause

AGAIN: tuple[Happening, ...] = ("reopened", "appealed")  # begins a new round, and stands for its intake
INTAKE: tuple[Happening, ...] = ("received", "registered", "acked")
ON_THE_SPOT: Happening = "settled"  # stops every clock
RESUMES = {*LINE, *REPAIR, *AGAIN, "settled"}  # ends a pause


@dataclass(frozen=True, slots=True)
class Round:
    """`events` of this round in their order; `before`: those of the rounds before it."""

    events: tuple[CaseEvent, ...]
    before: tuple[CaseEvent, ...] = ()

    def start(self, kind: Happening) -> int | None:
        """Where the first event of a kind comes."""
        return 0 if self.anew(kind) else first(self.events, kind)

    def stop(self, marks: Sequence[Mark], start: int) -> int | None:
        """Where the first of these comes, at `start` or later. What belongs to the intake is not asked for again."""
        if self.anew(marks[0].event):
            return start
        for index in range(start, len(self.events)):
            event = self.events[index]
            if event.kind == ON_THE_SPOT or any(m.event == event.kind and m.by in ("", event.by.role) for m in marks):
                return index
        return None

    def on_the_spot(self, end: int | None) -> bool:
        return end is not None and self.events[end].kind == ON_THE_SPOT

    def anew(self, kind: Happening) -> bool:
        """True for an event that the beginning of a later round stands for."""
        return bool(self.events) and self.events[0].kind in AGAIN and kind in INTAKE

    def through(self, end: int | None) -> tuple[CaseEvent, ...]:
        """The events up to and with `end`; all of them without one."""
        return self.events if end is None else self.events[: end + 1]

    def pauses(self, start: int, end: int | None) -> tuple[tuple[Pause, ...], bool]:
        """The times on hold since `start`, and whether one has not ended yet."""
        found: list[Pause] = []
        begun: float | None = None
        for event in self.through(end)[start:]:
            if event.kind == "on_hold":
                begun = event.at.utc if begun is None else begun
            elif begun is not None and event.kind in RESUMES:
                found.append(Pause(begun, event.at.utc))
                begun = None
        return tuple(found), begun is not None


def first(events: Sequence[CaseEvent], kind: Happening) -> int | None:
    return next((index for index, event in enumerate(events) if event.kind == kind), None)


def newest(events: Sequence[CaseEvent]) -> Round:
    """The last round of a case."""
    order = in_time(events)
    begun = next((index for index in reversed(range(len(order))) if order[index].kind in AGAIN), 0)
    return Round(order[begun:], order[:begun])


def in_time(events: Sequence[CaseEvent]) -> tuple[CaseEvent, ...]:
    """By when they happened. One whose time was not known stays behind the one before which it was entered."""
    keyed: list[tuple[float, CaseEvent]] = []
    last = float("-inf")
    for event in events:
        last = last if event.at.clk == "unsynced" else event.at.utc
        keyed.append((last, event))
    return tuple(event for _, event in sorted(keyed, key=lambda pair: pair[0]))
