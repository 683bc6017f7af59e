"""Books as tables: which columns in which order, one row a document, and beside the cases one row an event."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

Doc = Mapping[str, Any]
Cell = str | int | float | bool


class Table(NamedTuple):
    """One sheet: its name, its head, its rows."""

    name: str
    head: tuple[str, ...]
    rows: list[list[Cell]]


# Columns of a book: a member of its documents, or the time of the first event of that name. (column, zh)
CASE: tuple[tuple[str, str], ...] = (
    ("case", "编号"), ("opened", "受理时间"), ("event", "最近事件"), ("kind", "类型"), ("topic", "主题"),
    ("object", "对象"), ("channel", "渠道"), ("urgency", "紧急"), ("severity", "不满"), ("complexity", "复杂"),
    ("major", "重大"), ("nature", "性质"), ("responsible", "责任"), ("grade", "等次"), ("level", "级别"),
    ("profile", "时限规则"), ("owner", "负责人"), ("external", "外部编号"), ("text", "内容"), ("wish", "诉求"),
    ("acked", "告知"), ("first_contact", "首次联系"), ("investigated", "调查"), ("handled", "处理"),
    ("replied", "答复"),
    ("return_visited", "回访"), ("archived", "归档"), ("breaches", "超时次数"), ("contact", "留有联系方式"),
)  # fmt: skip
EVENT: tuple[tuple[str, str], ...] = (
    ("case", "编号"), ("version", "序号"), ("time", "时间"), ("event", "事件"), ("by", "经办"), ("text", "内容"),
    ("reason", "原因"), ("note", "备注"), ("stop", "时限"), ("due", "应办时间"), ("said", "其他"),
)  # fmt: skip
FEEDBACK: tuple[tuple[str, str], ...] = (
    ("receipt", "回执"), ("time", "时间"), ("rating", "评价"), ("reasons", "原因"), ("text", "内容"),
    ("withdrawn", "撤回时间"),
)  # fmt: skip
WHEN = {
    "case": "opened",
    "feedback": "time",
    "permit": "opened",
    "incident": "opened",
}  # the moment that --from and --to look at
MOMENTS = {
    "opened", "time", "withdrawn", "due", "acked", "first_contact", "investigated", "handled", "replied",
    "return_visited", "archived",
}  # fmt: skip


def within(book: str, docs: Iterable[Doc], zone: ZoneInfo, first: date | None, last: date | None) -> list[Doc]:
    """The documents of these local days, both included; of a book without moments, all."""
    when = WHEN.get(book)
    if when is None or not (first or last):
        return list(docs)
    days = [(datetime.fromisoformat(doc[when]).astimezone(zone).date(), doc) for doc in docs if when in doc]
    return [doc for day, doc in days if (first or day) <= day <= (last or day)]


def tables(book: str, docs: Sequence[Doc], zone: ZoneInfo) -> list[Table]:
    """The sheets of a book; of one without columns of its own, every member that a document has."""
    if book == "case":
        return [
            table("case", CASE, map(case, docs), zone),
            table("events", EVENT, (event(doc, one) for doc in docs for one in doc["events"]), zone),
        ]
    if book == "feedback":
        return [table("feedback", FEEDBACK, docs, zone)]
    names = dict.fromkeys(name for doc in docs for name in doc if name != "key")
    return [table(book, tuple((name, "") for name in names), docs, zone)]


def table(name: str, columns: tuple[tuple[str, str], ...], docs: Iterable[Doc], zone: ZoneInfo) -> Table:
    head = tuple(f"{column} {zh}".strip() for column, zh in columns)
    return Table(name, head, [[cell(column, doc.get(column), zone) for column, _ in columns] for doc in docs])


def case(doc: Doc) -> Doc:
    """A case with what its events say: when each stage was reached, how often a promise was broken."""
    first: dict[str, Any] = {}
    told: dict[str, Any] = {}
    for one in doc["events"]:
        first.setdefault(one["event"], one["time"])
        told |= {name: said for name, said in one.items() if name not in ("text", "wish") or one["event"] == "received"}
    breaches = sum(one["event"] == "breached" for one in doc["events"])
    more = {"text": told.get("text", ""), "breaches": breaches, "contact": "contact" in told}
    return {**told, **doc, **first, **more}


def event(doc: Doc, one: Doc) -> Doc:
    """One event; what has no column of its own stands together, as JSON."""
    known = {column for column, _ in EVENT} | {"clk", "clocks", "profile"}
    rest = {name: said for name, said in one.items() if name not in known}
    return {**one, "case": doc["case"], "said": json.dumps(rest, ensure_ascii=False) if rest else ""}


def cell(column: str, value: Any, zone: ZoneInfo) -> Cell:
    """A moment on the station's clock; a list on one line; everything that is no number as text."""
    if value is None:
        return ""
    if column in MOMENTS and isinstance(value, str):
        return datetime.fromisoformat(value).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return value if isinstance(value, bool | int | float) else str(value)


def harmless(value: Cell) -> Cell:
    """A text that a spreadsheet would take for a formula, with the apostrophe that makes it text."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
