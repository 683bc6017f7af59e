"""Books leave the station as tables: every case and every event, and nothing that a spreadsheet would carry out."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cases import FIRST, Story, act, complain, order
from stations import write

from agent.cli import main
from agent.core.messages import envelope
from agent.core.model import Fact
from agent.shell.store.books import Shelf
from agent.shell.store.journal import Journal
from drivers.model import Instant


@pytest.fixture
def station(tmp_path: Path) -> Path:
    """A station's file, with a case that went its way, a second one of December, and a rating."""
    story = Story(
        tmp_path,
        complain("08:00:00", topic="metering", text="=HYPERLINK(1) 少加了"),
        act("08:05:00", "first_contact", by="li"),
        order("09:00:00", "case.reply", "c1", 4, text="已复秤,数量准确"),
        act("10:00:00", "archived"),
        complain("2026-12-01T00:30:00", text="慢"),
    )
    path = write(tmp_path)
    journal = Journal(tmp_path / "data" / "journal.db", "cq-0147", "b001")
    for message in (envelope.load(m.payload) for m in story.messages if m.topic.startswith("case/")):
        from agent.core.messages.stamp import utc_of

        at = Instant(message["mono"], utc_of(message["time"]), "synced")
        journal.append([Fact("case", message["data"]["case"], message["data"], "kiosk", at)])
    body: dict[str, Any] = {"receipt": "R1", "rating": 2, "reasons": ["attitude", "speed"], "text": "-2"}
    journal.append([Fact("feedback", "kiosk-1", body, "kiosk-1", Instant(1.0, 1795305600.0, "synced"))])
    Shelf(tmp_path / "data" / "books", journal).update()
    journal.close()
    return path


def exported(station: Path, *words: str, capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    assert main(["export", *words, "-c", str(station)]) == 0
    rows = list(csv.reader(capsys.readouterr().out.splitlines()))
    return [dict(zip([name.split(" ")[0] for name in rows[0]], row, strict=True)) for row in rows[1:]]


def test_a_case_is_a_row_with_when_each_stage_was_reached(station: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = exported(station, "case", capsys=capsys)
    assert first["case"] == FIRST and first["opened"] == "2026-11-22 08:00:00"
    assert (first["first_contact"], first["replied"], first["archived"]) == (
        "2026-11-22 08:05:00", "2026-11-22 09:00:00", "2026-11-22 10:00:00",
    )  # fmt: skip
    assert first["text"] == "'=HYPERLINK(1) 少加了", "no spreadsheet takes it for a formula"
    assert (second["event"], second["text"], second["opened"]) == ("acked", "慢", "2026-12-01 00:30:00")


def test_every_event_is_a_row_when_that_is_asked_for(station: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = exported(station, "case", "--events", capsys=capsys)
    assert [row["event"] for row in rows if row["case"] == FIRST][:4] == [
        "received", "registered", "acked", "first_contact",
    ]  # fmt: skip
    assert next(row for row in rows if row["event"] == "replied")["text"] == "已复秤,数量准确"


def test_days_are_those_of_the_stations_own_clock(station: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(exported(station, "case", "--to", "2026-11-30", capsys=capsys)) == 1
    assert len(exported(station, "case", "--from", "2026-12-01", "--to", "2026-12-01", capsys=capsys)) == 1


def test_ratings_too(station: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (row,) = exported(station, "feedback", capsys=capsys)
    assert (row["rating"], row["reasons"], row["text"]) == ("2", "attitude, speed", "'-2")


def test_an_xlsx_holds_cases_and_events_as_texts(station: Path, tmp_path: Path) -> None:
    out = tmp_path / "cases.xlsx"
    assert main(["export", "case", "-c", str(station), "-o", str(out)]) == 0
    with zipfile.ZipFile(out) as book:
        assert {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"} <= set(book.namelist())
        text = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    assert "=HYPERLINK(1) 少加了" in text and "<f>" not in text


def test_json_is_the_book_as_it_is(station: Path, tmp_path: Path) -> None:
    out = tmp_path / "cases.json"
    assert main(["export", "case", "-c", str(station), "-o", str(out)]) == 0
    docs = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [len(doc["events"]) for doc in docs] == [7, 3]


def test_what_cannot_be_is_said(station: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "case", "--format", "xlsx", "-c", str(station)]) == 2
    assert main(["export", "case", "-c", str(station), "-o", str(tmp_path / "no" / "such.csv")]) == 1
    (tmp_path / "data" / "books" / "feedback.json").unlink()
    assert main(["export", "feedback", "-c", str(station)]) == 1
    assert "there is no such book yet" in capsys.readouterr().err
