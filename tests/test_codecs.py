"""What the codecs make of dialects, errors, private data and missing values, beyond the shared vectors."""

from __future__ import annotations

from decimal import Decimal

import pytest

from drivers.model import DeviceError, FrameError
from drivers.policy import admit
from drivers.protocol import capture, cjt188, dart, dlt645, iec62056, mbus, modbus_frame
from drivers.protocol.check import bcc, crc16
from drivers.protocol.fault import BadFrame, Refused, believed
from drivers.protocol.private import redact


def block(text: str) -> bytes:
    """A data block of IEC 62056-21 with its check."""
    content = text.encode("latin-1") + b"\x03"
    return b"\x02" + content + bytes((bcc(content),))


def dart_frame(*transactions: str, address: int = 0x51) -> bytes:
    body = bytes((address, 0x31)) + bytes.fromhex(" ".join(transactions))
    crc = b"".join(b"\x10\xfa" if byte == 0xFA else bytes((byte,)) for byte in crc16(body, 0).to_bytes(2, "little"))
    return body + crc + b"\x03\xfa"


# ── what a driver meets ──


def test_a_bad_frame_is_a_frame_error_with_one_word() -> None:
    with pytest.raises(FrameError) as caught:
        modbus_frame.parse_rtu(bytes.fromhex("01 83 02 C0 F2"))
    assert isinstance(caught.value, BadFrame)
    assert (caught.value.kind, caught.value.fault) == ("crc", "checksum")


@pytest.mark.parametrize(
    ("protocol", "frame", "code"),
    [
        ("modbus-rtu", bytes.fromhex("01 83 02 C0 F1"), 2),
        ("iec62056-21", block("(#0004)"), 4),
        ("dlt645", bytes.fromhex("68 43 10 00 11 34 00 68 D1 01 31 6B 16"), 0xFE),
        ("mbus", bytes.fromhex("68 04 04 68 08 01 70 08 81 16"), 8),
    ],
)
def test_a_device_that_says_no_is_told_from_bytes_that_are_wrong(protocol: str, frame: bytes, code: int) -> None:
    with pytest.raises(DeviceError) as caught:
        believed(capture.explain(protocol, frame))
    assert isinstance(caught.value, Refused)
    assert (caught.value.code, caught.value.fault) == (code, "refused")


def test_every_question_a_codec_makes_may_be_sent() -> None:
    for question in (cjt188.ask(0x30, b"\xaa" * 7, 0x901F, 1), cjt188.ask_address()):
        admit("cjt188", question)
    for question in (dlt645.ask("000000000161", 0x00010000), dlt645.ask_address()):
        admit("dlt645", question)
    for question in (mbus.reset_link(1), mbus.ask(1, False), mbus.ask(254, True)):
        admit("mbus", question)
    for question in (iec62056.sign_on(), iec62056.choose("5", "1"), iec62056.read("2:300.0"), iec62056.BREAK):
        admit("iec62056-21", question)


def test_a_capture_of_a_question_and_its_answer_is_both() -> None:
    told = capture.explain("modbus-rtu", bytes.fromhex("01 03 00 0A 00 02 E4 09 01 03 04 BA 4A 41 F8 CF 2F"))
    assert [frame["type"] for frame in told["frames"]] == ["request", "response"]
    told = capture.explain(
        "iec62056-21", b"/?!\r\n/Els6\\2EK280\r\n\x06061\r\n" + iec62056.read("7:310_1.0") + block("(1.01325*bar)")
    )
    assert [frame["type"] for frame in told["frames"]] == ["sign-on", "identification", "ack", "command", "data"]


# ── Modbus ──


@pytest.mark.parametrize(
    ("pdu", "expect"),
    [
        ("01 01 CD", {"type": "response", "bits": [1, 0, 1, 1, 0, 0, 1, 1]}),
        ("02 00 C4 00 16", {"type": "request", "address": 196, "count": 22}),
        ("0F 00 13 00 0A 02 CD 01", {"type": "write-request", "address": 19, "values": [1, 0, 1, 1, 0, 0, 1, 1, 1, 0]}),
        ("10 00 01 00 02", {"type": "write-response", "address": 1, "count": 2}),
        ("05 00 AC FF 00", {"type": "write-request", "address": 172, "value": 0xFF00}),
        ("16 00 04 00 F2 00 25", {"type": "write-request", "and_mask": 0xF2, "or_mask": 0x25}),
        ("17 00 03 00 06 00 0E 00 01 02 00 FF", {"type": "write-request", "write_address": 14, "values": [255]}),
        ("84 0B", {"type": "exception", "fc": 4, "name": "gateway target device failed to respond"}),
        ("2B 0E 01 00", {"type": "request", "function": "encapsulated interface transport"}),
    ],
)  # fmt: skip
def test_every_function_is_explained(pdu: str, expect: dict[str, object]) -> None:
    told = modbus_frame.explain(modbus_frame.frame_of(1, bytes.fromhex(pdu)))
    assert expect.items() <= told.items()


def test_half_a_register_is_a_wrong_length() -> None:
    with pytest.raises(BadFrame) as caught:
        modbus_frame.frame_of(1, bytes.fromhex("03 05 01 02 03 04 05"))
    assert caught.value.kind == "length"


def test_a_tcp_frame_whose_header_lies_is_a_wrong_length() -> None:
    with pytest.raises(BadFrame) as caught:
        modbus_frame.parse_tcp(bytes.fromhex("00 01 00 00 00 08 01 03 04 00 05 00 06"))
    assert caught.value.kind == "length"


# ── Wayne DART ──

PARAMETERS = "07 33" + " 00" * 22 + " 03 02 02" + " 00" * 26


def test_decimal_points_come_from_the_pump_alone() -> None:
    sale = dart_frame("02 08 00 00 04 28 00 00 34 77")
    told = capture.explain("wayne-dart", sale)
    assert "volume" not in told["transactions"][0]
    told = capture.explain("wayne-dart", dart_frame(PARAMETERS) + sale + dart_frame("03 04 00 81 23 11"))
    assert told["frames"][1]["transactions"][0]["volume"] == Decimal("0.428")
    assert told["frames"][1]["transactions"][0]["amount"] == Decimal("34.77")
    assert told["frames"][2]["transactions"][0]["price"] == Decimal("81.23")


def test_another_pumps_decimal_points_are_not_ours() -> None:
    told = capture.explain(
        "wayne-dart", dart_frame(PARAMETERS) + dart_frame("02 08 00 00 04 28 00 00 34 77", address=0x52)
    )
    assert "volume" not in told["frames"][1]["transactions"][0]


def test_who_speaks_decides_what_a_number_means() -> None:
    frame = dart.parse(dart_frame("01 01 05"))
    assert dart.explain(frame, "pump")["transactions"][0]["meaning"] == "DC1 status 5 complete"
    assert dart.explain(frame, "host")["transactions"][0]["meaning"] == "CD1 reset"
    assert dart.explain(frame)["transactions"][0]["meaning"] == "from host: CD1 reset; from pump: DC1 status 5 complete"


@pytest.mark.parametrize(("frame", "type"), [("51 20 FA", "poll"), ("51 C3 FA", "ack"), ("51 53 FA", "nak")])
def test_a_frame_of_three_bytes_is_named(frame: str, type: str) -> None:
    assert capture.explain("wayne-dart", bytes.fromhex(frame))["type"] == type


# ── people's secrets ──


def test_card_plate_and_balance_never_leave_the_decoder() -> None:
    told = redact({"volume": 1, "sales": [{"card_number": "62220001", "plate": "渝A12345"}], "Balance": 100})
    assert told == {"volume": 1, "sales": [{"card_number": "redacted", "plate": "redacted"}], "Balance": "redacted"}
