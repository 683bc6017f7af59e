"""What TOML can say and a machine cannot use is a line to mend: `check` passes nothing that `run` would die of."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agent.config.hosts import is_host, is_loopback, read_listen
from agent.config.read import read
from drivers.table import Source, Table

STATION = """\
[station]
id = "cq-0147"
name = "江北加气站"
data = "data"
[mqtt]
host = "127.0.0.1"
username = "cq-0147"
password_file = "secret"
[keys]
station = "station.key"
[kiosk]
listen = "127.0.0.1:8080"
hotline = "400"
reasons = ["queue"]
[[person]]
id = "li"
name = "Li"
role = "attendant"
[[output]]
name = "buzzer"
pin = "GPIO27"
[[bus]]
name = "lan"
link = "tcp"
host = "192.0.2.1"
timeout = 1.0
[[bus]]
name = "line"
link = "rtu"
port = "/dev/ttyS0"
[[device]]
name = "meter"
model = "fuxin-fx"
bus = "lan"
label = "one"
"""
LONG, WIDE, DEEP = "a" * 70, "a" * 70_000, "a/" * 300
# the line, what stands there instead, the key that is told, and why
UNUSABLE = {
    "a name that ends early": ('name = "江北加气站"', r'name = "a\u0000b"', "station.name", "not allowed"),
    "a name that rings": ('name = "Li"', r'name = "\u0007"', "person[1].name", "not allowed"),
    "a label that recolours terminals": ('label = "one"', r'label = "\u001b[31m"', "device[1].label", "not allowed"),
    "what is no character": ('label = "one"', r'label = "\uffff"', "device[1].label", "not allowed"),
    "a reason that ends early": ('reasons = ["queue"]', r'reasons = ["a\u0000"]', "kiosk.reasons", "not allowed"),
    "a hotline that ends early": ('hotline = "400"', r'hotline = "\u0000"', "kiosk.hotline", "not allowed"),
    "a pin that ends early": ('pin = "GPIO27"', r'pin = "GPIO27\u0000"', "output[1].pin", "not allowed"),
    "a folder that ends early": ('data = "data"', r'data = "a\u0000b"', "station.data", "not allowed"),
    "a folder deeper than SQLite": ('data = "data"', f'data = "{DEEP}"', "station.data", "too long"),
    "a folder with a name too long": ('data = "data"', f'data = "{"a" * 300}"', "station.data", "name too long"),
    "a folder that is a device": ('data = "data"', 'data = "/dev/null"', "station.data", "something else lies there"),
    "a folder in a file": ('data = "data"', 'data = "secret/data"', "station.data", "not a directory"),
    "a host that ends early": ('host = "192.0.2.1"', r'host = "192.0.2.1\u0000"', "bus[1].host", "not allowed"),
    "a host without a name": ('host = "192.0.2.1"', 'host = ""', "bus[1].host", "not allowed"),
    "a host with a hole": ('host = "192.0.2.1"', 'host = "a..b"', "bus[1].host", "not allowed"),
    "a host longer than DNS": ('host = "192.0.2.1"', f'host = "{LONG}.example"', "bus[1].host", "not allowed"),
    "a broker longer than DNS": ('host = "127.0.0.1"', f'host = "{LONG}.example"', "mqtt.host", "not allowed"),
    "a broker of colons": ('host = "127.0.0.1"', 'host = ":::"', "mqtt.host", "not allowed"),
    "a broker that only begins like us": ('host = "127.0.0.1"', 'host = "127.evil.example"', "mqtt.host", "encryption"),
    "a kiosk that only begins like us": ("127.0.0.1:8080", "localhost.example:8080", "kiosk.listen", "not on the"),
    "a kiosk's address that ends early": ("127.0.0.1:8080", r"127.0.0.1\u0000:8080", "kiosk.listen", "not allowed"),
    "a kiosk's port in other digits": ("127.0.0.1:8080", "127.0.0.1:٨٠٨٠", "kiosk.listen", "not allowed"),
    "a user on two lines": ('username = "cq-0147"', r'username = "a\nb"', "mqtt.username", "not allowed"),
    "a user longer than MQTT": ('username = "cq-0147"', f'username = "{WIDE}"', "mqtt.username", "not allowed"),
    "a password longer than MQTT": ('= "secret"', '= "wide"', "mqtt.password_file", "longer than MQTT can say"),
    "a password that is no text": ('= "secret"', '= "bytes"', "mqtt.password_file", "not UTF-8"),
    "a password nobody ever writes": ('= "secret"', '= "pipe"', "mqtt.password_file", "not a plain file"),
    "a password without end": ('= "secret"', '= "/dev/zero"', "mqtt.password_file", "not a plain file"),
    "a password that is a folder": ('= "secret"', '= "/"', "mqtt.password_file", "is a folder"),
    "a station's key that is none": ('= "station.key"', '= "secret"', "keys.station", "not 32 bytes as base64"),
    "a station's key with a name too long": ('= "station.key"', f'= "{LONG * 5}"', "keys.station", "name too long"),
    "a station's key without end": ('= "station.key"', '= "/dev/zero"', "keys.station", "not a plain file"),
    "head office's key without end": ("[kiosk]", 'head_office = "/dev/zero"\n[kiosk]', "keys.head_office", "plain"),
    "head office's key too large": ("[kiosk]", 'head_office = "vast"\n[kiosk]', "keys.head_office", "larger than"),
    "a map nobody ever writes": ('model = "fuxin-fx"', 'model = "pipe.toml"', "file", "not a plain file"),
    "a map too large": ('model = "fuxin-fx"', 'model = "vast.toml"', "file", "larger than"),
    "a line that ends early": ('port = "/dev/ttyS0"', r'port = "/dev/tty\u0000"', "bus[2].port", "not allowed"),
    "a line without a name": ('port = "/dev/ttyS0"', 'port = ""', "bus[2].port", "not allowed"),
    "a line that is a folder": ('port = "/dev/ttyS0"', 'port = "/dev"', "bus[2].port", "something else lies there"),
    "a line with a name too long": ('port = "/dev/ttyS0"', f'port = "/dev/{WIDE}"', "bus[2].port", "name too long"),
    "a number beyond all numbers": ("timeout = 1.0", f"timeout = {'9' * 400}", "bus[1].timeout", "out of bounds"),
    "a number that is none": ("timeout = 1.0", "timeout = nan", "bus[1].timeout", "out of bounds"),
}  # fmt: skip


def station(folder: Path, text: str) -> Path:
    (folder / "secret").write_text("hunter2")
    (folder / "wide").write_text(WIDE)
    (folder / "bytes").write_bytes(b"\xff\xfe")
    for name in ("vast", "vast.toml"):
        with (folder / name).open("wb") as file:
            file.truncate(1 << 40)
    for name in ("pipe", "pipe.toml"):
        os.mkfifo(folder / name)
    path = folder / "station.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_station_that_all_of_them_spoil_is_good(tmp_path: Path) -> None:
    config, problems, _ = read(station(tmp_path, STATION))
    assert config, problems


@pytest.mark.parametrize(("old", "new", "key", "why"), UNUSABLE.values(), ids=UNUSABLE)
def test_a_value_that_no_machine_can_use_is_refused(tmp_path: Path, old: str, new: str, key: str, why: str) -> None:
    assert old in STATION
    config, problems, _ = read(station(tmp_path, STATION.replace(old, new, 1)))
    assert config is None
    assert [problem.key for problem in problems if why in problem.wrong] == [key], problems


@pytest.mark.parametrize(
    "host", ["mqtt.example.com", "a", "a-1_b.c", "192.0.2.7", "::1", "fe80::1%eth0", "x.de.", LONG[:63]]
)
def test_names_and_addresses_are_hosts(host: str) -> None:
    assert is_host(host)


@pytest.mark.parametrize(("host", "ours"), [
    ("localhost", True), ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True),
    ("127.evil.example", False), ("localhost.example", False), ("::1.example", False), ("192.0.2.1", False),
])  # fmt: skip
def test_this_machine_is_known_by_its_own_names_alone(host: str, ours: bool) -> None:
    assert is_loopback(host) is ours


@pytest.mark.parametrize(("text", "place"), [("127.0.0.1:8080", ("127.0.0.1", 8080)), ("[::1]:9", ("::1", 9))])
def test_an_address_to_listen_on_has_a_host_and_a_port(text: str, place: tuple[str, int]) -> None:
    source = Source(Path("station.toml"))
    assert read_listen(Table(source, (), {"listen": text}), "") == place and not source.problems
