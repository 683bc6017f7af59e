"""Meters of the serial protocols, read by the very poller of the bus from simulated devices on real ptys."""

from __future__ import annotations

import asyncio
import os
import tty
from collections.abc import Callable, Coroutine
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from peers import run
from pollers import Poll, faults, samples, value

from drivers.catalog import models
from drivers.converse import Conversation
from drivers.dialogue.tongues import TONGUES
from drivers.line import SerialLine
from drivers.mapfile import load_map
from drivers.model import Device, DeviceMap, Instant
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


def station(line: str, story: Callable[[Simulation, Poll, list[float]], Coroutine[Any, Any, None]]) -> None:
    """Run a story with the devices of one simulated line and a poller on it."""

    async def play() -> None:
        now = [100.0]
        simulation = build(STATION, lambda: now[0])
        await simulation.open()
        mine = [Device(d.name, d.map, line, d.address, 1.0) for d in simulation.devices if d.bus == line]
        protocol = mine[0].map.protocol
        end = SerialLine(str(simulation.lines[line].path), TONGUES[protocol].serial, 0.15, protocol)
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
            sample = await poller.next(name, 2)
            assert value(sample, TOTALS[name]).fault == fault, mood
            assert all(reading.value is None for reading in sample.readings)
            simulation.obey(f"alive {name}")
            await poller.until(lambda said: any(not value(s, TOTALS[name]).fault for s in samples(said, name)))

    station(line, story)


def test_a_silent_meter_does_not_cost_its_neighbour_a_reading() -> None:
    async def story(simulation: Simulation, poller: Poll, now: list[float]) -> None:
        await poller.next("office")
        simulation.obey("silent kitchen")
        said = await poller.until(lambda said: len(samples(said, "office")) >= 40)
        assert faults(samples(said, "kitchen")[-1]) == {"timeout"}
        assert all("" in faults(sample) for sample in samples(said, "office"))
        assert len(samples(said, "kitchen")) < 10

    station("gas", story)


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


def test_a_line_whose_port_is_pulled_is_a_link_fault_and_is_found_again() -> None:
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


# ── the read-out, in three modes ──

OBIS = """\
[model]
key = "readout-meter"
title = "a meter that reads itself out"
kind = "meter"
protocol = "iec62056-21"
source = "made for tests"
confidence = "integrator"
[model.dialect]
mode = "readout"
[[point]]
name = "volume"
code = "7-0:13.2.0"
unit = "m3"
role = "total"
[[point]]
name = "energy"
code = "1.8.0"
unit = "kW.h"
"""
READOUT = b"7-0:13.2.0(0012345.678*m3)\r\n1.8.0(000123456*Wh)\r\n9.9.9(1)\r\n!\r\n\x03"
HELLOS = {"A": b"/ABC METER\r\n", "B": b"/ABCE METER\r\n", "C": b"/ABC5METER\r\n"}


def readout_map(tmp_path: Path) -> DeviceMap:
    path = tmp_path / "readout.toml"
    path.write_text(OBIS, "utf-8")
    device_map, source = load_map(path)
    assert not source.problems, source.problems
    return device_map


@pytest.mark.parametrize("mode", HELLOS)
@pytest.mark.parametrize("sound", [True, False], ids=["sound", "torn"])
def test_a_meter_reads_itself_out_in_mode(mode: str, sound: bool, tmp_path: Path) -> None:
    """A asks for no option and no other rate, B changes its rate by itself, C is told to."""

    async def story() -> None:
        ours, theirs = os.openpty()
        tty.setraw(theirs)
        block = b"\x02" + READOUT + bytes((bcc(READOUT) ^ (not sound),))
        loop, heard = asyncio.get_running_loop(), bytearray()

        def listen() -> None:
            asked = os.read(ours, 100)
            heard.extend(asked)
            if asked.startswith(b"/?"):
                os.write(ours, HELLOS[mode] + (b"" if mode == "C" else block))
            elif asked.startswith(b"\x06050"):
                os.write(ours, block)

        loop.add_reader(ours, listen)
        line = SerialLine(os.ttyname(theirs), "9600 7E1", 0.1, "iec62056-21")
        await line.open()
        side = Conversation(Device("it", readout_map(tmp_path), "line", "", 1.0), line, lambda: None)
        turn = await side.poll(Instant(0.0, 0.0, "unsynced"))
        readings = {r.point: (str(r.value), r.unit, r.fault) for r in turn.events[0].readings}  # type: ignore[union-attr]
        if sound:
            assert readings == {"volume": ("12345.678", "m3", ""), "energy": ("123.456", "kW.h", "")}
        else:
            assert {fault for _, _, fault in readings.values()} == {"checksum"}
        assert heard.count(b"\x06050\r\n") == (mode == "C") * (1 if sound else 2)
        line.close()
        loop.remove_reader(ours)
        os.close(ours)
        os.close(theirs)

    run(story())


def test_a_battery_device_is_woken_with_zeros_first(tmp_path: Path) -> None:
    async def story() -> None:
        ours, theirs = os.openpty()
        tty.setraw(theirs)
        line = SerialLine(os.ttyname(theirs), "115200 7E1", 0.05, "iec62056-21")
        await line.open()
        device_map = replace(readout_map(tmp_path), dialect={"mode": "readout", "wake": "zeros"})
        await Conversation(Device("it", device_map, "line", "", 1.0), line, lambda: None).poll(
            Instant(0.0, 0.0, "unsynced")
        )
        assert os.read(ours, 1000) == bytes(70) + b"/?!\r\n"
        line.close()
        os.close(ours)
        os.close(theirs)

    run(story())


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
