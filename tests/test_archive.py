"""Closed months leave the live book, and nobody who looks something up notices."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agent.core.model import Fact
from agent.shell.store.books import Shelf, shelved
from agent.shell.store.journal import Journal
from drivers.model import Instant


def at(month: int, day: int = 10) -> Instant:
    return Instant(1.0, datetime(2026, month, day, tzinfo=UTC).timestamp(), "synced")


def rating(n: int, month: int, **more: str) -> Fact:
    body = {"receipt": f"R{n}", "rating": n % 5 + 1, "reasons": ["attitude"], "text": "很好", **more}
    return Fact("feedback", "kiosk-1", body, "kiosk-1", at(month))


def case(name: str, version: int, event: str, month: int) -> Fact:
    body = {"case": name, "version": version, "event": event, "by": "station-master:li"}
    return Fact("case", name, body, "kiosk-1", at(month))


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.db", "cq-0147", "b001")


@pytest.fixture
def year(journal: Journal) -> Journal:
    """Ratings of four months, ten a month; a case that was closed in its month, and one that never was."""
    journal.append([case("c1", 1, "received", 8), case("c2", 1, "received", 8), case("c1", 2, "archived", 8)])
    journal.append([rating(10 * month + n, month) for month in (8, 9, 10, 11) for n in range(10)])
    journal.append([case("c3", 1, "received", 11)])
    return journal


def shelf(tmp_path: Path, journal: Journal) -> Shelf:
    one = Shelf(tmp_path / "books", journal)
    one.update()
    return one


def live(tmp_path: Path, book: str) -> list[Any]:
    tables = json.loads((tmp_path / "books" / f"{book}.json").read_bytes())["tables"]
    return list(tables[book].values())


def test_the_live_book_holds_this_month_and_what_is_not_done(tmp_path: Path, year: Journal) -> None:
    shelf(tmp_path, year)
    assert {doc["receipt"] for doc in live(tmp_path, "feedback")} == {f"R{n}" for n in range(110, 120)}
    assert {doc["case"] for doc in live(tmp_path, "case")} == {"c2", "c3"}
    names = {path.name for path in (tmp_path / "books").glob("*-2026-*.json")}
    assert names == {f"feedback-2026-{month}.json" for month in ("08", "09", "10")} | {"case-2026-08.json"}


def test_what_is_archived_is_found_all_the_same(tmp_path: Path, year: Journal) -> None:
    books = shelf(tmp_path, year)
    assert len(books.find("feedback")) == len(shelved(tmp_path / "books", "feedback")) == 40
    assert [doc["rating"] for doc in books.find("feedback", receipt="R83")] == [4]
    assert {doc["case"] for doc in books.each("case")} == {"c1", "c2", "c3"}


def test_a_late_fact_changes_an_archived_document_once_and_whole(tmp_path: Path, year: Journal) -> None:
    shelf(tmp_path, year)
    year.append([rating(200, 11, withdraws="R85"), case("c1", 3, "reopened", 11)])
    books = shelf(tmp_path, year)
    [doc] = books.find("feedback", receipt="R85")
    assert (doc["rating"], doc["withdrawn"][:7]) == (1, "2026-11")
    [doc] = books.find("case", case="c1")
    assert [event["event"] for event in doc["events"]] == ["received", "archived", "reopened"]
    assert len(books.find("feedback")) == 41


@pytest.mark.parametrize("harm", ["missing", "flipped", "cut"])
def test_a_harmed_archive_is_made_anew_from_the_journal(tmp_path: Path, year: Journal, harm: str) -> None:
    shelf(tmp_path, year)
    path = tmp_path / "books" / "feedback-2026-09.json"
    content = path.read_bytes()
    path.write_bytes(content.replace(b"attitude", b"altitude", 1) if harm == "flipped" else content[:99])
    if harm == "missing":
        path.unlink()
    books = shelf(tmp_path, year)
    assert len(books.find("feedback")) == 40
    assert path.read_bytes() == content
    assert len(list(path.parent.glob("*.damaged-*"))) == (harm != "missing")


def test_a_large_book_is_written_seldom_and_at_the_end(tmp_path: Path, journal: Journal) -> None:
    books = Shelf(tmp_path / "books", journal)
    path = tmp_path / "books" / "feedback.json"
    journal.append([rating(n, 11) for n in range(200)])
    books.update(mono=100.0)
    journal.append([rating(900, 11)])
    books.update(mono=105.0)
    assert len(live(tmp_path, "feedback")) == 200
    assert len(books.find("feedback")) == 201
    books.update(mono=105.0 + path.stat().st_size / 4096)
    assert len(live(tmp_path, "feedback")) == 201
    journal.append([rating(901, 11)])
    books.update()
    assert len(live(tmp_path, "feedback")) == 202
