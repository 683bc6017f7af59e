"""A dispenser's line is overheard on a port that cannot be written to: whose words they are, and what they say."""

from __future__ import annotations

import asyncio
import errno
import os
import tty
from collections.abc import Callable, Coroutine
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peers import run
from pollers import Poll, faults, listening, value

from drivers.bus.listen import Heard, Tap
from drivers.dialogue.dart import DartReader
from drivers.dialogue.step import Figure
from drivers.maps.catalog import models
from drivers.maps.mapfile import load_map
from drivers.model import Device, DriverError, LinkError
from drivers.policy import PolicyError, admit
from drivers.protocol import dart
from drivers.protocol.check import crc16

MAP, _ = load_map(models()["wayne-dart"])
CODES = tuple(point.code for point in MAP.points)
POLL, ACK = bytes.fromhex("51 20 FA"), bytes.fromhex("51 C1 FA")
FILLING = bytes.fromhex("51 31 01 01 04 03 04 00 81 23 11 02 08 00 00 04 28 00 00 34 77 03 04 00 81 23 11 83 55 03 FA")
TOTALS = bytes.fromhex("51 39 65 10 01 00 00 42 66 33 00 00 42 66 33 00 00 00 00 00 A4 F0 03 FA")
STOP = bytes.fromhex("51 3E 01 01 08 A1 B2 03 FA")  # the controller's order; from the pump it would be "suspended"


def frame(address: int, *transactions: tuple[int, bytes]) -> bytes:
    body = bytes((address, 0x30)) + b"".join(bytes((n, len(data))) + data for n, data in transactions)
    crc = crc16(body, 0).to_bytes(2, "little")
    return body + b"".join((b"\x10" if byte == 0xFA else b"") + bytes((byte,)) for byte in crc) + b"\x03\xfa"


DECIMALS = frame(0x51, (7, bytes(22) + bytes((3, 0, 2)) + bytes(25)))


def station(story: Callable[[Tap, Poll, Callable[..., object]], Coroutine[Any, Any, None]]) -> None:
    """Run a story with two pumps on a tapped line; at its end nothing was ever written to that line."""

    async def play(tap: Tap, poller: Poll, say: Callable[[bytes], object]) -> None:
        await story(tap, poller, lambda *said: say(b"".join(said)))

    pumps = [Device(f"pump-{n}", MAP, "line", 80 + n, 0.1) for n in (1, 2)]
    listening(lambda path: Tap(path, "9600 8O1", "wayne-dart"), pumps, play)


def test_a_sale_is_overheard_with_the_decimals_the_pump_told() -> None:
    async def story(tap: Tap, poller: Poll, say: Callable[..., object]) -> None:
        say(POLL, DECIMALS, ACK, POLL, FILLING, ACK, POLL, TOTALS, ACK)
        await poller.until(lambda said: "total.1" in tap.sides[0].told)
        sample = await poller.next("pump-1", 2)
        read = {r.point: r.value for r in sample.readings if r.quality == "good"}
        assert read == {
            "state": "filling", "sale": Decimal("0.428"), "amount": 3477, "price": Decimal("81.23"),
            "total": Decimal("426.633"), "nozzle": 1, "lifted": "yes",
        }  # fmt: skip
        assert faults(await poller.next("pump-2", 2)) == {"timeout"}

    station(story)


def test_amounts_are_unsettled_until_the_decimals_are_known() -> None:
    async def story(tap: Tap, poller: Poll, say: Callable[..., object]) -> None:
        say(POLL, FILLING, ACK)
        await poller.until(lambda said: "volume" in tap.sides[0].told)
        sample = await poller.next("pump-1", 2)
        assert value(sample, "sale").fault == "unsettled"
        assert value(sample, "state").value == "filling"

    station(story)


def test_what_was_said_long_ago_is_stale() -> None:
    async def story(tap: Tap, poller: Poll, say: Callable[..., object]) -> None:
        say(POLL, FILLING, ACK)
        await poller.until(lambda said: "status" in tap.sides[0].told)
        tap.sides[0].told = {c: Heard(h.figure, h.at - 3600) for c, h in tap.sides[0].told.items()}
        assert faults(await poller.next("pump-1", 2)) == {"stale", "timeout"}

    station(story)


def test_bytes_may_come_in_any_pieces_and_behind_noise() -> None:
    async def story(tap: Tap, poller: Poll, say: Callable[..., object]) -> None:
        for byte in b"\x00\x51\x99" + POLL + DECIMALS + ACK + POLL + FILLING:
            say(bytes((byte,)))
            await asyncio.sleep(0)
        await poller.until(lambda said: "volume" in tap.sides[0].told)
        assert value(await poller.next("pump-1", 2), "sale").value == Decimal("0.428")

    station(story)


def test_a_line_that_is_unplugged_is_a_link_fault() -> None:
    async def play() -> None:
        ours, theirs = os.openpty()
        tty.setraw(theirs)
        poller = Poll(Tap(os.ttyname(theirs), "9600 8N1", "wayne-dart"), [Device("pump-1", MAP, "line", 81, 0.1)])
        await poller.next("pump-1")
        os.close(theirs)
        os.close(ours)
        assert faults(await poller.next("pump-1", 3)) == {"link"}
        await poller.end()

    run(play())


# ── the port ──


def test_nothing_can_be_written_to_the_port_of_a_tap() -> None:
    async def play() -> None:
        ours, theirs = os.openpty()
        tap = Tap(os.ttyname(theirs), "9600 8N1", "wayne-dart")
        await tap.open()
        with pytest.raises(OSError) as refused:
            os.write(tap.number, b"\x51\x20\xfa")
        assert refused.value.errno == errno.EBADF
        assert not [name for name in dir(tap) if name in ("write", "ask", "say", "send", "read", "hold")]
        with pytest.raises(LinkError, match="in use"):
            await Tap(os.ttyname(theirs), "9600 8N1", "wayne-dart").open()
        tap.close()
        os.close(ours)
        os.close(theirs)

    run(play())


def test_the_policy_admits_no_word_of_it_either() -> None:
    with pytest.raises(PolicyError):
        admit("wayne-dart", POLL)


# ── whose frame it is ──


def heard(*frames: bytes | None) -> dict[str, Any]:
    """What a reader of pump 81 makes of frames; None is a silence."""
    reader = DartReader("81")
    told: dict[str, Figure] = {}
    for data in frames:
        told |= reader(dart.parse(data) if data is not None else None, CODES, {})
    return {code: figure.value for code, figure in told.items()}


def test_an_order_of_the_controller_is_never_a_state_of_the_pump() -> None:
    assert heard(STOP) == {}
    assert heard(POLL, ACK, STOP) == {}
    assert heard(POLL, None, STOP) == {}  # the pump did not answer its poll
    assert heard(bytes.fromhex("52 20 FA"), STOP) == {}  # another pump was polled
    assert heard(POLL, frame(0x51, (1, b"\x05"), (3, bytes.fromhex("99999999")))) == {}  # a preset: the host's alone
    assert heard(POLL, frame(0x51, (1, b"\x05"))) == {"status": 5}
    assert heard(frame(0x52, (1, b"\x05"))) == {}


def test_a_frame_that_only_a_pump_can_send_needs_no_poll_before_it() -> None:
    assert heard(TOTALS) == {"total.1": 426633}


@given(st.binary(max_size=40), st.integers(80, 111))
def test_any_bytes_give_a_state_the_map_knows_or_nothing(content: bytes, address: int) -> None:
    try:
        parsed = dart.parse(frame(address, (1, content[:1]), (content[1] if len(content) > 1 else 2, content[2:])))
    except DriverError:
        return
    told = DartReader("")(parsed, CODES, {})
    assert set(told) <= set(CODES)
