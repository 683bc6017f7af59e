"""Reading a device map: one TOML file becomes a DeviceMap, or a list of what to mend in it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Literal, cast, get_args

from drivers.maplaws import judge
from drivers.model import PROTOCOLS, ROLES, DeviceMap, Kind, Point, Report, Setting, Vector
from drivers.raw import TYPES
from drivers.table import Source, Table, load

TABLES = ("holding", "input")
Confidence = Literal["vendor", "third-party", "integrator"]
NAME = r"[A-Za-z][A-Za-z0-9_-]*"
NAMED = "letters, digits, _ and -, a letter first"
NUMBER = re.compile(r"0[xX][0-9A-Fa-f]{1,4}|[0-9]{1,5}")
WORDS = re.compile(r"\s*([0-9A-Fa-f]{4}(\s+|$))+")


def load_map(path: Path) -> tuple[DeviceMap, Source]:
    """The map and its source. The map means something only while `source.problems` is empty; its proofs were run."""
    table, source = load(path)
    if source.problems:
        return read_map(Table(Source(path), (), {}), path), source
    device_map = read_map(table, path)
    judge(device_map, source)
    return device_map, source


def read_map(table: Table, path: Path) -> DeviceMap:
    model = table.table("model", required=True)
    device_map = DeviceMap(
        key=model.text("key", pattern=r"[a-z0-9]+(-[a-z0-9]+)*", allowed="small letters, digits and -"),
        title=model.text("title"),
        kind=cast(Kind, model.choice("kind", get_args(Kind))),
        protocol=model.choice("protocol", PROTOCOLS),
        source=model.text("source", allowed="where the facts come from: manual, revision, table"),
        confidence=cast(Confidence, model.choice("confidence", get_args(Confidence))),
        table=model.choice("table", TABLES, "holding"),
        order=model.text("order", ""),
        points=tuple(read_point(point) for point in table.tables("point")),
        settings=tuple(read_setting(setting) for setting in table.tables("setting")),
        vectors=tuple(read_vector(vector) for vector in table.tables("vector")),
        max_block=model.integer("max_block", 125, low=1, high=125),
        gap=model.integer("gap", 8, high=124),
        holes=read_holes(model),
        path=path,
        digest=hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
    )
    model.end()
    table.end()
    return device_map


def read_point(table: Table) -> Point:
    low, high = read_valid(table)
    point = Point(
        name=table.text("name", pattern=NAME, allowed=NAMED),
        address=table.integer("address", high=0xFFFF),
        type=table.choice("type", TYPES),
        unit=table.text("unit", "1", pattern=r"\S+", allowed="a UCUM unit, or @ and the name of a setting"),
        order=table.text("order", ""),
        table=table.choice("table", TABLES, ""),
        exp=table.integer("exp", 0, low=-18, high=18),
        length=table.integer("length", 0, high=125),
        null=tuple(table.items("null", int, "a list of raw numbers", [])),
        valid=None if low is None else (low, high),
        role=table.choice("role", [role for role in ROLES if role], ""),
        words=read_words(table, "words"),
        report=read_report(table.table("report")),
        title=table.text("title", ""),
    )
    table.end()
    return point


def read_setting(table: Table) -> Setting:
    setting = Setting(
        name=table.text("name", pattern=NAME, allowed=NAMED),
        address=table.integer("address", high=0xFFFF),
        type=table.choice("type", TYPES),
        codes=read_words(table, "codes", required=True),
        table=table.choice("table", TABLES, ""),
        order=table.text("order", ""),
        title=table.text("title", ""),
    )
    table.end()
    return setting


def read_vector(table: Table) -> Vector:
    expect = table.table("expect", required=True)
    vector = Vector(
        name=table.text("name"),
        registers=read_registers(table.table("registers", required=True)),
        expect={point: expect.text(point, allowed="what the registers must give") for point in expect.content},
        note=table.text("note", ""),
    )
    table.end()
    return vector


def read_registers(table: Table) -> dict[int, int]:
    """`0x0000 = "E240 0001"`: the registers from an address on, as they were read."""
    registers: dict[int, int] = {}
    for key in table.content:
        text = table.text(key, pattern=WORDS.pattern, allowed="words of four hex digits, split by blanks")
        if not NUMBER.fullmatch(key):
            table.problem(key, f"{key!r} is not an address", "0x0000 to 0xFFFF, or 0 to 65535")
        elif WORDS.fullmatch(text):
            words = [int(word, 16) for word in text.split()]
            run = range(start := int(key, 16 if key[:2] in ("0x", "0X") else 10), start + len(words))
            if not registers.keys().isdisjoint(run):
                table.problem(key, "gives registers that another line gives too", "each register once")
            registers.update(zip(run, words, strict=True))
    return registers


def read_words(table: Table, key: str, *, required: bool = False) -> dict[int, str]:
    """`{ 0 = "idle" }`: numbers to words."""
    words: dict[int, str] = {}
    inner = table.table(key, required=required)
    for code in inner.content:
        word = inner.text(code, pattern=r"\S.*", allowed="a word")
        if NUMBER.fullmatch(code):
            words[int(code, 16 if code[:2] in ("0x", "0X") else 10)] = word
        else:
            inner.problem(code, f"{code!r} is not a raw number", "0x0000 to 0xFFFF, or 0 to 65535")
    return words


def read_report(table: Table) -> Report:
    default = Report()
    report = Report(table.number("deadband", default.deadband), table.number("heartbeat", default.heartbeat))
    table.end()
    return report


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
