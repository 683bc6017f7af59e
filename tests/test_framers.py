"""Frames are found in any stream: whole, byte by byte, behind noise; and any bytes end in a value or a typed error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.protocol import capture, cjt188, dlt645, iec62056, iec62056_stream, mbus
from drivers.protocol.check import bcc
from drivers.protocol.codecs import CODECS
from drivers.protocol.fault import BadFrame

OWN = Path(__file__).parent / "vectors" / "captured.jsonl"
NOISE = (b"\x00", b"\x00\xff\x80\x7f", b"\xfe\xfe\xfe\xfe", bytes(range(0x80, 0xC0)))
UNCHECKED = {"modbus-tcp", "ifsf-ip"}  # no check sum: TCP carries no noise either


def sound_frames() -> list[tuple[str, bytes]]:
    """Every vector that is a whole frame with a check sum, as it stands on the wire without its preamble."""
    found = []
    for line in OWN.read_text("utf-8").splitlines():
        vector = json.loads(line)
        protocol, text = vector["protocol"], vector.get("hex")
        if protocol not in CODECS or vector["kind"] == "negative":
            continue
        data = bytes.fromhex(text) if text else vector["text"].encode("latin-1")
        found.append((protocol, data.lstrip(b"\xfe") if protocol in ("cjt188", "dlt645") else data))
    return found


FRAMES = sound_frames()
CHECKED = [(protocol, data) for protocol, data in FRAMES if protocol not in UNCHECKED and len(data) > 3]
IDS = [f"{protocol}-{data[:12].hex()}-{n}" for n, (protocol, data) in enumerate(FRAMES)]
CHECKED_IDS = [f"{protocol}-{data[:12].hex()}-{n}" for n, (protocol, data) in enumerate(CHECKED)]


@pytest.mark.parametrize(("protocol", "data"), FRAMES, ids=IDS)
def test_a_whole_frame_is_found(protocol: str, data: bytes) -> None:
    assert CODECS[protocol].framer().feed(data) == [data]


@pytest.mark.parametrize(("protocol", "data"), FRAMES, ids=IDS)
def test_a_frame_is_found_byte_by_byte_and_not_before_its_last(protocol: str, data: bytes) -> None:
    framer = CODECS[protocol].framer()
    found = [framer.feed(data[at : at + 1]) for at in range(len(data))]
    assert found == [[]] * (len(data) - 1) + [[data]]


@pytest.mark.parametrize(("protocol", "data"), FRAMES, ids=IDS)
def test_frames_that_follow_each_other_are_all_found(protocol: str, data: bytes) -> None:
    assert CODECS[protocol].framer().feed(data * 3) == [data] * 3


@pytest.mark.parametrize("noise", NOISE, ids=[noise[:4].hex() for noise in NOISE])
@pytest.mark.parametrize(("protocol", "data"), CHECKED, ids=CHECKED_IDS)
def test_a_frame_is_found_behind_noise(protocol: str, data: bytes, noise: bytes) -> None:
    framer = CODECS[protocol].framer()
    found = framer.feed(noise + data) + framer.flush()
    assert [frame for frame in found if len(frame) > 1] == [
        data
    ]  # one byte: a status of Two-Wire, and nothing checks it


@pytest.mark.parametrize(("protocol", "data"), CHECKED, ids=CHECKED_IDS)
def test_a_frame_is_found_behind_one_that_broke_off(protocol: str, data: bytes) -> None:
    framer = CODECS[protocol].framer()
    assert (framer.feed(data[: len(data) // 2] + data) + framer.flush())[-1] == data


@pytest.mark.parametrize(("protocol", "data"), CHECKED, ids=CHECKED_IDS)
def test_a_frame_with_one_wrong_bit_is_never_believed(protocol: str, data: bytes) -> None:
    if protocol == "iec62056-21" and data[0] not in (1, 2):
        pytest.skip("a line of text carries no check sum")
    if protocol == "iec62056-21-moded-dsmr" and b"!\r" in data:
        pytest.skip("DSMR 2 carries no check sum")
    for bit in range(4 if protocol == "gilbarco-twowire" else 8):  # its LRC sees the low nibbles only
        at = len(data) // 2
        broken = data[:at] + bytes((data[at] ^ 1 << bit,)) + data[at + 1 :]
        if broken.upper() == data.upper():
            continue  # the same digit in a small letter
        framer = CODECS[protocol].framer()
        assert data not in framer.feed(broken) + framer.flush()
        with pytest.raises(BadFrame):
            CODECS[protocol].parse(broken)


def test_an_acknowledgement_is_not_found_inside_a_broken_frame() -> None:
    broken = bytes.fromhex("68 04 04 68 08 01 78 E5 00 16")
    framer = mbus.framer()
    assert framer.feed(broken) + framer.flush() == []
    assert framer.feed(b"\xe5") == [b"\xe5"]


def test_a_read_out_of_many_lines_is_one_block() -> None:
    content = b"".join(b"%d.8.0(%06d*m3)\r\n" % (n, n) for n in range(400)) + b"!\r\n\x03"
    block = b"\x02" + content + bytes((bcc(content),))
    frame = iec62056.parse(iec62056_stream.framer().feed(b"\x00" + block)[0])
    assert len(frame.items) == 400
    assert frame.items[399].values == (iec62056.Value("000399", "m3"),)


PROTOCOLS = sorted(CODECS)
STARTS = b"\x68\x10\xe5\x16\xfe\x01\x02\x03\x04\x06\x15/!?:()\r\n\x50\x51\x30\xfa\x7e\xff\x00\x83"
pieces = st.lists(st.binary(max_size=40) | st.lists(st.sampled_from(STARTS), max_size=40).map(bytes), max_size=12)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@given(parts=pieces)
@settings(deadline=None)
def test_how_a_stream_is_cut_does_not_matter(protocol: str, parts: list[bytes]) -> None:
    whole, piecewise = CODECS[protocol].framer(), CODECS[protocol].framer()
    at_once = whole.feed(b"".join(parts)) + whole.flush()
    in_parts = [frame for part in parts for frame in piecewise.feed(part)] + piecewise.flush()
    assert at_once == in_parts


@pytest.mark.parametrize("protocol", PROTOCOLS)
@given(parts=pieces)
@settings(deadline=None)
def test_any_bytes_are_a_document_or_a_typed_error(protocol: str, parts: list[bytes]) -> None:
    try:
        json.dumps(capture.explain(protocol, b"".join(parts)), default=float)
    except BadFrame as bad:
        assert bad.kind
        json.dumps(bad.document(), default=float)


def mended(protocol: str, data: bytes) -> bytes:
    """The frame with its check sum put right, so that the fuzz reaches what stands behind it."""
    if protocol == "mbus" and data[0] == 0x68:
        return data[:-2] + bytes((sum(data[4:-2]) & 0xFF, 0x16))
    if protocol in ("cjt188", "dlt645"):
        return data[:-2] + bytes((sum(data[:-2]) & 0xFF, 0x16))
    if protocol == "iec62056-21" and data[0] in (1, 2) and b"\x03" in data[:-1]:
        return data[:-1] + bytes((bcc(data[1:-1]),))
    return data


@given(frame=st.sampled_from(FRAMES), changes=st.dictionaries(st.integers(0, 300), st.integers(0, 255), max_size=5))
@settings(deadline=None, max_examples=1500)
def test_a_changed_frame_is_a_document_or_a_typed_error(frame: tuple[str, bytes], changes: dict[int, int]) -> None:
    protocol, data = frame
    changed = bytes(changes.get(at, byte) for at, byte in enumerate(data))
    try:
        json.dumps(capture.explain(protocol, mended(protocol, changed)), default=float)
    except BadFrame as bad:
        assert bad.kind


@given(body=st.binary(max_size=200))
@settings(deadline=None, max_examples=500)
def test_any_records_of_a_meter_are_read_or_refused(body: bytes) -> None:
    content = bytes.fromhex("08 01 72 78 56 34 12 24 40 01 07 55 00 00 00") + body
    frame = bytes((0x68, len(content), len(content), 0x68)) + content + bytes((sum(content) & 0xFF, 0x16))
    try:
        json.dumps(capture.explain("mbus", frame), default=float)
    except BadFrame as bad:
        assert bad.kind == "frame"


@given(control=st.integers(0, 255), body=st.binary(max_size=120))
@settings(deadline=None, max_examples=500)
def test_any_answer_of_a_chinese_meter_is_read_or_refused(control: int, body: bytes) -> None:
    for protocol, data in (
        ("cjt188", cjt188.question(0x30, b"\x21\x43\x65\x87\x09\x11\x00", control, b"\x1f\x90\x00" + body)),
        ("dlt645", dlt645.question(bytes(6), control, body)),
    ):
        try:
            json.dumps(capture.explain(protocol, data), default=float)
        except BadFrame as bad:
            assert bad.kind == "length"


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("start", STARTS, ids=[f"{byte:02x}" for byte in STARTS])
def test_a_stream_of_beginnings_is_neither_slow_nor_kept(protocol: str, start: int) -> None:
    framer = CODECS[protocol].framer()
    for _ in range(40):
        framer.feed(bytes((start,)) * 1000)
    assert len(framer.heard) <= 33_000
    framer.flush()
    assert not framer.heard
