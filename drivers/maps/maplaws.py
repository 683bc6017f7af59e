"""The laws of a device map: what its rows must mean together before a byte is decoded with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from drivers.bus.plan import touches
from drivers.maps.proof import EXPECTED, FORM, given, judge_proofs
from drivers.model import DeviceMap, Part, Point, Setting, Vector
from drivers.table import Source, Where
from drivers.values.layout import Item, order_of
from drivers.values.order import FOUR, WORDS, allowed
from drivers.values.parts import STEP, parts_of
from drivers.values.raw import INTEGERS, NUMBERS, TYPES, registers

STATES = ("idle", "lifted", "filling", "paused", "ended", "power-loss", "fault", "maintenance")


class Breach(NamedTuple):
    """A law that is broken: at which key, how, and what is allowed."""

    key: str
    wrong: str
    allowed: str = ""


def judge(device_map: DeviceMap, source: Source) -> None:
    """Tell `source` of every broken law; if there is none, and nothing else is wrong, of every proof that fails.

    A row whose type was not understood is left alone: what follows from a guess would only mislead.
    """
    told = {problem.key for problem in source.problems}
    points = [None if misread(told, f"point[{at}]") else point for at, point in enumerate(device_map.points, 1)]
    settings = [None if misread(told, f"setting[{at}]") else s for at, s in enumerate(device_map.settings, 1)]
    for breach in model_laws(device_map):
        source.problem(("model", breach.key) if breach.key else (), breach.wrong, breach.allowed)
    for index, point in enumerate(points):
        for breach in (*item_laws(point, points[:index], device_map), *point_laws(point, device_map)) if point else ():
            source.problem(("point", index, breach.key), breach.wrong, breach.allowed)
    for index, setting in enumerate(settings):
        for breach in (*item_laws(setting, settings[:index], device_map), *setting_laws(setting)) if setting else ():
            source.problem(("setting", index, breach.key), breach.wrong, breach.allowed)
    for index, vector in enumerate(device_map.vectors):
        for where, wrong, may in vector_laws(vector, [point for point in points if point], device_map):
            source.problem(("vector", index, *where), wrong, may)
    if not source.problems:
        judge_proofs(device_map, source)
        advise(device_map, source)


def misread(told: set[str], row: str) -> bool:
    """True if the type of a row, or anything in its parts, was not understood."""
    return f"{row}.type" in told or any(key.startswith((f"{row}.parts", f"{row}.sign")) for key in told)


def advise(device_map: DeviceMap, source: Source) -> None:
    """Warnings: what is allowed, and yet leaves a doubt."""
    if not device_map.vectors:
        source.warn((), "the map has no proofs", "[[vector]] tables: registers as read, and what the display said")
    for index, vector in enumerate(device_map.vectors):
        for point in device_map.points:
            if point.name not in vector.expect and given(point, vector):
                said = f"gives the registers of {point.name} and does not tell what they mean"
                source.warn(("vector", index), said, f"expect.{point.name}")
    for index, point in enumerate(device_map.points):
        if point.role == "state" and (strange := [word for word in point.words.values() if word not in STATES]):
            said = f"the agent does not know a state {strange[0]!r}"
            source.warn(("point", index, "words"), said, "one of " + ", ".join(STATES))


# ── the model ──


def model_laws(device_map: DeviceMap) -> Iterator[Breach]:
    if device_map.protocol != "modbus":
        yield Breach("protocol", f"{device_map.protocol} is not described by a map of registers", "modbus")
    if not device_map.points:
        yield Breach("", "the map has no points", "[[point]] tables")
    if device_map.order and not device_map.order.startswith("@") and device_map.order not in WORDS:
        yield Breach("order", f"{device_map.order!r} is unknown", "one of " + ", ".join(WORDS) + ", or @ and a setting")


# ── points and settings ──


def item_laws(
    item: Point | Setting, before: Sequence[Point | Setting | None], device_map: DeviceMap
) -> Iterator[Breach]:
    if item.name and any(other and other.name == item.name for other in before):
        yield Breach("name", f"{item.name!r} is there twice", "a name of its own")
    yield from span_laws(item, device_map)
    yield from order_laws(item, device_map)


def span_laws(item: Point | Setting, device_map: DeviceMap) -> Iterator[Breach]:
    count = registers(item)
    at = "parts" if isinstance(item, Point) and item.parts else "address"
    if isinstance(item, Point) and item.type not in ("text", "parts") and item.length not in (0, count):
        yield Breach("length", f"{item.type} takes {count} registers, not {item.length}", "only a text has a length")
    if not count:
        yield Breach("length", "is missing", "registers of the text, 1 to 125")
    if item.address + count > 0x10000:
        yield Breach(at, f"{item.type} ends beyond 0xFFFF", "an address below")
    if count > device_map.max_block:
        key = "type" if at == "address" else at
        yield Breach(key, f"{count} registers do not fit one request", f"max_block, which is {device_map.max_block}")
    if touches(item.address, count, device_map.holes):
        yield Breach(at, f"{item.address:#06x} lies in a hole of the model", "an address outside of holes")


def order_laws(item: Item, device_map: DeviceMap) -> Iterator[Breach]:
    """Never a silent default: a value of several registers has an order, and the order fits its size.

    Four letters that a device tells fit one register too: BADC and DCBA turn its bytes.
    """
    kind = TYPES[item.type]
    order = order_of(item, device_map)
    fitting = allowed(2 * (kind.registers or 1))
    may = "one of " + ", ".join(fitting)
    if not order:
        if kind.registers > 1:
            yield Breach(
                "order", f"is missing: {item.type} takes {kind.registers} registers", f"{may}; here or in [model]"
            )
    elif not order.startswith("@"):
        if order not in fitting and (item.order or order in WORDS):
            yield Breach("order", f"{order!r} does not fit {item.type}", may)
    elif isinstance(item, Setting):
        yield Breach("order", f"{order!r}: a setting cannot wait for a setting", may)
    elif (setting := named(order, device_map)) is None:
        yield Breach("order", f"{order!r} names no setting", settings_of(device_map))
    elif strange := [word for word in setting.codes.values() if word not in (*fitting, *FOUR)]:
        yield Breach("order", f"{order!r} may become {strange[0]!r}, which does not fit {item.type}", may)


def setting_laws(setting: Setting) -> Iterator[Breach]:
    if TYPES[setting.type].family not in INTEGERS:
        yield Breach("type", f"{setting.type} is not a code", "an integer type")
    if setting.length and TYPES[setting.type].registers > 1:
        yield Breach("type", f"{setting.type} makes no list", "u16")
    if not setting.codes and not setting.length:
        yield Breach("codes", "are empty", "the device's numbers and what they mean")


def point_laws(point: Point, device_map: DeviceMap) -> Iterator[Breach]:
    family = TYPES[point.type].family
    asked = point.unit.startswith("@")
    if asked and named(point.unit, device_map) is None:
        yield Breach("unit", f"{point.unit!r} names no setting", settings_of(device_map))
    if point.exp and (family not in NUMBERS or point.words):
        yield Breach("exp", "goes with numbers only", f"no exp for {'words' if point.words else point.type}")
    for key, given_ in (("valid", point.valid), ("modulus", point.modulus)):
        if given_ is not None and (family not in (*NUMBERS, "parts") or point.words or asked):
            yield Breach(key, "goes with numbers in a fixed unit only", f"no {key} here")
    if point.words and family not in (*INTEGERS, "bits", "flags"):
        yield Breach("words", f"{point.type} has no words", "an integer type; for bits the words name the bits")
    yield from null_laws(point)
    for part in parts_of(point):
        yield from part_laws(part, point, device_map)
    if point.role in ("state", "stop-reason") and family != "text" and not point.words:
        yield Breach("words", f"are missing: role {point.role} is told in words", '{ 0 = "idle", 1 = "filling" }')


def part_laws(part: Part, point: Point, device_map: DeviceMap) -> Iterator[Breach]:
    key = "sign" if part is point.sign else "parts"
    number = INTEGERS if part is point.sign else NUMBERS
    if TYPES[part.type].family not in number:
        yield Breach(
            key, f"{part.type} is not a number", "one of " + ", ".join(t for t in TYPES if TYPES[t].family in number)
        )
    elif part.list and part.list not in (lists := [s.name for s in device_map.settings if s.length]):
        may = "one of " + ", ".join(lists) if lists else "a [[setting]] with a length"
        yield Breach(key, f"{part.list!r} names no list", may)
    elif part.list and registers(part) > STEP:
        yield Breach(key, f"{part.type} takes {registers(part)} registers", f"an entry of a list has {STEP}")
    else:
        for breach in (*order_laws(part, device_map), *null_laws(part)):
            yield breach._replace(key=key)


def null_laws(item: Point | Part) -> Iterator[Breach]:
    for sentinel in item.null:
        if item.type == "text" or not 0 <= sentinel < 1 << 16 * registers(item):
            yield Breach(
                "null", f"{sentinel:#x} is not a raw {item.type}", f"0 to {(1 << 16 * registers(item)) - 1:#x}"
            )


def named(reference: str, device_map: DeviceMap) -> Setting | None:
    return next((s for s in device_map.settings if s.name == reference[1:] and not s.length), None)


def settings_of(device_map: DeviceMap) -> str:
    names = [f"@{setting.name}" for setting in device_map.settings if setting.codes]
    return "one of " + ", ".join(names) if names else "a [[setting]]"


# ── proofs ──


def vector_laws(vector: Vector, understood: Sequence[Point], device_map: DeviceMap) -> Iterator[tuple[Where, str, str]]:
    names = [point.name for point in device_map.points]
    points = {point.name: point for point in understood}
    if not vector.expect:
        yield ("expect",), "is empty", "a line a point: expect.NAME = " + FORM
    for name, expected in vector.expect.items():
        if name not in names:
            yield ("expect", name), "names no point", "one of " + ", ".join(names) if names else "a [[point]]"
        elif not EXPECTED.fullmatch(expected):
            yield ("expect", name), f"{expected!r} is not a reading", FORM
        elif name in points and not given(points[name], vector):
            last = points[name].address + registers(points[name]) - 1
            yield (
                ("expect", name),
                "its registers are not given",
                f"registers {points[name].address:#06x} to {last:#06x}",
            )
