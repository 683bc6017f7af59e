"""Every captured, documented, constructed and broken frame we know decodes as it must; shared ones too."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.commands import decode
from drivers.maps import mapfile
from drivers.maps.catalog import models
from drivers.model import Block
from drivers.policy import PolicyError, admit
from drivers.protocol.codecs import CODECS
from drivers.values.decode import compile_readings
from drivers.values.order import places
from drivers.values.raw import parse_f32, parse_f64

OWN = Path(__file__).parent / "vectors" / "captured.jsonl"
SHARED = Path(__file__).parent.parent.parent / "shared" / "vectors.jsonl"
VECTORS = {
    line: json.loads(line) for file in (OWN, SHARED) if file.is_file() for line in file.read_text("utf-8").splitlines()
}

# What a person wrote beside the frame, and no frame says of itself.
PROSE = {"note"}
COMMENTED = {"modbus-rtu": {"meaning", "word_order", "float32"}, "wayne-dart": {"meaning"}}
FX = {  # the vector's names, and the map's
    "actual_total_m3": "act_total_float", "std_total_f": "std_total_float", "preset": "preset",
    "std_flow_m3h": "std_flow", "std_total_bcd_m3": "std_total", "act_flow_m3h": "act_flow",
    "act_total_bcd_m3": "act_total", "temperature_C": "temperature", "pressure_kPa": "pressure",
}  # fmt: skip


def chosen(*protocols: str, but: bool = False) -> list[Any]:
    """The vectors of some protocols, or of all but these; each once, though it may stand in both files."""
    found = {(v["protocol"], v.get("hex") or v["text"]): v for v in VECTORS.values()}
    return [
        pytest.param(v, id=f"{v['protocol']}-{(v.get('hex') or v['text'])[:32]!r}-{n}")
        for n, v in enumerate(found.values())
        if (v["protocol"] in protocols) != but
    ]


def differences(wanted: Any, got: Any, tolerance: float, commented: set[str], at: str = "") -> Iterator[str]:
    """What `got` lacks of `wanted`: members may be more, never less or other."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        for key, value in wanted.items():
            if key in commented:
                continue
            if key in got:
                yield from differences(value, got[key], tolerance, commented, f"{at}.{key}")
            else:
                yield f"{at}.{key} is missing"
    elif isinstance(wanted, list) and isinstance(got, list):
        if len(wanted) != len(got):
            yield f"{at}: {len(got)} instead of {len(wanted)}"
        for n, (a, b) in enumerate(zip(wanted, got, strict=False)):
            yield from differences(a, b, tolerance, commented, f"{at}[{n}]")
    elif isinstance(wanted, float) and isinstance(got, int | float):
        if abs(wanted - got) > tolerance * max(1.0, abs(wanted)):
            yield f"{at}: {got} instead of {wanted}"
    elif wanted != got or type(wanted) is not type(got):
        yield f"{at}: {got!r} instead of {wanted!r}"


def decoded(protocol: str, text: str, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, Any]:
    parser = argparse.ArgumentParser()
    decode.arguments(parser)
    code = decode.run(parser.parse_args([protocol, "--json", *more, "--", text]))
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("vector", chosen("modbus-word-order", "gas-flowmeter-fx", but=True))
def test_a_known_frame_says_what_it_must(vector: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    code, got = decoded(vector["protocol"], vector.get("hex") or vector["text"], capsys)
    wanted, commented = vector["expect"], PROSE | COMMENTED.get(vector["protocol"], set())
    assert not list(differences(wanted, got, vector.get("tolerance", 1e-9), commented))
    assert code == (1 if wanted.get("error") or wanted.get("type") == "exception" else 0)


@pytest.mark.parametrize("vector", [p for p in chosen("modbus-rtu") if "float32" in p.values[0]["expect"]])
def test_a_float_in_two_registers_has_the_order_the_manual_says(
    vector: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    _, got = decoded("modbus-rtu", vector["hex"], capsys)
    wanted = vector["expect"]
    value = got["float32_by_order"][wanted["word_order"]] if "word_order" in wanted else got["float32"]
    assert value == pytest.approx(wanted["float32"], rel=vector.get("tolerance", 1e-9))


@pytest.mark.parametrize("vector", chosen("modbus-word-order"))
def test_a_byte_order_puts_every_byte_where_it_belongs(vector: dict[str, Any]) -> None:
    wire, expect = bytes.fromhex(vector["hex"]), vector["expect"]
    order = expect.get("word_order") or expect["layout"].replace(" ", "").translate(
        str.maketrans("12345678", "ABCDEFGH")
    )
    raw = bytes(wire[place] for place in places(order, len(wire)))
    value = (parse_f32 if len(raw) == 4 else parse_f64)(raw)
    assert value == pytest.approx(expect.get("float32", expect.get("float64")), rel=vector.get("tolerance", 1e-12))


@pytest.mark.parametrize("vector", chosen("gas-flowmeter-fx"))
def test_the_fuxin_converter_reads_through_its_map(vector: dict[str, Any]) -> None:
    device_map, _ = mapfile.load_map(models()["fuxin-fx"])
    raw = bytes.fromhex(vector["hex"])
    registers = [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)]
    found = compile_readings(device_map, {}, [Block("holding", 10, len(registers))])([registers])
    values = {reading.point: float(reading.value or 0) for reading in found}
    for name, value in vector["expect"].items():
        assert values[FX[name]] == pytest.approx(value, rel=vector["tolerance"])


@pytest.mark.parametrize("vector", [p for p in chosen(but=True) if "policy" in p.values[0]])
def test_a_frame_that_changes_a_device_is_never_sent(vector: dict[str, Any]) -> None:
    frame = bytes.fromhex(vector["hex"]) if "hex" in vector else vector["text"].encode("latin-1")
    with pytest.raises(PolicyError):
        admit(vector["protocol"], frame)


def test_every_protocol_of_the_contract_can_be_explained() -> None:
    asked = ["modbus-rtu", "modbus-tcp", "modbus-ascii", "iec62056-21", "cjt188", "dlt645", "mbus", "wayne-dart"]
    assert set(asked) <= set(CODECS)
    assert set(asked) <= {vector["protocol"] for vector in VECTORS.values()}
