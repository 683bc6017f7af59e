"""Meters of the serial protocols, read by the very poller of the bus from simulated devices on real ptys."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from peers import run
from pollers import Poll, faults, samples, value

from drivers.bus.converse import Conversation
from drivers.bus.line import SerialLine
from drivers.dialogue.tongues import TONGUES
from drivers.maps.catalog import models
from drivers.maps.mapfile import load_map
from drivers.model import Device, Instant
from drivers.protocol.check import bcc
from drivers.sim.run import Simulation, build

STATION = Path(__file__).with_name("serials.toml")
LINES = {"optical": "converter", "gas": "kitchen", "power": "compressor", "mbus": "boiler"}
TOTALS = {
    "converter": "std_total",
    "kitchen": "volume",
    "office": "volume",
    "compressor": "energy_forward",
    "boiler": "volume",
}
lines = pytest.mark.parametrize("line", LINES)


def station(
    line: str, story: Callable[[Simulation, Poll, list[float]], Coroutine[Any, Any, None]], patience: float = 0.4
) -> None:
    """Run a story with the devices of one simulated line and a poller on it, which waits `patience` s for an answer."""

    async def play() -> None:
        now = [100.0]
        simulation = build(STATION, lambda: now[0])
        await simulation.open()
        mine = [Device(d.name, d.map, line, d.address, 1.0) for d in simulation.devices if d.bus == line]
        protocol = mine[0].map.protocol
        end = SerialLine(str(simulation.lines[line].path), TONGUES[protocol].serial, patience, protocol)
        poller = Poll(end, mine)
        await story(simulation, poller, now)
        await poller.end()
        simulation.close()

    run(play())


@lines
def test_a_meter_is_read_and_its_total_is_exact(line: str) -> None:
    async def story(simulation: Simulation, poller: Poll, now: list[float]) -> None:
        for each in simulation.devices:
            if each.bus == line:
                shown = value(await poller.next(each.name), TOTALS[each.name])
                told = Decimal(str(each.play(now[0])["energy" if each.name == "compressor" else "total"]))
                digits = -int(shown.value.as_tuple().exponent)  # type: ignore[union-attr]
                assert shown.quality == "good"
                assert digits >= 2
                assert shown.value == round(told, digits)

    station(line, story)


def shows(name: str, fault: str) -> Callable[[Any], bool]:
    """True of what was said once the device's total has this fault; "": is read."""
    return lambda said: fault in [value(sample, TOTALS[name]).fault for sample in samples(said, name)]


@lines
def test_each_failure_is_its_own_fault_and_the_device_comes_back(line: str) -> None:
    async def story(simulation: Simulation, poller: Poll, now: list[float]) -> None:
        name = LINES[line]
        for mood, fault in (
            ("silent", "timeout"),
            ("exception", "refused"),
            ("noise", "checksum"),
            ("late", "timeout"),
        ):
            simulation.obey(f"{mood} {name}")
            said = await poller.until(shows(name, fault))
            assert all(reading.value is None for reading in samples(said, name)[-1].readings), mood
            simulation.obey(f"alive {name}")
            await poller.until(shows(name, ""))

    station(line, story)


def test_a_silent_meter_does_not_cost_its_neighbour_a_reading() -> None:
    async def story(simulation: Simulation, poller: Poll, now: list[float]) -> None:
        await poller.next("office")
        simulation.obey("silent kitchen")
        said = await poller.until(lambda said: len(samples(said, "office")) >= 40)
        assert faults(samples(said, "kitchen")[-1]) == {"timeout"}
        assert all("" in faults(sample) for sample in samples(said, "office"))
        assert len(samples(said, "kitchen")) < 10

    station("gas", story, patience=1.0)  # the neighbour answers at once, on a machine under load in its time


def test_a_meter_of_the_wrong_number_is_not_there() -> None:
    async def story(simulation: Simulation, poller: Poll, now: list[float]) -> None:
        await poller.end()
        line = SerialLine(str(simulation.lines["gas"].path), "2400 8E1", 0.1, "cjt188")
        await line.open()
        device = Device("it", simulation.devices[2].map, "gas", "00110987654399", 1.0)
        turn = await Conversation(device, line, lambda: None).poll(Instant(0.0, 0.0, "unsynced"))
        assert turn.faults == ("timeout",)
        line.close()

    station("gas", story)


def test_a_line_whose_port_is_pulled_is_a_link_fault() -> None:
    async def story(simulation: Simulation, poller: Poll, now: list[float]) -> None:
        await poller.next("boiler")
        simulation.lines["mbus"].close()
        assert faults(await poller.next("boiler", 2)) == {"link"}

    station("mbus", story)


def test_frozen_and_reset_totals_can_be_played() -> None:
    async def story(simulation: Simulation, poller: Poll, now: list[float]) -> None:
        before = value(await poller.next("boiler"), "volume").value
        simulation.obey("frozen boiler")
        now[0] += 1000
        assert value(await poller.next("boiler", 2), "volume").value == before
        simulation.obey("reset boiler")
        assert value(await poller.next("boiler", 2), "volume").value == 0

    station("mbus", story)


# ── what the line is told ──


def test_a_converter_is_read_at_the_rate_it_offers_and_left_at_the_first_one() -> None:
    async def story(simulation: Simulation, poller: Poll, now: list[float]) -> None:
        line, speeds = simulation.lines["optical"], []
        speaker = line.speaker

        def spied(heard: bytes, speed: int) -> list[Any]:
            speeds.append((speed, heard))
            return speaker(heard, speed)

        line.speaker = spied
        await poller.next("converter")
        said = {speed: b"".join(heard for at, heard in speeds if at == speed) for speed in (300, 9600)}
        assert said[300].startswith(b"/?!\r\n\x06051\r\n")
        assert said[9600].startswith(b"\x01R1\x022:302.0(1)\x03")
        assert said[9600].endswith(b"\x01B0\x03q")
        assert b"P1" not in said[9600] + said[300]

    station("optical", story)


def test_units_of_a_converter_are_asked_for_once_when_its_values_carry_none() -> None:
    async def story(simulation: Simulation, poller: Poll, now: list[float]) -> None:
        line, asked = simulation.lines["optical"], bytearray()
        speaker = line.speaker

        def bare(heard: bytes, speed: int) -> list[Any]:
            asked.extend(heard)
            return [reply._replace(data=without_unit(reply.data)) for reply in speaker(heard, speed)]

        line.speaker = bare
        for _ in range(2):
            sample = await poller.next("converter")
            assert value(sample, "std_total").quality == "good"
        assert value(sample, "battery_life").unit == "mo"
        assert asked.count(b"2:302.3(1)") == 1

    station("optical", story)


def without_unit(data: bytes) -> bytes:
    if not data.startswith(b"\x02") or b"*" not in data:
        return data
    content = data[1 : data.index(b"*")] + b")\x03"
    return b"\x02" + content + bytes((bcc(content),))


def test_what_a_device_does_not_have_is_not_asked_again_until_tomorrow() -> None:
    device_map, _ = load_map(models()["dlt645-energy"])

    async def story(simulation: Simulation, poller: Poll, now: list[float]) -> None:
        line, asked = simulation.lines["power"], []
        speaker, shows = line.speaker, device_map.points[0].code

        def spied(heard: bytes, speed: int) -> list[Any]:
            asked.append(heard)
            return speaker(heard, speed)

        line.speaker = spied
        poller.task.cancel()
        strange = replace(device_map.points[0], name="strange", code="00050000")
        mine = replace(device_map, points=(device_map.points[0], strange))
        other = Poll(
            SerialLine(str(line.path), "2400 8E1", 0.15, "dlt645"), [Device("it", mine, "power", "810000760162", 1.0)]
        )
        sample = await other.next("it")
        assert (value(sample, "strange").fault, value(sample, "energy_forward").quality) == ("refused", "good")
        asked.clear()
        sample = await other.next("it", 3)
        assert value(sample, "strange").fault == "refused"
        assert len(asked) <= 4, shows
        await other.end()

    station("power", story)
