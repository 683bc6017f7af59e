"""A small turn of the fault tests of a machine: crashes and power cuts, a disk that fails, something that hangs."""

from __future__ import annotations

from pathlib import Path

from brokers import needs_mosquitto
from torture import crash, disk, hang

SEED = 147


@needs_mosquitto
def test_a_crash_at_a_system_call_comes_before_a_group_or_after_it(tmp_path: Path) -> None:
    assert "0 lost, 0 doubled, groups whole" in crash.killed(tmp_path, 9, ["pwrite64"])


@needs_mosquitto
def test_a_power_cut_takes_only_what_nobody_was_told(tmp_path: Path) -> None:
    assert "0 lost, 0 doubled, groups whole" in crash.cut(tmp_path, 4, ["fdatasync"])


@needs_mosquitto
def test_a_disk_that_fails_is_said_and_never_believed(tmp_path: Path) -> None:
    assert "0 lost, 0 doubled" in disk.failed(tmp_path, 5, SEED)


@needs_mosquitto
def test_a_station_starts_on_a_full_disk_and_says_so(tmp_path: Path) -> None:
    assert "0 lost, 0 doubled" in disk.full(tmp_path, 3, SEED)


@needs_mosquitto
def test_what_hangs_is_noticed_and_begins_anew(tmp_path: Path) -> None:
    hangs = ("the process is stopped", "the journal's sync does not come back")
    assert "0 lost, 0 doubled" in hang.hung(tmp_path, 3.0, SEED, hangs)
