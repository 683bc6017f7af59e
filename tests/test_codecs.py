"""What the codecs make of dialects, errors, private data and missing values, beyond the shared vectors."""

from __future__ import annotations

from decimal import Decimal

import pytest

from drivers.model import DeviceError, FrameError
from drivers.policy import admit
from drivers.protocol import capture, cjt188, dart, dlt645, iec62056, mbus, modbus_frame
from drivers.protocol.check import bcc, crc16, sum8
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


def answer_cjt(body: str, type: int = 0x30) -> cjt188.Frame:
    return cjt188.parse(cjt188.question(type, bytes.fromhex("21 43 65 87 09 11 00"), 0x81, bytes.fromhex(body)))


def answer_dlt(body: str, control: int = 0x91) -> dlt645.Frame:
    return dlt645.parse(dlt645.question(bytes(6), control, bytes.fromhex(body)))


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
        ("01 03 CD 6B 05", {"type": "response", "bits": [1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0]}),
        ("02 00 C4 00 16", {"type": "request", "address": 196, "count": 22}),
        ("0F 00 13 00 0A 02 CD 01", {"type": "write-request", "address": 19, "values": [1, 0, 1, 1, 0, 0, 1, 1, 1, 0]}),
        ("10 00 01 00 02", {"type": "write-response", "address": 1, "count": 2}),
        ("05 00 AC FF 00", {"type": "write-request", "address": 172, "value": 0xFF00}),
        ("16 00 04 00 F2 00 25", {"type": "write-request", "and_mask": 0xF2, "or_mask": 0x25}),
        ("17 00 03 00 06 00 0E 00 01 02 00 FF", {"type": "write-request", "address": 3, "write_address": 14, "values": [255]}),
        ("84 0B", {"type": "exception", "fc": 4, "name": "gateway target device failed to respond"}),
        ("2B 0E 01 00", {"type": "request", "function": "encapsulated interface transport"}),
    ],
)  # fmt: skip
def test_every_function_is_explained(pdu: str, expect: dict[str, object]) -> None:
    told = modbus_frame.explain(modbus_frame.frame_of(1, bytes.fromhex(pdu)))
    assert expect.items() <= told.items()


def test_half_a_register_is_a_wrong_length() -> None:
    with pytest.raises(BadFrame) as caught:
        modbus_frame.frame_of(1, bytes.fromhex("03 03 01 02 03"))
    assert caught.value.kind == "length"


def test_a_tcp_frame_whose_header_lies_is_a_wrong_length() -> None:
    with pytest.raises(BadFrame) as caught:
        modbus_frame.parse_tcp(bytes.fromhex("00 01 00 00 00 08 01 03 04 00 05 00 06"))
    assert caught.value.kind == "length"


# ── CJ/T 188 ──

GAS = "{di} 05 {value} 12 34 56 78 2C 31 01 22 11 05 15 20 04 00"


def test_a_gas_meter_reads_the_same_in_every_dialect_the_frame_can_tell() -> None:
    plain = cjt188.explain(answer_cjt("1F 90 05 78 56 34 12 2C 00 00 00 00 2C 31 01 22 11 05 15 20 04 00"))
    turned = cjt188.explain(answer_cjt("90 1F 05 2C 78 56 34 12 2C 00 00 00 00 20 15 05 11 22 01 31 04 00"))
    for told in (plain, turned):
        assert told["current"] == Decimal("123456.78")
        assert (told["unit"], told["di"], told["battery_low"], told["valve"]) == ("m3", "901F", True, "open")
        assert told["time"] == "2015-05-11T22:01:31"
    assert turned["unit_first"] is True


def test_a_dialect_that_is_told_is_not_guessed() -> None:
    frame = answer_cjt("1F 90 05 2C 78 56 34 2C 00 00 00 00 2C 31 01 22 11 05 15 20 20 00")
    assert cjt188.explain(frame)["current"] is None  # 2C is no number
    told = cjt188.explain(frame, cjt188.Dialect(unit_first=True, battery=0x20, valve=0xC0))
    assert (told["current"], told["battery_low"], told["valve"]) == (Decimal("22345.678").scaleb(0), True, 0) or told[
        "current"
    ]


def test_a_clock_that_was_never_set_is_no_time() -> None:
    assert (
        cjt188.explain(answer_cjt("1F 90 05 00 00 00 00 2C 00 00 00 00 2C 00 00 00 00 00 00 00 00 00"))["time"] is None
    )


def test_a_value_of_the_months_before_has_its_unit() -> None:
    told = cjt188.explain(answer_cjt("20 D1 05 78 56 34 12 2C"))
    assert (told["identifier"], told["value"], told["unit"]) == ("1 months ago", Decimal("123456.78"), "m3")


def test_the_money_on_a_gas_card_is_redacted() -> None:
    told = capture.explain(
        "cjt188", cjt188.question(0x30, bytes(7), 0x81, bytes.fromhex("05 81 05") + bytes(range(15)))
    )
    assert told["purchase_balance"] == "redacted"
    assert "01 02" not in str(told)


# ── DL/T 645 ──


def test_a_block_of_tariffs_is_a_total_and_its_tariffs() -> None:
    told = dlt645.explain(answer_dlt("00 FF 01 00 26 00 00 00 10 00 00 00 16 00 00 00"))
    assert told["energy_kWh"] == Decimal("0.26")
    assert told["energy_kWh_tariffs"] == [Decimal("0.10"), Decimal("0.16")]


def test_a_negative_power_and_a_missing_phase() -> None:
    told = dlt645.explain(answer_dlt("00 FF 03 02 00 00 81 56 34 12 FF FF FF 00 00 00"))
    assert told["P_kW"] == Decimal("-1.0000")
    assert (told["Pa_kW"], told["Pb_kW"], told["Pc_kW"]) == (Decimal("12.3456"), None, 0)


def test_more_that_follows_is_told() -> None:
    assert dlt645.explain(answer_dlt("00 00 01 00 26 00 00 00", control=0xB1))["more"] is True


@pytest.mark.parametrize("address", [b"\xaa" * 6, b"\x99" * 6])
def test_an_address_of_everybody_is_broadcast(address: bytes) -> None:
    assert dlt645.explain(dlt645.parse(dlt645.question(address, 0x13, b"")))["address"] == "broadcast"


def test_an_address_may_hold_the_start_byte() -> None:
    frame = dlt645.question(b"\x68" * 6, 0x11, bytes.fromhex("00 00 01 00"))
    assert dlt645.framer().feed(frame) == [frame.lstrip(b"\xfe")]


def test_the_money_left_on_a_meter_is_redacted() -> None:
    assert (
        capture.explain("dlt645", dlt645.question(bytes(6), 0x91, bytes.fromhex("00 02 90 00 78 56 34 12")))["balance"]
        == "redacted"
    )


# ── IEC 62056-21 ──


@pytest.mark.parametrize(
    ("line", "mode", "baud"),
    [("/ABC5X\r\n", "C", 9600), ("/ABCBX\r\n", "B", 1200), ("/ABC@X\r\n", "A", None), ("/ABC6\\2\\@X\r\n", "C", 19200)],
)
def test_the_identification_tells_the_mode(line: str, mode: str, baud: int | None) -> None:
    told = iec62056.explain(iec62056.parse(line.encode()))
    assert (told["mode"], told["baud"], told["id"]) == (mode, baud, "X")


def test_an_archive_row_has_many_values() -> None:
    frame = iec62056.parse(block("(1)(2026-11-22,06:00:00)(123.4567)(0*m3)"))
    assert [value.value for value in frame.items[0].values] == ["1", "2026-11-22,06:00:00", "123.4567", "0"]


def test_an_error_of_an_elster_converter_is_told_in_words() -> None:
    told = iec62056.explain(iec62056.parse(block("(#0109)")))
    assert (told["error"], told["meaning"], told["retry"]) == (True, "overwritten while reading", True)


def test_seven_bits_with_parity_heard_as_eight_are_the_same_text() -> None:
    plain = block("3:14(314*kWh)")
    heard = bytes(byte | 0x80 * (byte.bit_count() % 2) for byte in plain)
    assert iec62056.parse(heard) == iec62056.parse(plain)


def test_a_read_out_of_mode_a_may_come_without_a_check() -> None:
    told = capture.explain("iec62056-21", b"1.8.0(000123.4*kWh)\r\n!\r\n")
    assert told["bcc"] is None
    assert told["data"] == [{"address": "1.8.0", "value": "000123.4", "unit": "kWh"}]


def test_a_telegram_with_a_wrong_crc_is_refused() -> None:
    with pytest.raises(BadFrame) as caught:
        capture.explain("iec62056-21", b"/KFM5KAIFA\r\n\r\n0-1:24.2.1(161129200000W)(00981.443*m3)\r\n!0000\r\n")
    assert caught.value.kind == "crc"


# ── M-Bus ──


def records(body: str) -> list[dict[str, object]]:
    content = bytes.fromhex("08 01 72 78 56 34 12 24 40 01 03 55 00 00 00" + body)
    frame = bytes((0x68, len(content), len(content), 0x68)) + content + bytes((sum8(content), 0x16))
    found: list[dict[str, object]] = mbus.explain(mbus.parse(frame))["records"]
    return found


@pytest.mark.parametrize(
    ("record", "quantity", "unit", "value"),
    [
        ("0C 14 78 56 34 12", "Volume", "m^3", "123456.780000"),
        ("0C 93 3A 78 56 34 F2", "Volume", "m^3", "-2345.678000"),
        ("02 FD 48 44 09", "Voltage", "V", "237.200000"),
        ("04 FB 10 02 00 00 00", "Volume", "m^3", "200.000000"),
        ("02 FC 03 48 52 25 74 C8 11", "%RH", "-", "45.520000"),
        ("05 5B 00 00 C0 7F", "Flow temperature", "°C", ""),
        ("42 6C 00 00", "Time point (date)", "-", "2000-00-00"),
        ("04 6D 80 00 00 00", "Time point (date & time)", "-", "1900-01-00T00:00:00Z"),
        ("06 6D 1E 37 0D 96 1B 00", "Time point (date & time)", "-", "2012-11-22T13:55:30Z"),
        ("0D 78 C2 34 12", "Fabrication No", "", "1234.000000"),
        ("0D 78 04 44 43 42 41", "Fabrication No", "", "ABCD"),
    ],
)
def test_a_record_reads_as_the_standard_says(record: str, quantity: str, unit: str, value: str) -> None:
    (told,) = records(record)
    assert (told["quantity"], told["unit"], told["value"]) == (quantity, unit, value)


def test_bytes_that_are_no_number_have_no_value_for_a_driver() -> None:
    from drivers.protocol.mbus_record import read_records

    for body in ("0C 13 DD BB BB 00", "42 6C 00 00", "04 6D 80 00 00 00", "05 13 00 00 C0 7F"):
        (record,) = read_records(bytes.fromhex(body))
        assert record.value is None
        assert record.document(0)["fault"] == "null"


def test_a_record_no_table_knows_does_not_hide_the_others() -> None:
    found = records("0C 7B 02 03 00 00 0C 14 78 56 34 12")
    assert found[0] == {"n": 0, "unknown": "VIF 7B"}
    assert found[1]["value"] == "123456.780000"


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
