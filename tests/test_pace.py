"""Bus arithmetic for meters that are spoken to: what one poll takes at least, refused and warned of in `check`."""

from __future__ import annotations

from pathlib import Path

import pytest
from talkers import POINTS, device_of
from test_config import GOOD, station

from agent.config.read import read
from drivers.maps.catalog import models
from drivers.maps.mapfile import load_map
from drivers.model import Device
from drivers.sim.pace import least
from drivers.sim.speaker.speakers import SPEAKERS

SPOKEN = [(key, device_map) for key, path in models().items() if (device_map := load_map(path)[0]).protocol in SPEAKERS]


@pytest.mark.parametrize("protocol", POINTS)
def test_a_poll_held_with_a_swift_device_tells_every_code(protocol: str) -> None:
    device = device_of(protocol)
    seconds, told = least(device, "2400 8E1")
    assert set(told) == {point.code for point in device.map.points}
    assert 0.1 < seconds < 5


def test_a_frame_takes_its_characters_at_the_lines_speed() -> None:
    """DL/T 645: two questions of 16 characters and answers of 20, 11 bits each; wake-up characters before them."""
    slow, _ = least(device_of("dlt645"), "1200 8E1")
    fast, _ = least(device_of("dlt645"), "9600 8E1")
    assert 2 * (16 + 20) * 11 / 1200 < slow < 2 * (16 + 20 + 16) * 11 / 1200
    assert slow > 6 * fast


def test_a_change_over_counts_each_part_at_its_own_speed() -> None:
    """Sign-on, identification and option at 300 baud take most of a second; the reads afterwards hardly any."""
    many, few = device_of("iec62056-21"), device_of("iec62056-21")
    seconds, _ = least(few, "300 7E1")
    assert 0.8 < seconds < 2.5
    assert least(many, "9600 7E1")[0] < seconds / 2


@pytest.mark.parametrize("key", [key for key, _ in SPOKEN])
def test_every_built_in_meter_fits_a_minute_on_its_own_line(key: str) -> None:
    device_map = dict(SPOKEN)[key]
    address = {"iec62056-21": "", "cjt188": "00110987654321", "dlt645": "810000760162", "mbus": "5"}
    seconds, told = least(Device("it", device_map, "line", address[device_map.protocol], 60.0), "2400 8E1")
    assert told and seconds < 60


SERIAL = GOOD.replace(
    'link = "tcp"\nhost = "127.0.0.1"', 'link = "serial"\nport = "/dev/ttyS0"\nserial = "2400 8E1"'
).replace('model = "plain-dispenser"', 'model = "dlt645-energy"')


@pytest.mark.parametrize(("every", "problem", "warning"), [(0.05, True, False), (60, False, False)])
def test_a_line_of_meters_that_cannot_be_asked_in_time_is_refused(
    tmp_path: Path, every: float, problem: bool, warning: bool
) -> None:
    text = SERIAL.replace("address = 1", f'address = "810000760162"\nevery = {every}')
    _, problems, warnings = read(station(tmp_path, text))
    assert any("of the line's time" in p.wrong for p in problems) is problem, problems
    assert any("of the line's time" in w.wrong for w in warnings) is warning, warnings


def test_a_line_of_meters_without_room_for_a_dead_one_is_warned_of(tmp_path: Path) -> None:
    device_map = dict(SPOKEN)["dlt645-energy"]
    tight = least(Device("it", device_map, "line", "810000760162", 1.0), "2400 8E1")[0] / 0.95
    text = SERIAL.replace("address = 1", f'address = "810000760162"\nevery = {tight:.3f}')
    _, problems, warnings = read(station(tmp_path, text))
    assert problems == []
    assert any("with one dead device" in w.wrong for w in warnings)
