"""systemd's notification socket, with a real one of ours at the other end."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from agent.shell.notify import notify, patience


def listening(address: str) -> socket.socket:
    line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    line.settimeout(5)
    line.bind(address)
    return line


def test_ready_and_status_arrive_as_one_datagram(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    with listening(str(tmp_path / "notify")) as line:
        assert notify(READY=1, STATUS="3 devices, 江北加气站")
        assert line.recv(4096).decode() == "READY=1\nSTATUS=3 devices, 江北加气站"


def test_an_abstract_socket_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"station-edge-test-{os.getpid()}"
    monkeypatch.setenv("NOTIFY_SOCKET", "@" + name)
    with listening("\0" + name) as line:
        assert notify(WATCHDOG=1)
        assert line.recv(4096) == b"WATCHDOG=1"


def test_without_systemd_nothing_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert not notify(READY=1)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    assert not notify(READY=1)


def test_the_watchdog_is_fed_at_half_its_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "30000000")
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()))
    assert patience() == 15.0
    monkeypatch.setenv("WATCHDOG_PID", "1")
    assert patience() == 0.0
