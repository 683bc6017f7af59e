"""The simulated station, asked by a master that is not ours, and run as its users run it."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pymodbus.framer import FramerRTU

from drivers.model import MapError
from drivers.sim.filling import Inlet, Nozzle
from drivers.sim.run import build
from drivers.sim.server import answer, crc, take_rtu, take_tcp

RUN = "import asyncio, pathlib, sys; from drivers.sim.run import run; asyncio.run(run({}, sys.stdout, sys.stdin))"
HOLDING = {("holding", at): at for at in range(10)}

mbpoll = pytest.mark.skipif(not shutil.which("mbpoll"), reason="mbpoll is not installed")


@contextmanager
def running(config: Path | None = None) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """The simulation as a process, and where it listens."""
    path = f"pathlib.Path({str(config)!r})" if config else "None"
    process = subprocess.Popen(
        [sys.executable, "-c", RUN.format(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin and process.stdout
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        process.stdin.close()
        assert process.wait(10) == 0


def poll(*arguments: str) -> str:
    """What mbpoll, an independent master, reads once."""
    command = ["mbpoll", "-1", "-q", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=10).stdout


@mbpoll
def test_another_master_reads_a_dispenser_over_tcp() -> None:
    with running() as (_, where):
        told = poll(
            "-m", "tcp", "-p", str(where["tcp"]["port"]), "-a", "2", "-0", "-r", "2", "-t", "4:int", "-B", "127.0.0.1"
        )
        assert "[2]: \t12345678" in told


@mbpoll
def test_another_master_reads_the_meter_over_a_serial_line() -> None:
    with running() as (_, where):
        told = poll(
            "-m",
            "rtu",
            "-b",
            "9600",
            "-P",
            "none",
            "-a",
            "1",
            "-0",
            "-r",
            "18",
            "-c",
            "3",
            "-t",
            "4:hex",
            where["rtu"]["path"],
        )
        assert [line.split()[-1] for line in told.splitlines() if line.startswith("[")] == [
            "0x0432",
            "0x1098",
            "0x7654",
        ]


@mbpoll
def test_a_device_can_be_made_silent_and_spoken_again() -> None:
    with running() as (process, where):
        ask = ("-m", "tcp", "-p", str(where["tcp"]["port"]), "-a", "3", "-0", "-r", "0", "-o", "0.2", "127.0.0.1")
        assert "[0]:" in poll(*ask)
        assert process.stdin and process.stdout
        for command, answered in (("silent", False), ("alive", True), ("exception", False), ("alive", True)):
            process.stdin.write(f"{command} dispenser-3\nwhat\n")
            process.stdin.flush()
            assert "'what' is no command" in process.stdout.readline()  # so the line before it was obeyed
            assert ("[0]:" in poll(*ask)) is answered, command


def test_quit_ends_it_and_the_link_to_the_pty_is_gone(tmp_path: Path) -> None:
    config = tmp_path / "sim.toml"
    config.write_text(
        '[rtu]\npath = "tty"\n[[device]]\nname = "m"\nmodel = "fuxin-fx"\nbus = "rtu"\naddress = 1\nplay = "inlet"\n'
    )
    with running(config) as (process, where):
        assert where["rtu"]["path"] == str(tmp_path / "tty")
        assert (tmp_path / "tty").is_char_device()
        assert process.stdin
        process.stdin.write("quit\n")
    assert not (tmp_path / "tty").is_symlink()


def test_a_wrong_configuration_names_file_line_and_key(tmp_path: Path) -> None:
    config = tmp_path / "sim.toml"
    config.write_text('[[device]]\nname = "m"\nmodel = "fuxin"\nbus = "rtu"\naddress = 1\nplay = "inlet"\nsped = 3\n')
    with pytest.raises(MapError) as wrong:
        build(config, lambda: 0.0)
    assert f"{config}:3: device[1].model: 'fuxin' is unknown; one of" in str(wrong.value)
    assert f"{config}:7: device[1].sped: unknown key" in str(wrong.value)


# ── what happens at the nozzles ──


def test_the_same_seed_plays_the_same_day() -> None:
    one, other = Nozzle(7, Decimal(100)), Nozzle(7, Decimal(100))
    other.at(5000.0)  # asked in another order
    assert [one.at(t * 10.0) for t in range(300)] == [other.at(t * 10.0) for t in range(300)]
    assert one.at(3000.0) != Nozzle(8, Decimal(100)).at(3000.0)


def test_totals_only_rise_and_every_sale_is_their_difference() -> None:
    nozzle = Nozzle(3, Decimal("1000.00"))
    before, states = nozzle.at(0.0), set()
    for t in range(1, 4000):
        now = nozzle.at(float(t))
        assert now["total"] >= before["total"]  # type: ignore[operator]
        assert 0 <= now["pressure"] <= 20  # type: ignore[operator]
        states.add(now["state"])
        before = now
    assert states == {"idle", "lifted", "filling", "ended"}
    for fill, after in pairwise(nozzle.fills):
        assert fill.before + fill.mass == after.before
        assert Decimal(8) <= fill.mass <= Decimal(30)
        assert 6 <= float(fill.mass) / (fill.ended - fill.began) * 60 <= 20


def test_the_meter_follows_what_the_nozzles_draw() -> None:
    nozzles = [Nozzle(seed, Decimal(0)) for seed in (1, 2, 3)]
    meter = Inlet(nozzles, Decimal(0))
    drawn = sum(nozzle.drawn(20000.0) for nozzle in nozzles)
    metered = float(meter.at(20000.0)["total"]) * 0.75  # type: ignore[arg-type]
    assert drawn * 0.97 < metered <= drawn
    flows = [float(meter.at(t)["flow"]) for t in range(2000, 20000, 100)]  # type: ignore[arg-type]
    assert min(flows) > 0
    assert max(flows) < 3 * min(flows)


# ── the protocol, pure ──


def test_the_checksum_is_the_one_of_the_specification() -> None:
    assert crc(bytes.fromhex("010300000002")) == 0x0BC4
    assert crc(bytes.fromhex("010300000002C40B")) == 0


def test_a_healthy_device_refuses_as_the_specification_says() -> None:
    assert answer(bytes.fromhex("0300000002"), HOLDING) == bytes.fromhex("030400000001")
    assert answer(bytes.fromhex("0300080003"), HOLDING) == b"\x83\x02"
    assert answer(bytes.fromhex("0400000001"), HOLDING) == b"\x84\x02"
    assert answer(bytes.fromhex("0300000000"), HOLDING) == b"\x83\x03"
    assert answer(bytes.fromhex("030000007E"), HOLDING) == b"\x83\x03"
    assert answer(bytes.fromhex("0600000001"), HOLDING) == b"\x86\x01"


@given(st.binary(max_size=60))
def test_a_serial_device_finds_the_question_behind_any_noise(noise: bytes) -> None:
    question = bytes.fromhex("010300000002C40B")
    heard = bytearray(noise + question)
    windows = (bytes(heard[at : at + 8]) for at in range(len(noise)))
    assume(not any(FramerRTU.check_CRC(w[:6], int.from_bytes(w[6:], "big")) for w in windows))  # noise may be a frame
    said = take_rtu(heard, lambda unit, pdu: answer(pdu, HOLDING), lambda unit, frame: frame)
    assert said[-9:-2] == bytes.fromhex("01030400000001")
    assert len(heard) < 8


@given(st.lists(st.integers(0, 65535), min_size=1, max_size=5), st.data())
def test_tcp_questions_may_come_in_any_pieces(numbers: list[int], data: st.DataObject) -> None:
    stream = b"".join(n.to_bytes(2, "big") + bytes.fromhex("00000006010300000002") for n in numbers)
    cut = data.draw(st.integers(0, len(stream)))
    heard, said = bytearray(), b""
    for part in (stream[:cut], stream[cut:]):
        heard += part
        said += take_tcp(heard, lambda unit, pdu: answer(pdu, HOLDING), lambda unit, frame: frame)
    assert said == b"".join(n.to_bytes(2, "big") + bytes.fromhex("0000000701030400000001") for n in numbers)


def test_a_client_that_does_not_speak_modbus_is_hung_up_on() -> None:
    async def story() -> None:
        simulation = build(None, lambda: 0.0)
        await simulation.open()
        reader, writer = await asyncio.open_connection("127.0.0.1", simulation.tcp.port)
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
        writer.close()
        simulation.close()

    asyncio.run(asyncio.wait_for(story(), 10))
