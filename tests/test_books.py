"""Books follow the journal, whatever happens to their files."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.core.model import Body, Fact
from agent.shell.store.books import Shelf
from agent.shell.store.journal import Journal
from drivers.model import Instant

AT = Instant(1.0, 1795335330.0, "synced")


def rating(n: int, **more: str) -> Fact:
    body: Body = {"receipt": f"R{n}", "rating": n % 5 + 1, "reasons": ["attitude"], "text": "很好", **more}
    return Fact("feedback", "kiosk-1", body, "kiosk-1", AT)


def case(name: str, version: int, event: str) -> Fact:
    return Fact("case", name, {"case": name, "version": version, "event": event, "by": "customer"}, "kiosk-1", AT)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.db", "cq-0147", "b001")


def shelf(tmp_path: Path, journal: Journal) -> Shelf:
    one = Shelf(tmp_path / "books", journal)
    one.update()
    return one


def test_a_rating_is_found_by_its_receipt_and_a_withdrawal_marks_it(tmp_path: Path, journal: Journal) -> None:
    journal.append([rating(1), rating(2), rating(3, withdraws="R1")])
    books = shelf(tmp_path, journal)
    [first] = books.find("feedback", receipt="R1")
    assert (first["rating"], first["withdrawn"]) == (2, "2026-11-22T08:15:30.000Z")
    assert [doc["receipt"] for doc in books.find("feedback", rating=3)] == ["R2"]
    assert len(books.find("feedback")) == 3


def test_a_case_keeps_its_events_in_order_and_each_version_once(tmp_path: Path, journal: Journal) -> None:
    journal.append([case("c1", 1, "received"), case("c2", 1, "received"), case("c1", 2, "registered")])
    journal.renew([(1, 3)], 0, "test", AT)  # everything is told again in a new epoch
    books = shelf(tmp_path, journal)
    [doc] = books.find("case", case="c1")
    assert [event["event"] for event in doc["events"]] == ["received", "registered"]


def test_a_book_reads_on_where_it_stopped(tmp_path: Path, journal: Journal) -> None:
    journal.append([rating(n) for n in range(2500)])
    assert len(shelf(tmp_path, journal).find("feedback")) == 2500
    journal.append([rating(9000)])
    assert len(shelf(tmp_path, journal).find("feedback")) == 2501


def test_nothing_new_writes_nothing(tmp_path: Path, journal: Journal) -> None:
    journal.append([rating(1)])
    shelf(tmp_path, journal)
    path = tmp_path / "books" / "feedback.json"
    before = path.stat().st_mtime_ns
    shelf(tmp_path, journal)
    assert path.stat().st_mtime_ns == before


@pytest.mark.parametrize("harm", ["torn", "flipped", "empty", "missing", "both"])
def test_a_harmed_book_is_made_anew(tmp_path: Path, journal: Journal, harm: str) -> None:
    journal.append([rating(n) for n in range(20)])
    shelf(tmp_path, journal)
    journal.append([rating(n) for n in range(20, 30)])
    shelf(tmp_path, journal)
    path = tmp_path / "books" / "feedback.json"
    content = path.read_bytes()
    match harm:
        case "torn":
            path.write_bytes(content[: len(content) // 2])
        case "flipped":
            path.write_bytes(content.replace(b"attitude", b"altitude", 1))
        case "empty":
            path.write_bytes(b"")
        case "missing":
            path.unlink()
        case "both":
            path.write_bytes(b"{")
            path.with_name("feedback.json.1").write_bytes(b"\xff\x00")
    books = shelf(tmp_path, journal)
    assert {doc["receipt"] for doc in books.find("feedback")} == {f"R{n}" for n in range(30)}
    assert path.read_bytes() == content or harm in ("both",)


def test_a_book_outlives_a_lost_journal_and_takes_in_the_new_one(tmp_path: Path, journal: Journal) -> None:
    journal.append([rating(n) for n in range(5)])
    shelf(tmp_path, journal)
    journal.close()
    for file in tmp_path.glob("journal.db*"):
        file.unlink()
    fresh = Journal(tmp_path / "journal.db", "cq-0147", "b002")
    fresh.append([rating(100)])
    assert len(shelf(tmp_path, fresh).find("feedback")) == 6


def test_a_full_disk_leaves_the_old_file_whole(tmp_path: Path, journal: Journal) -> None:
    journal.append([rating(1)])
    books = shelf(tmp_path, journal)
    path = tmp_path / "books" / "feedback.json"
    before = path.read_bytes()
    path.with_name("feedback.json.new").mkdir()  # the draft cannot be written
    journal.append([rating(2)])
    books.update()
    assert path.read_bytes() == before
    assert len(books.find("feedback")) == 2
    path.with_name("feedback.json.new").rmdir()
    books.update()
    assert path.read_bytes() != before


def test_a_long_rebuild_gives_signs_of_life_on_the_way(tmp_path: Path, journal: Journal) -> None:
    journal.append([rating(n) for n in range(2500)])
    beats: list[None] = []
    books = Shelf(tmp_path / "books", journal)
    books.update(lambda: beats.append(None))
    assert len(beats) >= 3 and len(books.find("feedback")) == 2500
