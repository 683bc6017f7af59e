"""What must be so before a permit goes on: roles apart, measures in place, everybody briefed, nobody left behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from agent.core.messages.stamp import iso, utc_of
from agent.core.permits.kinds import Kind
from agent.core.permits.permit import DAY_END, EVENTS, MAY_NOT, OPEN, Permit
from drivers.model import Instant

Said = Mapping[str, Any]
HOUR, MINUTE = 3600.0, 60.0
LOWER = 20.0  # % of the lower explosive limit: at or above it no test is passed
MANY = 1  # prints; a further one is a copy


def to_issue(permit: Permit, kind: Kind, now: Instant) -> Iterator[str]:
    """What keeps a permit from being issued."""
    if not permit.work:
        yield "work: is missing"
    for duty in ("leader", *(("permitter", "issuer") if not kind.sheet else ("permitter",))):
        if not permit.duties.get(duty):
            yield f"{duty}: is missing"
    if kind.guardian and not permit.duties.get("guardian"):
        yield "guardian: is missing; somebody who watches and does nothing else"
    yield from apart(permit)
    if permit.until <= permit.since:
        yield "until: not after from"
    if permit.until - permit.since > kind.hours * HOUR:
        yield f"until: at most {kind.hours:g} h after from"
    if permit.until <= now.utc:
        yield "until: is over already"


def apart(permit: Permit) -> Iterator[str]:
    """Who may not be whom."""
    for one, other in MAY_NOT:
        if permit.duties.get(one) and permit.duties.get(one) == permit.duties.get(other):
            yield f"{one}: may not be the {other} too"
    if permit.duties.get("guardian") in permit.crew:
        yield "guardian: does nothing else, and is not of the crew"


def to_enter(
    permit: Permit, event: str, by: str, said: Said, kind: Kind, others: Mapping[str, Permit], now: Instant
) -> Iterator[str]:
    """What keeps an event from being entered."""
    row = EVENTS.get(event)
    if row is None:
        yield f"event: {event!r}; one of {', '.join(EVENTS)}"
        return
    if permit.state not in row.after:
        yield f"permit: {permit.number} is {permit.state}; {event} follows {', '.join(row.after)}"
        return
    if row.by and by not in (permit.duties.get(duty) for duty in row.by):
        yield f"by: the {' or '.join(row.by)} of {permit.number}"
    if check := CHECKS.get(event):
        yield from check(permit, said, kind, others, now)


def to_measure(permit: Permit, said: Said, kind: Kind, others: Mapping[str, Permit], now: Instant) -> Iterator[str]:
    if said.get("measure") not in kind.measures:
        yield f"measure: {said.get('measure')!r}; one of {', '.join(kind.measures)}"


def to_brief(permit: Permit, said: Said, kind: Kind, others: Mapping[str, Permit], now: Instant) -> Iterator[str]:
    if said.get("who") not in (*permit.crew, permit.duties.get("leader"), permit.duties.get("guardian")):
        yield f"who: {said.get('who')!r} is not of this permit; {', '.join(permit.crew)}"


def to_test(permit: Permit, said: Said, kind: Kind, others: Mapping[str, Permit], now: Instant) -> Iterator[str]:
    value = said.get("lel")
    if not isinstance(value, int | float) or not 0 <= value <= 100:
        yield "lel: % of the lower explosive limit, 0 to 100"


def to_permit(permit: Permit, said: Said, kind: Kind, others: Mapping[str, Permit], now: Instant) -> Iterator[str]:
    """The moment that counts: after it people work."""
    if open_measures := [name for name in kind.measures if name not in permit.all("measured", "measure")]:
        yield f"measures: not confirmed yet: {', '.join(open_measures)}"
    if unbriefed := [who for who in permit.crew if who not in permit.all("briefed", "who")]:
        yield f"briefing: not signed yet: {', '.join(unbriefed)}"
    yield from clean(permit, kind, now)
    if not permit.paper and not permit.prints:
        yield "print: the leader holds a printed one"
    if permit.until <= now.utc:
        yield "until: is over"
    if now.utc < permit.since:
        yield f"from: not before {iso(permit.since)}"


def clean(permit: Permit, kind: Kind, now: Instant) -> Iterator[str]:
    """The gas test of a kind that needs one."""
    if not kind.gas_test:
        return
    test = permit.last("tested")
    if test is None or now.utc - test.at > kind.gas_test * MINUTE:
        yield f"gas test: none within {kind.gas_test:g} min"
    elif float(test.said["lel"]) >= LOWER:
        yield f"gas test: {test.said['lel']} % LEL, less than {LOWER:g} %"


def to_resume(permit: Permit, said: Said, kind: Kind, others: Mapping[str, Permit], now: Instant) -> Iterator[str]:
    yield from clean(permit, kind, now)
    if permit.until <= now.utc:
        yield "until: is over; a new permit"


def to_extend(permit: Permit, said: Said, kind: Kind, others: Mapping[str, Permit], now: Instant) -> Iterator[str]:
    if not is_moment(said.get("until")):
        yield "until: a time as 2026-11-22T08:15:00+08:00"
    elif now.utc > permit.until:
        yield "until: was over before; a new permit"
    elif not permit.until < utc_of(said["until"]) <= permit.until + kind.hours * HOUR:
        yield f"until: later than before, by {kind.hours:g} h at most"


def to_transfer(permit: Permit, said: Said, kind: Kind, others: Mapping[str, Permit], now: Instant) -> Iterator[str]:
    leader = said.get("leader")
    if not isinstance(leader, str) or not leader:
        yield "leader: is missing"
    elif leader in (permit.duties.get("issuer"), permit.duties.get("permitter")):
        yield "leader: may be neither issuer nor permitter"


def to_change_crew(permit: Permit, said: Said, kind: Kind, others: Mapping[str, Permit], now: Instant) -> Iterator[str]:
    crew = said.get("crew")
    if not isinstance(crew, list) or not all(isinstance(who, str) and who for who in crew):
        yield "crew: a list of ids"
    elif permit.duties.get("guardian") in crew:
        yield "guardian: does nothing else, and is not of the crew"


def to_end_day(permit: Permit, said: Said, kind: Kind, others: Mapping[str, Permit], now: Instant) -> Iterator[str]:
    if left := [what for what in DAY_END if said.get(what) is not True]:
        yield f"checklist: not ticked: {', '.join(left)}"


def to_end_work(permit: Permit, said: Said, kind: Kind, others: Mapping[str, Permit], now: Instant) -> Iterator[str]:
    yield from to_end_day(permit, said, kind, others, now)
    if going := [p.number for p in others.values() if p.parent == permit.number and p.state in OPEN]:
        yield f"teams: still at work: {', '.join(going)}"


def to_end(permit: Permit, said: Said, kind: Kind, others: Mapping[str, Permit], now: Instant) -> Iterator[str]:
    filled = permit.last("test_filled")
    if said.get("dispensers") and (filled is None or filled.said.get("ok") is not True):
        yield "test fill: none that was in order"


def is_moment(value: object) -> bool:
    """ISO 8601 with its offset."""
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


CHECKS = {
    "measured": to_measure, "briefed": to_brief, "tested": to_test, "permitted": to_permit, "resumed": to_resume,
    "extended": to_extend, "transferred": to_transfer, "crew_changed": to_change_crew, "day_ended": to_end_day,
    "work_ended": to_end_work, "permit_ended": to_end,
}  # fmt: skip
