"""The documents behind the staff door: at which address stands what, for whom is in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from kiosk.casebook import WANTED, CaseSheet, Happened, Option
from kiosk.eventforms import groups
from kiosk.model import Door, Person
from kiosk.permitforms import options
from kiosk.safetyviews import PermitView

Asked = Mapping[str, str]  # what stands in the address
MOST = 10**6
PAPERS = ("80", "a4")  # mm of a roll, or a sheet
EPOCH = "1970-01-01T00:00+00:00"  # where no moment is asked for


class Document(NamedTuple):
    """A template and what it shows."""

    template: str
    shows: Mapping[str, Any]


async def nozzles(door: Door, person: Person, asked: Asked) -> Document | None:
    return Document("work.html", {})


async def handover(door: Door, person: Person, asked: Asked) -> Document | None:
    return Document("handover.html", {})


async def forecourt(door: Door, person: Person, asked: Asked) -> Document | None:
    return Document("forecourt.html", {"pumps": door.forecourt()})


async def forecourt_now(door: Door, person: Person, asked: Asked) -> Document | None:
    """The tiles alone, for a page that is open."""
    return Document("parts/pumps.html", {"pumps": door.forecourt()})


async def record(door: Door, person: Person, asked: Asked) -> Document | None:
    """The last shift's record, to be printed."""
    return Document("record.html", {}) if door.screen().record else None


async def cases(door: Door, person: Person, asked: Asked) -> Document | None:
    wanted = next((word for word in WANTED if word == asked.get("wanted")), WANTED[0])
    page = asked.get("page", "")
    return Document("cases.html", {"list": door.cases(person.id, wanted, int(page) if number(page) else 0)})


async def case(door: Door, person: Person, asked: Asked) -> Document | None:
    sheet = await door.case(person.id, asked["number"])
    return Document("casework.html", {"sheet": sheet, "groups": groups(sheet.steps)}) if sheet else None


async def intake(door: Door, person: Person, asked: Asked) -> Document | None:
    screen = door.screen()
    people = tuple(Option(one.id, {"": one.name}) for one in screen.people)
    guns = tuple(Option(one.name, {"": one.name}) for one in screen.nozzles)
    sheet = {"options": {"object": (*guns, *people)}}
    return Document("intake.html", {"sheet": sheet, "now": door.moment()})


async def slip(door: Door, person: Person, asked: Asked) -> Document | None:
    found, sheet = door.slip(person.id, asked["number"]), await door.case(person.id, asked["number"])
    if found is None or sheet is None:
        return None
    return Document("slip.html", {"slip": found, "paper": paper_of(asked), "answered": answer_of(sheet) is not None})


async def outcome(door: Door, person: Person, asked: Asked) -> Document | None:
    """The answer of a case as a written notice; None before there is one."""
    sheet = await door.case(person.id, asked["number"])
    answer = answer_of(sheet) if sheet else None
    return Document("outcome.html", {"sheet": sheet, "answer": answer, "paper": "a4"}) if answer else None


def answer_of(sheet: CaseSheet) -> Happened | None:
    """The last event that answered its customer."""
    return next((event for event in reversed(sheet.history) if event.event in ("replied", "settled", "repaired")), None)


def paper_of(asked: Asked) -> str:
    return next((paper for paper in PAPERS if paper == asked.get("paper")), PAPERS[0])


async def reports(door: Door, person: Person, asked: Asked) -> Document | None:
    return Document("reports.html", {"lines": door.reports()})


async def report(door: Door, person: Person, asked: Asked) -> Document | None:
    found = await door.report(asked["number"])
    shows = {"report": found, "sheet": {"options": {}, "dues": (), "history": (), "now": door.moment()}}
    return Document("reportwork.html", shows) if found else None


async def permits(door: Door, person: Person, asked: Asked) -> Document | None:
    return Document("permits.html", {"sheet": sheet_of(door, None)})


async def permit(door: Door, person: Person, asked: Asked) -> Document | None:
    one = named(door, asked["number"])
    return Document("permit.html", {"permit": one, "sheet": sheet_of(door, one)}) if one else None


async def permit_paper(door: Door, person: Person, asked: Asked) -> Document | None:
    one = named(door, asked["number"])
    return Document("permitprint.html", {"permit": one}) if one else None


def named(door: Door, number: str) -> PermitView | None:
    return next((one for one in door.screen().safety.permits if one.number == number), None)


def sheet_of(door: Door, one: PermitView | None) -> dict[str, Any]:
    """What the forms of a permit choose from; a moment is set from its end on."""
    screen = door.screen()
    chosen = options(screen.safety, screen.people, one)
    return {"options": chosen, "dues": (), "history": (), "now": one.ends if one else EPOCH}


async def shown(template: str) -> Document | None:
    """A document that shows the screen alone."""
    return Document(template, {})


def number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and int(text) < MOST


DOCUMENTS: Mapping[str, Callable[[Door, Person, Asked], Awaitable[Document | None]]] = {
    "/staff": nozzles,
    "/staff/forecourt": forecourt,
    "/staff/forecourt/now": forecourt_now,
    "/staff/handover": handover,
    "/staff/record": record,
    "/staff/cases": cases,
    "/staff/case/{number}": case,
    "/staff/intake": intake,
    "/staff/slip/{number}": slip,
    "/staff/outcome/{number}": outcome,
    "/staff/reports": reports,
    "/staff/report/{number}": report,
    "/staff/permits": permits,
    "/staff/permit/{number}": permit,
    "/staff/permit/{number}/print": permit_paper,
    "/staff/conduct": lambda door, person, asked: shown("conduct.html"),
    "/staff/duties": lambda door, person, asked: shown("duties.html"),
    "/staff/alarms": lambda door, person, asked: shown("alarms.html"),
    "/staff/emergency": lambda door, person, asked: shown("emergency.html"),
}
