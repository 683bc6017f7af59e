"""A small station for tests: one dispenser with two guns, one meter, two people, a head-office key."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

from nacl.public import PrivateKey

from agent.config.read import read
from agent.config.setup import setup
from agent.core.setup import Setup

HEAD_OFFICE = PrivateKey(b"head office in tests, 32 bytes!!")

MAP = """\
[model]
key = "test-device"
title = "Test device"
kind = "dispenser"
protocol = "modbus"
source = "made for tests"
confidence = "integrator"
table = "holding"
order = "ABCD"

[[point]]
name = "mass_total"
address = 0
type = "u32"
unit = "kg"
exp = -2
role = "total"

[[point]]
name = "pressure"
address = 2
type = "f32"
unit = "MPa"
role = "pressure"
report = { deadband = 0.1, heartbeat = 60 }
"""

STATION = """\
[station]
id = "cq-0147"
name = "江北加气站"
data = "data"

[mqtt]
host = "127.0.0.1"
{mqtt}

[kiosk]
listen = "127.0.0.1:{kiosk}"
hotline = "400-000-0000"

[keys]
head_office = "head-office.x25519.pub"

[[person]]
id = "li"
name = "李师傅"
role = "attendant"
pin_file = "li.scrypt"

[[nozzle]]
name = "1A"
device = "dispenser-1"

[gpio]
factory = "mock"

[[output]]
name = "buzzer"
pin = "GPIO27"
[[output]]
name = "beacon"
pin = "GPIO22"

[[bus]]
name = "lan"
link = "tcp"
host = "127.0.0.1"
port = {modbus}
timeout = 0.3

[[device]]
name = "dispenser-1"
model = "test-device.toml"
bus = "lan"
address = 1
every = 0.2
label = "1号加气机"

[[device]]
name = "meter-1"
model = "test-device.toml"
bus = "lan"
address = 2
every = 0.2
"""


def write(folder: Path, *, mqtt: str = "", kiosk: int = 8080, modbus: int = 502) -> Path:
    """The station file, its map and its key in `folder`; `mqtt`: further lines of that table."""
    (folder / "test-device.toml").write_text(MAP, "utf-8")
    (folder / "head-office.x25519.pub").write_text(b64encode(bytes(HEAD_OFFICE.public_key)).decode())
    path = folder / "station.toml"
    path.write_text(STATION.format(mqtt=mqtt, kiosk=kiosk, modbus=modbus), "utf-8")
    return path


def small(folder: Path, extra: str = "") -> Setup:
    """The same station as the core knows it; `extra`: further tables of its file."""
    path = write(folder)
    path.write_text(path.read_text("utf-8") + extra, "utf-8")
    config, problems, _ = read(path)
    assert config, problems
    return setup(config)
