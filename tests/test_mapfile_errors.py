"""Bad maps: every mistake is told with its line, its key, and what is allowed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from mapfiles import GOOD, load

from drivers.maps.mapfile import load_map

DOUBLES = "ABCD, CDAB, BADC, DCBA"


def test_the_contracts_example_is_a_good_map(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD) == ([], [])
    device_map, _ = load_map(tmp_path / "map.toml")
    total, state = device_map.points
    assert (total.exp, total.null, total.valid, total.role) == (-3, (0xFFFFFFFF,), (0, 99999.999), "total")
    assert state.words == {0: "idle", 1: "filling"}
    assert device_map.vectors[0].registers == {0: 0xE240, 1: 0x0001}
    assert Decimal("123.456") == Decimal(device_map.vectors[0].expect["mass_total"].split()[0])


# (what is written wrong instead of what, and what is said of it)
MISTAKES = {
    "an unknown key": (
        'unit = "kg"\n', 'unitt = "kg"\n',
        "17: point[1].unitt: unknown key; one of address, exp, length, modulus, name, null, order, parts, report, "
        "role, table, title, type, unit, valid, words",
    ),
    "an unknown type": (
        '"u32"', '"u33"',
        "16: point[1].type: 'u33' is unknown; one of u16, u32, u48, u64, s16, s32, s64, f32, f64, bcd16, bcd32, bcd48, "
        "bcd64, bits, bits32, f32bits, text",
    ),
    "an unknown role": (
        'role = "total"', 'role = "totals"',
        "21: point[1].role: 'totals' is unknown; one of total, display-total, sale, sale-number, price, amount, "
        "preset, stop-reason, flow, pressure, temperature, density, state, parameter, serial, shift-number, "
        "shift-start, shift-end",
    ),
    "no order": (
        'order = "CDAB"\n', "",
        f"12: point[1].order: is missing: u32 takes 2 registers; one of {DOUBLES}; here or in [model]",
    ),
    "an order that is none": (
        '"CDAB"', '"CADB"',
        "9: model.order: 'CADB' is unknown; one of ABCD, CDAB, BADC, DCBA, ABCDEF, EFCDAB, BADCFE, FEDCBA, ABCDEFGH, "
        "CDABGHEF, BADCFEHG, DCBAHGFE, EFGHABCD, GHEFCDAB, FEHGBADC, HGFEDCBA, or @ and a setting",
    ),
    "an order of another size": (
        '"CDAB"', '"GHEFCDAB"',
        f"13: point[1].order: 'GHEFCDAB' does not fit u32; one of {DOUBLES}",
    ),
    "an order from nowhere": ('"CDAB"', '"@order"', "13: point[1].order: '@order' names no setting; a [[setting]]"),
    "a unit from nowhere": ('"kg"', '"@mass_unit"', "17: point[1].unit: '@mass_unit' names no setting; a [[setting]]"),
    "an order for one register": (
        'type = "u16"', 'type = "u16"\norder = "CDAB"',
        "28: point[2].order: 'CDAB' does not fit u16; one of AB, BA",
    ),
    "a point twice": (
        '"state"\naddress', '"mass_total"\naddress',
        "25: point[2].name: 'mass_total' is there twice; a name of its own",
    ),
    "a point in a hole": (
        "0x0002", "0x0142", "26: point[2].address: 0x0142 lies in a hole of the model; an address outside of holes",
    ),
    "a point past the end": (
        "0x0000\ntype", "0xFFFF\ntype", "15: point[1].address: u32 ends beyond 0xFFFF; an address below",
    ),
    "an address out of bounds": (
        "0x0002", "65536", "26: point[2].address: 65536 is out of bounds; a whole number from 0 to 65535",
    ),
    "a block too small for a point": (
        "max_block = 125", "max_block = 1",
        "16: point[1].type: 2 registers do not fit one request; max_block, which is 1",
    ),
    "a block no device answers": (
        "max_block = 125", "max_block = 126", "10: model.max_block: 126 is out of bounds; a whole number from 1 to 125",
    ),
    "a text without a length": (
        '"u16"\nrole = "state"\nwords = { 0 = "idle", 1 = "filling" }', '"text"',
        "24: point[2].length: is missing; registers of the text, 1 to 125",
    ),
    "a number with a length": (
        "exp = -3", "exp = -3\nlength = 3",
        "19: point[1].length: u32 takes 2 registers, not 3; only a text has a length",
    ),
    "words for a float": (
        'type = "u16"\nrole = "state"', 'type = "f32"',
        "28: point[2].words: f32 has no words; an integer type; for bits the words name the bits",
    ),
    "a state without words": (
        'words = { 0 = "idle", 1 = "filling" }', "",
        '24: point[2].words: are missing: role state is told in words; { 0 = "idle", 1 = "filling" }',
    ),
    "a word for no number": (
        "1 = \"filling\"", "one = \"filling\"",
        "29: point[2].words.one: 'one' is not a raw number; a whole number, decimal or 0x…",
    ),
    "a sentinel too long": (
        "0xFFFFFFFF", "0x1FFFFFFFF", "19: point[1].null: 0x1ffffffff is not a raw u32; 0 to 0xffffffff",
    ),
    "a range upside down": (
        "[0, 99999.999]", "[9, 1]", "20: point[1].valid: [9, 1] is not allowed; [low, high], low not above high",
    ),
    "a hole upside down": (
        "[[0x100, 0x1FF]]", "[[9, 1]]", "11: model.holes: [9, 1] is not allowed; a list of [first, last] addresses",
    ),
    "another protocol": (
        '"modbus"', '"cjt188"', "13: point[1].code: is missing; a member of the answer, such as current, flow, time; "
        "behind another identifier as in D120.value",
    ),
    "an expectation of no point": (
        "expect.mass_total", "expect.mass_totals",
        "35: vector[1].expect.mass_totals: names no point; one of mass_total, state",
    ),
    "an expectation that is no reading": (
        "kg good", "kg fine",
        "35: vector[1].expect.mass_total: '123.456 kg fine' is not a reading; \"VALUE UNIT good\", "
        '"VALUE UNIT uncertain range" or "bad null"',
    ),
    "an expectation without registers": (
        '"E240 0001"', '"E240"',
        "35: vector[1].expect.mass_total: its registers are not given; registers 0x0000 to 0x0001",
    ),
    "registers that are no hex": (
        '"E240 0001"', '"E240 1"',
        "34: vector[1].registers.0x0000: 'E240 1' is not allowed; words of four hex digits, split by blanks",
    ),
    "registers at no address": (
        "registers.0x0000", "registers.start",
        "34: vector[1].registers.start: 'start' is not an address; 0x0000 to 0xFFFF, or 0 to 65535",
    ),
    "a proof that fails": (
        "123.456 kg good", "123.457 kg good",
        "35: vector[1].expect.mass_total: proof fails: '123.457 kg good' is expected; the registers give "
        "'123.456 kg good'",
    ),
    "a proof in another unit": (
        "123.456 kg good", "123.456 t good",
        "35: vector[1].expect.mass_total: proof fails: '123.456 t good' is expected; the registers give "
        "'123.456 kg good'",
    ),
    "a proof of another quality": (
        "123.456 kg good", "bad null",
        "35: vector[1].expect.mass_total: proof fails: 'bad null' is expected; the registers give '123.456 kg good'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, mistake: str) -> None:
    right, wrong, said = MISTAKES[mistake]
    assert GOOD.count(right) >= 1
    problems, _ = load(tmp_path, GOOD.replace(right, wrong, 1))
    assert said in problems, problems


def test_every_mistake_is_told_and_not_only_the_first(tmp_path: Path) -> None:
    text = (
        GOOD.replace('"u32"', '"u33"').replace('role = "state"', 'role = "stat"').replace('order = "CDAB"', "ordr = 1")
    )
    assert [problem.split(": ")[1] for problem in load(tmp_path, text)[0]] == [
        "point[1].type",
        "point[2].role",
        "model.ordr",
    ]


SETTING = """
[[setting]]
name = "order"
address = 200
type = "u16"
codes = { 0 = "ABCD", 1 = "GHEFCDAB" }
"""


def test_a_setting_that_may_not_fit_a_point_is_a_mistake(tmp_path: Path) -> None:
    (problem,) = load(tmp_path, GOOD.replace('"CDAB"', '"@order"') + SETTING)[0]
    assert problem == f"13: point[1].order: '@order' may become 'GHEFCDAB', which does not fit u32; one of {DOUBLES}"


def test_a_setting_cannot_wait_for_itself(tmp_path: Path) -> None:
    text = GOOD.replace('"CDAB"', '"@order"') + SETTING.replace('"u16"', '"u32"').replace("GHEFCDAB", "CDAB")
    assert load(tmp_path, text)[0] == [
        f"37: setting[1].order: '@order': a setting cannot wait for a setting; one of {DOUBLES}"
    ]


def test_a_range_of_an_unknown_unit_is_a_mistake(tmp_path: Path) -> None:
    text = GOOD.replace('"kg"', '"@mass_unit"') + SETTING.replace('"order"', '"mass_unit"')
    assert "20: point[1].valid: goes with numbers in a fixed unit only; no valid here" in load(tmp_path, text)[0]


def test_a_map_without_proofs_is_valid_with_a_warning(tmp_path: Path) -> None:
    problems, warnings = load(tmp_path, GOOD[: GOOD.index("[[vector]]")])
    assert problems == []
    assert warnings == [
        "1: file: the map has no proofs; [[vector]] tables: registers as read, and what the display said"
    ]


def test_a_proof_of_some_points_is_accepted_and_the_others_are_named(tmp_path: Path) -> None:
    problems, warnings = load(tmp_path, GOOD.replace('"E240 0001"', '"E240 0001 0001"'))
    assert problems == []
    assert warnings == ["31: vector[1]: gives the registers of state and does not tell what they mean; expect.state"]


def test_a_state_the_agent_does_not_know_is_a_warning(tmp_path: Path) -> None:
    problems, (warning,) = load(tmp_path, GOOD.replace('"filling"', '"busy"'))
    assert problems == []
    assert warning.startswith(
        "29: point[2].words: the agent does not know a state 'busy'; one of idle, lifted, filling"
    )


@pytest.mark.parametrize("said", ["123.4560 kg good", "1.23456E2 kg good"])
def test_a_proof_compares_numbers_not_letters(tmp_path: Path, said: str) -> None:
    assert load(tmp_path, GOOD.replace("123.456 kg good", said))[0] == []


def test_a_file_that_is_not_there_or_not_toml_is_one_problem(tmp_path: Path) -> None:
    _, source = load_map(tmp_path / "absent.toml")
    assert [str(p) for p in source.problems] == [
        f"{tmp_path}/absent.toml:1: file: cannot be read: No such file or directory; a readable UTF-8 TOML file"
    ]
    problems, _ = load(tmp_path, "[model\n")
    assert len(problems) == 1
    assert "not TOML" in problems[0]


@pytest.mark.parametrize(
    "hostile",
    [
        "model = 3",
        "point = 3",
        "[model]\nholes = 3",
        "[[point]]\nwords = 3\nnull = 'x'\nvalid = [1]",
        "[[vector]]\nregisters = 3\nexpect = {a = 1}",
        "[[point]]\nreport = {deadband = nan}",
        "[[vector]]\nregisters = {99999 = '0000'}",
    ],
)
def test_any_toml_gives_problems_and_never_an_exception(tmp_path: Path, hostile: str) -> None:
    assert load(tmp_path, hostile)[0]
