"""A book's file is believed to the byte, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.shell.store import bookfile

TABLES: bookfile.Tables = {"_default": {"1": {"receipt": "R1", "text": "很好"}}, "book": {"1": {"applied": 7}}}


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "book.json"
    path.write_bytes(bookfile.write(TABLES))
    assert bookfile.read(path) == TABLES


@pytest.mark.parametrize("bit", range(8))
def test_no_flipped_bit_is_believed(tmp_path: Path, bit: int) -> None:
    path, whole = tmp_path / "book.json", bookfile.write(TABLES)
    for at in range(len(whole)):
        harmed = bytearray(whole)
        harmed[at] ^= 1 << bit
        path.write_bytes(harmed)
        assert bookfile.read(path) is None, f"byte {at} of {bytes(harmed)!r}"


def test_no_cut_is_believed(tmp_path: Path) -> None:
    path, whole = tmp_path / "book.json", bookfile.write(TABLES)
    for length in range(1, len(whole)):
        path.write_bytes(whole[:length])
        assert bookfile.read(path) is None
