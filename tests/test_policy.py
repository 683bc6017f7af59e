"""Nothing that could change a device ever leaves this machine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.model import DriverError
from drivers.policy import PolicyError, admit


def told(text: str) -> bytes:
    """Hex digits, or text as it stands."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return text.encode("latin-1")


READS = [
    ("modbus-rtu", "01 03 00 00 00 0A C5 CD"),
    ("modbus-rtu", "F7 04 00 00 00 02 65 5D"),
    ("modbus-tcp", "00 01 00 00 00 06 01 03 00 00 00 02"),
    ("modbus-tcp", "FF FF 00 00 00 06 FF 02 00 00 07 D0"),
    ("modbus-ascii", ":010300000002FA\r\n"),
    ("iec62056-21", "/?!\r\n"),
    ("iec62056-21", "/?12345678!\r\n"),
    ("iec62056-21", "\0" * 70),  # wakes a battery device
    ("iec62056-21", "\x06050\r\n"),
    ("iec62056-21", "\x01R1\x021:222.0(1)\x03\x15"),
    ("iec62056-21", "\x01B0\x03q"),
    ("cjt188", "FE FE 68 30 AA AA AA AA AA AA AA 01 03 1F 90 00 8B 16"),
    ("cjt188", "68 30 AA AA AA AA AA AA AA 03 03 81 0A 00 6C 16"),
    ("dlt645", "FE FE FE FE 68 AA AA AA AA AA AA 68 13 00 DF 16"),
    ("dlt645", "68 01 00 00 00 00 00 68 11 04 33 33 34 33 B3 16"),
    ("mbus", "10 40 01 41 16"),
    ("mbus", "10 5B FE 59 16"),
    ("mbus", "10 7B 01 7C 16"),
]

COMMANDS = [
    ("modbus-rtu", "01 05 00 02 FF 00 2D FA"),  # start or stop totals
    ("modbus-rtu", "01 06 00 00 00 02 08 0B"),
    ("modbus-rtu", "01 10 00 00 00 01 02 00 01 67 90"),
    ("modbus-rtu", "01 08 00 00 00 00 E0 0B"),
    ("modbus-rtu", "00 03 00 00 00 0A C4 1C"),  # broadcast
    ("modbus-rtu", "01 03 00 00 00 0A C5 CD 01 06 00 00 00 02 08 0B"),  # a write hidden behind a read
    ("modbus-tcp", "00 01 00 00 00 0B 01 10 00 03 00 02 04 04 D2 0D 80"),
    ("modbus-tcp", "00 01 00 00 00 06 00 03 00 00 00 02"),  # broadcast
    ("modbus-tcp", "00 01 00 00 00 06 01 03 00 00 00 02 00 02 00 00 00 06 01 06 00 00 00 02"),
    ("modbus-ascii", ":010600000002F7\r\n"),
    ("modbus-ascii", ":000300000002FB\r\n"),
    ("iec62056-21", "\x01P1\x02(00000000)\x03a"),
    ("iec62056-21", "\x01W1\x021:0400(0)\x03a"),
    ("iec62056-21", "\x01E2\x021:0400(0)\x03a"),
    ("cjt188", "68 30 AA AA AA AA AA AA AA 04 04 A0 17 00 55 DF 16"),  # shut the valve
    ("dlt645", "68 01 00 00 00 00 00 68 14 04 33 33 34 33 B6 16"),
    ("dlt645", "68 99 99 99 99 99 99 68 08 06 33 33 33 33 33 33 6A 16"),  # set all clocks
    ("mbus", "68 03 03 68 53 01 51 A5 16"),
    ("mbus", "10 44 01 45 16"),
    ("wayne-dart", "51 20 FA"),  # its one master is the station's controller
    ("wayne-dart", "51 3E 01 01 08 A1 B2 03 FA"),
    ("lanfeng-pos", "01 00 A1 00 00 00 00 00 00 00 00 5F"),
    ("gilbarco-twowire", "31"),
    ("anything else", "00"),
]


@pytest.mark.parametrize(("protocol", "frame"), READS)
def test_a_question_that_only_reads_may_leave(protocol: str, frame: str) -> None:
    admit(protocol, told(frame))


@pytest.mark.parametrize(("protocol", "frame"), COMMANDS)
def test_everything_else_stays_here(protocol: str, frame: str) -> None:
    with pytest.raises(PolicyError):
        admit(protocol, told(frame))


def test_a_refused_frame_is_told_in_hex_and_counts_as_a_driver_error() -> None:
    with pytest.raises(DriverError, match="modbus-rtu: 01 06 00 00 00 02 08 0b is not a question that only reads"):
        admit("modbus-rtu", bytes.fromhex("010600000002080B"))


@given(st.binary(max_size=40))
def test_whatever_leaves_by_modbus_is_one_read_of_one_unit(frame: bytes) -> None:
    try:
        admit("modbus-rtu", frame)
    except PolicyError:
        return
    assert len(frame) == 8
    assert frame[0] != 0
    assert frame[1] in (1, 2, 3, 4)


@given(st.sampled_from("WEPB"), st.text(alphabet="0123456789.:()", max_size=20))
def test_no_iec_command_but_read_and_break_leaves(letter: str, rest: str) -> None:
    with pytest.raises(PolicyError):
        admit("iec62056-21", f"\x01{letter}1\x02{rest}\x03".encode() + b"\x55")
