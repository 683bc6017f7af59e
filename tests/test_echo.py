"""An adapter that hears itself: its echo is silence, is known after a while, and is never taken for an answer."""

from __future__ import annotations

import pytest
from peers import TEN, read, registers, rtu, run, serial_peer, truth
from talkers import POINTS, faults, good, polls

from drivers.bus.echo import SURE, Echo
from drivers.bus.modbus import RtuLink, believe_rtu
from drivers.model import Block, LinkError


def freak() -> bytes:
    """A question for one register whose first seven bytes are a sound answer to it."""
    for unit in range(1, 248):
        for low in range(256):
            asked = rtu(unit, bytes((3, 2, low, 0, 1)))
            try:
                if believe_rtu(unit, 3, 1, bytearray(asked)) is not None:
                    return asked
            except LinkError:
                continue
    raise AssertionError("there is none")


@pytest.mark.parametrize("answers", [True, False])
def test_a_modbus_line_that_echoes_is_read_and_its_silence_is_silence(answers: bool) -> None:
    async def story() -> None:
        said = (lambda q: [(0.0, q), (0.01, rtu(q[0], truth(q[1:-2])))]) if answers else (lambda q: [(0.0, q)])
        async with serial_peer(said) as path:
            link = RtuLink(path, "115200 8N1", 0.05)
            await link.open()
            for _ in range(SURE):
                assert await read(link) == (registers(TEN) if answers else LinkError)
            assert link.echoes
            link.close()

    run(story())


def test_not_even_a_question_that_reads_like_its_own_answer_is_believed() -> None:
    asked = freak()
    unit, block = asked[0], Block("holding", int.from_bytes(asked[2:4], "big"), 1)

    async def story() -> None:
        async with serial_peer(lambda q: [(0.0, q[:7]), (0.02, q[7:])]) as path:
            link = RtuLink(path, "115200 8N1", 0.1)
            await link.open()
            assert await read(link, block, unit) is LinkError
            link.close()

    run(story())


def test_one_echo_is_no_habit() -> None:
    echo = Echo()
    for heard in (b"question", b"answer", b"question", b"answer"):
        echo.sending(b"question")
        echo.strip(bytearray(heard))
    assert not echo.sure


@pytest.mark.parametrize("protocol", POINTS)
def test_a_dead_meter_behind_an_echo_is_silent_and_gives_no_value(protocol: str) -> None:
    async def story() -> None:
        for turn in await polls(protocol, lambda asked, answer: [(0.0, asked)], 2, timeout=0.1):
            assert (good(turn), faults(turn)) == ([], {"timeout"}), turn.why

    run(story())
