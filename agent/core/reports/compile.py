"""A report's body out of facts: the same facts give the same body, wherever they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from agent.core.messages import envelope
from agent.core.messages.stamp import iso
from agent.core.reports import few
from agent.core.reports.figures import NAMED as FIGURES
from agent.core.reports.kinds import Kind
from agent.core.reports.ledger import Ledger, ledger
from agent.core.reports.period import Period
from agent.core.reports.story import Document
from agent.core.reports.tables import LONGEST
from agent.core.reports.tables import NAMED as TABLES
from agent.core.reports.terms import Terms

RECKONED = ("report", "kind", "period", "from", "to", "public", "terms", "figures", "tables")


def identify(kind: str, period: Period) -> str:
    """`briefing-2026-11`: the same for whoever makes it, however often."""
    return f"{kind}-{period.name}"


def compile(
    kind: Kind, period: Period, documents: Iterable[Document], zone: ZoneInfo, terms: Terms, public: bool = False
) -> dict[str, Any]:
    """The body of the `report` fact, without who made it. `documents`: the facts of ledger.KINDS of the period, and
    every fact of a case that one of them is about; more of them change nothing. `public`: for everybody to see."""
    begin, end = period.span(zone)
    book = ledger(documents, begin, end, zone, terms)
    least = terms.least if kind.public or public else 0
    body = {
        "report": identify(kind.name, period), "kind": kind.name, "period": period.name,
        "from": iso(begin), "to": iso(end), "public": least > 0,
        "terms": {"zone": zone.key, "least": terms.least, "sample": terms.sample, "shifts": list(terms.shifts)},
        "figures": [figure(book, name, least) for name in kind.figures],
        "tables": [table(book, name, least) for name in kind.tables],
    }  # fmt: skip
    return body | {"digest": digest(body)}


def digest(body: Mapping[str, Any]) -> str:
    """Over what was reckoned, and nothing that came with it."""
    reckoned = {name: body[name] for name in RECKONED}
    return sha256(envelope.dump(reckoned, ordered=True)).hexdigest()


def figure(book: Ledger, name: str, least: int) -> dict[str, Any]:
    known = FIGURES[name]
    value, of = known.reckon(book)
    told: dict[str, Any] = {"figure": name, "unit": known.unit, "zh": known.zh, "en": known.en}
    told |= {} if value is None else {"value": value}
    told |= {} if of is None else {"of": of}
    return few.figure(told, least)


def table(book: Ledger, name: str, least: int) -> dict[str, Any]:
    known = TABLES[name]
    rows = known.rows(book)
    rows = few.rows(known.columns, known.counts, rows, least) if least else rows
    return {
        "table": name, "zh": known.zh, "en": known.en, "columns": list(known.columns), "rows": rows[:LONGEST],
        **({"left_out": len(rows) - LONGEST} if len(rows) > LONGEST else {}),
    }  # fmt: skip
