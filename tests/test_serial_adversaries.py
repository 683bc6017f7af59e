"""Peers of the serial protocols that are late, noisy, doubled or wrong: the truth of this very poll, or a fault."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable

import pytest
from peers import run
from talkers import POINTS, Mischief, Says, faults, good, polls

from drivers.bus.talk import Turn

protocols = pytest.mark.parametrize("protocol", POINTS)
chance = random.Random(7)
PATIENCE = 30.0  # seconds for what will come: a machine under load is not the device's fault
ROOM = (0.05, 0.5, 5.0)  # seconds to answer in: more where a machine under load has no answer in time


async def seen(
    happens: Callable[[list[Turn]], bool],
    protocol: str,
    count: int,
    mischief: Callable[[float], Mischief],
    every: float = 0.0,
) -> bool:
    """Whether it happens in so many polls, given room enough; whatever is good is the truth, or `polls` fails.

    `mischief` is told the room.
    """
    for room in ROOM:
        if happens(await polls(protocol, mischief(room), count, timeout=room, every=every)):
            return True
    return False


def plain(asked: bytes, answer: bytes) -> Says:
    return [(0.0, answer)]


def slowly(asked: bytes, answer: bytes) -> Says:
    return [(at * 0.001, answer[at : at + 1]) for at in range(len(answer))]


HARMLESS: dict[str, Mischief] = {
    "nothing": plain,
    "byte by byte": slowly,
    "in three parts": lambda asked, answer: [(0.0, answer[:1]), (0.02, answer[1:7]), (0.04, answer[7:])],
    "the question's echo": lambda asked, answer: [(0.0, asked + answer)],
    "a byte behind it": lambda asked, answer: [(0.0, answer + b"\x55")],
    "everything twice": lambda asked, answer: [(0.0, answer + answer)],
    "twice, the second late": lambda asked, answer: [(0.0, answer), (0.01, answer)],
}
NOISE = {"a byte": b"\x00", "preamble": b"\xfe\xfe\xfe", "letters": b"hello", "a false beginning": b"\x68\x30\x11"}


@protocols
@pytest.mark.parametrize("kind", HARMLESS)
def test_an_answer_is_read_however_it_comes(protocol: str, kind: str) -> None:
    async def story() -> None:
        for turn in await polls(protocol, HARMLESS[kind], 4, timeout=PATIENCE):
            assert len(good(turn)) == 2, turn.why

    run(story())


@protocols
@pytest.mark.parametrize("kind", NOISE)
def test_noise_before_an_answer_hides_it_at_most(protocol: str, kind: str) -> None:
    """E5 and the identification of a device have no check sum: behind noise they are not believed."""

    def noisy(asked: bytes, answer: bytes) -> Says:
        return [(0.0, NOISE[kind] + answer)]

    async def story() -> None:
        if protocol == "mbus":
            await polls(protocol, noisy, 3, timeout=0.5)
        else:
            assert await seen(
                lambda turns: all(len(good(turn)) == 2 for turn in turns), protocol, 3, lambda room: noisy
            )

    run(story())


@protocols
def test_a_flipped_bit_is_a_checksum_fault_and_never_a_value(protocol: str) -> None:
    def flip(asked: bytes, answer: bytes) -> Says:
        bad = bytearray(answer)
        bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
        return [(0.0, bytes(bad))]

    async def story() -> None:
        def doubted(turns: list[Turn]) -> bool:
            return any("checksum" in faults(turn) for turn in turns)

        assert await seen(doubted, protocol, 12, lambda room: flip)

    run(story())


@protocols
@pytest.mark.parametrize("late", [0.05, 0.1, 0.2, 0.5])
def test_a_late_answer_is_never_believed(protocol: str, late: float) -> None:
    """Every fifth answer comes when nobody waits any more; its figures are those of an earlier poll."""

    def delayed(room: float) -> Mischief:
        count = itertools.count(1)
        return lambda asked, answer: [(room + late if next(count) % 5 == 3 else 0.0, answer)]

    def both(turns: list[Turn]) -> bool:
        return any(good(turn) for turn in turns) and any("timeout" in turn.faults for turn in turns)

    async def story() -> None:
        assert await seen(both, protocol, 12, delayed, every=late / 4)

    run(story())


@protocols
def test_a_device_that_is_always_one_answer_behind_gives_nothing(protocol: str) -> None:
    held: list[bytes] = [b""]

    def behind(asked: bytes, answer: bytes) -> Says:
        before, held[0] = held[0], answer
        return [(0.0, before)] if before else []

    async def story() -> None:
        turns = await polls(protocol, behind, 10, timeout=0.05)
        assert not any(good(turn) for turn in turns)

    run(story())


@protocols
def test_two_answers_that_differ_are_none(protocol: str) -> None:
    """Something on the line remembers and says the last answer again, in front of the new one."""
    held: list[bytes] = [b""]

    def remember(asked: bytes, answer: bytes) -> Says:
        before, held[0] = held[0], answer
        return [(0.0, before + answer)]

    async def story() -> None:
        assert await seen(lambda turns: any(map(good, turns)), protocol, 8, lambda room: remember)

    run(story())


@protocols
def test_half_an_answer_is_no_answer(protocol: str) -> None:
    async def story() -> None:
        for turn in await polls(protocol, lambda asked, answer: [(0.0, answer[: len(answer) // 2])], 3, timeout=0.05):
            assert not good(turn)

    run(story())


@protocols
def test_silence_is_a_timeout_and_so_is_our_own_echo(protocol: str) -> None:
    async def story() -> None:
        for mischief in (lambda asked, answer: [], lambda asked, answer: [(0.0, asked)]):
            for turn in await polls(protocol, mischief, 2, timeout=0.05):
                assert faults(turn) == {"timeout"}
                assert not turn.well

    run(story())


@protocols
def test_a_line_that_never_falls_silent_gives_nothing_and_holds_nobody(protocol: str) -> None:
    def babble(asked: bytes, answer: bytes) -> Says:
        return [(at / 50, bytes((chance.randrange(256),))) for at in range(150)]

    async def story() -> None:
        for turn in await polls(protocol, babble, 2, timeout=0.05):
            assert not good(turn)
            assert faults(turn) <= {"checksum", "timeout"}

    run(story())


def another(asked: bytes, answer: bytes, places: slice, check: slice) -> bytes:
    """The same answer from the next address, its check sum put right."""
    frame = bytearray(answer)
    start = frame.index(0x68)
    frame[start + places.start] ^= 0x01
    body = frame[start + check.start : len(frame) - 2]
    frame[-2] = sum(body) & 0xFF
    return bytes(frame)


@pytest.mark.parametrize(("protocol", "place", "check"), [("cjt188", 2, 0), ("dlt645", 1, 0), ("mbus", 5, 4)])
def test_the_answer_of_another_meter_is_not_ours(protocol: str, place: int, check: int) -> None:
    def foreign(asked: bytes, answer: bytes) -> Says:
        if answer == b"\xe5":
            return [(0.0, answer)]
        return [(0.0, another(asked, answer, slice(place, None), slice(check, None)))]

    async def story() -> None:
        for turn in await polls(protocol, foreign, 3, timeout=0.05):
            assert not good(turn)

    run(story())
