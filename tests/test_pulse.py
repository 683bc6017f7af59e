"""Whether every loop still beats, with a clock of the test's own and a real notify socket."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from agent.shell import pulse
from agent.shell.pulse import LIMIT, Pulse


def test_a_loop_is_missed_when_its_beat_is_late_by_more_than_the_limit() -> None:
    now = [100.0]
    one = Pulse(lambda: now[0])
    quick, slow = one.join("engine"), one.join("vitals", 15.0)
    now[0] += 1.0 + LIMIT
    assert one.missing() == []
    now[0] += 0.1
    assert one.missing() == ["engine"]
    quick()
    assert one.missing() == []
    now[0] += 15.0
    assert one.missing() == ["vitals"]
    slow()
    quick()
    assert one.missing() == []


def test_the_limit_is_half_of_what_systemd_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "6000000")
    now = [0.0]
    one = Pulse(lambda: now[0])
    one.join("engine")
    now[0] = 4.5
    assert one.missing() == ["engine"]


def test_a_hanging_loop_makes_systemd_end_us_and_one_late_look_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setattr(pulse, "AGAIN", 0.0)
    monkeypatch.setattr(pulse, "WATCH", 0.0)
    now = [0.0]

    async def watched(line: socket.socket) -> list[bytes]:
        one = Pulse(lambda: now[0])
        beat = one.join("engine")
        watching, told = asyncio.create_task(one.watch()), list[bytes]()
        for late, back in ((0.0, True), (60.0, True), (0.0, True), (60.0, False), (0.0, False)):
            now[0] += late
            await asyncio.sleep(0)
            if back:
                beat()
        watching.cancel()
        line.setblocking(False)
        while True:
            try:
                told.append(line.recv(100))
            except BlockingIOError:
                return told

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "notify"))
        assert asyncio.run(watched(line)) == [b"WATCHDOG=1", b"WATCHDOG=1", b"WATCHDOG=trigger"]
