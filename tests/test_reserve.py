"""Room kept back for a start: there before, free while files are opened, there again."""

from __future__ import annotations

from pathlib import Path

from agent.shell.store.reserve import SIZE, keep_back, room


def test_the_room_is_free_while_files_are_opened_and_kept_back_after(tmp_path: Path) -> None:
    keep_back(tmp_path)
    file = tmp_path / "reserve"
    assert file.stat().st_blocks * 512 >= SIZE
    with room(tmp_path):
        assert not file.exists()
    assert file.stat().st_size == SIZE


def test_what_is_kept_back_grows_again_when_there_is_room(tmp_path: Path) -> None:
    (tmp_path / "reserve").write_bytes(bytes(1 << 14))
    keep_back(tmp_path)
    assert (tmp_path / "reserve").stat().st_size == SIZE
