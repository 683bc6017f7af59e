"""How the storage is: no guess at a day before there is ground for one."""

from __future__ import annotations

from pathlib import Path

from agent.shell.store.wear import Wear


def test_a_day_is_guessed_at_from_what_was_counted_once_ten_minutes_are_over(tmp_path: Path) -> None:
    (tmp_path / "journal.db.damaged-1").touch()
    (tmp_path / "journal.db.damaged-1-wal").touch()
    wear = Wear(tmp_path, began=100.0, syncs=lambda: 30)
    assert "syncs_day" not in wear.figures(699.0)
    told = wear.figures(964.0)
    assert (told["over"], told["syncs"], told["syncs_day"]) == (864, 30, 3000)
    assert told["written_day"] >= told["written"] * 99
    assert told["quarantined"] == ["journal.db.damaged-1"]
    assert 0 < told["free"] < told["size"]
