"""Peers that answer late, wrong, short or noisily: a link gives the truth or an error. Never another answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from peers import TEN, Says, babble, line_to, read, registers, rtu, run, serial_peer, tcp_peer, truth

from drivers.bus.modbus import RtuLink, TcpLink
from drivers.model import Block, DeviceError, DriverError, FrameError, LinkError

SAID: dict[
    str, tuple[type[DriverError], Callable[[bytes], list[tuple[int, bytes]]]]
] = {  # what a peer says to the question (unit 1, holding): the link must give the truth or an error
    "silence": (LinkError, lambda pdu: []),
    "another unit": (FrameError, lambda pdu: [(2, truth(pdu))]),
    "another function": (FrameError, lambda pdu: [(1, b"\x04" + truth(pdu)[1:])]),
    "fewer registers": (FrameError, lambda pdu: [(1, truth(pdu[:-1] + bytes((pdu[-1] - 1,))))]),
    "more registers": (FrameError, lambda pdu: [(1, truth(pdu[:-1] + bytes((pdu[-1] + 1,))))]),
    "a wrong byte count": (FrameError, lambda pdu: [(1, truth(pdu)[:1] + b"\x12" + truth(pdu)[2:])]),
    "an echo of a write": (FrameError, lambda pdu: [(1, b"\x06\x00\x64\x00\x01")]),
    "a refusal": (DeviceError, lambda pdu: [(1, b"\x83\x02")]),
    "another question's refusal": (FrameError, lambda pdu: [(1, b"\x84\x02")]),
    "busy": (DeviceError, lambda pdu: [(1, b"\x83\x06")]),
    "a gateway's silence": (LinkError, lambda pdu: [(1, b"\x83\x0b")]),
}


@pytest.mark.parametrize("kind", SAID)
@pytest.mark.parametrize("line", ["rtu", "tcp"])
def test_a_wrong_answer_is_an_error_and_the_next_one_is_right(line: str, kind: str) -> None:
    error, answers = SAID[kind]
    wrong = [True]

    def pdus(unit: int, pdu: bytes) -> list[tuple[int, bytes]]:
        return answers(pdu) if wrong[0] else [(unit, truth(pdu))]

    async def story() -> None:
        async with line_to(
            line, lambda n, unit, pdu: [(0.0, unit_, pdu_, n) for unit_, pdu_ in pdus(unit, pdu)]
        ) as link:
            assert await read(link) is error
            wrong[0] = False
            for count in (10, 10, 4, 10):
                block = Block("holding", 200 + count, count)
                assert await read(link, block) == registers(block)

    run(story())


@pytest.mark.parametrize("line", ["rtu", "tcp"])
@pytest.mark.parametrize("late", [0.01, 0.045, 0.08, 0.3])
def test_a_late_reply_is_never_believed(line: str, late: float) -> None:
    """Every fourth answer comes `late` seconds after the wait was over; only the address tells the questions apart."""
    asked = [0]

    def answer(number: int, unit: int, pdu: bytes) -> list[tuple[float, int, bytes, int]]:
        asked[0] += 1
        return [((0.1 + late if asked[0] % 4 == 0 else 0.0), unit, truth(pdu), number)]

    async def story() -> None:
        async with line_to(line, answer, timeout=0.1) as link:
            right = 0
            for at in range(24):
                block = Block("holding", 10 * at, 10)
                got = await read(link, block)
                assert isinstance(got, type) or got == registers(block), f"read {at}: another question's answer"
                right += not isinstance(got, type)
            assert right >= 3

    run(story())


def test_a_late_reply_is_not_believed_even_for_a_single_register() -> None:
    late = [True]

    def answer(number: int, unit: int, pdu: bytes) -> list[tuple[float, int, bytes, int]]:
        return [(0.25 if late[0] else 0.0, unit, truth(pdu), number)]

    async def story() -> None:
        async with line_to("rtu", answer, timeout=0.05) as link:
            assert await read(link, Block("holding", 1, 1)) is LinkError
            late[0] = False
            for at in (2, 3, 4, 5, 6):
                block = Block("holding", at, 1)
                got = await read(link, block)
                assert isinstance(got, type) or got == registers(block)
            assert await read(link, Block("holding", 7, 1)) == registers(Block("holding", 7, 1))

    run(story())


@pytest.mark.parametrize("late", [0.11, 0.13, 0.16, 0.2])
def test_a_late_reply_under_another_units_id_is_not_taken_for_that_units(late: float) -> None:
    """Unit 1 answers late, and as unit 2, which is asked next and for as many registers."""

    def answer(number: int, unit: int, pdu: bytes) -> list[tuple[float, int, bytes, int]]:
        return [(late, 2, truth(pdu), number)] if unit == 1 else [(0.0, unit, truth(pdu), number)]

    async def story() -> None:
        async with line_to("rtu", answer, timeout=0.05) as link:
            for at in range(0, 80, 10):
                assert await read(link, Block("holding", at, 10), unit=1) in (LinkError, FrameError)
                block = Block("holding", at + 200, 10)
                got = await read(link, block, unit=2)
                assert got in (registers(block), LinkError, FrameError), "unit 1's answer"

    run(story())


def test_a_unit_that_gives_no_part_of_a_block_is_read_all_the_same_beside_a_silent_one() -> None:
    def answer(number: int, unit: int, pdu: bytes) -> list[tuple[float, int, bytes, int]]:
        whole = int.from_bytes(pdu[3:5], "big") == 10
        return [] if unit == 1 else [(0.0, unit, truth(pdu) if whole else b"\x83\x02", number)]

    async def story() -> None:
        async with line_to("rtu", answer, timeout=0.03) as link:
            for _ in range(3):
                assert await read(link, unit=1) is LinkError
                assert await read(link, unit=2) == registers(TEN)

    run(story())


def test_transaction_number_0_is_never_believed() -> None:
    async def story() -> None:
        async with line_to("tcp", lambda number, unit, pdu: [(0.0, unit, truth(pdu), 0)]) as link:
            assert [await read(link) for _ in range(3)] == [FrameError] * 3

    run(story())


def test_the_answer_to_the_right_question_is_found_behind_an_old_one() -> None:
    def answer(number: int, unit: int, pdu: bytes) -> list[tuple[float, int, bytes, int]]:
        return [(0.0, unit, b"\x03\x14" + bytes(20), number - 1), (0.01, unit, truth(pdu), number)]

    async def story() -> None:
        async with line_to("tcp", answer) as link:
            await read(link)  # its "old one" has number 0
            assert await read(link) == registers(TEN)

    run(story())


NOISE = {
    "a byte before": lambda frame: [(0.0, b"\x00" + frame)],
    "many bytes before": lambda frame: [(0.0, b"\xff\x01\x03\x00\x01\x03" + frame)],
    "the question's echo before": lambda frame: [(0.0, b"\x01\x03\x00\x64\x00\x0a\x84\x12" + frame)],
    "a byte after": lambda frame: [(0.0, frame + b"\x55")],
    "in three parts": lambda frame: [(0.0, frame[:2]), (0.02, frame[2:9]), (0.04, frame[9:])],
}


@pytest.mark.parametrize("kind", NOISE)
def test_noise_around_a_serial_answer_does_not_hide_it(kind: str) -> None:
    async def story() -> None:
        async with serial_peer(lambda q: NOISE[kind](rtu(q[0], truth(q[1:-2])))) as path:
            link = RtuLink(path, "115200 8N1", 0.3)
            await link.open()
            for _ in range(5):
                assert await read(link) == registers(TEN)
            link.close()

    run(story())


def test_a_flipped_bit_anywhere_is_an_error_and_soon_over() -> None:
    flip = [0]

    def reply(question: bytes) -> Says:
        frame = bytearray(rtu(question[0], truth(question[1:-2])))
        if question[5] == TEN.count and flip[0] < 8 * len(frame):
            frame[flip[0] // 8] ^= 1 << flip[0] % 8
            flip[0] += 1
        return [(0.0, bytes(frame))]

    async def story() -> None:
        async with serial_peer(reply) as path:
            link = RtuLink(path, "115200 8N1", 20.0)  # the line falls silent long before
            await link.open()
            for _ in range(40):
                flip[0] += 4
                assert await read(link) is FrameError
            link.close()

    run(story())


def test_a_line_that_is_never_silent_is_told_so() -> None:
    async def story() -> None:
        async with babble() as path:
            link = RtuLink(path, "115200 8N1", 0.1)
            await link.open()
            assert await read(link) is FrameError
            with pytest.raises(FrameError, match="never silent"):
                await link.read(1, TEN)
            link.close()

    run(story())


def test_bytes_that_are_not_modbus_close_the_connection() -> None:
    async def story() -> None:
        async with tcp_peer(lambda q: [(0.0, b"HTTP/1.1 400 Bad Request\r\n\r\n")]) as port:
            link = TcpLink("127.0.0.1", port, 0.3)
            await link.open()
            with pytest.raises(LinkError, match="not Modbus TCP"):
                await link.read(1, TEN)
            with pytest.raises(LinkError, match="not open"):
                await link.read(1, TEN)

    run(story())


def test_a_dead_unit_behind_a_gateway_does_not_close_the_line() -> None:
    def answer(number: int, unit: int, pdu: bytes) -> list[tuple[float, int, bytes, int]]:
        return [(0.0, unit, truth(pdu), number)] if unit != 5 else []

    async def story() -> None:
        async with line_to("tcp", answer, timeout=0.02) as link:
            for _ in range(20):
                assert await read(link, unit=5) is LinkError
            assert await read(link, unit=6) == registers(TEN)

    run(story())
