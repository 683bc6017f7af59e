"""What the codecs of the meters make of dialects, errors, missing values, and money."""

from __future__ import annotations

from decimal import Decimal

import pytest

from drivers.protocol import capture, cjt188, dlt645, iec62056, mbus
from drivers.protocol.check import bcc, sum8
from drivers.protocol.fault import BadFrame
from drivers.protocol.mbus_record import read_records


def block(text: str) -> bytes:
    """A data block of IEC 62056-21 with its check."""
    content = text.encode("latin-1") + b"\x03"
    return b"\x02" + content + bytes((bcc(content),))


def answer_cjt(body: str, type: int = 0x30) -> cjt188.Frame:
    return cjt188.parse(cjt188.question(type, bytes.fromhex("21 43 65 87 09 11 00"), 0x81, bytes.fromhex(body)))


def answer_dlt(body: str, control: int = 0x91) -> dlt645.Frame:
    return dlt645.parse(dlt645.question(bytes(6), control, bytes.fromhex(body)))


# ── CJ/T 188 ──


def test_a_gas_meter_reads_the_same_in_every_dialect_the_frame_can_tell() -> None:
    plain = cjt188.explain(answer_cjt("1F 90 05 78 56 34 12 2C 00 00 00 00 2C 31 01 22 11 05 15 20 04 00"))
    turned = cjt188.explain(answer_cjt("90 1F 05 2C 78 56 34 12 2C 00 00 00 00 20 15 05 11 22 01 31 04 00"))
    for told in (plain, turned):
        assert told["current"] == Decimal("123456.78")
        assert (told["unit"], told["di"], told["battery_low"], told["valve"]) == ("m3", "901F", True, "open")
        assert told["time"] == "2015-05-11T22:01:31"
    assert turned["unit_first"] is True


def test_a_dialect_that_is_told_is_not_guessed() -> None:
    frame = answer_cjt("1F 90 05 05 11 22 33 29 05 00 00 00 29 31 01 22 11 05 15 20 20 00")  # 05 and 29 are both units
    plain, turned = cjt188.explain(frame), cjt188.explain(frame, cjt188.Dialect(unit_first=True, battery=0x20))
    assert (plain["current"], plain["unit"], plain["battery_low"]) == (Decimal("332211.05"), "L", False)
    assert (turned["current"], turned["unit"], turned["battery_low"]) == (Decimal("293322.11"), "kWh", True)


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
    for body in ("0C 13 DD BB BB 00", "42 6C 00 00", "04 6D 80 00 00 00", "05 13 00 00 C0 7F"):
        (record,) = read_records(bytes.fromhex(body))
        assert record.value is None
        assert record.document(0)["fault"] == "null"


def test_a_record_no_table_knows_does_not_hide_the_others() -> None:
    found = records("0C 7B 02 03 00 00 0C 14 78 56 34 12")
    assert found[0] == {"n": 0, "unknown": "VIF 7B"}
    assert found[1]["value"] == "123456.780000"
