"""A daemon told to stop cancels its tasks, and what their threads are doing at that moment is finished first."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from collectors import entered

from agent.core.model import Fact, Message
from agent.shell.store.books import Shelf
from agent.shell.store.journal import Journal
from agent.shell.store.journalfile import JournalBroken
from agent.shell.store.spool import Batch, Spool

MANY = 2000


def open_journal(folder: Path) -> Journal:
    return Journal(folder / "journal.db", "cq-0147", "b001")


async def cut_short(work: Callable[[], object], begun: threading.Event) -> None:
    """Begin the work in a thread as the daemon does, and cancel it in its middle; the thread goes on."""
    task = asyncio.create_task(asyncio.to_thread(work))
    await asyncio.to_thread(begun.wait, 60.0)
    task.cancel()
    await asyncio.wait([task])


def test_a_journal_closes_behind_the_commit_under_way(tmp_path: Path) -> None:
    journal, begun = open_journal(tmp_path), threading.Event()

    def facts() -> Iterator[Fact]:
        for n in range(MANY):
            if n == MANY // 2:
                begun.set()
            yield entered(n)

    async def stop() -> None:
        await cut_short(lambda: journal.append(facts()), begun)
        journal.close()

    asyncio.run(stop())
    assert journal.rows() == open_journal(tmp_path).rows() == MANY


def test_nothing_is_kept_after_the_close_and_whoever_comes_too_late_is_told(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    journal.close()
    with pytest.raises(JournalBroken, match="closed"):
        journal.append([entered(1)])
    assert open_journal(tmp_path).rows() == 0


def test_the_books_of_the_last_moment_wait_for_those_being_written(tmp_path: Path) -> None:
    journal, begun, entering, together = open_journal(tmp_path), threading.Event(), list[str](), list[str]()
    journal.append(entered(n) for n in range(MANY))
    shelf = Shelf(tmp_path / "books", journal)

    def beat() -> None:
        entering.append("one")
        begun.set()

    async def stop() -> None:
        await cut_short(lambda: shelf.update(beat), begun)
        shelf.update(lambda: together.append("another"))
        journal.close()

    asyncio.run(stop())
    assert entering
    assert not together, "the last update found work that the one before was still at"
    assert len(Shelf(tmp_path / "books", journal).find("feedback")) == MANY


def test_a_spool_closes_behind_the_batch_under_way(tmp_path: Path) -> None:
    spool, begun, closed = Spool(tmp_path / "spool.db"), threading.Event(), threading.Event()

    def dawdle(statement: str) -> None:
        if statement.startswith("BEGIN"):
            begun.set()
            closed.wait(0.3)  # a close that does not wait is over by then

    spool._db.set_trace_callback(dawdle)

    async def stop() -> None:
        traces = [Message("trace", n, "tele/meter-1", b"{}") for n in range(1, 50)]
        await cut_short(lambda: spool.put("b001", traces), begun)
        spool.close()
        closed.set()

    asyncio.run(stop())
    batch = Spool(tmp_path / "spool.db").oldest()
    assert isinstance(batch, Batch) and len(batch.messages) == 49
