"""From registers to readings: a map is compiled once, then every poll is only table look-ups and arithmetic."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from typing import Any, cast

from drivers.model import Block, DeviceMap, Fault, Point, Reading, Setting
from drivers.order import places
from drivers.raw import INTEGERS, TYPES, parser, registers

__all__ = ["TYPES", "Decoder", "compile_readings", "compile_settings", "order_of", "registers"]

Answer = Sequence[int] | Fault  # the registers of one block, or why there are none
Wire = bytes | Fault  # the same, as bytes
Take = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Decoder:
    """The readings of one poll, in the map's order of points."""

    packers: tuple[struct.Struct, ...]
    readers: tuple[tuple[int, Callable[[Wire], Reading]], ...]

    def __call__(self, answers: Sequence[list[int] | Fault]) -> tuple[Reading, ...]:
        """`answers` in the order of the blocks: exactly the block's registers, or the fault of all its points."""
        wires = as_wires(self.packers, answers)
        return tuple([read(wires[index]) for index, read in self.readers])


def compile_readings(device_map: DeviceMap, settings: Mapping[str, str], blocks: Sequence[Block]) -> Decoder:
    """The decoder of a device whose settings are known as far as `settings` tells, polled by `blocks`.

    A point that lies in no block is bad, "refused": its registers were taken out because the device refuses them.
    A point whose `@setting` is not in `settings` is bad, "unsettled".
    """
    readers = []
    for point in device_map.points:
        index, offset = locate(point, device_map, blocks)
        readers.append((index, compile_point(point, order_of(point, device_map), settings, offset)))
    return Decoder(packers(blocks), tuple(readers))


def compile_settings(
    device_map: DeviceMap, blocks: Sequence[Block]
) -> Callable[[Sequence[list[int] | Fault]], dict[str, str]]:
    """The function from the answers of `blocks` to settings: a code the map does not know leaves its name out."""
    packs = packers(blocks)
    takers = []
    for setting in device_map.settings:
        index, offset = locate(setting, device_map, blocks)
        take = taker(order_of(setting, device_map), offset, 2 * registers(setting))
        takers.append((setting, index, take, parser(setting.type)))

    def settle(answers: Sequence[list[int] | Fault]) -> dict[str, str]:
        wires = as_wires(packs, answers)
        settled = {}
        for setting, index, take, parse in takers:
            wire = wires[index]
            code = None if isinstance(wire, str) else parse(take(wire))
            if code is not None and code in setting.codes:
                settled[setting.name] = setting.codes[cast(int, code)]
        return settled

    return settle


# ── one point ──


def compile_point(point: Point, order: str, settings: Mapping[str, str], offset: int) -> Callable[[Wire], Reading]:
    name = point.name
    unsettled = any(word.startswith("@") and word[1:] not in settings for word in (point.unit, order))
    unit = resolve(point.unit, settings)

    def lost(fault: Fault) -> Reading:
        return Reading(name, None, unit, "bad", fault)

    if unsettled:
        return lambda wire: lost(wire if isinstance(wire, str) else "unsettled")
    size = 2 * registers(point)
    take = taker(resolve(order, settings), offset, size)
    null = frozenset(sentinel.to_bytes(size, "big") for sentinel in point.null)
    if point.words and TYPES[point.type].family in INTEGERS:
        return compile_words(point, take, null, lost)
    parse: Callable[[bytes], Any] = parser(point.type, point.exp)
    low, high = bounds(point)

    def read(wire: Wire) -> Reading:
        if isinstance(wire, str):
            return lost(wire)
        raw = take(wire)
        value = None if raw in null else parse(raw)
        if value is None:
            return lost("null")
        if low is not None and not low <= value <= high:
            return Reading(name, value, unit, "uncertain", "range")
        return Reading(name, value, unit, "good")

    return read


def compile_words(
    point: Point, take: Take, null: frozenset[bytes], lost: Callable[[Fault], Reading]
) -> Callable[[Wire], Reading]:
    """A number that stands for a word. One the map does not name is uncertain, "range", and stays its digits."""
    parse = parser(point.type)

    def read(wire: Wire) -> Reading:
        if isinstance(wire, str):
            return lost(wire)
        raw = take(wire)
        code = None if raw in null else parse(raw)
        if code is None:
            return lost("null")
        if code in point.words:
            return Reading(point.name, point.words[cast(int, code)], point.unit, "good")
        return Reading(point.name, str(code), point.unit, "uncertain", "range")

    return read


def bounds(point: Point) -> tuple[Decimal | float | None, Decimal | float | None]:
    """The valid range in the type of the values, so that 99999.999 is compared as it was written."""
    if point.valid is None:
        return None, None
    if TYPES[point.type].family == "float":
        return point.valid
    return Decimal(repr(point.valid[0])), Decimal(repr(point.valid[1]))


# ── where a value stands ──


def order_of(item: Point | Setting, device_map: DeviceMap) -> str:
    """The order that holds for a point: its own, else the map's; a single register and a text have only their own."""
    return item.order or (device_map.order if TYPES[item.type].registers > 1 else "")


def resolve(word: str, settings: Mapping[str, str]) -> str:
    """`@name` becomes the setting's word, or nothing while that is not known."""
    return settings.get(word[1:], "") if word.startswith("@") else word


def locate(item: Point | Setting, device_map: DeviceMap, blocks: Sequence[Block]) -> tuple[int, int]:
    """(index, byte offset) of the block that holds all registers of an item; no such block: (-1, 0), see as_wires."""
    table = item.table or device_map.table
    for index, block in enumerate(blocks):
        first = item.address - block.address
        if block.table == table and first >= 0 and first + registers(item) <= block.count:
            return index, 2 * first
    return -1, 0


def packers(blocks: Sequence[Block]) -> tuple[struct.Struct, ...]:
    return tuple(struct.Struct(f">{block.count}H") for block in blocks)


def as_wires(packs: Sequence[struct.Struct], answers: Sequence[list[int] | Fault]) -> list[Wire]:
    """The answers as bytes. The last one, at index -1, is what every point without a block reads."""
    wires: list[Wire] = [
        answer if isinstance(answer, str) else pack.pack(*answer) for pack, answer in zip(packs, answers, strict=True)
    ]
    wires.append("refused")
    return wires


def taker(order: str, offset: int, size: int) -> Take:
    """The function that takes `size` bytes at `offset` out of a block, highest first."""
    standing = spread(order, size)
    if standing == spread("", size):
        return lambda wire: wire[offset : offset + size]
    pick = itemgetter(*(offset + place for place in standing))
    return lambda wire: bytes(pick(wire))


def spread(order: str, size: int) -> tuple[int, ...]:
    """The places of a value's bytes: no order is straight on, BA turns each register (of a text too)."""
    if order == "BA":
        return tuple(place ^ 1 for place in range(size))
    if order in ("", "AB"):
        return tuple(range(size))
    return places(order, size)
