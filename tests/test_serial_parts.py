"""Answers in parts: DL/T 645 that says "more follows", M-Bus of several telegrams, and its older fixed structure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.dialogue import dlt645, mbus
from drivers.dialogue.step import Call, Dialogue, Figure, Memory, Told
from drivers.model import DeviceError, DriverError
from drivers.policy import admit
from drivers.protocol import dlt645 as dlt
from drivers.protocol import mbus as link
from drivers.protocol.check import sum8
from drivers.protocol.codecs import CODECS
from drivers.sim.speaker.dlt645 import DltSpeaker
from drivers.sim.speaker.reply import Shown

METER = "810000760162"
BLOCK = "0000FF00"  # the combined energy and its tariffs
FIXED = bytes.fromhex("78 56 34 12 0A 00 E9 7E 01 00 00 00 35 01 00 00")  # libmbus manual_frame2


def hold(protocol: str, dialogue: Dialogue, answer: Callable[[bytes], Sequence[bytes]]) -> list[bytes]:
    """Carry a dialogue to its end against `answer`; the questions it asked, each allowed by the policy."""
    asked: list[bytes] = []
    said: Any = None
    try:
        while True:
            step = dialogue.send(said)
            admit(protocol, step.frame)
            asked.append(step.frame)
            said = None
            try:
                for frame in answer(step.frame):
                    said = step.takes(CODECS[protocol].parse(frame)) if said is None and step.takes else said
            except DeviceError as refusal:
                asked.append(b"")
                said = dialogue.throw(refusal)
            assert said is not None, "nothing answers"
    except StopIteration:
        return asked


def call(address: str, codes: tuple[str, ...]) -> Call:
    return Call(address, codes, {}, Memory(), told=Told())


class Many:
    """A meter with so many tariffs that they do not fit into one frame."""

    def shows(self) -> dict[str, Shown]:
        return {f"{BLOCK}.{n}": Shown(Decimal(n), "kW.h") for n in range(1, 64)}

    def refuses(self) -> bool:
        return False


def test_an_answer_that_goes_on_is_asked_for_part_by_part_and_joined() -> None:
    speaker = DltSpeaker({METER: Many()}, 2400)
    it = call(METER, tuple(f"{BLOCK}.{n}" for n in (1, 49, 50, 63)))
    asked = hold("dlt645", dlt645.speak(it), lambda frame: [r.data for r in speaker(frame, 2400)])
    assert [dlt.parse(frame).control for frame in asked] == [0x11, 0x12]
    assert dlt.parse(asked[1]).body == bytes.fromhex("00 FF 00 00 01")
    assert {code: said.value for code, said in it.told.items() if isinstance(said, Figure)} == {
        f"{BLOCK}.{n}": Decimal(n) for n in (1, 49, 50, 63)
    }


def endless(frame: bytes) -> list[bytes]:
    asked = dlt.parse(frame)
    part = asked.body[4:]
    address = bytes.fromhex(METER)[::-1]
    return [dlt.question(address, 0xB2 if part else 0xB1, asked.body[:4] + bytes(4) + part)]


def test_a_meter_that_never_comes_to_an_end_is_given_up() -> None:
    it = call(METER, (f"{BLOCK}.1",))
    asked = hold("dlt645", dlt645.speak(it), endless)
    assert len(asked) == dlt645.PARTS
    assert isinstance(it.told[f"{BLOCK}.1"], DeviceError)


def test_another_part_than_the_one_asked_for_is_not_believed() -> None:
    takes = dlt645.answered(METER, BLOCK, 2)
    for part, mine in ((1, False), (2, True), (3, False)):
        frame = dlt.question(bytes.fromhex(METER)[::-1], 0x92, bytes.fromhex("00FF0000") + bytes(4) + bytes((part,)))
        assert (takes(dlt.parse(frame)) is not None) is mine


def answer(ci: int, data: bytes, address: int = 5) -> bytes:
    body = bytes((0x08, address, ci)) + data
    return bytes((0x68, len(body), len(body), 0x68)) + body + bytes((sum8(body), 0x16))


def test_the_telegrams_of_one_read_out_are_asked_for_with_a_toggling_bit() -> None:
    header = bytes.fromhex("78 56 34 12 93 15 33 03 01 00 00 00")
    parts = [answer(0x72, header + bytes.fromhex(hexed)) for hexed in ("0C 13 42 00 00 00 1F", "4C 13 41 00 00 00")]
    it = call("5", ("volume", "volume storage 1"))
    asked = hold("mbus", mbus.speak(it), lambda frame: [b"\xe5"] if frame[1] == 0x40 else [parts.pop(0)])
    assert [frame[1] for frame in asked] == [0x40, 0x7B, 0x5B]
    assert it.told == {"volume": Figure(Decimal("0.042"), "m3"), "volume storage 1": Figure(Decimal("0.041"), "m3")}


def test_the_two_counters_of_the_older_structure_are_read_in_either_byte_order() -> None:
    high_first = FIXED[3::-1] + FIXED[4:8] + FIXED[11:7:-1] + FIXED[15:11:-1]
    for ci, data in ((0x73, FIXED), (0x77, high_first)):
        frame = link.parse(answer(ci, data))
        assert link.explain(frame)["id"] == "12345678"
        assert mbus.figures(frame, ("counter", "counter storage 1", "meter-id", "meter-status"), {}) == {
            "counter": Figure(Decimal(1), "L"),
            "counter storage 1": Figure(Decimal(135), "L"),
            "meter-id": Figure("12345678"),
            "meter-status": Figure("00"),
        }


@pytest.mark.parametrize("ci", [0x73, 0x77])
@given(data=st.binary(max_size=20))
def test_any_fixed_answer_gives_figures_or_a_typed_error(ci: int, data: bytes) -> None:
    try:
        mbus.figures(link.parse(answer(ci, data)), ("counter #1", "counter storage 1 #2"), {})
    except DriverError:
        pass


@given(control=st.sampled_from([0x91, 0x92, 0xB1, 0xB2, 0xD1, 0xD2]), body=st.binary(max_size=60))
def test_any_part_of_an_answer_gives_figures_or_a_typed_error(control: int, body: bytes) -> None:
    frame = dlt.parse(dlt.question(bytes.fromhex(METER)[::-1], control, body))
    try:
        dlt645.figures(frame, (BLOCK,), {})
    except DriverError:
        pass


def test_a_largest_demand_is_told_with_its_moment() -> None:
    def told(data: str) -> dict[str, Any]:
        frame = dlt.question(bytes.fromhex(METER)[::-1], 0x91, bytes.fromhex("00 00 01 01" + data))
        return dlt.explain(dlt.parse(frame))

    known = told("11 22 33 03 12 25 11 26")
    assert (known["demand_kW"], known["demand_time"]) == (Decimal("33.2211"), "2026-11-25T12:03:00")
    assert told("00 00 00 00 00 00 00 00")["demand_time"] is None
    assert "data" in told("11 22 33")
