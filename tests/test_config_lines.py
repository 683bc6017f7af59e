"""The wires of station.toml: serial protocols, their framing and addresses, and what does not go together."""

from __future__ import annotations

from pathlib import Path

import pytest
from mapfiles import GOOD as ACME

from agent.compose import link
from agent.config.lines import LINKS
from agent.config.read import read
from agent.config.show import show
from drivers.bus.line import SerialLine
from drivers.bus.listen import Tap
from drivers.bus.modbus import RtuLink

HEAD = """\
[station]
id = "cq-0147"
data = "data"
[mqtt]
host = "127.0.0.1"
"""
WIRES = """\
[[bus]]
name = "gas"
link = "serial"
port = "/dev/ttyUSB0"
serial = "2400 8E1"
[[bus]]
name = "optical"
link = "serial"
port = "/dev/ttyUSB1"
serial = "300 7E1"
[[bus]]
name = "tap"
link = "serial"
port = "/dev/ttyUSB2"
serial = "9600 8O1"
[[bus]]
name = "letters"
link = "rtu"
port = "/dev/ttyUSB3"
serial = "9600 7E1 ascii"
[[device]]
name = "kitchen"
model = "cjt188-gas"
bus = "gas"
address = "00110987654321"
[[device]]
name = "office"
model = "cjt188-gas"
bus = "gas"
address = "00110987654322"
[[device]]
name = "converter"
model = "elster-ek280"
bus = "optical"
every = 3600
[[device]]
name = "dispenser"
model = "wayne-dart"
bus = "tap"
address = 81
[[device]]
name = "meter"
model = "fuxin-fx"
bus = "letters"
"""


def problems(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "station.toml"
    path.write_text(HEAD + text, "utf-8")
    _, found, _ = read(path)
    return [str(problem).removeprefix(f"{path}:") for problem in found]


def test_every_kind_of_line_gets_its_own_end(tmp_path: Path) -> None:
    path = tmp_path / "station.toml"
    path.write_text(HEAD + WIRES, "utf-8")
    config, found, _ = read(path)
    assert found == []
    assert config is not None
    ends = {bus.name: link(bus, [d for d in config.devices if d.bus == bus.name]) for bus in config.buses}
    gas, optical, tap, letters = ends.values()
    assert isinstance(gas, SerialLine) and gas.protocol == "cjt188" and gas.baud == 2400
    assert isinstance(optical, SerialLine) and optical.protocol == "iec62056-21"
    assert isinstance(tap, Tap)
    assert isinstance(letters, RtuLink) and letters.framing.protocol == "modbus-ascii"
    assert [device.address for device in config.devices] == ["00110987654321", "00110987654322", "", "81", 1]
    assert 'address = "00110987654321"' in show(config)
    assert LINKS == ("rtu", "tcp", "serial")


BAD = {
    "no framing": ('serial = "2400 8E1"\n', "", 'bus[1].serial: is missing; baud and framing, such as "9600 8N1"'),
    "letters without Modbus": ("2400 8E1", "2400 8E1 ascii", "bus[1].serial: '2400 8E1 ascii' is not allowed"),
    "a meter number too short": (
        '"00110987654321"',
        '"987654321"',
        "device[1].address: '987654321' is not allowed; 14 digits: the maker's four, then the meter's ten",
    ),
    "whoever is there, and another": (
        'address = "00110987654321"\n',
        "",
        "device[1].address: whoever is there answers, and there are others; its own address",
    ),
    "the same meter twice": (
        "00110987654322",
        "00110987654321",
        "device[2]: two devices on one bus address: ('gas', '00110987654321'); each one once",
    ),
    "registers on a line without": (
        "cjt188-gas",
        "fuxin-fx",
        'device[1].bus: the model speaks modbus, the bus is serial; a bus with link = "rtu" or "tcp"',
    ),
    "codes on a Modbus bus": (
        '"fuxin-fx"',
        '"mbus-gas"',
        'device[5].bus: the model speaks mbus, the bus is rtu; a bus with link = "serial"',
    ),
    "two protocols on one line": (
        'bus = "optical"',
        'bus = "gas"',
        "device[3].bus: speaks iec62056-21, kitchen on the same line cjt188; one protocol a line",
    ),
    "a largest flow without a time": (
        "address = 81",
        'address = 81\nqmax = "80 kg"',
        "device[4].qmax: '80 kg' is not a",
    ),
    "a largest flow of something else": (
        "every = 3600",
        'every = 3600\nqmax = "80 kg/min"',
        "device[3].qmax: '80 kg/min' cannot be compared with a total in m3; a number, a UCUM unit",
    ),
    "a pump that is none": ("81", "79", "device[4].address: 79 is not allowed; the pump's address, 80 to 111"),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_does_not_go_together_is_told_with_its_line(kind: str, tmp_path: Path) -> None:
    old, new, expected = BAD[kind]
    assert old in WIRES
    found = problems(tmp_path, WIRES.replace(old, new, 1))
    assert any(problem.partition(": ")[2].startswith(expected) for problem in found), found


def test_the_largest_flow_of_a_device_is_on_its_plate_or_in_its_map(tmp_path: Path) -> None:
    path = tmp_path / "station.toml"
    path.write_text(HEAD + WIRES.replace("every = 3600", 'every = 3600\nqmax = "0.5 m3/s"'), "utf-8")
    config, found, _ = read(path)
    assert config and not found
    assert [str(device.qmax) for device in config.devices if device.qmax] == ["0.5 m3/s"]
    assert 'qmax = "0.5 m3/s"' in show(config)


def test_a_total_that_nobody_can_tell_a_leap_of_is_warned_of(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text(ACME.replace('unit = "kg"', 'unit = "mo"').replace(" kg ", " mo "))
    path = tmp_path / "station.toml"
    path.write_text(HEAD + WIRES.replace('"fuxin-fx"', '"acme.toml"'), "utf-8")
    _, found, warnings = read(path)
    assert found == []
    assert any("how fast a total in mo grows" in str(warning) for warning in warnings)
