"""The documents behind the staff door: at which address stands what, for whom is in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from kiosk.casebook import WANTED
from kiosk.eventforms import groups
from kiosk.model import Door, Person

Asked = Mapping[str, str]  # what stands in the address
MOST = 10**6
PAPERS = ("80", "a4")  # mm of a roll, or a sheet


class Document(NamedTuple):
    """A template and what it shows."""

    template: str
    shows: Mapping[str, Any]


async def nozzles(door: Door, person: Person, asked: Asked) -> Document | None:
    return Document("work.html", {})


async def cases(door: Door, person: Person, asked: Asked) -> Document | None:
    wanted = next((word for word in WANTED if word == asked.get("wanted")), WANTED[0])
    page = asked.get("page", "")
    return Document("cases.html", {"list": door.cases(person.id, wanted, int(page) if number(page) else 0)})


async def case(door: Door, person: Person, asked: Asked) -> Document | None:
    sheet = await door.case(person.id, asked["number"])
    return Document("casework.html", {"sheet": sheet, "groups": groups(sheet.steps)}) if sheet else None


async def slip(door: Door, person: Person, asked: Asked) -> Document | None:
    found = door.slip(person.id, asked["number"])
    paper = asked.get("paper", "") if asked.get("paper") in PAPERS else PAPERS[0]
    return Document("slip.html", {"slip": found, "paper": paper}) if found else None


def number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and int(text) < MOST


DOCUMENTS: Mapping[str, Callable[[Door, Person, Asked], Awaitable[Document | None]]] = {
    "/staff": nozzles,
    "/staff/cases": cases,
    "/staff/case/{number}": case,
    "/staff/slip/{number}": slip,
}
