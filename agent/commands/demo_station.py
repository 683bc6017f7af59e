"""What the demo's station is made of: its files, its ports, its broker."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
from pathlib import Path
from string import Template

from agent.shell.store import pinfile

PEOPLE, PIN = ("li", "wang"), "246810"
# Head office's public key; the secret half is the SHA-256 of "station-edge demo head office". For demos alone.
HEAD_OFFICE = "ijO4YSkA01j93/El7aRlV3d2JYYQ3I9+ytrtUHyPyyE="
# `user root`: as root it would change to a user of its own, and with that forget to die with us. No matter for others.
MOSQUITTO = """\
user root
listener {port} 127.0.0.1
allow_anonymous true
persistence false
log_type error
"""


def write(folder: Path, simulated: bytes) -> Path:
    """The station file and the files it names. `simulated` is the simulator's first line: where its devices listen."""
    (folder / "head-office.x25519.pub").write_text(HEAD_OFFICE + "\n")
    for person in PEOPLE:
        pinfile.write(folder / f"{person}.scrypt", PIN)
    where = json.loads(simulated)
    places = {
        "mqtt": first_free(1883),
        "kiosk": first_free(8080),
        "host": where["tcp"]["host"],
        "tcp": where["tcp"]["port"],
        "rtu": where["rtu"]["path"],
    }
    template = Template(Path(__file__).with_name("demo.toml").read_text("utf-8"))
    path = folder / "station.toml"
    path.write_text(template.substitute(places), "utf-8")
    return path


def age(folder: Path, now: float) -> float:
    """Seconds since the demo was first started here: its dispensers' totals go on where they were. `now`: UTC."""
    memo = folder / "began"
    if not memo.exists():
        memo.write_text(f"{now:.0f}\n")
    return max(now - float(memo.read_text()), 0.0)


def broker(folder: Path, port: int) -> list[str]:
    """The command of mosquitto where it is installed, else of one in Python."""
    paths = os.pathsep.join(
        [os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]
    )  # Debian: not in a user's PATH
    mosquitto = shutil.which("mosquitto", path=paths)
    if not mosquitto:
        return [sys.executable, "-m", "agent.commands.demo_broker", str(port)]
    config = folder / "mosquitto.conf"
    config.write_text(MOSQUITTO.format(port=port))
    return [mosquitto, "-c", str(config)]


def free(port: int) -> bool:
    """True while nobody listens on this port of the loopback."""
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def first_free(port: int) -> int:
    """This port, or the next free one above it."""
    return next((candidate for candidate in range(port, port + 100) if free(candidate)), port)
