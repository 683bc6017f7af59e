"""From a value to the registers that say it: the inverse of decode, for the simulated devices."""

from __future__ import annotations

import math
from collections.abc import Mapping

from drivers.model import DeviceMap, Point, Setting, Value
from drivers.values.layout import order_of, resolve, spread
from drivers.values.parts import lay_parts
from drivers.values.raw import INTEGERS, TYPES, form, registers


def encode(point: Point, value: Value, device_map: DeviceMap, settings: Mapping[str, str]) -> dict[int, int]:
    """Address → register. None becomes the point's own "no value". ValueError: the type cannot say the value.

    A float is rounded to what the point can say. `settings` must know the point's `@order`.
    """
    if point.parts:
        laid = [laid_out(raw, order, at, settings) for at, raw, order in lay_parts(point, value, device_map, settings)]
        return {address: word for registers in laid for address, word in registers.items()}
    size = 2 * registers(point)
    if value is None and point.null:
        raw = point.null[0].to_bytes(size, "big")
    elif value is None and TYPES[point.type].family == "float":
        raw = form(math.nan, point.type, size)
    elif point.words and isinstance(value, str) and TYPES[point.type].family in INTEGERS:
        raw = form(code_of(value, point.words, point.name), point.type, size)
    else:
        raw = form(value, point.type, size, point.exp)
    return laid_out(raw, order_of(point, device_map), point.address, settings)


def encode_setting(setting: Setting, word: str, device_map: DeviceMap) -> dict[int, int]:
    """Address → register of a setting that stands at `word`; a list's word is its numbers."""
    if setting.length:
        numbers = enumerate(int(number) for number in word.split())
        entries = [laid_out(form(n, setting.type, 2), setting.order, setting.address + at, {}) for at, n in numbers]
        return {address: register for entry in entries for address, register in entry.items()}
    raw = form(code_of(word, setting.codes, setting.name), setting.type, 2 * registers(setting))
    return laid_out(raw, order_of(setting, device_map), setting.address, {})


def code_of(word: str, words: Mapping[int, str], name: str) -> int:
    """The number of a word; digits stand for themselves, as decode leaves a code without a word."""
    for code, meaning in words.items():
        if meaning == word:
            return code
    if word.removeprefix("-").isdecimal():
        return int(word)
    raise ValueError(f"{name}: {word!r} is not one of {', '.join(words.values())}")


def laid_out(raw: bytes, order: str, address: int, settings: Mapping[str, str]) -> dict[int, int]:
    """A value's bytes, highest first, as registers in their order on the wire."""
    known = resolve(order, settings)
    if order and not known:
        raise ValueError(f"the byte order {order} is not settled")
    wire = bytearray(len(raw))
    for byte, place in zip(raw, spread(known, len(raw)), strict=True):
        wire[place] = byte
    return {address + at // 2: wire[at] << 8 | wire[at + 1] for at in range(0, len(wire), 2)}
