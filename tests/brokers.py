"""A real mosquitto for a test: on a free port, with the settings the test asks for, gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PATHS = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
MOSQUITTO = shutil.which("mosquitto", path=PATHS)
needs_mosquitto = pytest.mark.skipif(MOSQUITTO is None, reason="needs mosquitto: apt-get install mosquitto")


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@contextmanager
def mosquitto(folder: Path, *settings: str, port: int = 0, anonymous: bool = True) -> Iterator[int]:
    """A running broker; yields its port. `settings` are lines of mosquitto.conf."""
    port = port or free_port()
    config = folder / f"mosquitto-{port}.conf"
    lines = [f"listener {port} 127.0.0.1", f"allow_anonymous {str(anonymous).lower()}", "user root", *settings]
    config.write_text("\n".join(lines) + "\n")
    with (folder / f"mosquitto-{port}.log").open("wb") as log:
        process = subprocess.Popen([str(MOSQUITTO), "-c", str(config)], stdout=log, stderr=log)
    try:
        for _ in range(200):
            if process.poll() is not None:
                raise RuntimeError((folder / f"mosquitto-{port}.log").read_text())
            with socket.socket() as door:
                if door.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(20)
