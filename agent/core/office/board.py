"""Notices from head office: shown from a moment until a moment, or until it says so; read by somebody if it asks.

    notice.put ─▶ put ─(from)▶ shown ─(a person, when it asks)▶ acknowledged ─(until)▶ expired
                   └────────────────────── notice.put with end ──────────────────────▶ ended

Each fact carries the whole notice. No moment passes while the clock is not set: nothing begins then, and nothing ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from unicodedata import east_asian_width

from agent.core.cases import calendar
from agent.core.messages.stamp import utc_of
from agent.core.model import Body
from drivers.model import Instant
from kiosk.model import NoticeView

Notices = Mapping[str, Body]  # by id, oldest first; each as its last fact told it

MOST = 20  # notices standing at once
BOUNDS = {"title": 48, "text": 140}  # columns of the screen in each language; a Chinese character takes two
STANDING = ("put", "shown", "acknowledged")
PRIORITIES = ("urgent", "important", "normal")  # in the order of the screen


def objections(standing: Notices, args: Body, now: Instant) -> Iterator[str]:
    """What of the arguments of notice.put does not fit the board."""
    yield from (f"{name}: missing" for name in ("title", "until") if name not in args)
    for name, most in BOUNDS.items():
        for language, text in args.get(name, {}).items():
            if width(text) > most or not text.isprintable():
                yield f"{name}.{language}: {width(text)} columns; at most {most}, in one line"
    begin, end = (utc_of(args[name]) if name in args else None for name in ("from", "until"))
    if begin and end and end <= begin:
        yield "until: not after from"
    if end and trusted(now) and end <= now.utc:
        yield "until: is over already"
    if args["notice"].startswith(calendar.NOTICE):
        yield f"notice: {calendar.NOTICE}… is the working calendar's own"
    if args["notice"] not in standing and len(standing) >= MOST:
        yield f"notice: {MOST} stand already; end one"


def width(text: str) -> int:
    """Columns of the screen."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def trusted(now: Instant) -> bool:
    return now.clk != "unsynced"


def due(notices: Iterable[Body], now: Instant) -> Iterator[Body]:
    """Notices that change with this moment, as they are then."""
    for notice in notices if trusted(now) else ():
        if now.utc >= utc_of(notice["until"]):
            yield notice | {"state": "expired"}
        elif notice["state"] == "put" and now.utc >= utc_of(notice["from"]):
            yield notice | {"state": "shown"}


def standing(notices: Notices) -> dict[str, Body]:
    """Those that are neither over nor ended."""
    return {id: notice for id, notice in notices.items() if notice.get("state") in STANDING}


def views(standing: Notices) -> tuple[NoticeView, ...]:
    """What is on the screen, the most urgent first and of these the newest."""
    shown = [n for n in reversed(list(standing.values())) if n["state"] != "put"]
    return tuple(
        NoticeView(
            n["notice"], n["priority"], n["title"], n.get("text", {}), n["acknowledge"] and n["state"] == "shown"
        )
        for n in sorted(shown, key=lambda n: PRIORITIES.index(n["priority"]))
    )
