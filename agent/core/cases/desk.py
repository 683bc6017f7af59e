"""The desk: every case of the station, and each event that is entered: objected to with a reason, or a fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeVar

from agent.core.cases import contact, gates, intake, machine, numbers, privacy, remnant, watch
from agent.core.cases.calendar import Year
from agent.core.cases.clocks import Clocked
from agent.core.cases.model import MEMBERS, Actor, Body, Case, CaseEvent, fold
from agent.core.draw import Draw
from agent.core.messages import casebodies, envelope, schema
from agent.core.messages.stamp import iso
from agent.core.model import Fact, Stow
from agent.core.setup import Setup
from drivers.model import Instant
from kiosk.model import CaseAct, Complaint

Entry = TypeVar("Entry")
SAID = schema.of(casebodies.CaseSaid, strict=True)
SOURCES = {"customer": "kiosk", "station": "station", "head-office": "head-office"}


class Tries(NamedTuple):
    """Wrong PINs of one case, and until when (monotonic) no further one is looked at."""

    wrong: int = 0
    until: float = float("-inf")


@dataclass(frozen=True, slots=True)
class Desk:
    """`open` cases and, packed, `closed` ones by number; the last serial of each month; contacts at rest, locked."""

    open: Mapping[str, Case] = field(default_factory=dict)
    closed: Mapping[str, bytes] = field(default_factory=dict)
    serials: numbers.Serials = field(default_factory=dict)
    waiting: Mapping[str, float] = field(default_factory=dict)  # cases whose second half of evidence is due: utc
    boxes: Mapping[str, str] = field(default_factory=dict)  # by case
    tries: Mapping[str, Tries] = field(default_factory=dict)  # wrong PINs, by case
    alerts: Mapping[str, float] = field(default_factory=dict)  # when its clocks have something to say, by case: utc
    years: Mapping[int, Year] = field(default_factory=dict)  # of the calendar, as head office said them
    doubtful: frozenset[str] = frozenset()  # cases with events of this run whose time was not known
    tasks: frozenset[str] = frozenset()  # ids of the open ones that a reminder of a case opened
    unreported: frozenset[str] = frozenset()  # cases of which the station was told to phone them in
    offset: float | None = None  # utc less the boot's clock, at the last look

    def find(self, number: str) -> Case | None:
        case = self.open.get(number)
        return remnant.unpack(number, self.closed[number]) if case is None and number in self.closed else case

    def elsewhere(self, external: str) -> Case | None:
        """The case that has this number elsewhere."""
        found = next((case for case in self.open.values() if case.external == external), None)
        mark = envelope.dump({"external": external})[1:-1]
        return found or next((self.find(number) for number, packed in self.closed.items() if mark in packed), None)

    def put(self, case: Case) -> Desk:
        """The desk with this case in its place."""
        if case.closed:
            return replace(
                self, open=without(self.open, case.number), closed={**self.closed, case.number: remnant.pack(case)}
            )
        return replace(self, open={**self.open, case.number: case}, closed=without(self.closed, case.number))

    def look_again(self, setup: Setup, case: Case, clocked: Sequence[Clocked], now: Instant) -> Desk:
        """The desk that looks at this case when something will have to be said of it, or never."""
        waited = watch.waited(setup, self.years, case)
        moment = watch.look_again(clocked, waited, case, self.tasks, now)
        rest = without(self.alerts, case.number)
        return replace(self, alerts=rest if moment is None or case.closed else {**rest, case.number: moment})


class Outcome(NamedTuple):
    """What came of it; or `why` it did not: then the desk is as it was, and there are no effects."""

    desk: Desk
    chance: Draw
    effects: Sequence[Fact | Stow] = ()
    case: str = ""
    why: str = ""


def take_in(
    setup: Setup, desk: Desk, form: Complaint, chance: Draw, now: Instant, registered: Body, clerk: Actor | None = None
) -> Outcome:
    """A new case, with its number. `registered`: what its registration says beside who answers for it; `clerk`: who
    enters it when that is nobody of the station."""
    if why := intake.objection(setup, form, now):
        return Outcome(desk, chance, why=why)
    serials, number = numbers.give(setup, desk.serials, now)
    told = intake.hear(setup, form, now, clerk)
    private = contact.part_with(setup, number, told.contact, "", chance, now, secret=told.secret)
    case, facts = Case(number), list[Fact]()
    desk = replace(desk, serials=serials, boxes=private.boxes(desk.boxes))
    for event in told.events:
        more = {"received": private.digest, "registered": registered}.get(event.kind, {})
        desk, case, fact = enter(setup, desk, case, replace(event, body={**event.body, **more}), now)
        facts.append(fact)
    return Outcome(desk, private.chance, [*facts, *private.effects], number)


def act(setup: Setup, desk: Desk, form: CaseAct, chance: Draw, now: Instant) -> Outcome:
    """One more event of a case, by one of the station or the customer."""
    try:
        by = who(setup, form.by)
    except ValueError as error:
        return Outcome(desk, chance, why=f"by: {error}")
    return happen(setup, desk, Told(form.case, form.event, by, form.said, now, form.ink), chance, now)


class Told(NamedTuple):
    """An event as somebody tells it."""

    case: str
    event: str
    by: Actor
    said: Mapping[str, Any]
    at: Instant
    ink: Mapping[str, str] = {}  # signatures, by who signed: as personal as a telephone number


def happen(setup: Setup, desk: Desk, told: Told, chance: Draw, now: Instant) -> Outcome:
    """One more event of a case. To whom a complaint is about it is not there."""
    number, said, at = told.case, told.said, told.at
    case = desk.find(number)
    if case is None or hidden(case, told.by):
        return Outcome(desk, chance, why=f"case: {number[:64]!r} is unknown")
    kind = next((known for known in machine.TABLE if known == told.event), None)
    if kind is None:
        return Outcome(desk, chance, why=f"event: {told.event[:32]!r} is unknown; one of {', '.join(machine.TABLE)}")
    if why := (
        machine.objection(case, kind, told.by, said)
        or next(schema.misfits(SAID, dict(said)), "")
        or setup.promises.objection(str(said.get("profile", "")))
        or gates.objection(case, kind, said, at, watch.clocked(setup, desk.years, case, now))
        or gates.signing(said, told.ink, sealed=setup.head_office is not None)
    ):
        return Outcome(desk, chance, why=why)
    clean, cut = privacy.part_all(said)
    given = {"text": " ".join(cut)} if cut else {}
    given |= {f"{contact.SIGNED}{who}": strokes for who, strokes in told.ink.items()}
    if kind == "classified" and "profile" in clean:
        clean |= {"terms": {}} | setup.promises.freeze(case.kind, clean["profile"])
    box = desk.boxes.get(number, "")
    private = contact.part_with(setup, number, given, box, chance, now, secret=case.secret, erase=kind == "erased")
    body = {**clean, **private.digest, **gates.replaced(case, kind, clean)}
    desk = replace(desk, boxes=private.boxes(desk.boxes))
    desk, case, fact = enter(setup, desk, case, CaseEvent(kind, at, told.by, body), now)
    return Outcome(desk, private.chance, [fact, *private.effects], number)


def enter(setup: Setup, desk: Desk, case: Case, event: CaseEvent, now: Instant) -> tuple[Desk, Case, Fact]:
    """The case after the event, and the `case` fact of it. The fact that closes a case says what it was."""
    after = fold(case, event)
    clocked = watch.clocked(setup, desk.years, after, now)
    body: dict[str, Any] = {"case": case.number, "event": event.kind, "version": after.version, "by": str(event.by)}
    if after.profile:
        body |= {"profile": after.profile, "clocks": [clock.body() for clock in clocked]}
    if after.closed and not case.closed:
        body |= summary(after)
    source = SOURCES.get(event.by.role, "staff")
    fact = Fact("case", case.number, {**body, **event.body}, source, event.at)
    if event.at.clk == "unsynced":
        desk = replace(desk, doubtful=desk.doubtful | {case.number})
    return desk.put(after).look_again(setup, after, clocked, now), after, fact


def summary(case: Case) -> dict[str, Any]:
    """What a closed case was, when it was received and how it was answered: enough to reopen it by."""
    answer = remnant.answer_of(case)
    said = {"answer": {"time": iso(answer.at.utc), "by": str(answer.by), **remnant.told(answer)}} if answer else {}
    members = {name: value for name in MEMBERS if (value := getattr(case, name))}
    terms = {"terms": dict(case.terms)} if case.terms else {}
    return members | terms | said | {"opened": iso(case.events[0].at.utc)}


def hidden(case: Case, by: Actor) -> bool:
    """True when the complaint is about this person: it goes past whom it is about."""
    return bool(by.name) and by.name == case.object and by.role != "head-office"


def who(setup: Setup, by: str) -> Actor:
    """A person of the station by id, or role:name as it was told. Raises ValueError."""
    person = next((p for p in setup.people if p.id == by), None)
    return machine.actor(f"{person.role}:{person.id}" if person else by)


def without(entries: Mapping[str, Entry], number: str) -> Mapping[str, Entry]:
    return {n: entry for n, entry in entries.items() if n != number} if number in entries else entries
