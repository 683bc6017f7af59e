"""The record of a shift (交接班记录): what each gun gave, what differs, who signed, in one body with its own hash."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from typing import Any

from agent.core.messages.stamp import iso
from agent.core.model import Body, Fact
from agent.core.readings.continuity import CONFIRMED
from agent.core.setup import Nozzle, Setup
from agent.core.shift import ledger
from agent.core.shift.model import ZERO, Line, Shift, Sums
from agent.core.shift.roster import name_of, next_end
from agent.core.shift.scene import Scene, total_of
from drivers.model import Instant

TEXTS = {
    "fills-differ": "{0} 号枪:累计数增加 {1} kg,加气记录合计 {2} kg,相差 {3} kg{4}",
    "total-jumped": "{0} 号枪:交班 {1} − 接班 {2} 与本班走字 {3} kg 不符,跳变 {4} kg",
    "reading-explained": "{0} 号枪:交班人读数 {1},系统读数 {2},原因:{3}",
}

BROKEN = {kind for cause, kind in CONFIRMED.items() if cause != "roll-over"}  # findings that explain a jump


def opened(
    setup: Setup, before: Shift | None, lines: list[Body], people: list[str], previous: str, now: Instant
) -> Fact:
    """The `shift` fact that begins one."""
    end = next_end(setup.roster, setup.zone, max(now.utc, before.due if before else 0.0))
    id = name_of(setup.roster, setup.zone, end)
    body: Body = {"shift": id, "state": "opened", "by": people[0] if people else "station", "people": people}
    body |= {"due": iso(end), "lines": lines} | ({"previous": previous} if previous else {})
    return Fact("shift", id, body, "staff", now)


def line_body(nozzle: Nozzle, line: Line, explained: bool = False) -> tuple[Body, list[tuple[str, tuple[object, ...]]]]:
    """One gun of the record, and what is wrong with it. `jump`: what the total moved without a fill or a drop;
    `explained`: it was told when it happened."""
    sums = line.cut or line.sums
    flowed = sums.metered + sums.drained
    body: Body = {"nozzle": nozzle.name, "device": nozzle.device, "unit": line.unit, "fills": sums.fills}
    known = line.opening is not None and line.closing is not None
    jump = line.closing - line.opening - flowed if line.closing is not None and line.opening is not None else ZERO
    told: Mapping[str, Any] = {
        "opening": line.opening, "closing": line.closing, "metered": flowed, "dispensed": sums.dispensed,
        "difference": flowed - sums.dispensed, "drained": sums.drained or None, "unseen": sums.unseen or None,
        "jump": jump or None, "amount": sums.amount if not sums.unpriced else None, "typed": line.typed or None,
        "confirmed": line.confirmed or "no", "reason": line.reason or None, "manual": line.manual or None,
        "read_at": iso(line.read) if line.read else None,
    }  # fmt: skip
    wrong: list[tuple[str, tuple[object, ...]]] = []
    if known and jump and not explained:
        wrong.append(("total-jumped", (nozzle.name, line.closing, line.opening, flowed, jump)))
    if line.reason:
        wrong.append(("reading-explained", (nozzle.name, line.typed, line.closing, line.reason)))
    return body | {name: value for name, value in told.items() if value is not None}, wrong


def closed(scene: Scene, by: str) -> list[Fact]:
    """Everything that closing a shift says: its record, the totals at its boundary, and the next shift's opening.
    `by`: who takes over; `station`: nobody came, and the agent closes it from what it reads itself."""
    setup, now = scene.setup, scene.now
    lines = {n.name: (n, settled(scene, n)) for n in setup.nozzles}
    told, found = [], list[Body]()
    for nozzle, line in lines.values():
        body, wrong = line_body(nozzle, line, bool(BROKEN & scene.shift.findings.keys()))
        told.append(body)
        if abs(body["difference"]) > Decimal(repr(setup.roster.tolerance)):
            missing = f",没有记录的加气:{'、'.join(line.sums.missing)}" if line.sums.missing else ""
            figures = (nozzle.name, body["metered"], body["dispensed"], body["difference"], missing)
            wrong.append(("fills-differ", figures))
        found += [finding(scene, nozzle.name, kind, figures) for kind, figures in wrong]
    body = whole(scene, by, told) | ({"findings": found} if found else {})
    body["record"] = hash_of(body)
    close = Fact("shift", scene.shift.id, body, "staff", now)
    people = [] if by == "station" else [by]
    next_lines = [opening(nozzle, line) for nozzle, line in lines.values()]
    after = opened(setup, scene.shift, next_lines, people, body["record"], now)
    return [*boundary(scene, lines), close, after]


def settled(scene: Scene, nozzle: Nozzle) -> Line:
    """The gun's line with a closing: as it was confirmed, else what the agent reads now."""
    line, counter = scene.line(nozzle.name), scene.counter(nozzle)
    if line.settled:
        return line
    cut = ledger.cut(line.sums, scene.under_way(nozzle))
    at = counter.at.utc if counter else None
    return replace(line, closing=total_of(counter), cut=cut, read=at, unit=counter.reading.unit if counter else "kg")


def whole(scene: Scene, by: str, lines: list[Body]) -> Body:
    shift = scene.shift
    figures = {name: sum((line[name] for line in lines), ZERO) for name in ("metered", "dispensed", "difference")}
    body: Body = {
        "shift": shift.id, "state": "closed", "by": by, "opened": iso(shift.opened), "closed": iso(scene.now.utc),
        "due": iso(shift.due), "outgoing": shift.outgoing, "incoming": "" if by == "station" else by,
        "people": list(shift.people), "unattended": by == "station", "inspected": shift.inspected, "lines": lines,
        "fills": sum(line["fills"] for line in lines), "cases": list(scene.cases), "alarms": list(scene.alarms),
        "notes": list(shift.notes), "remarks": dict(shift.findings), "tolerance": scene.setup.roster.tolerance,
        "vented": scene.shift.vented,
        "queries": [{"text": q.text, "by": q.by, "answer": q.answer} for q in shift.queries],
    }  # fmt: skip
    if all("amount" in line for line in lines):
        figures["amount"] = sum((line["amount"] for line in lines), ZERO)
    return body | figures | ({"previous": shift.previous} if shift.previous else {})


def opening(nozzle: Nozzle, line: Line) -> Body:
    """The gun in the next shift: what flowed after its closing was read belongs there."""
    after = minus(line.sums, line.cut or line.sums)
    body: Body = {"nozzle": nozzle.name, "device": nozzle.device}
    body |= {} if line.closing is None else {"total": line.closing, "unit": line.unit}
    told = {"fills": after.fills, "dispensed": after.dispensed, "metered": after.metered, "amount": after.amount}
    return body | {name: value for name, value in (told | {"drained": after.drained}).items() if value}


def minus(sums: Sums, cut: Sums) -> Sums:
    return Sums(
        sums.fills - cut.fills, sums.dispensed - cut.dispensed, sums.metered - cut.metered, sums.amount - cut.amount,
        drained=sums.drained - cut.drained,
    )  # fmt: skip


def boundary(scene: Scene, lines: Mapping[str, tuple[Nozzle, Line]]) -> list[Fact]:
    """A `total` fact of each gun: what its counter showed when the shift ended."""
    facts = []
    for nozzle, line in lines.values():
        point = scene.setup.total_point(nozzle.device)
        if line.closing is None or line.manual or point is None:
            continue
        at = scene.now
        if line.read is not None:
            at = Instant(at.mono - (at.utc - line.read), line.read, at.clk)
        body: Body = {"device": nozzle.device, "point": point.name, "total": line.closing, "unit": line.unit}
        facts.append(Fact("total", nozzle.name, body | {"reason": "shift"}, nozzle.device, at))
    return facts


def finding(scene: Scene, nozzle: str, kind: str, figures: tuple[object, ...]) -> Body:
    since, at = iso(scene.shift.opened), iso(scene.now.utc)
    return {"kind": kind, "nozzle": nozzle, "from": since, "to": at, "text": TEXTS[kind].format(*figures)}


def hash_of(body: Body) -> str:
    """SHA-256 of everything a record says but this itself, as canonical JSON (RFC 8785) of its plain figures."""
    said = plain({name: value for name, value in body.items() if name != "record"})
    return sha256(json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def plain(value: Any) -> Any:
    """The same with numbers as JavaScript writes them: 12.3, and 12 for 12.00."""
    match value:
        case bool():
            return value
        case Decimal() | float():
            return int(value) if value == int(value) else float(value)
        case dict():
            return {name: plain(inner) for name, inner in value.items()}
        case list():
            return [plain(inner) for inner in value]
    return value
