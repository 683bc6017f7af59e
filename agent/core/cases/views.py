"""The cases as the staff are shown them: a list in the order of need, and one case whole with what may happen next.

To whom a complaint is about, it is not there. Every figure is reckoned anew from the case's events.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from agent.core.cases import contact, desk, gates, machine, watch
from agent.core.cases.clocks import Clocked
from agent.core.cases.desk import Desk
from agent.core.cases.intake import role_of
from agent.core.cases.model import MEMBERS, Actor, Case, CaseEvent, State
from agent.core.cases.signals import SHARES
from agent.core.cases.standing import day_time, minute
from agent.core.messages.stamp import local, utc_of
from agent.core.setup import Setup
from drivers.model import Instant
from kiosk.casebook import CaseLine, CaseList, CaseSheet, Due, Evidence, Happened, Mood, Option, Step, Wanted

PAGE = 20  # cases of one page of a list
STATES: Mapping[Wanted, tuple[State, ...]] = {
    "todo": ("new", "open"), "waiting": ("held", "outside"), "answered": ("answered",),
    "mine": ("new", "open", "held", "outside", "answered"),
}  # fmt: skip
UNSAID = ("evidence", "clocks", "contact", "terms", "secret")  # shown elsewhere, or not for people


class Reckoned(NamedTuple):
    """A case with its promises as they stand."""

    case: Case
    clocked: tuple[Clocked, ...]


def listing(setup: Setup, at: Desk, person: str, wanted: Wanted, page: int, now: Instant) -> CaseList:
    """One page of a list: what is most pressing first; of closed ones the newest."""
    seen = [case for case in at.open.values() if not hidden(setup, case, person)]
    counts: dict[str, int] = {name: sum(belongs(case, name, person) for case in seen) for name in STATES}
    counts["closed"] = len(at.closed)
    if wanted == "closed":
        numbers = sorted(at.closed, key=serial, reverse=True)
        page, pages = within(page, len(numbers))
        found = [case for n in numbers[page * PAGE : (page + 1) * PAGE] if (case := at.find(n))]
        rows = [Reckoned(case, ()) for case in found if not hidden(setup, case, person)]
        return CaseList(wanted, tuple(line(setup, row, now) for row in rows), page, pages, counts)
    every = [reckoned(setup, at, case, now) for case in seen if belongs(case, wanted, person)]
    every.sort(key=need)
    page, pages = within(page, len(every))
    rows = every[page * PAGE : (page + 1) * PAGE]
    return CaseList(wanted, tuple(line(setup, row, now) for row in rows), page, pages, counts)


def within(page: int, count: int) -> tuple[int, int]:
    """The page that is there, and how many there are."""
    pages = max(1, -(-count // PAGE))
    return min(max(page, 0), pages - 1), pages


def belongs(case: Case, wanted: Wanted, person: str) -> bool:
    return case.state in STATES[wanted] and (wanted != "mine" or person in (case.owner, case.deputy))


def hidden(setup: Setup, case: Case, person: str) -> bool:
    return desk.hidden(case, Actor(role_of(setup, person), person))


def serial(number: str) -> tuple[int, str]:
    """Numbers in the order they were given: the serial widens past two digits."""
    return len(number), number


def reckoned(setup: Setup, at: Desk, case: Case, now: Instant) -> Reckoned:
    return Reckoned(case, watch.clocked(setup, at.years, case, now))


def need(row: Reckoned) -> tuple[int, float, str]:
    """Crisis before safety before urgent before all others; among equals by when something is due."""
    first = pressing(row.clocked)
    return rank(row.case), first.due if first and first.due is not None else float("inf"), row.case.number


def rank(case: Case) -> int:
    if case.severity == "crisis":
        return 0
    if case.topic == "safety" or case.kind == "hazard":
        return 1
    return 2 if case.urgency == "urgent" else 3


def pressing(clocked: tuple[Clocked, ...]) -> Clocked | None:
    """The open promise that comes first."""
    running = [c for c in clocked if c.ended is None and not c.earliest]
    return min(running, key=lambda c: c.due if c.due is not None else float("inf"), default=None)


def line(setup: Setup, row: Reckoned, now: Instant) -> CaseLine:
    case, first = row.case, pressing(row.clocked)
    due = owed(setup, case, first, now) if first else None
    name = {p.id: p.name for p in setup.people}
    return CaseLine(
        case.number, case.kind, case.topic, case.state, case.urgency, case.severity, name.get(case.object, case.object),
        name.get(case.owner, case.owner), minute(setup, case.events[0].at.utc) if case.events else "",
        due.mood if due else "calm", due,
    )  # fmt: skip


def owed(setup: Setup, case: Case, clock: Clocked, now: Instant) -> Due:
    profile = setup.promises.of(case)
    rule = profile.clock(clock.name) if profile else None
    words = {"zh-CN": rule.zh, "en": rule.en} if rule else {}
    due = day_time(setup, clock.due) if clock.due is not None else ""
    return Due(clock.name, words, due, clock.state, clock.side, mood(clock, now), clock.earliest)


def mood(clock: Clocked, now: Instant) -> Mood:
    if clock.state in ("breached", "unknown"):
        return "breached" if clock.state == "breached" else "unknown"
    if clock.ended is not None or clock.due is None or clock.earliest:
        return "calm"
    share = (now.utc - clock.started) / max(clock.due - clock.started, 1.0)
    return "warned" if share >= SHARES[-1] else "running"


# ── one case ────────────────────────────────────────────────────────────────


def sheet(setup: Setup, at: Desk, case: Case, person: str, now: Instant) -> CaseSheet | None:
    """One case whole, for who is in; None when it is not there for this person."""
    if hidden(setup, case, person):
        return None
    row = reckoned(setup, at, case, now)
    dues = {clock.name: owed(setup, case, clock, now) for clock in row.clocked}
    profile = setup.promises.of(case)
    box = at.boxes.get(case.number, "")
    plain = contact.unlock(box, setup.secret) if box else None
    frozen = [event.body["evidence"] for event in case.events if "evidence" in event.body]
    return CaseSheet(
        line=line(setup, row, now),
        promise={"zh-CN": profile.zh, "en": profile.en} if profile else {},
        profile=case.profile,
        dues=tuple(dues.values()),
        history=tuple(happened(setup, n, event) for n, event in enumerate(case.events, 1)),
        steps=tuple(steps(setup, row, role_of(setup, person), now)),
        evidence=tuple(shown(setup, one) for one in frozen),
        classes={name: value for name in MEMBERS if (value := getattr(case, name)) and name not in UNSAID},
        contact=contact.masked(plain or {}),
        signed=tuple(name.removeprefix(contact.SIGNED) for name in plain or {} if name.startswith(contact.SIGNED)),
        secret=case.secret,
        options=options(setup),
        now=moment(setup, now),
    )


def steps(setup: Setup, row: Reckoned, role: Any, now: Instant) -> Iterator[Step]:
    """What may follow: as the machine's table says, each with the promise it would keep."""
    profile = setup.promises.of(row.case)
    open_clocks = {c.name: c for c in row.clocked if c.ended is None and not c.earliest}
    for event in machine.allowed(row.case, role):
        kept = [
            owed(setup, row.case, open_clocks[rule.name], now)
            for rule in (profile.clocks if profile else ())
            if rule.name in open_clocks and any(m.event == event and m.by in ("", role) for m in rule.stops)
        ]
        lacks = gates.lacking(row.case) if event == "archived" else ""
        if event == "extended" and not any(c.due for c in open_clocks.values()):
            continue
        if event == "corrected" and row.case.closed:
            continue
        yield Step(event, machine.TABLE[event].needs, kept[0] if kept else None, lacks)


def happened(setup: Setup, version: int, event: CaseEvent) -> Happened:
    name = next((p.name for p in setup.people if p.id == event.by.name), event.by.name)
    said = {member: spoken(setup, value) for member, value in event.body.items() if member not in UNSAID}
    return Happened(version, event.kind, minute(setup, event.at.utc), event.by.role, name, said)


def spoken(setup: Setup, value: Any) -> Any:
    """A moment on the station's own clock, a share in percent; everything else as it was told."""
    if isinstance(value, float):
        return f"{100 * value:.0f} %"
    if isinstance(value, str) and len(value) >= 20 and value[4:5] == "-" and value[10:11] == "T":
        try:
            return minute(setup, utc_of(value))
        except ValueError:
            return value
    return value


def shown(setup: Setup, frozen: Mapping[str, Any]) -> Evidence:
    rows = tuple(
        (f"{local(utc_of(at), setup.zone):%H:%M}", *map(str, rest)) for at, *rest in frozen.get("readings", ())
    )
    around = minute(setup, utc_of(frozen["around"]))
    return Evidence(around, frozen["digest"], rows, tuple(frozen.get("alarms", ())), tuple(frozen.get("duty", ())))


def options(setup: Setup) -> dict[str, tuple[Option, ...]]:
    """What a member may be, where only the station knows: its people, its guns and devices, its profiles."""
    people = tuple(Option(p.id, {"": p.name}) for p in setup.people)
    guns = tuple(Option(n.name, {"": n.name}) for n in setup.nozzles)
    keys = [key for key in setup.promises.keys() if not setup.promises.objection(key)]  # noqa: SIM118
    profiles = [setup.promises.profiles[key] for key in keys]
    promised = tuple(Option(p.key, {"zh-CN": f"{p.key} {p.zh}", "en": f"{p.key} {p.en}"}) for p in profiles)
    return {"owner": people, "object": (*guns, *people), "profile": promised}


def moment(setup: Setup, now: Instant) -> str:
    """`2026-11-25T17:28+08:00`: now on the station's own clock."""
    return local(now.utc, setup.zone).isoformat(timespec="minutes")
