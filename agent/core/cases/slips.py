"""The acceptance slip of a case: with its number, its PIN and every promise; who asks for one again is on record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agent.core.cases import clocks, desk, numbers, watch
from agent.core.cases.clocks import Clocked
from agent.core.cases.desk import Desk
from agent.core.cases.model import Case
from agent.core.cases.standing import day_time, minute
from agent.core.model import Fact
from agent.core.setup import Setup
from drivers.model import Instant
from kiosk.slip import Promise, Reprint, Slip

AT_ONCE = ("kiosk", "in-person", "desk")  # channels whose customer stands here: the slip is printed by itself


def slip(setup: Setup, at: Desk, case: Case, now: Instant, *, copy: bool = False) -> Slip:
    """What stands on the slip of a case."""
    profile = setup.promises.of(case)
    name = {p.id: p.name for p in setup.people}
    clerk = case.first("registered")
    there = str(clerk.body.get("received_by", clerk.by.name)) if clerk else ""
    return Slip(
        number=case.number,
        pin=numbers.pin(setup.secret, case.number),
        station=setup.name,
        hotline=setup.hotline,
        kind=case.kind,
        topic=case.topic,
        received=minute(setup, case.events[0].at.utc) if case.events else "",
        receiver=name.get(there, there),
        promise={"zh-CN": profile.zh, "en": profile.en} if profile else {},
        promises=tuple(promised(setup, at, case, now)),
        copy=copy,
    )


def promised(setup: Setup, at: Desk, case: Case, now: Instant) -> Iterator[Promise]:
    """Each promise that runs, by when; and those that begin with a step still to come, without a time."""
    profile = setup.promises.of(case)
    clocked = {clock.name: clock for clock in watch.clocked(setup, at.years, case, now)}
    for rule in profile.clocks if profile else ():
        words = {"zh-CN": rule.zh, "en": rule.en}
        clock = clocked.get(rule.name)
        if clock is None:
            if not rule.wait and waits(rule.start, clocked, case) and clocks.limits(rule, case.events):
                yield Promise(words, "", later=True)
        elif clock.ended is None and not clock.earliest:
            sure = clock.due is not None and clock.state == "running"
            yield Promise(words, day_time(setup, clock.due) if sure and clock.due else "")


def waits(start: str, clocked: Mapping[str, Clocked], case: Case) -> bool:
    """True while what begins a clock has not happened."""
    return clocked[start].ended is None if start in clocked else not any(e.kind == start for e in case.events)


def again(setup: Setup, at: Desk, form: Reprint, now: Instant) -> tuple[Slip | None, list[Fact], str]:
    """The slip once more, marked as a copy, and the audit fact of it; or why not."""
    try:
        by = desk.who(setup, form.by)
    except ValueError as error:
        return None, [], f"by: {error}"
    case = at.find(form.case)
    if case is None or desk.hidden(case, by):
        return None, [], f"case: {form.case!r} is unknown"
    body = {"what": "slip-copied", "case": case.number, "by": str(by)}
    return slip(setup, at, case, now, copy=True), [Fact("audit", "_", body, "staff", now)], ""
