"""Where a broker for tests is found, and a port for it; tests/mosquitto.py starts it."""

from __future__ import annotations

import os
import shutil
import socket

import pytest

PATHS = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])  # Debian: not in a user's PATH
MOSQUITTO = shutil.which("mosquitto", path=PATHS)
needs_mosquitto = pytest.mark.skipif(MOSQUITTO is None, reason="needs mosquitto: apt-get install mosquitto")


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])
