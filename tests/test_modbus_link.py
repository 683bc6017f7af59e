"""A Modbus link reads what other people's implementations serve, and tells in words what is wrong with a port."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager

import modbus_tk.defines
import modbus_tk.modbus_rtu
import pytest
import serial
from peers import TEN, line_to, read, registers, run, serial_peer, tcp_peer, truth
from pyModbusTCP.server import ModbusServer

from drivers.bus.modbus import RtuLink, TcpLink, canary, refusal
from drivers.bus.wire import serial_settings
from drivers.model import Block, DeviceError, FrameError, LinkError
from drivers.policy import PolicyError

# ── other people's implementations on the other end ──


def test_tcp_reads_what_another_implementation_serves() -> None:
    async def story() -> None:
        server = ModbusServer("127.0.0.1", 0, no_block=True)
        with serving(server) as port:
            server.data_bank.set_holding_registers(100, registers(TEN))
            server.data_bank.set_input_registers(7, [1, 65535])
            link = TcpLink("127.0.0.1", port, 1.0)
            await link.open()
            assert await link.read(1, TEN) == registers(TEN)
            assert await link.read(9, Block("input", 7, 2)) == [1, 65535]
            assert len(await link.read(1, Block("holding", 0, 125))) == 125
            with pytest.raises(DeviceError, match=r"unit 1 refused: illegal address \(code 2\)") as refused:
                await link.read(1, Block("holding", 65530, 10))
            assert refused.value.code == 2
            link.close()

    run(story())


@contextmanager
def serving(server: ModbusServer) -> Iterator[int]:
    server.start()
    try:
        yield server._service.server_address[1]
    finally:
        server.stop()


def test_rtu_reads_what_another_implementation_serves() -> None:
    async def story() -> None:
        ours, theirs = os.openpty()
        tty.setraw(ours)
        tty.setraw(theirs)
        with bridged(ours) as path:
            server = modbus_tk.modbus_rtu.RtuServer(serial.Serial(path, 115200))
            slave = server.add_slave(5)
            slave.add_block("h", modbus_tk.defines.HOLDING_REGISTERS, 100, 10)
            slave.set_values("h", 100, registers(TEN))
            server.start()
            link = RtuLink(os.ttyname(theirs), "115200 8N1", 1.0)
            await link.open()
            for _ in range(5):
                assert await link.read(5, TEN) == registers(TEN)
                assert await link.read(5, Block("holding", 103, 2)) == registers(Block("holding", 103, 2))
            with pytest.raises(DeviceError) as refused:
                await link.read(5, Block("holding", 200, 2))
            assert refused.value.code == 2
            assert await link.read(5, TEN) == registers(TEN)
            link.close()
            await asyncio.to_thread(server.stop)

    run(story())


@contextmanager
def bridged(end: int) -> Iterator[str]:
    """A second pty joined to `end`, as a null modem joins two serial ports."""
    other, name = os.openpty()
    tty.setraw(name)

    def carry(source: int, sink: int) -> None:
        try:
            while data := os.read(source, 4096):
                os.write(sink, data)
        except OSError:
            return

    for pair in ((end, other), (other, end)):
        threading.Thread(target=carry, args=pair, daemon=True).start()
    yield os.ttyname(name)


# ── ports ──


def test_a_missing_port_a_busy_port_and_a_refused_connection_are_told_in_words() -> None:
    async def story() -> None:
        with pytest.raises(LinkError, match="/dev/nowhere: no such port; see /dev/serial/by-path"):
            await RtuLink("/dev/nowhere", "9600 8N1", 1.0).open()
        with pytest.raises(LinkError, match="not a serial port"):
            await RtuLink("/dev/null", "9600 8N1", 1.0).open()
        with pytest.raises(LinkError, match=r"127\.0\.0\.1:1: connection refused"):
            await TcpLink("127.0.0.1", 1, 1.0).open()
        async with serial_peer(lambda q: []) as path:
            first = RtuLink(path, "9600 8N1", 1.0)
            await first.open()
            with pytest.raises(LinkError, match="in use by another program"):
                await RtuLink(path, "9600 8N1", 1.0).open()
            first.close()

    run(story())


def test_a_peer_that_hangs_up_in_the_middle_is_a_lost_link() -> None:
    async def story() -> None:
        async with tcp_peer(lambda q: [(0.0, b"\0\1\0\0\0"), (0.01, b"")]) as port:
            link = TcpLink("127.0.0.1", port, 5.0)
            await link.open()
            with pytest.raises(LinkError, match="closed by the peer") as lost:
                await link.read(1, TEN)
            assert lost.value.fault == "link"

    run(story())


def test_a_port_pulled_out_while_waiting_is_a_lost_link() -> None:
    async def story() -> None:
        ours, theirs = os.openpty()
        tty.setraw(theirs)
        link = RtuLink(os.ttyname(theirs), "9600 8N1", 5.0)
        await link.open()
        os.close(theirs)
        asyncio.get_running_loop().call_later(0.05, os.close, ours)
        with pytest.raises(LinkError) as lost:
            await link.read(1, TEN)
        assert lost.value.fault == "link"
        link.close()

    run(story())


def test_a_link_can_be_opened_again() -> None:
    async def story() -> None:
        async with line_to("rtu", lambda number, unit, pdu: [(0.0, unit, truth(pdu), number)]) as link:
            link.close()
            assert await read(link) is LinkError
            await link.open()
            assert await read(link) == registers(TEN)

    run(story())


def test_unit_0_is_never_asked() -> None:
    async def story() -> None:
        async with line_to("tcp", lambda number, unit, pdu: [(0.0, unit, truth(pdu), number)]) as link:
            assert await read(link, unit=0) is PolicyError
        async with line_to("rtu", lambda number, unit, pdu: [(0.0, unit, truth(pdu), number)]) as link:
            assert await read(link, unit=0) is PolicyError
            assert await read(link, unit=1) == registers(TEN)

    run(story())


def test_a_cancelled_question_is_heard_out_too() -> None:
    async def story() -> None:
        answer = iter([0.15, 0.0, 0.0])

        def reply(number: int, unit: int, pdu: bytes) -> list[tuple[float, int, bytes, int]]:
            return [(next(answer), unit, truth(pdu), number)]

        async with line_to("rtu", reply, timeout=1.0) as link:
            task = asyncio.create_task(read(link, Block("holding", 0, 10)))
            await asyncio.sleep(0.05)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert await read(link, TEN) in (registers(TEN), FrameError)

    run(story())


# ── small parts ──


def test_pymodbus_says_nothing_by_itself(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        async with line_to("rtu", lambda number, unit, pdu: []) as link:
            await read(link)

    caplog.set_level(logging.DEBUG)
    run(story())
    assert [record for record in caplog.records if record.name.startswith("pymodbus")] == []


def test_a_canary_never_asks_as_many_registers_as_are_owed() -> None:
    assert canary(Block("holding", 3, 10), {("holding", 10): 0.0}).count == 8
    assert canary(Block("holding", 3, 1), {("holding", 1): 0.0}).count == 2
    owed = {("holding", count): 0.0 for count in range(1, 126)}
    del owed["holding", 77]
    assert canary(Block("holding", 3, 125), owed) == Block("holding", 3, 77)


def test_serial_settings_are_read_strictly() -> None:
    assert serial_settings("9600 8N1") == (9600, 8, "N", 1)
    assert serial_settings("19200 8E1") == (19200, 8, "E", 1)
    for wrong in ("9600", "9600 8X1", "9600-8N1", "", "9600 8N3"):
        with pytest.raises(ValueError, match="is not a serial setting"):
            serial_settings(wrong)


def test_refusals_are_told_in_words() -> None:
    assert str(refusal(3, 6)) == "unit 3 refused: device busy (code 6)"
    assert str(refusal(3, 99)) == "unit 3 refused: unknown reason (code 99)"
