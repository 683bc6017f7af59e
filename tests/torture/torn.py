"""Fault test 3: a station's files cut, flipped or blanked at random places. It starts, says what is lost, goes on."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from collectors import entered
from voices import Station, access

from agent.core.messages import envelope
from agent.core.model import Message, Trace
from agent.core.office.inbox import Answered
from agent.shell import clock
from agent.shell.store.announced import Announced
from agent.shell.store.books import Shelf
from agent.shell.store.journal import Journal
from agent.shell.store.spool import Batch, Dropped, Spool

FACTS, BATCHES = 390, 12  # so that the newest stand in the log alone
FRAME = 24 + 4096  # bytes of a frame of a write-ahead log
KEY = b"a station's key in torture 32 B."


class Healthy(NamedTuple):
    """A station's folder as it was when the plug was pulled, and what it held."""

    folder: Path
    facts: list[Message]
    traces: list[bytes]
    book: dict[str, bytes]


def cut(content: bytearray, chance: random.Random) -> None:
    del content[chance.randrange(len(content)) :]


def flip(content: bytearray, chance: random.Random) -> None:
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def blank(content: bytearray, chance: random.Random) -> None:
    at = chance.randrange(0, len(content), 512)
    content[at : at + 512] = bytes(len(content[at : at + 512]))


HARMS: tuple[Callable[[bytearray, random.Random], None], ...] = (cut, flip, blank)


def prepare(folder: Path) -> Healthy:
    """A journal and a spool that were never closed: the log files are there, as after a power cut."""
    live, still = folder / "live", folder / "still"
    journal, spool = Journal(live / "journal.db", "cq-0147", "b001", key=KEY), Spool(live / "spool.db")
    for n in range(0, FACTS, 3):
        journal.append([entered(n), entered(n + 1), entered(n + 2)])
    journal.announced.reach(journal.head())
    shelf = Shelf(live / "books", journal)
    shelf.update()
    traces: list[bytes] = []
    for batch in range(BATCHES):
        messages = [
            envelope.trace(Trace("tele", "meter-1", {"n": n}, "meter-1", clock.now()), n, "cq-0147", "b001")
            for n in range(1 + batch * 50, 51 + batch * 50)
        ]
        spool.put("b001", messages)
        traces += [message.payload for message in messages]
    shutil.copytree(live, still)
    facts, book = journal.read(0, 10 * FACTS), {file.name: file.read_bytes() for file in (live / "books").iterdir()}
    journal.close()
    spool.close()
    return Healthy(still, facts, traces, book)


def torn(folder: Path, cases: int, seed: int) -> str:
    """Every case harms one file at one place. Raises AssertionError."""
    healthy, chance, told, lost = prepare(folder), random.Random(seed), Counter[str](), Counter[str]()
    victims = sorted(file.relative_to(healthy.folder) for file in healthy.folder.rglob("*") if file.stat().st_size)
    victims = [v for v in victims if not v.name.endswith("-shm") and (healthy.folder / v).is_file()]
    for number in range(cases):
        case = folder / "case"
        shutil.copytree(healthy.folder, case)
        victim, harm = chance.choice(victims), chance.choice(HARMS)
        content = bytearray((case / victim).read_bytes())
        harm(content, chance)
        (case / victim).write_bytes(content)
        if chance.random() < 0.5:  # an older station did not write down what had gone out
            (case / "journal.announced").unlink()
        try:
            left = b"".join(covered(file) for file in case.glob("journal.db*"))
            told[asyncio.run(judge(healthy, case, left, lost))] += 1
        except Exception as error:
            error.add_note(f"case {number} of seed {seed}: {harm.__name__} {victim}")
            raise
        shutil.rmtree(case)
    said = [f"{n} {what}" for what, n in told.most_common()]
    facts = ", ".join(f"{n} {what}" for what, n in lost.most_common())
    return f"3. {cases} files cut, flipped or blanked: {', '.join(said)}; facts of damaged journals: {facts or 'none'}"


def covered(file: Path) -> bytes:
    """What a file holds; of a log, what a commit follows. The rest is a turn nobody was told of, after a crash as here.

    https://sqlite.org/fileformat2.html#walformat: a header of 32 bytes, then frames of 24 and a page; a word of each
    frame's header is not 0 in the last one of a transaction.
    """
    content = file.read_bytes()
    if not file.name.endswith("-wal"):
        return content
    frames = range(32, len(content) - FRAME + 1, FRAME)
    return content[: max((at + FRAME for at in frames if any(content[at + 4 : at + 8])), default=0)]


async def judge(healthy: Healthy, case: Path, left: bytes, lost: Counter[str]) -> str:
    """Start on what is there, and look at everything that can still be read. `left`: what the harm left of the journal;
    `lost` counts what became of the facts of journals that were put aside."""
    heard = Announced(case / "journal.db").covers("1", healthy.facts[-1].seq)
    one = Station(case, access(1), boot="b002")
    try:
        said = await judge_journal(healthy, one, left, heard, lost)
        judge_books(case, one)
        return judge_spool(healthy, one) or said
    finally:
        one.journal.close()
        one.spool.close()


async def judge_journal(healthy: Healthy, one: Station, left: bytes, heard: bool, lost: Counter[str]) -> str:
    """Whole, or put aside and said, or shorter, which head office's hello finds: never another content. `heard`: it
    is known that all of them had gone out; then a shorter one would give their numbers away."""
    journal = one.journal
    if journal.quarantined:
        assert journal.quarantined.path.exists()
        account(healthy, journal, left, lost)
        return "put aside, and a new epoch says so"
    held = journal.read(0, 10 * FACTS)
    if journal.head().epoch != "1":
        return "a new epoch: the old journal was not there"
    assert held == healthy.facts[: len(held)], "a fact has changed"
    if held == healthy.facts:
        return "whole"
    assert not heard, f"numbers after {len(held)} would go out again with other bytes"
    readable = [message.seq for message in healthy.facts[len(held) :] if message.payload in left]
    assert not readable, f"facts {readable} were readable and are not there"
    newest = healthy.facts[-1]
    answer = Answered("1", newest.seq, envelope.digest(newest.payload))
    assert await one.publisher.facts.answered(answer), "a shorter journal was not found out"
    return "shorter by what the log had lost, and head office's hello finds it"


def account(healthy: Healthy, journal: Journal, left: bytes, lost: Counter[str]) -> None:
    """Every fact of a journal put aside is saved as it was, or named in the gap, or stood where the file now ends."""
    saved = dict(journal.ask("SELECT n, payload FROM fact WHERE n <= ?", journal.epoch.base))
    [gap, *_] = journal.append([entered(0)])
    assert gap.topic == "gap/_"
    body = envelope.load(gap.payload)["data"]
    named = {seq for first, last in body["ranges"] for seq in range(first, last + 1)}
    for message in healthy.facts:
        if message.seq in saved:
            assert saved[message.seq] == message.payload, "a fact has changed"
            lost["saved"] += 1
        elif message.seq in named:
            lost["unreadable and named in the gap"] += 1
        else:
            assert message.seq > body["seq"] and message.payload not in left, f"fact {message.seq} was dropped silently"
            lost["beyond the end of the file"] += 1
    assert saved.keys().isdisjoint(named), "a fact was saved and called lost"


def judge_books(case: Path, one: Station) -> None:
    """A book is what the journal says, or an older page of it; it never stops the station."""
    shelf = Shelf(case / "books", one.journal)
    shelf.update()
    if not one.journal.quarantined and one.journal.head().epoch == "1":
        receipts = {doc["receipt"] for doc in shelf.find("feedback")}
        kept = {e.body["receipt"] for e in one.journal.since(0, ["feedback"], 10 * FACTS)}
        assert kept <= receipts, f"{len(kept - receipts)} ratings are not in the book"


def judge_spool(healthy: Healthy, one: Station) -> str:
    """Every trace that comes back is one that went in, in its own number; what does not is owned up to."""
    good, lost = set[bytes](), len(one.spool.lost)
    while (batch := one.spool.oldest()) is not None:
        if isinstance(batch, Dropped):
            lost += 1
            continue
        assert isinstance(batch, Batch)
        for message in batch.messages:
            assert message.payload in healthy.traces, "a trace has changed"
            assert f'"seq":{message.seq},'.encode() in message.payload, "a trace has another number"
            good.add(message.payload)
        one.spool.delete(batch.n)
    if good == set(healthy.traces):
        return ""
    return "traces lost and said" if lost else "traces lost with the spool's log"
