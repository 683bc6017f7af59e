"""Reading a device map: one TOML file becomes a DeviceMap, or a list of what to mend in it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, cast, get_args

from drivers.dialogue.tongues import TONGUES, tongue_of
from drivers.flow import read_flow
from drivers.maps import codelaws, maplaws
from drivers.maps.codefile import read_code, read_dialect, read_frames
from drivers.maps.framingfile import read_framing
from drivers.model import PROTOCOLS, ROLES, DeviceMap, Kind, Part, Point, Report, Setting, Vector
from drivers.table import Source, Table, load
from drivers.values.parts import SIGNS, span
from drivers.values.raw import TYPES

TABLES = ("holding", "input")
WRITTEN = tuple(type for type in TYPES if type != "parts")  # types a map may name
Confidence = Literal["vendor", "third-party", "integrator"]
NAME = r"[A-Za-z][A-Za-z0-9_-]*"
NAMED = "letters, digits, _ and -, a letter first"
ADDRESS = re.compile(r"0[xX][0-9A-Fa-f]{1,4}|[0-9]{1,5}")
CODE = re.compile(r"0[xX][0-9A-Fa-f]{1,16}|-?[0-9]{1,20}")
WORDS = re.compile(r"\s*([0-9A-Fa-f]{4}(\s+|$))+")


def load_map(path: Path) -> tuple[DeviceMap, Source]:
    """The map and its source. The map means something only while `source.problems` is empty; its proofs were run."""
    table, source = load(path)
    if source.problems:
        return read_map(Table(Source(path), (), {}), path), source
    device_map = read_map(table, path)
    (codelaws if device_map.protocol in TONGUES else maplaws).judge(device_map, source)
    return device_map, source


def read_map(table: Table, path: Path) -> DeviceMap:
    model = table.table("model", required=True)
    key = model.text("key", pattern=r"[a-z0-9]+(-[a-z0-9]+)*", allowed="small letters, digits and -")
    protocol = model.choice("protocol", PROTOCOLS)
    device_map = DeviceMap(
        key=key,
        title=model.text("title"),
        kind=cast(Kind, model.choice("kind", get_args(Kind))),
        protocol=protocol,
        source=model.text("source", allowed="where the facts come from: manual, revision, table"),
        confidence=cast(Confidence, model.choice("confidence", get_args(Confidence))),
        qmax=read_flow(model),
        **(read_coded(table, model, protocol) if protocol in TONGUES else read_registered(table, model)),
        path=path,
        digest=hashlib.sha256(path.read_bytes()).hexdigest() if table.content else "",
    )
    model.end()
    table.end()
    return device_map


def read_registered(table: Table, model: Table) -> dict[str, Any]:
    """What stands in a map of registers alone."""
    settings = tuple(read_setting(setting) for setting in table.tables("setting"))
    lists = {setting.name: setting.length for setting in settings if setting.length}
    return {
        "table": model.choice("table", TABLES, "holding"),
        "order": model.text("order", ""),
        "points": tuple(read_point(point, lists) for point in table.tables("point")),
        "settings": settings,
        "vectors": tuple(read_vector(vector, read_words_given) for vector in table.tables("vector")),
        "max_block": model.integer("max_block", 125, low=1, high=125),
        "gap": model.integer("gap", 8, high=124),
        "holes": read_holes(model),
    }


def read_coded(table: Table, model: Table, protocol: str) -> dict[str, Any]:
    """What stands in a map of codes alone."""
    framing = read_framing(table) if protocol == "private" else None
    tongue = tongue_of(protocol, framing)
    return {
        "framing": framing,
        "table": "",
        "order": "",
        "points": tuple(
            read_row(point, read_code(point, tongue) | {"words": read_words(point, "words")})
            for point in table.tables("point")
        ),
        "vectors": tuple(read_vector(vector, read_frames) for vector in table.tables("vector")),
        "dialect": read_dialect(model, tongue),
    }


def read_point(table: Table, lists: Mapping[str, int]) -> Point:
    """One [[point]]: a value that stands in one place, or one told in `parts`. `lists`: names and lengths."""
    where = read_parts(table, lists) if "parts" in table else read_place(table)
    table.asked.add("parts")
    return read_row(table, where | {"table": table.choice("table", TABLES, "")})


def read_row(table: Table, where: dict[str, Any]) -> Point:
    """What every point has, wherever it stands."""
    low, high = read_valid(table)
    point = Point(
        name=table.text("name", pattern=NAME, allowed=NAMED),
        unit=table.text("unit", "1", pattern=r"\S+", allowed="a UCUM unit, or @ and the name of a setting"),
        valid=None if low is None else (low, high),
        role=table.choice("role", [role for role in ROLES if role], ""),
        report=read_report(table.table("report")),
        title=table.text("title", ""),
        modulus=read_modulus(table),
        **where,
    )
    table.end()
    return point


def read_place(table: Table) -> dict[str, Any]:
    return {
        "address": table.integer("address", high=0xFFFF),
        "type": table.choice("type", WRITTEN),
        "order": table.text("order", ""),
        "exp": table.integer("exp", 0, low=-18, high=18),
        "length": table.integer("length", 0, high=125),
        "null": tuple(table.items("null", int, "a list of raw numbers", [])),
        "words": read_words(table, "words"),
    }


def read_parts(table: Table, lists: Mapping[str, int]) -> dict[str, Any]:
    parts = tuple(read_part(part) for part in table.tables("parts"))
    sign = read_part(table.table("sign"), sign=True) if "sign" in table else None
    table.asked.add("sign")
    if not parts:
        table.problem("parts", "are empty", "one or more { address, type }: the value is their sum")
    first, count = span((*parts, sign) if sign else parts, lists)
    return {"address": first, "type": "parts", "length": count, "parts": parts, "sign": sign}


def read_part(table: Table, *, sign: bool = False) -> Part:
    part = Part(
        address=table.integer("address", high=0xFFFF),
        type=table.choice("type", WRITTEN),
        order=table.text("order", ""),
        exp=0 if sign else table.integer("exp", 0, low=-18, high=18),
        null=tuple(table.items("null", int, "a list of raw numbers", [])),
        codes=read_words(table, "codes", required=True, among=SIGNS) if sign else {},
        list="" if sign else table.text("list", ""),
        entry=table.integer("entry", high=0xFFFF) if "list" in table else 0,
    )
    table.asked.add("entry")
    table.end()
    return part


def read_setting(table: Table) -> Setting:
    """One [[setting]]: a code and what it means; with `length`, a list that says what stands where."""
    listed = "length" in table
    setting = Setting(
        name=table.text("name", pattern=NAME, allowed=NAMED),
        address=table.integer("address", high=0xFFFF),
        type=table.choice("type", WRITTEN),
        codes={} if listed else read_words(table, "codes", required=True),
        table=table.choice("table", TABLES, ""),
        order=table.text("order", ""),
        length=table.integer("length", low=1, high=125) if listed else 0,
        title=table.text("title", ""),
    )
    table.asked.add("length")
    table.end()
    return setting


def read_vector(table: Table, read: Callable[[Table], dict[str, Any]]) -> Vector:
    expect = table.table("expect", required=True)
    vector = Vector(
        name=table.text("name"),
        expect={point: expect.text(point, allowed="what the device's own bytes must give") for point in expect.content},
        note=table.text("note", ""),
        **read(table),
    )
    table.end()
    return vector


def read_words_given(table: Table) -> dict[str, Any]:
    return {"registers": read_registers(table.table("registers", required=True))}


def read_registers(table: Table) -> dict[int, int]:
    """`0x0000 = "E240 0001"`: the registers from an address on, as they were read."""
    registers: dict[int, int] = {}
    for key in table.content:
        text = table.text(key, pattern=WORDS.pattern, allowed="words of four hex digits, split by blanks")
        if not ADDRESS.fullmatch(key):
            table.problem(key, f"{key!r} is not an address", "0x0000 to 0xFFFF, or 0 to 65535")
        elif WORDS.fullmatch(text):
            words = [int(word, 16) for word in text.split()]
            run = range(start := number(key), start + len(words))
            if not registers.keys().isdisjoint(run):
                table.problem(key, "gives registers that another line gives too", "each register once")
            registers.update(zip(run, words, strict=True))
    return registers


def read_words(table: Table, key: str, *, required: bool = False, among: tuple[str, ...] = ()) -> dict[int, str]:
    """`{ 0 = "idle" }`: numbers to words, of which only those `among` are allowed, if any."""
    words: dict[int, str] = {}
    inner = table.table(key, required=required)
    for code in inner.content:
        word = inner.choice(code, among) if among else inner.text(code, pattern=r"\S.*", allowed="a word")
        if CODE.fullmatch(code):
            words[number(code)] = word
        else:
            inner.problem(code, f"{code!r} is not a raw number", "a whole number, decimal or 0x…")
    return words


def number(key: str) -> int:
    """A number written as a key: hexadecimal with 0x, else decimal, with leading zeros if one likes."""
    return int(key, 16 if key[:2] in ("0x", "0X") else 10)


def read_report(table: Table) -> Report:
    default = Report()
    report = Report(table.number("deadband", default.deadband), table.number("heartbeat", default.heartbeat))
    table.end()
    return report


def read_modulus(table: Table) -> Decimal | None:
    allowed = "the value that is never reached, in the unit of the point"
    value = table.take("modulus", (int, float), allowed, None)
    if value is None:
        return None
    if not 0 < value < float("inf"):
        table.problem("modulus", f"{value!r} is not allowed", allowed)
        return None
    return Decimal(repr(value))


def read_valid(table: Table) -> tuple[float | None, float]:
    allowed = "[low, high], low not above high"
    limits = table.items("valid", (int, float), allowed, [])
    if not limits:
        if "valid" in table and table.content["valid"] == []:
            table.problem("valid", "[] is not allowed", allowed)
        return None, 0.0
    if len(limits) != 2 or not limits[0] <= limits[1]:
        table.problem("valid", f"{limits!r} is not allowed", allowed)
        return None, 0.0
    return limits[0], limits[1]


def read_holes(table: Table) -> tuple[tuple[int, int], ...]:
    allowed = "a list of [first, last] addresses"
    holes = []
    for hole in table.items("holes", list, allowed, []):
        if len(hole) == 2 and all(type(at) is int for at in hole) and 0 <= hole[0] <= hole[1] <= 0xFFFF:
            holes.append((hole[0], hole[1]))
        else:
            table.problem("holes", f"{hole!r} is not allowed", allowed)
    return tuple(holes)
