"""What a thousand open cases and twenty thousand closed ones cost a daemon's start and its memory, contacts and all."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.request import ProxyHandler, build_opener

import station as daemon
from brokers import free_port
from stations import small, write

from agent.core import seal, station
from agent.core.cases import contact
from agent.core.messages.stamp import local
from agent.core.model import Commanded, Event, Fact, Submitted
from agent.core.state import begin
from agent.shell.store.books import Shelf
from agent.shell.store.contacts import SCHEMA
from agent.shell.store.journal import Journal
from agent.shell.store.keyfile import station_key
from drivers.model import Instant
from kiosk.model import CaseAct, Complaint

CLOSED, OPEN = 20_000, 1000
BEGAN = 1761000000.0  # October 2025
YEAR = 370 * 86400.0
MANY = 500  # facts of one commit
DIRECT = build_opener(ProxyHandler({}))


class Cost(NamedTuple):
    """Seconds until the daemon answers, processor seconds until then; bytes of memory, at its peak."""

    start: float
    processor: float
    memory: int


def measure(folder: Path) -> tuple[Cost, Cost]:
    """Of a station without a case, and of one with all of them."""
    found = []
    for name, closed, open in (("none", 0, 0), ("all", CLOSED, OPEN)):
        place = folder / name
        place.mkdir()
        fill(place, closed, open)
        found.append(run(place))
    return found[0], found[1]


def run(folder: Path) -> Cost:
    port = free_port()
    path, began = write(folder, kiosk=port), time.monotonic()
    with daemon.running(path) as process:
        while True:
            try:
                DIRECT.open(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
                break
            except OSError:
                time.sleep(0.02)
        start, processor = time.monotonic() - began, process.used().processor
        time.sleep(15)  # the books have been looked at by then
        return Cost(start, processor, process.used().memory)


def fill(folder: Path, closed: int, open: int) -> None:
    """A journal, its books, and a contact of each case."""
    setup, data = small(folder), folder / "data"
    data.mkdir(exist_ok=True)
    key = station_key(data / "station.ed25519")
    journal = Journal(data / "journal.db", "cq-0147", "b001", key=key)
    whole, begun = story(folder)
    number, serials, waiting, numbers = whole[0].id, dict[str, int](), list[Fact](), list[str]()
    for n in range(closed + open):
        moment = BEGAN + n * YEAR / (closed + open)
        month = f"{local(moment, setup.zone):%y%m}"
        serials[month] = serials.get(month, 0) + 1
        numbers.append(f"CQ0147-{month}{serials[month]:02d}")
        for fact in whole if n < closed else begun:
            at = Instant(fact.at.mono, moment + fact.at.utc - BEGAN, "synced")
            body = json.loads(json.dumps(fact.body).replace(number, numbers[-1]))
            waiting.append(Fact(fact.kind, numbers[-1], body, fact.source, at))
        if len(waiting) >= MANY:
            journal.append(waiting)
            waiting.clear()
    journal.append(waiting)
    Shelf(data / "books", journal).update()
    journal.close()
    secret = seal.derive(key, "station")
    with sqlite3.connect(data / "contacts.db") as db:
        db.execute(SCHEMA)
        box = contact.lock({"phone": "13812345678", "name": "王先生"}, secret, bytes(24))
        db.executemany("INSERT INTO contact VALUES (?, ?)", [(one, box) for one in numbers])


def story(folder: Path) -> tuple[list[Fact], list[Fact]]:
    """The facts of one case from its intake to its archive, and those of its intake alone."""
    state, facts = begin(small(folder), bytes(32)), list[Fact]()
    said = {"text": "经核查计量准确,已向您出示检定证书,感谢您的监督。", "mode": "phone"}
    for second, event in events(said):
        state, effects = station.step(state, event, Instant(second, BEGAN + second, "synced"))
        facts += [effect for effect in effects if isinstance(effect, Fact) and effect.kind in ("case", "pii")]
    return facts, facts[:4]


def events(said: dict[str, str]) -> Iterator[tuple[float, Event]]:
    case = f"CQ0147-{2510}01"
    text = "加气的数量不对,差了将近两公斤,请核对计量,要求退还差价并给个说法。"
    yield 0.0, Submitted(Complaint("complaint", "metering", text, phone="13812345678", object="1A", wish="退还差价"), 1)
    yield 600.0, Submitted(CaseAct(case, "first_contact", "shift-leader:zhao", {"mode": "phone"}), 2)
    yield 7200.0, Commanded("case.reply", {"id": "c1", "by": "ho", "args": {"case": case, "version": 4, **said}})
    yield 90000.0, Submitted(CaseAct(case, "return_visited", "attendant:li", {"outcome": "satisfied"}), 3)
    yield 95000.0, Commanded("case.close", {"id": "c2", "by": "ho", "args": {"case": case, "version": 6}})
