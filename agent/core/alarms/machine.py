"""One alarm: the ISA-18.2 states as a table. Silence never clears an alarm: it is an absence from the table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Phase = Literal["normal", "unacknowledged", "acknowledged", "returned-unacknowledged"]
Look = Literal["right", "wrong", "lost"]  # lost: no good reading can say
Act = Literal["right", "wrong", "acknowledge"]

MOVES: dict[tuple[Phase, Act], tuple[Phase, str]] = {  # → phase, what the move is called
    ("normal", "wrong"): ("unacknowledged", "raised"),
    ("unacknowledged", "right"): ("returned-unacknowledged", "returned"),
    ("unacknowledged", "acknowledge"): ("acknowledged", "acknowledged"),
    ("acknowledged", "right"): ("normal", "cleared"),
    ("returned-unacknowledged", "wrong"): ("unacknowledged", "raised"),
    ("returned-unacknowledged", "acknowledge"): ("normal", "cleared"),
}


@dataclass(frozen=True, slots=True)
class Alarm:
    """Where one alarm stands. `leaning` is the look that would move it, since when; delays are counted from there."""

    phase: Phase = "normal"
    since: float = 0.0  # utc second the phase began
    leaning: Literal["", "right", "wrong"] = ""
    leaned: float = 0.0  # monotonic second the leaning began
    value: float | None = None  # what was read when it began to lean
    blind: bool = False  # what is read cannot be compared with the limit


def look(alarm: Alarm, seen: Look, mono: float, value: float | None = None) -> Alarm:
    """Take one look (`value`: at what); nothing moves yet. A lost look holds: it neither raises nor clears."""
    if seen == "lost":
        return alarm
    leaning = seen if (alarm.phase, seen) in MOVES else ""
    if leaning == alarm.leaning:
        return alarm
    return replace(alarm, leaning=leaning, leaned=mono, value=value if leaning else alarm.value)


def due(alarm: Alarm, on_delay: float, off_delay: float) -> float | None:
    """The monotonic second at which the leaning counts, or None."""
    if not alarm.leaning:
        return None
    return alarm.leaned + (on_delay if alarm.leaning == "wrong" else off_delay)


def settle(alarm: Alarm, on_delay: float, off_delay: float, mono: float, utc: float) -> tuple[Alarm, str]:
    """Move when the leaning has lasted long enough; the second value names the move, or is empty."""
    when = due(alarm, on_delay, off_delay)
    if when is None or mono < when or not alarm.leaning:
        return alarm, ""
    return act(alarm, alarm.leaning, utc)


def act(alarm: Alarm, what: Act, utc: float) -> tuple[Alarm, str]:
    """Move at once; what the table does not name changes nothing."""
    phase, move = MOVES.get((alarm.phase, what), (alarm.phase, ""))
    if not move:
        return alarm, ""
    leaning = alarm.leaning if (phase, alarm.leaning) in MOVES else ""
    return replace(alarm, phase=phase, since=utc, leaning=leaning), move
