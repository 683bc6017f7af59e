"""`station-edge report`: from the journal or from what somebody kept, printed, compared with what was published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cases import Story, act, at, complain
from stations import write

from agent.cli import main
from agent.core.messages import envelope
from agent.core.messages.stamp import utc_of
from agent.core.model import Fact
from agent.shell.store.chronicle import Chronicle
from agent.shell.store.journal import Journal
from agent.shell.store.reader import Reader
from drivers.model import Instant

KIOSK = ["kiosk-1"] * 50
CASE = "CQ0147-261001"
RATINGS = [at(f"2026-11-{day:02d}T12:00:00", form={"kind": "feedback", "rating": 1 + day % 5}) for day in range(1, 31)]
LINES = [
    complain("2026-10-20T08:00:00"),
    *RATINGS[:10],
    act("2026-11-10T13:00:00", "first_contact", "li", case=CASE),
    *RATINGS[10:],
    at("2026-12-01T00:00:01", tick=True),
]


@pytest.fixture
def station(tmp_path: Path) -> Path:
    """A station's file and the journal of a story: October's case, November's ratings, the reports of both."""
    story = Story(tmp_path, *LINES)
    path = write(tmp_path)
    journal = Journal(tmp_path / "data" / "journal.db", "cq-0147", "b001")
    with (tmp_path / "kept.txt").open("w") as kept:
        for message in story.messages:
            kept.write(f"gse/1/up/cq-0147/{message.topic} {message.payload.decode()}\n")
            if message.lane == "fact":
                told, (kind, _, id) = envelope.load(message.payload), message.topic.partition("/")
                moment = Instant(told["mono"], utc_of(told["time"]), told["clk"])
                journal.append([Fact(kind, id, told["data"], "station", moment, type=told["type"])])
    journal.close()
    return path


def test_a_report_from_the_journal_and_one_from_what_was_kept_are_the_same(
    station: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["report", "briefing", "2026-11", "-c", str(station), "--json"]
    assert main(words) == 0
    own = json.loads(capsys.readouterr().out)
    assert main([*words, "--facts", str(station.with_name("kept.txt"))]) == 0
    assert json.loads(capsys.readouterr().out)["digest"] == own["digest"]
    known = {one["figure"]: one.get("value") for one in own["figures"]}
    assert (known["received"], known["open"], known["ratings"]) == (0, 1, 30)
    assert known["response-median"] == 30540.0  # of October's case, told from its beginning


def test_every_published_report_is_compared_and_a_polished_one_is_found(
    station: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = station.with_name("kept.txt")
    words = ["report", "--check", "-c", str(station)]
    assert main(words) == main([*words, "--facts", str(kept)]) == 0
    assert "briefing-2026-11             as published" in capsys.readouterr().out
    honest = '"figure":"satisfied-share","unit":"1"'
    kept.write_text(kept.read_text().replace(honest, honest.replace("1", "%")))
    assert main([*words, "--facts", str(kept)]) == 1
    assert "briefing-2026-11             differs" in capsys.readouterr().out


def test_a_page_to_print_has_the_figures_their_meaning_and_plots_and_asks_nobody(station: Path) -> None:
    out = station.with_name("page.html")
    assert main(["report", "statistics", "2026-11", "-c", str(station), "-o", str(out)]) == 0
    page = out.read_text("utf-8")
    assert "满意率" in page and "ratings of 4 or 5 among all ratings" in page and "<svg" in page
    assert "http" not in page and "<script" not in page


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["briefing", "2026Q4"], 2, "briefing is of a month"),
        (["briefing", "yesterday"], 2, "is no period"),
        (["briefing", "2026-09"], 1, "nothing is known of 2026-09"),
        (["briefing", "2026-11", "--facts", "nowhere"], 1, "nowhere"),
    ],
)
def test_a_report_that_cannot_be_made_says_why(
    station: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str
) -> None:
    assert main(["report", *words, "-c", str(station)]) == code
    assert said in capsys.readouterr().err


def test_only_the_facts_of_the_time_are_read_however_long_the_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db", "cq-0147", "b001", key=bytes(32))
    start = 1795305600.0
    for hour in range(0, 5000, 50):
        moments = [Instant(1.0, start + (hour + n) * 3600, "synced") for n in range(50)]
        rated = [{"receipt": f"{moment.utc}", "rating": 5} for moment in moments]
        journal.append([Fact("feedback", "kiosk-1", *pair) for pair in zip(rated, KIOSK, moments, strict=True)])
    reader = Reader(tmp_path / "journal.db")
    asked: list[int] = []

    def rows(sql: str, *values: int | str) -> list[object]:
        found = reader.rows(sql, *values)
        asked.append(len(found))
        return found

    begin = start + 4000 * 3600
    found = list(Chronicle(rows, reader.top, reader.epoch, reader.base).since(begin))
    assert sum(utc_of(one["time"]) >= begin for one in found) == 1000
    assert len(found) < 3000 and sum(asked) < 3500
    reader.close()
    journal.close()
