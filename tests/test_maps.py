"""Laws over the whole catalogue: every built-in map loads, is proven whole, and speaks the common vocabulary."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.bus.plan import plan_points, plan_settings
from drivers.maps.catalog import find, models
from drivers.maps.mapfile import load_map
from drivers.maps.proof import readings, spoken
from drivers.model import Block, DeviceMap, Fault, Point, Vector
from drivers.values.decode import compile_readings, compile_settings
from drivers.values.encode import encode

SHARED = Path(__file__).parents[2] / "shared" / "vectors.jsonl"
MODELS = models()
MAPS = {key: load_map(path) for key, path in MODELS.items()}
REGISTERED = [key for key, (device_map, _) in MAPS.items() if not device_map.coded]
every_map = pytest.mark.parametrize("device_map", [device_map for device_map, _ in MAPS.values()], ids=list(MAPS))
every_register_map = pytest.mark.parametrize("device_map", [MAPS[key][0] for key in REGISTERED], ids=REGISTERED)

ATOM = r"(?:[A-Za-z]+|\[[A-Za-z_']+[A-Z0-9a-z_']*\]|%|1)"
UCUM = re.compile(rf"{ATOM}\d?(?:[/.]{ATOM}\d?)*")


@pytest.mark.parametrize("key", MODELS)
def test_a_built_in_map_loads_without_a_doubt(key: str) -> None:
    device_map, source = MAPS[key]
    assert [str(p) for p in source.problems + source.warnings] == []
    assert device_map.key == key == device_map.path.stem
    assert device_map.path.parent.name == device_map.kind
    assert len(device_map.digest) == 64


@every_map
def test_every_point_is_proven_by_some_vector(device_map: DeviceMap) -> None:
    assert {point.name for point in device_map.points} <= {name for v in device_map.vectors for name in v.expect}


@every_map
def test_names_are_snake_case_and_units_are_ucum(device_map: DeviceMap) -> None:
    for point in device_map.points:
        assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", point.name)
        words = {s.name: list(s.codes.values()) for s in device_map.settings}
        for unit in words[point.unit[1:]] if point.unit.startswith("@") else [point.unit]:
            assert UCUM.fullmatch(unit), (point.name, unit)


@every_map
def test_a_map_tells_where_its_facts_come_from(device_map: DeviceMap) -> None:
    assert len(device_map.source) > 20
    assert all(vector.note for vector in device_map.vectors)


def answers(blocks: Sequence[Block], vector: Vector) -> list[list[int] | Fault]:
    """What a device with a vector's registers answers; registers nobody gave are 0."""
    return [[vector.registers.get(block.address + at, 0) for at in range(block.count)] for block in blocks]


@every_register_map
def test_a_poll_by_the_planned_blocks_gives_what_the_proofs_say(device_map: DeviceMap) -> None:
    """The proofs again, by the very way a poll goes: planned blocks, settings first."""
    for vector in device_map.vectors:
        blocks, asked = plan_points(device_map), plan_settings(device_map)
        settings = compile_settings(device_map, asked)(answers(asked, vector))
        polled = compile_readings(device_map, settings, blocks)(answers(blocks, vector))
        assert [reading.point for reading in polled] == [point.name for point in device_map.points]
        proven = readings(device_map, vector)
        for reading in polled:
            if reading.point in vector.expect:
                assert spoken(reading) == spoken(proven[reading.point])


@every_register_map
def test_what_a_simulated_device_says_is_what_its_map_reads(device_map: DeviceMap) -> None:
    """Every good value of every proof, laid out in registers by the simulator's way, is read as the same."""
    for vector in device_map.vectors:
        blocks, asked = plan_points(device_map), plan_settings(device_map)
        settings = compile_settings(device_map, asked)(answers(asked, vector))
        for reading in readings(device_map, vector).values():
            point = next(point for point in device_map.points if point.name == reading.point)
            if reading.quality == "good":
                laid = replace(vector, registers=encode(point, reading.value, device_map, settings))
                polled = compile_readings(device_map, settings, blocks)(answers(blocks, laid))
                assert reading in polled


def test_a_model_is_found_by_key_or_by_path(tmp_path: Path) -> None:
    assert find("fuxin-fx", tmp_path) == MODELS["fuxin-fx"]
    assert find("maps/mine.toml", tmp_path) == tmp_path / "maps/mine.toml"
    assert find("no-such-model", tmp_path) is None


def test_the_shared_fx_answer_agrees_with_the_map() -> None:
    if not SHARED.exists():
        pytest.skip("vectors.jsonl is not at hand; its FX answer is the map's own proof too")
    lines = [json.loads(line) for line in SHARED.read_text("utf-8").splitlines()]
    (vector,) = [line for line in lines if line["protocol"] == "gas-flowmeter-fx"]
    raw = bytes.fromhex(vector["hex"])
    words = [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)]
    device_map, _ = MAPS["fuxin-fx"]
    polled = {r.point: r.value for r in compile_readings(device_map, {}, plan_points(device_map))([words])}
    names = {
        "act_total_float": "actual_total_m3", "std_total_float": "std_total_f", "preset": "preset",
        "std_flow": "std_flow_m3h", "std_total": "std_total_bcd_m3", "act_flow": "act_flow_m3h",
        "act_total": "act_total_bcd_m3", "temperature": "temperature_C", "pressure": "pressure_kPa",
    }  # fmt: skip
    for point, name in names.items():
        assert float(str(polled[point])) == pytest.approx(vector["expect"][name], abs=vector["tolerance"])


def test_the_shared_frames_of_other_makers_agree_with_their_maps() -> None:
    """Answers printed in the manuals of FD and of a converter: their data, read by the maps."""
    if not SHARED.exists():
        pytest.skip("vectors.jsonl is not at hand; its answers are the maps' own proofs too")
    lines = [json.loads(line) for line in SHARED.read_text("utf-8").splitlines()]
    answers = {line["hex"]: line for line in lines if line["protocol"] == "modbus-rtu"}
    tms, converter = MAPS["fd-tms"][0], MAPS["gas-converter-u32"][0]
    for hex, address, point in (
        ("01 03 04 BA 4A 41 F8 CF 2F", 12, "temperature"),
        ("01 03 04 82 1F 40 36 52 5B", 14, "signal"),
        ("01 03 04 00 00 00 00 FA 33", 0, "flow"),
    ):
        got = readings(tms, Vector("printed", given(hex, address), {}))[point]
        assert got.value == pytest.approx(answers[hex]["expect"]["float32"], abs=1e-5)
    misprinted = "01 03 18 00 0F 65 29 00 00 00 01 00 00 00 00 00 00 27 92 00 00 00 01 00 00 07 D0 4A 81"
    assert misprinted in answers  # its CRC is wrong, its data is not
    all_of_it = readings(converter, Vector("printed", given(misprinted, 0), {}))
    assert [spoken(reading) for reading in all_of_it.values()] == [
        "101008937 m3 good", "0.00 m3/h good", "101.30 kPa good", "20.00 Cel good",
    ]  # fmt: skip


def given(hex: str, address: int) -> dict[int, int]:
    """The registers of an answer, from an address on."""
    data = bytes.fromhex(hex)[3:-2]
    return {address + at // 2: int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)}


@every_map
def test_a_map_knows_what_reconciles(device_map: DeviceMap) -> None:
    """One total a device, never told to be a sale's: the books are built on it."""
    assert [point.role for point in device_map.points].count("total") == 1


def test_a_micro_motion_tells_the_sale_from_what_reconciles() -> None:
    device_map, _ = MAPS["emerson-2700"]
    roles = {point.role: point.name for point in device_map.points}
    assert (roles["sale"], roles["total"]) == ("mass_total", "mass_inventory")


def test_units_of_a_micro_motion_are_never_assumed() -> None:
    device_map, _ = MAPS["emerson-2700"]

    def asks(point: Point) -> bool:
        return point.unit.startswith("@") or point.unit in ("1", "%")

    assert device_map.order == "@byte_order"
    assert all(asks(point) for point in device_map.points)
