"""Books: what people look things up in. Each is a projection of facts: one table says which facts make which book."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from agent.core.cases.recall import is_closed
from agent.core.model import Body

Doc = dict[str, Any]  # one document of a book; `key` names it
Fold = Callable[[Doc, str, Mapping[str, Any]], Doc]  # document before (or empty), its key, the fact's whole message


@dataclass(frozen=True, slots=True)
class Book:
    """Which kinds of facts it is made of, whom a fact is about, and how a fact changes a document."""

    name: str
    kinds: tuple[str, ...]
    about: Callable[[str, Body], tuple[str, ...]]  # keys of the documents a fact changes, from its id and body
    fold: Fold
    opens: Callable[[str, Body], bool]  # a fact about this key is the first one: nothing of it can be in an archive
    last: Callable[[Doc], str]  # when a document was changed last, as its facts tell the time
    done: Callable[[Doc], bool] = lambda doc: True  # it may leave the live book when its month is over


def named(*members: str) -> Callable[[str, Body], tuple[str, ...]]:
    """The documents named by these members of a body."""
    return lambda _, body: tuple(str(body[member]) for member in members if body.get(member))


def rate(doc: Doc, key: str, fact: Mapping[str, Any]) -> Doc:
    """A rating; a later fact that withdraws it leaves it standing, marked."""
    body: Body = fact["data"]
    if key == body.get("withdraws") and key != body.get("receipt"):
        return doc | {"receipt": key, "withdrawn": fact["time"]}
    return doc | {"time": fact["time"]} | body


def add_event(doc: Doc, key: str, fact: Mapping[str, Any]) -> Doc:
    """A case: what was told of it last, and its events whole and in their order, each version once."""
    body: Body = fact["data"]
    event = {"time": fact["time"], "clk": fact["clk"]} | {name: said for name, said in body.items() if name != "case"}
    before = [old for old in doc.get("events", []) if old["version"] != event["version"]]
    opened = doc.get("opened", fact["time"])
    return doc | body | {"opened": opened, "events": sorted([*before, event], key=lambda one: one["version"])}


def report(doc: Doc, key: str, fact: Mapping[str, Any]) -> Doc:
    """A shift: the last word on each of its steps, by what it is about."""
    body: Body = fact["data"]
    line = f"{body.get('state') or body.get('event') or body.get('step') or 'said'} {body.get('nozzle', '')}".strip()
    lines = {**doc.get("lines", {}), line: {"time": fact["time"], **body}}
    return doc | {"shift": key, "opened": doc.get("opened", fact["time"]), "last": fact["time"], "lines": lines}


def whole(doc: Doc, key: str, fact: Mapping[str, Any]) -> Doc:
    """What its last fact tells: each holds all of it."""
    body: Body = fact["data"]
    return {"opened": doc.get("opened", fact["time"]), "last": fact["time"]} | body


def closed(doc: Doc) -> bool:
    """Nobody owes anything on this case any more."""
    return is_closed({"data": doc["events"][-1]})


BOOKS = (
    Book("feedback", ("feedback",), named("receipt", "withdraws"), rate,
         lambda key, body: key == body.get("receipt"), lambda doc: str(doc.get("withdrawn") or doc.get("time", ""))),
    Book("case", ("case",), named("case"), add_event,
         lambda _, body: body.get("version") == 1, lambda doc: str(doc["events"][-1]["time"]), closed),
    Book("shift", ("shift",), lambda id, _: (id,), report,
         lambda _, body: body.get("state") == "opened", lambda doc: str(doc["last"])),
    Book("permit", ("permit",), named("permit"), whole,
         lambda _, body: body.get("event") == "issued", lambda doc: str(doc["last"]),
         lambda doc: doc["state"] in ("permit_ended", "void")),
    Book("incident", ("report",), named("incident"), whole,
         lambda _, body: body.get("event") == "declared", lambda doc: str(doc["last"]),
         lambda doc: doc["state"] == "closed"),
)  # fmt: skip


def enter(book: Book, docs: Mapping[str, Doc], id: str, fact: Mapping[str, Any]) -> dict[str, Doc]:
    """The documents that one fact (its whole message, and the id of its topic) makes or changes."""
    return {key: book.fold(docs.get(key, {}), key, fact) for key in book.about(id, fact["data"])}


def month(time: str) -> str:
    """`2026-11` of a fact's time: which archive it belongs to."""
    return time[:7]


def past(book: Book, docs: Iterable[Doc], now: str) -> dict[str, list[str]]:
    """The keys of the documents whose month is over, by month; `now`: the month of the newest fact."""
    gone: dict[str, list[str]] = {}
    for doc in docs:
        if month(book.last(doc)) < now and book.done(doc):
            gone.setdefault(month(book.last(doc)), []).append(doc["key"])
    return gone
