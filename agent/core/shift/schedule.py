"""What the clock asks of a shift: that one is open, that its record is drafted before its end, that somebody comes."""

from __future__ import annotations

from agent.core.messages.stamp import iso
from agent.core.model import Body, Fact
from agent.core.shift import record
from agent.core.shift.model import Shift
from agent.core.shift.roster import MINUTE
from agent.core.shift.scene import Scene, total_of
from agent.core.state import State
from drivers.model import Instant


def ready(state: State, now: Instant) -> bool:
    """Every gun's total was read, or its dispenser is silent; and the time is known."""
    scene = Scene(state, Shift("", 0.0, 0.0), now)
    return now.clk != "unsynced" and all(
        scene.counter(nozzle) or nozzle.device in state.silent for nozzle in state.setup.nozzles
    )


def open_first(state: State, now: Instant, by: str = "") -> Fact:
    """The first shift of a station: it begins with what the guns show now."""
    scene = Scene(state, Shift("", 0.0, 0.0), now)
    lines: list[Body] = []
    for nozzle in state.setup.nozzles:
        counter = scene.counter(nozzle)
        told: Body = {"nozzle": nozzle.name, "device": nozzle.device} | scene.under_way(nozzle)
        if counter and (total := total_of(counter)) is not None:
            told |= {"total": total, "unit": counter.reading.unit}
        lines.append(started(told))
    return record.opened(state.setup, None, lines, [by] if by else [], "", now)


def started(told: Body) -> Body:
    """What was under way belongs to nobody's shift: it will be told with its fill, and is taken off beforehand."""
    flowing, shown, drained = (told.pop(name, None) for name in ("under_way", "under_way_shown", "drained"))
    parts = {"metered": flowing, "dispensed": shown, "drained": drained}
    return told | {name: -value for name, value in parts.items() if value}


def looked_after(state: State, now: Instant) -> list[Fact]:
    """The facts that are due."""
    shift = state.shift
    if not state.setup.nozzles or now.clk == "unsynced":
        return []
    if shift is None:
        return [open_first(state, now)] if ready(state, now) else []
    roster, scene = state.setup.roster, Scene(state, shift, now)
    if now.utc >= shift.due + roster.unattended * MINUTE and shift.phase == "open" and ready(state, now):
        return record.closed(scene, "station")
    if now.utc >= shift.due + roster.late * MINUTE and not shift.overdue and shift.people:
        return [late(scene)]
    if now.utc >= shift.due - roster.draft * MINUTE and not shift.drafted:
        return [draft(scene)]
    return []


def next_moment(state: State) -> float | None:
    """Seconds since 1970 of what is due next."""
    shift, roster = state.shift, state.setup.roster
    if shift is None or not state.setup.nozzles:
        return None
    alone = shift.phase == "open"
    waits = (
        (not shift.drafted, -roster.draft),
        (bool(shift.people) and not shift.overdue, roster.late),
        (alone, roster.unattended),
    )
    return min((shift.due + minutes * MINUTE for waiting, minutes in waits if waiting), default=None)


def draft(scene: Scene) -> Fact:
    """The record as it would be if the shift ended now, for who writes it; and what who comes has to watch."""
    lines = [record.line_body(n, record.settled(scene, n))[0] for n in scene.setup.nozzles]
    body: Body = {
        "shift": scene.shift.id, "state": "drafted", "by": "station", "due": iso(scene.shift.due),
        "lines": [{name: value for name, value in line.items() if name not in UNSEEN} for line in lines],
        "cases": list(scene.cases), "alarms": list(scene.alarms), "remarks": dict(scene.shift.findings),
    }  # fmt: skip
    return Fact("shift", scene.shift.id, body, "station", scene.now)


UNSEEN = ("closing", "read_at", "confirmed", "typed")  # not yet: who goes reads the displays first


def late(scene: Scene) -> Fact:
    at = iso(scene.now.utc)
    found = {"kind": "handover-late", "from": iso(scene.shift.due), "to": at, "text": f"{scene.shift.id} 班到时未交接"}
    body: Body = {"shift": scene.shift.id, "state": "overdue", "by": "station", "findings": [found]}
    return Fact("shift", scene.shift.id, body, "station", scene.now)
