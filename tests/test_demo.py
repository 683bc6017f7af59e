"""The demo: everything comes up, tells where to look, shows what head office sees, and leaves no process behind."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from brokers import free_port
from paho.mqtt.publish import single

from agent.commands import demo_station
from agent.config.read import read
from agent.shell.mqtt.listener import Broker, listen

LONG = 90.0  # seconds after which a test gives up waiting


@contextmanager
def demo(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "agent.cli", "demo", "--dir", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            yield process
        finally:
            process.kill()


def until(process: subprocess.Popen[bytes], word: str) -> str:
    """Everything said up to a line that holds `word`."""
    assert process.stdout
    said = ""
    while word not in said:
        ready, _, _ = select.select([process.stdout], [], [], LONG)
        text = os.read(process.stdout.fileno(), 65536).decode() if ready else ""
        assert text, f"no {word!r} in:\n{said}"
        said += text
    return said


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def gone(pids: list[int]) -> bool:
    """Wait for processes that are not ours to reap: a pidfd becomes readable when its process ends."""
    for pid in pids:
        try:
            pidfd = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        ready, _, _ = select.select([pidfd], [], [], LONG)
        os.close(pidfd)
        if not ready:
            return False
    return True


def test_it_shows_the_station_and_ends_in_order(tmp_path: Path) -> None:
    with demo(tmp_path) as process:
        said = until(process, "  tele ")
        assert "kiosk    http://127.0.0.1:" in said
        assert "PIN 246810" in said
        pids = children(process.pid)
        assert len(pids) == 4  # simulator, broker, daemon, head office's view
        process.send_signal(signal.SIGINT)
        assert "offline" in until(process, "offline")
        assert process.wait(LONG) == 0
        assert gone(pids)


def test_an_unplugged_device_is_seen_by_head_office(tmp_path: Path) -> None:
    with demo(tmp_path) as process:
        until(process, "dispenser-2  ")
        assert process.stdin
        process.stdin.write(b"silent dispenser-2\nsilent nobody\n")
        process.stdin.flush()
        said = until(process, "✗ timeout: all")
        assert "no device 'nobody'" in said
        process.terminate()
        assert process.wait(LONG) == 0


def test_nothing_survives_a_kill(tmp_path: Path) -> None:
    with demo(tmp_path) as process:
        until(process, "  tele ")
        pids = children(process.pid)
        process.kill()
        process.wait(LONG)
        assert gone(pids)


def test_the_demo_station_is_a_sound_configuration(tmp_path: Path) -> None:
    path = demo_station.write(tmp_path, b'{"tcp": {"host": "127.0.0.1", "port": 5020}, "rtu": {"path": "/dev/pts/9"}}')
    config, problems, warnings = read(path)
    assert (problems, warnings) == ([], [])
    assert config and [device.name for device in config.devices] == [
        "dispenser-1",
        "dispenser-2",
        "dispenser-3",
        "meter-1",
    ]


def test_the_broker_in_python_serves_where_mosquitto_is_missing() -> None:
    port = free_port()
    told: list[str] = []
    process = subprocess.Popen([sys.executable, "-m", "agent.commands.demo_broker", str(port)])
    try:
        ear = listen(Broker("127.0.0.1", port), ["gse/#"], told.append)
        for tries in range(100):  # nobody tells when it listens: whoever knocks, knows
            try:
                single("gse/1/up/x/status/_", str(tries), 1, True, "127.0.0.1", port)
                break
            except OSError:
                time.sleep(0.1)
        assert next(ear).retained
        assert told == [f"listening at 127.0.0.1:{port}"]  # it speaks 3.1.1 alone: asked again without a word
        ear.close()
    finally:
        process.terminate()
    assert process.wait(LONG) == 0
