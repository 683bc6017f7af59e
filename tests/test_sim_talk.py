"""Simulated lines that talk unasked, and Modbus in letters: heard and read by our own bus, in any mood."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peers import run
from pollers import Poll, faults, value

from drivers.bus.listen import Tap
from drivers.bus.modbus import RtuLink
from drivers.bus.plan import plan_points
from drivers.model import Device, DeviceError, FrameError, LinkError, Sample
from drivers.protocol.codecs import CODECS
from drivers.sim.run import Simulation, build
from drivers.sim.server import answer, take_ascii
from drivers.sim.speaker.dart import DartTalker
from drivers.sim.speaker.reply import Shown
from drivers.values.decode import compile_readings

STATION = """\
[[line]]
name = "{line}"
protocol = "{protocol}"
hurry = true

[[device]]
name = "it"
model = "{model}"
bus = "{line}"
address = {address}
play = "{play}"
total = 1000
"""
TALKING = {
    "wayne-dart": ("wayne-dart", '"81"', "nozzle"),
    "iec62056-21-d": ("dsmr-gas", '""', "inlet"),
    "private": ("private-example", '"7"', "nozzle"),
}
TOTAL = {"wayne-dart": "total", "iec62056-21-d": "volume", "private": "total"}
Story = Callable[[Simulation, Poll], Coroutine[Any, Any, None]]


def station(folder: Path, protocol: str, model: str, address: str, play: str) -> Simulation:
    file = folder / "sim.toml"
    file.write_text(STATION.format(line="line", protocol=protocol, model=model, address=address, play=play))
    return build(file, lambda: 100.0)


def overhearing(folder: Path, protocol: str, mood: str, story: Story) -> None:
    async def play() -> None:
        simulation = station(folder, protocol, *TALKING[protocol])
        assert simulation.obey(f"{mood} it") == ""
        await simulation.open()
        tap = Tap(str(simulation.lines["line"].path), "9600 8N1", protocol, simulation.devices[0].map.framing)
        only = simulation.devices[0]
        poller = Poll(tap, [Device("it", only.map, "line", only.address, 0.1)])
        await story(simulation, poller)
        await poller.end()
        simulation.close()

    run(play())


def good(event: object, point: str) -> bool:
    return isinstance(event, Sample) and value(event, point).quality == "good"


@pytest.mark.parametrize("protocol", TALKING)
def test_a_line_that_talks_is_heard_and_its_total_is_exact(protocol: str, tmp_path: Path) -> None:
    async def story(simulation: Simulation, poller: Poll) -> None:
        await poller.until(lambda said: any(good(event, TOTAL[protocol]) for event in said))
        read = value(await poller.next("it"), TOTAL[protocol]).value
        total = simulation.devices[0].play(100.0)["total"]
        assert isinstance(read, Decimal) and isinstance(total, Decimal)
        assert abs(read - total) <= Decimal("0.005")

    overhearing(tmp_path, protocol, "alive", story)


@pytest.mark.parametrize("mood", ["silent", "noise"])
@pytest.mark.parametrize("protocol", TALKING)
def test_a_silent_or_disturbed_line_gives_no_value(protocol: str, mood: str, tmp_path: Path) -> None:
    async def story(simulation: Simulation, poller: Poll) -> None:
        assert faults(await poller.next("it", 5)) == {"timeout"}

    overhearing(tmp_path, protocol, mood, story)


class Pump:
    def shows(self) -> dict[str, Shown]:
        figures = {"status": 4, "volume": 0.25, "amount": 1.64, "price": 6.58, "nozzle": 1, "total.1": 2.5}
        return {code: Shown(figure, "1") for code, figure in figures.items()}

    def refuses(self) -> bool:
        return False


def test_every_frame_of_a_pump_line_is_sound() -> None:
    """Sixteen rounds turn the frame counter once round: check sums with FA in them are among them."""
    talker, codec = DartTalker({str(address): Pump() for address in range(0x50, 0x70)}), CODECS["wayne-dart"]
    for _ in range(16):
        said = [reply.data for reply in talker()]
        assert codec.framer().feed(b"".join(said)) == said
        assert all(codec.parse(frame) for frame in said)


def test_a_meter_in_letters_is_read_and_its_moods_are_faults(tmp_path: Path) -> None:
    async def play() -> None:
        simulation = station(tmp_path, "modbus-ascii", "fuxin-fx", "2", "inlet")
        await simulation.open()
        link = RtuLink(str(simulation.lines["line"].path), "9600 7E1 ascii", 0.2)
        await link.open()
        device_map = simulation.devices[0].map
        block = plan_points(device_map)[0]
        registers = await link.read(2, block)
        readings = {r.point: r for r in compile_readings(device_map, {}, [block])([registers])}
        total = simulation.devices[0].play(100.0)["total"]
        read = readings["std_total"].value
        assert isinstance(total, Decimal) and isinstance(read, Decimal)
        assert abs(read - total) < Decimal("0.001")
        for mood, wrong in (("exception", DeviceError), ("noise", FrameError), ("silent", LinkError)):
            simulation.obey(f"{mood} it")
            with pytest.raises(wrong):
                await link.read(2, block)
        link.close()
        simulation.close()

    run(play())


@given(st.lists(st.binary(max_size=30) | st.sampled_from([b":", b"\r\n", b":0203000A0001F0\r\n"]), max_size=20))
def test_a_device_in_letters_survives_any_bytes_and_keeps_few(pieces: list[bytes]) -> None:
    heard = bytearray()
    for piece in pieces:
        heard += piece
        take_ascii(heard, lambda unit, pdu: answer(pdu, {("holding", 10): 7}), lambda unit, frame: frame)
        assert len(heard) <= 513
