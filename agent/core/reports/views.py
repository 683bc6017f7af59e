"""Reports as the staff are shown them: what is to be done first, then the newest; one whole, with its plots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from agent.core.messages.stamp import local, utc_of
from agent.core.reports import plot, standing
from agent.core.reports.columns import call
from agent.core.reports.compile import identify
from agent.core.reports.kinds import KINDS, REVIEW
from agent.core.reports.page import figure
from agent.core.reports.period import at
from agent.core.reports.story import Document
from agent.core.reports.tables import NAMED as TABLES
from agent.core.reports.turns import opened
from agent.core.state import State
from drivers.model import Instant
from kiosk.reportbook import Deed, ReportFigure, ReportLine, ReportSheet, ReportTable, Words

MOST = 30  # of a list
ORDER = ("late", "open", "done", "none")
TODAY = {"zh-CN": "每日查阅", "en": "Today's review"}
OPEN = {
    "open": {"zh-CN": "未办结事项", "en": "open cases"},
    "overdue": {"zh-CN": "其中有承诺超时", "en": "of these, with a promise broken"},
    "unread": {"zh-CN": "上次查阅后的评价", "en": "ratings since the last review"},
}


def listing(state: State, now: Instant) -> tuple[ReportLine, ...]:
    """Today's review, and the newest of the others."""
    today = identify(REVIEW, at("day", now.utc, state.setup.zone))
    made = [id for id in state.reports.states if not id.startswith(REVIEW)]
    newest = sorted(made, key=lambda id: (standing.parse(id)[1].after, id), reverse=True)[:MOST]
    return tuple(sorted((line(state, id) for id in (today, *newest)), key=lambda one: ORDER.index(one.state)))


def line(state: State, id: str) -> ReportLine:
    kind, period = standing.parse(id)
    if kind == REVIEW:
        return ReportLine(id, TODAY, period.name, state.reports.states.get(id, "open"), "reviewed")
    known = KINDS[kind]
    return ReportLine(id, {"zh-CN": known.zh, "en": known.en}, period.name, state.reports.states[id], known.deed)


def sheet(state: State, id: str, facts: Iterable[Document]) -> ReportSheet:
    """One report: as it was made last, and what was done with it since. `facts`: its `report` facts, oldest first."""
    told = [document for document in facts if "event" in document["data"]]
    deeds = tuple(deed(state, one) for one in told if one["data"]["event"] not in ("issued", "late"))
    body = next((one["data"] for one in reversed(told) if "figures" in one["data"]), None)
    if body is None:
        figures = [ReportFigure(OPEN[name], str(number)) for name, number in opened(state).items()]
        return ReportSheet(line(state, id), "", tuple(figures), deeds=deeds)
    begin, end = (f"{local(utc_of(body[word]), state.setup.zone):%Y-%m-%d %H:%M}" for word in ("from", "to"))
    figures = [ReportFigure(words(one), figure(one), str(one.get("of", ""))) for one in body["figures"]]
    tables = tuple(table(one) for one in body["tables"])
    return ReportSheet(line(state, id), f"{begin} – {end}", tuple(figures), tables, deeds, body["digest"])


def deed(state: State, document: Document) -> Deed:
    body = document["data"]
    moment = f"{local(utc_of(document['time']), state.setup.zone):%Y-%m-%d %H:%M}"
    people = {person.id: person.name for person in state.setup.people}
    name = str(body["by"]).partition(":")[2]
    said = [*body.get("attendees", ()), body.get("text", "")]
    return Deed(body["event"], people.get(name, str(body["by"])), moment, " ".join(filter(None, said)))


def table(told: Mapping[str, Any]) -> ReportTable:
    columns, rows, column = told["columns"], told["rows"], TABLES[told["table"]].plot
    cells = (tuple(plot.say(cell, name) for cell, name in zip(row, columns, strict=True)) for row in rows)
    drawn = plot.bars(columns, rows, column, told["zh"]) if column else ""
    return ReportTable(words(told), tuple(map(call, columns)), tuple(cells), drawn)


def words(told: Mapping[str, Any]) -> Words:
    return {"zh-CN": told["zh"], "en": told["en"]}
