"""Fault test 4: a crash at every n-th system call of one fact and of a group, and the power cut at that very moment.

Killed alone, a process loses nothing that it has written; with the power it loses all that was not synced.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from collectors import Collector, proved
from mosquitto import mosquitto
from voices import access, soon, station

from agent.shell.store.journal import Journal
from torture import syscalls
from torture.card import Card, needed
from torture.site import Site
from torture.syscalls import crashed

CALLS = ("write", "pwrite64", "ftruncate", "fsync", "fdatasync", "rename", "link", "unlink")
GROUP = 50


def at_calls(
    folder: Path, office: Path, step: int, calls: Sequence[str], after: Callable[[], None] = lambda: None
) -> str:
    """The clerk is killed at each `step`-th call of each kind, `after` happens, and it begins again on what is there.

    A fact that was said is there; a group is there whole or not at all; head office gets each once.
    """
    syscalls.needed()
    office.mkdir(parents=True, exist_ok=True)
    crashes, first, kept = 0, 0, list[str]()
    for call in calls:
        n, alive = 1, True
        while alive:
            words = [sys.executable, "-B", "-m", "torture.clerk", str(folder), str(first), str(GROUP)]
            alive = crashed(words, call, n, said := office / "said")
            kept += said.read_text("ascii").split()
            after()
            judge(folder, first, kept, f"{call} {n}")
            crashes, first, n = crashes + alive, first + GROUP + 1, n + step
    held = arrived(folder, office, kept)
    more = f"{held - len(kept)} kept but not said"
    return (
        f"{crashes} crashes: {len(kept)} facts said, {held} held ({more}), 0 lost, 0 doubled, groups whole, chain whole"
    )


def judge(folder: Path, first: int, kept: list[str], where: str) -> None:
    """What a start finds after the crash: the chain is proved by opening, nothing was put aside."""
    journal = Journal(folder / "journal.db", "cq-0147", "b002")
    try:
        assert journal.quarantined is None, f"{where}: {journal.quarantined}"
        told = [e.body["receipt"] for e in journal.since(0, ["feedback"], 1_000_000)]
        assert set(kept) <= set(told), f"{where}: lost {sorted(set(kept) - set(told))[:5]}"
        group = {f"r{n}" for n in range(first + 1, first + 1 + GROUP)} & set(told)
        assert len(group) in (0, GROUP), f"{where}: {len(group)} of a group of {GROUP}"
    finally:
        journal.close()


def arrived(folder: Path, office: Path, kept: list[str]) -> int:
    """Everything goes to head office, which proves it."""

    async def speak(port: int) -> None:
        async with station(folder, access(port), boot="b003") as one:
            await soon(lambda: one.publisher.facts.delivery.proven == one.journal.head().seq, 120.0)

    with mosquitto(office / "broker") as broker, Collector(office, broker.port) as collector:
        asyncio.run(speak(broker.port))
        return proved(collector.db, kept)


def killed(folder: Path, step: int = 1, calls: Sequence[str] = CALLS) -> str:
    """`step`: 1 for every call."""
    said = at_calls(folder / "station", folder / "office", step, calls)
    return f"4. the process killed at every call: {said}"


def cut(folder: Path, step: int = 1, calls: Sequence[str] = CALLS) -> str:
    needed()
    with Card(folder) as card:

        def again() -> None:
            card.cut()
            card.again()

        said = at_calls(card.path / "station", folder / "office", step, calls, again)
        return f"   and the power cut at every call: {said}; of 200 rows without a sync {forgotten(card)} are lost so"


def forgotten(card: Card) -> int:
    """The proof that this cut would show a missing sync: what SQLite keeps without FULL is lost."""
    db = sqlite3.connect(card.path / "control.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL"):
        db.execute(f"PRAGMA {pragma}").fetchall()
    db.execute("CREATE TABLE fact (n INTEGER PRIMARY KEY)")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    for n in range(200):
        db.execute("INSERT INTO fact VALUES (?)", (n,))
    card.cut()
    db.close()
    card.again()
    db = sqlite3.connect(card.path / "control.db")
    lost: int = 200 - db.execute("SELECT count(*) FROM fact").fetchone()[0]
    db.close()
    assert lost, "a cut that loses nothing proves nothing"
    return lost


def power(folder: Path, rounds: int, seed: int) -> str:
    """The whole station on a card whose power fails at random moments, customers rating all the time."""
    needed()
    chance = random.Random(seed)
    with Card(folder / "slot") as card:
        (folder / "data").symlink_to(card.path)
        with Site(folder, seed) as site:
            for _ in range(rounds):
                time.sleep(chance.uniform(0.8, 2.5))
                card.cut()
                time.sleep(chance.choice((0.0, 0.0, 0.2)))  # sometimes it lives long enough to see the errors
                site.end_agent()
                card.again()
                site.daemon.launch()
            said = site.count()
    return f"   the power of the whole station cut {rounds} times: {said}"
