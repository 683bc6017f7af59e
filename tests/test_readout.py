"""IEC 62056-21 read-outs in modes A, B and C, and the waking of a device that sleeps on its battery."""

from __future__ import annotations

import asyncio
import os
import tty
from dataclasses import replace
from pathlib import Path

import pytest
from peers import run

from drivers.bus.converse import Conversation
from drivers.bus.line import SerialLine
from drivers.maps.mapfile import load_map
from drivers.model import Device, DeviceMap, Instant
from drivers.protocol import iec62056_stream
from drivers.protocol.check import bcc

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


@pytest.mark.parametrize("check", ["bcc", "none"])
@pytest.mark.parametrize("pieces", [1, 1000], ids=["whole", "byte by byte"])
def test_a_read_out_without_a_block_check_is_believed_where_the_map_says_so(
    check: str, pieces: int, tmp_path: Path
) -> None:
    async def story() -> None:
        ours, theirs = os.openpty()
        tty.setraw(theirs)
        said = HELLOS["A"] + READOUT[:-1]
        size = -(-len(said) // pieces)

        def listen() -> None:
            if os.read(ours, 100).startswith(b"/?"):
                for at in range(0, len(said), size):
                    os.write(ours, said[at : at + size])

        asyncio.get_running_loop().add_reader(ours, listen)
        line = SerialLine(os.ttyname(theirs), "9600 7E1", 0.1, "iec62056-21")
        await line.open()
        device_map = readout_map(tmp_path)
        device_map = replace(device_map, dialect=device_map.dialect | {"check": check})
        turn = await Conversation(Device("it", device_map, "line", "", 1.0), line, lambda: None).poll(
            Instant(0.0, 0.0, "unsynced")
        )
        readings = {r.point: (str(r.value), r.fault) for r in turn.events[0].readings}  # type: ignore[union-attr]
        if check == "none":
            assert readings == {"volume": ("12345.678", ""), "energy": ("123.456", "")}
        else:
            assert {fault for _, fault in readings.values()} == {"checksum"}
            assert "no block check" in turn.why
        line.close()
        asyncio.get_running_loop().remove_reader(ours)
        os.close(ours)
        os.close(theirs)

    run(story())


@pytest.mark.parametrize("noise", [b"", b"\x00\xff", b"\r\n\x80("])
def test_the_block_of_a_lost_stx_is_no_read_out(noise: bytes) -> None:
    """Its check byte stands behind it; and noise before it says that no frame begins there."""
    framer = iec62056_stream.framer()
    torn = READOUT.replace(b"!\r\n", b"!") if not noise else READOUT
    assert [f for f in framer.feed(noise + torn) + framer.flush() if b"(" in f] == []


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
