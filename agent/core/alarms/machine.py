"""One alarm: the states of ISA-18.2 as a table. Silence never clears an alarm: it is an absence from the table.

A look says how the process is; when it has said so for the delay, the cause is there or gone, and the table says what
follows. Three states hide an alarm: what its cause does meanwhile is remembered, and speaks when they end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

GRACE = 0.001  # seconds: a moment reckoned on the wall clock is no finer
Phase = Literal[
    "normal", "unacknowledged", "acknowledged", "returned-unacknowledged", "latched-unacknowledged", "latched",
    "shelved", "suppressed-by-design", "out-of-service",
]  # fmt: skip
Look = Literal["right", "wrong", "lost"]  # lost: no good reading can say
Act = Literal["wrong", "right", "latch", "acknowledge", "reset", "shelve", "suppress", "remove"]
Return = Literal["unshelve", "release", "restore"]

MOVES: dict[tuple[Phase, Act], tuple[Phase, str]] = {  # → phase, what the move is called
    ("normal", "wrong"): ("unacknowledged", "raised"),
    ("unacknowledged", "right"): ("returned-unacknowledged", "returned"),
    ("unacknowledged", "latch"): ("latched-unacknowledged", "returned"),
    ("unacknowledged", "acknowledge"): ("acknowledged", "acknowledged"),
    ("acknowledged", "right"): ("normal", "cleared"),
    ("acknowledged", "latch"): ("latched", "returned"),
    ("returned-unacknowledged", "wrong"): ("unacknowledged", "raised"),
    ("returned-unacknowledged", "acknowledge"): ("normal", "cleared"),
    ("latched-unacknowledged", "wrong"): ("unacknowledged", "raised"),
    ("latched-unacknowledged", "acknowledge"): ("latched", "acknowledged"),
    ("latched", "wrong"): ("unacknowledged", "raised"),
    ("latched", "reset"): ("normal", "cleared"),
    ("normal", "shelve"): ("shelved", "shelved"),
    ("unacknowledged", "shelve"): ("shelved", "shelved"),
    ("acknowledged", "shelve"): ("shelved", "shelved"),
    ("returned-unacknowledged", "shelve"): ("shelved", "shelved"),
    ("normal", "suppress"): ("suppressed-by-design", "suppressed"),
    ("unacknowledged", "suppress"): ("suppressed-by-design", "suppressed"),
    ("acknowledged", "suppress"): ("suppressed-by-design", "suppressed"),
    ("returned-unacknowledged", "suppress"): ("suppressed-by-design", "suppressed"),
    ("shelved", "suppress"): ("suppressed-by-design", "suppressed"),
    ("normal", "remove"): ("out-of-service", "removed"),
    ("unacknowledged", "remove"): ("out-of-service", "removed"),
    ("acknowledged", "remove"): ("out-of-service", "removed"),
    ("returned-unacknowledged", "remove"): ("out-of-service", "removed"),
    ("shelved", "remove"): ("out-of-service", "removed"),
    ("suppressed-by-design", "remove"): ("out-of-service", "removed"),
}
RETURNS: dict[tuple[Phase, Return], str] = {  # out of a state that hides, into what the cause says: REVEALED
    ("shelved", "unshelve"): "unshelved",
    ("suppressed-by-design", "release"): "released",
    ("out-of-service", "restore"): "restored",
}
REVEALED: dict[tuple[bool, bool], Phase] = {  # the cause is there, nobody had seen it when it was hidden
    (True, True): "unacknowledged",
    (True, False): "unacknowledged",
    (False, True): "returned-unacknowledged",
    (False, False): "normal",
}
UNSEEN: frozenset[Phase] = frozenset({"unacknowledged", "returned-unacknowledged", "latched-unacknowledged"})
HIDDEN: frozenset[Phase] = frozenset({"shelved", "suppressed-by-design", "out-of-service"})


class Aside(NamedTuple):
    """Who put an alarm aside, why, and until when (seconds since 1970; None: until somebody brings it back)."""

    by: str = ""
    why: str = ""
    until: float | None = None
    ends: float | None = None  # `until` on the monotonic clock, once it is known


NOBODY = Aside()


@dataclass(frozen=True, slots=True)
class Alarm:
    """Where one alarm stands. Delays are counted from `leaned`, less the time in which nothing could be read."""

    phase: Phase = "normal"
    since: float = 0.0  # utc second the phase began
    raised: float = 0.0  # utc second it was raised last
    wrong: bool = False  # the cause is there, its delay over
    leaned: float | None = None  # monotonic second since which looks say otherwise
    held: float | None = None  # monotonic second since which no look can say: the delay waits
    value: float | str | None = None  # what was read when looks began to say otherwise
    first: bool = False  # the first of its group
    unseen: bool = False  # it was hidden before anybody saw it
    aside: Aside = NOBODY
    blind: bool = False  # what is read cannot be compared with the limit
    trail: tuple[tuple[float, float], ...] = ()  # (monotonic second, value) of readings a later one is compared with


def lean(alarm: Alarm, seen: Look, mono: float, value: float | str | None = None) -> Alarm:
    """Take one look (`value`: at what); nothing moves yet. A lost look holds everything, the delay too."""
    if seen == "lost":
        return alarm if alarm.leaned is None or alarm.held is not None else replace(alarm, held=mono)
    if (seen == "wrong") == alarm.wrong:
        return alarm if alarm.leaned is None else replace(alarm, leaned=None, held=None)
    if alarm.leaned is None:
        return replace(alarm, leaned=mono, value=value)
    if alarm.held is not None:
        return replace(alarm, leaned=alarm.leaned + mono - alarm.held, held=None)
    return alarm


def due(alarm: Alarm, on_delay: float, off_delay: float) -> float | None:
    """The monotonic second at which the cause counts as come or gone, or None."""
    if alarm.leaned is None or alarm.held is not None:
        return None
    return alarm.leaned + (off_delay if alarm.wrong else on_delay)


def settle(alarm: Alarm, on_delay: float, off_delay: float, latch: bool, mono: float, utc: float) -> tuple[Alarm, str]:
    """Move when looks have said so for long enough; the second value names the move, or is empty."""
    when = due(alarm, on_delay, off_delay)
    if when is None or mono < when - GRACE:
        return alarm, ""
    wrong = not alarm.wrong
    return act(alarm, "wrong" if wrong else "latch" if latch else "right", utc)


def act(alarm: Alarm, what: Act, utc: float, aside: Aside = NOBODY) -> tuple[Alarm, str]:
    """Move at once; what the table does not name changes no phase. A cause that comes or goes is remembered always."""
    if what in ("wrong", "right", "latch"):
        alarm = replace(alarm, wrong=what == "wrong", leaned=None, held=None)
    phase, move = MOVES.get((alarm.phase, what), (alarm.phase, ""))
    if not move:
        return alarm, ""
    hidden = phase in HIDDEN
    unseen = hidden and (alarm.unseen or (what == "suppress" and alarm.phase in UNSEEN))
    raised = utc if move == "raised" else alarm.raised
    return replace(alarm, phase=phase, since=utc, raised=raised, unseen=unseen, aside=aside if hidden else NOBODY), move


def apply(alarm: Alarm, what: Act | Return, utc: float, aside: Aside = NOBODY) -> tuple[Alarm, str]:
    """Either: an act, or the way back from where it was put aside."""
    match what:
        case "unshelve" | "release" | "restore":
            return bring_back(alarm, what, utc)
        case _:
            return act(alarm, what, utc, aside)


def bring_back(alarm: Alarm, what: Return, utc: float) -> tuple[Alarm, str]:
    """Out of a state that hides: it speaks if its cause is there, or if nobody had seen it."""
    move = RETURNS.get((alarm.phase, what), "")
    if not move:
        return alarm, ""
    phase = REVEALED[alarm.wrong, alarm.unseen]
    return replace(alarm, phase=phase, since=utc, unseen=False, aside=NOBODY), move
