"""A bus nobody published is heard by one data file, proved, its secrets kept; so is a meter that sends unasked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapfiles import load
from pollers import Poll, faults, listening, value

from agent import cli
from drivers.bus.listen import Tap
from drivers.dialogue import pushed
from drivers.dialogue.framed import FramedReader
from drivers.framing import Check, Escape, Field, Framing, Length
from drivers.maps.catalog import models
from drivers.maps.mapfile import load_map
from drivers.model import Device, DriverError
from drivers.policy import PolicyError, admit
from drivers.protocol import dsmr
from drivers.protocol.codecs import codec_of
from drivers.protocol.framed import CHECKS
from drivers.sim.speaker.framed import message

EXAMPLE = models()["private-example"]
MAP, _ = load_map(EXAMPLE)
assert MAP.framing
CODEC = codec_of("private", MAP.framing)
STATE, SALE = MAP.vectors[0].frames[1], MAP.vectors[1].frames[0]
SECRETS = ("62284811", "YUE A 12345")
FIELDS = (Field("value", 3, 2, "uint", "high-first", {}),)


def framing(**changes: Any) -> Framing:
    usual: dict[str, Any] = {
        "start": b"\x7e", "stop": b"", "size": 0, "length": None, "longest": 64, "check": Check(), "escape": None,
        "address": "", "fields": FIELDS,
    }  # fmt: skip
    return Framing(**usual | changes)


# ── the file ──

MISTAKES = {
    "no end": ('stop = "03"', "", "framing: does not tell where a message ends; size, length or stop"),
    "an escape beside a size": ('stop = "03"', "size = 20", "framing.escape: goes with a stop, and with neither"),
    "bytes that are no hex": ('start = "02"', 'start = "2"', "framing.start: '2' is not allowed; pairs of hex digits"),
    "a check nobody knows": ('"crc16-modbus"', '"crc17"', "framing.check.kind: 'crc17' is unknown; one of none, sum8"),
    "an address that is no field": ('address = "gun"', 'address = "pump"', "framing.address: 'pump' names no field"),
    "a secret address": ('address = "gun"', 'address = "card_number"', "framing.address: 'card_number' is never told"),
    "a field behind the end": ("at = 30", "at = 130", "field[13].at: ends behind the longest message, 128 bytes"),
    "a field twice": ('name = "flow"', 'name = "pressure"', "field[4].name: 'pressure' is there twice for the same"),
    "a number too long": ("size = 5", "size = 9", "field[10].size: 9 is out of bounds; up to 8 bytes for a number"),
    "a mask of digits": ('type = "uint"\nmask', 'type = "bcd"\nmask', "field[5].mask: goes with a uint; no mask here"),
    "a when that is no byte": ('{ 2 = "B0" }', '{ 2 = "B" }', "when.2: 'B' is not allowed; one byte, such as"),
    "a when that is nowhere": ('{ 2 = "B0" }', '{ x = "B0" }', "when.x: is no offset; a whole number"),
    "an unknown key": ("longest = 128", "longer = 128", "framing.longer: unknown key; one of address, check, escape"),
    "a point without a field": ('code = "quantity"', 'code = "volume"', "code: 'volume' is not allowed; the name of a"),
    "a point of a secret": (
        'code = "quantity"',
        'code = "card_number"',
        "the name of a [[field]] that is not redacted",
    ),
    "a proof that fails": ("16.33 CNY good", "16.34 CNY good", "proof fails: '16.34 CNY good' is expected"),
}


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_mistake_in_a_dialect_file_is_told_with_its_line(kind: str, tmp_path: Path) -> None:
    old, new, expected = MISTAKES[kind]
    text = EXAMPLE.read_text("utf-8")
    assert old in text
    problems, _ = load(tmp_path, text.replace(old, new, 1))
    found = [problem for problem in problems if expected in problem]
    assert found, problems
    line = int(found[0].split(":")[0])
    assert line > 30, "behind the comments at the head of the file"


def test_a_bus_without_a_check_leaves_a_doubt(tmp_path: Path) -> None:
    text = EXAMPLE.read_text("utf-8").replace('kind = "crc16-modbus"', 'kind = "none"')
    _, warnings = load(tmp_path, text)
    assert any("nothing tells noise from a message" in warning for warning in warnings)


# ── frames ──


@pytest.mark.parametrize(
    ("kind", "value"),
    [("sum8", 0xDD), ("neg8", 0x23), ("xor8", 0x31), ("crc8-maxim", 0xA1), ("crc16-modbus", 0x4B37),
     ("crc16-arc", 0xBB3D), ("crc16-ccitt", 0x29B1), ("crc16-xmodem", 0x31C3), ("none", 0)],
)  # fmt: skip
def test_every_check_gives_its_published_value(kind: str, value: int) -> None:
    assert CHECKS[kind][1](b"123456789") == value


SHAPES: dict[str, tuple[Framing, bytes]] = {  # a bus, and a message of it
    "by its size": (framing(size=7, check=Check("xor8")), b"\x7e\x01\x02\x03\x04\x05\x7f"),
    "by its length": (
        framing(length=Length(1, 1, 3), check=Check("sum8", 1)), b"\x7e\x05\x11\x22\x33\x44\x55\x04",
    ),
    "by a length in digits": (
        framing(length=Length(1, 2, 0, "bcd"), check=Check("neg8")), b"\x7e\x00\x10" + bytes(6) + b"\x72",
    ),
    "by its stop": (framing(stop=b"\x0d\x0a", check=Check("xor8")), b"\x7e\x31\x0d\x0a\x32\x33\x49\x0d\x0a"),
    "stuffed": (MAP.framing, SALE),
    "stuffed as in HDLC": (
        framing(stop=b"\x7e", escape=Escape(0x7D, 0x20), check=Check("sum8", 1)),
        b"\x7e\x01\x7d\x5e\x7d\x5d\x02\xfe\x7e",
    ),
}  # fmt: skip
shapes = pytest.mark.parametrize("shape", SHAPES)


@shapes
def test_a_message_is_found_whole_byte_by_byte_behind_noise_and_in_a_row(shape: str) -> None:
    dialect, data = SHAPES[shape]
    make = codec_of("private", dialect).framer
    whole, slow, noisy, row = make(), make(), make(), make()
    assert whole.feed(data) + whole.flush() == [data]
    assert [f for at in range(len(data)) for f in slow.feed(data[at : at + 1])] + slow.flush() == [data]
    assert noisy.feed(b"\x00\xff\x7e\x80" + data) + noisy.flush() == [data]
    assert row.feed(data * 3) + row.flush() == [data] * 3


@shapes
def test_a_message_with_one_wrong_bit_is_never_believed(shape: str) -> None:
    dialect, data = SHAPES[shape]
    codec = codec_of("private", dialect)
    for at in range(len(data)):
        for bit in range(8):
            broken = data[:at] + bytes((data[at] ^ 1 << bit,)) + data[at + 1 :]
            framer = codec.framer()
            assert codec.parse(data) not in [codec.parse(f) for f in framer.feed(broken) + framer.flush()]


@shapes
@given(pieces=st.lists(st.binary(max_size=40) | st.sampled_from([b"\x7e", b"\x02", b"\x10", b"\x03"]), max_size=12))
def test_any_bytes_give_fields_or_a_typed_error_and_little_is_kept(shape: str, pieces: list[bytes]) -> None:
    dialect, _ = SHAPES[shape]
    codec = codec_of("private", dialect)
    framer, read = codec.framer(), FramedReader(dialect, "")
    frames = [frame for piece in pieces for frame in framer.feed(piece)]
    assert len(framer.heard) <= dialect.longest
    for data in [*frames, *framer.flush(), *pieces]:
        try:
            frame = codec.parse(data)
            codec.explain(frame)
            read(frame, ("value", "state", "total"), {})
        except DriverError:
            pass


@shapes
@given(value=st.integers(0, 0xFFFF))
def test_what_the_simulator_says_on_a_private_bus_is_read_back(shape: str, value: int) -> None:
    dialect, _ = SHAPES[shape]
    codec = codec_of("private", dialect)
    whole = dialect is not MAP.framing
    said = message(dialect, {} if whole else {2: 0xB0}, {"value": value, "pressure": value, "gun": 3})
    if dialect.stop and not dialect.escape and dialect.stop in said[:-2]:
        return  # such a bus has no way to say this
    framer = codec.framer()
    assert framer.feed(said) + framer.flush() == [said]
    assert codec.explain(codec.parse(said))["value" if whole else "pressure"] == value


# ── what is never told ──


def test_cards_plates_and_balances_are_in_no_reading_and_no_explanation(capsys: pytest.CaptureFixture[str]) -> None:
    said = CODEC.explain(CODEC.parse(SALE))
    assert said["card_number"] == said["registration"] == "redacted"
    assert cli.main(["decode", "private", SALE.hex(), "--model", str(EXAMPLE), "--json"]) == 0
    out = capsys.readouterr().out
    assert not any(secret in out for secret in SECRETS)
    readings = {r["point"]: r["value"] for r in json.loads(out)["readings"]}
    assert readings["total"] == 12345.67
    codes = tuple(field.name for field in MAP.framing.fields) if MAP.framing else ()
    told = FramedReader(MAP.framing, "")(CODEC.parse(SALE), codes, {})  # type: ignore[arg-type]
    assert not {"card_number", "registration"} & told.keys()


def test_a_private_capture_needs_the_map_that_explains_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["decode", "private", "02 03"]) == 2
    assert "--model FILE" in capsys.readouterr().err


@pytest.mark.parametrize("protocol", ["private", "iec62056-21-d"])
def test_nothing_is_ever_sent_to_a_line_that_is_listened_to(protocol: str) -> None:
    with pytest.raises(PolicyError):
        admit(protocol, b"\x02\x01\xa0\x03")


# ── live ──


def test_each_gun_of_a_private_bus_hears_its_own() -> None:
    async def story(tap: Tap, poller: Poll, say: Callable[[bytes], object]) -> None:
        for byte in b"\x02\x99\x10" + STATE + SALE:
            say(bytes((byte,)))
            await asyncio.sleep(0)
        await poller.until(lambda said: "total" in tap.sides[0].told)
        sample = await poller.next("gun-1", 2)
        assert value(sample, "state").value == "filling"
        assert value(sample, "total").value == Decimal("12345.67")
        assert faults(await poller.next("gun-2", 2)) == {"timeout"}

    guns = [Device(f"gun-{n}", MAP, "line", str(n), 0.1) for n in (1, 2)]
    listening(lambda path: Tap(path, "9600 8N1", "private", MAP.framing), guns, story)


PUSHED, _ = load_map(models()["dsmr-gas"])
TELEGRAM = PUSHED.vectors[0].frames[0]


def test_a_meter_that_sends_unasked_is_heard() -> None:
    async def story(tap: Tap, poller: Poll, say: Callable[[bytes], object]) -> None:
        half = len(TELEGRAM) // 2
        for piece in (TELEGRAM[half:], TELEGRAM[:half], TELEGRAM[half:]):  # we came in the middle of one
            say(piece)
            await asyncio.sleep(0)
        await poller.until(lambda said: bool(tap.sides[0].told))
        assert value(await poller.next("meter", 2), "volume").value == Decimal("981.443")

    meter = [Device("meter", PUSHED, "line", "", 0.1)]
    listening(lambda path: Tap(path, "2400 7E1", "iec62056-21-d"), meter, story)


def test_a_telegram_without_its_crc_is_believed_only_where_the_map_says_so() -> None:
    bare = dsmr.parse(b"/ABC3meter\r\n\r\n7-0:3.0.0(00123.456*m3)\r\n!\r\n")
    code = ("7-0:3.0.0",)
    assert pushed.figures(bare, code, {"check": "crc"}) == {}
    assert pushed.figures(bare, code, {"check": "none"})[code[0]].value == "00123.456"


def test_what_a_telegram_tells_twice_is_not_told() -> None:
    twice = dsmr.parse(b"/ABC3meter\r\n\r\n7-0:3.0.0(1*m3)\r\n7-0:3.0.0(2*m3)\r\n!\r\n")
    assert pushed.figures(twice, ("7-0:3.0.0",), {"check": "none"}) == {}
