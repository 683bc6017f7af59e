"""From registers to readings: a map is compiled once, then every poll is only table look-ups and arithmetic."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from drivers.model import Block, DeviceMap, Fault, Point, Reading, Setting
from drivers.values.layout import Take, locate, order_of, resolve, spread, taker
from drivers.values.parts import compile_parts
from drivers.values.possible import outside
from drivers.values.raw import INTEGERS, TYPES, parser, registers

__all__ = ["TYPES", "Decoder", "compile_readings", "compile_settings", "order_of", "registers", "resolve", "spread"]

Wire = bytes | Fault  # the registers of one block as bytes, or why there are none


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
        readers.append((index, compile_point(point, device_map, settings, offset)))
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
        takers.append((setting, index, take, word_of(setting)))

    def settle(answers: Sequence[list[int] | Fault]) -> dict[str, str]:
        wires = as_wires(packs, answers)
        settled = {}
        for setting, index, take, word in takers:
            wire = wires[index]
            if not isinstance(wire, str) and (said := word(take(wire))):
                settled[setting.name] = said
        return settled

    return settle


def word_of(setting: Setting) -> Callable[[bytes], str]:
    """The function from a setting's bytes to its word, or to nothing: a code that the map does not know."""
    parse = parser(setting.type)
    if not setting.length:
        return lambda raw: "" if (code := parse(raw)) is None else setting.codes.get(cast(int, code), "")
    step = 2 * TYPES[setting.type].registers
    return lambda raw: " ".join(str(parse(raw[at : at + step])) for at in range(0, len(raw), step))


# ── one point ──


def compile_point(
    point: Point, device_map: DeviceMap, settings: Mapping[str, str], offset: int
) -> Callable[[Wire], Reading]:
    name, order = point.name, order_of(point, device_map)
    parts = compile_parts(point, device_map, settings) if point.parts else None
    unsettled = any(word.startswith("@") and word[1:] not in settings for word in (point.unit, order))
    unit = resolve(point.unit, settings)

    def lost(fault: Fault) -> Reading:
        return Reading(name, None, unit, "bad", fault)

    if unsettled or (point.parts and not parts):
        return lambda wire: lost(wire if isinstance(wire, str) else "unsettled")
    size = 2 * registers(point)
    take = taker(resolve(order, settings), offset, size)
    null = frozenset(sentinel.to_bytes(size, "big") for sentinel in point.null)
    if point.words and TYPES[point.type].family in INTEGERS:
        return compile_words(point, take, null, lost)
    parse: Callable[[bytes], Any] = parts or parser(point.type, point.exp)
    impossible = outside(point)

    def read(wire: Wire) -> Reading:
        if isinstance(wire, str):
            return lost(wire)
        raw = take(wire)
        value = None if raw in null else parse(raw)
        if value is None:
            return lost("null")
        if impossible and impossible(value):
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


# ── answers ──


def packers(blocks: Sequence[Block]) -> tuple[struct.Struct, ...]:
    return tuple(struct.Struct(f">{block.count}H") for block in blocks)


def as_wires(packs: Sequence[struct.Struct], answers: Sequence[list[int] | Fault]) -> list[Wire]:
    """The answers as bytes. The last one, at index -1, is what every point without a block reads."""
    wires: list[Wire] = [
        answer if isinstance(answer, str) else pack.pack(*answer) for pack, answer in zip(packs, answers, strict=True)
    ]
    wires.append("refused")
    return wires
