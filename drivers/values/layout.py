"""Where a value stands: in which block, at which byte, and in which order its bytes are to be taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter

from drivers.model import Block, DeviceMap, Part, Point, Setting
from drivers.values.order import places
from drivers.values.raw import TYPES, registers

Item = Point | Part | Setting
Take = Callable[[bytes], bytes]


def order_of(item: Item, device_map: DeviceMap) -> str:
    """The order that holds for a value: its own, else the map's; a single register and a text have only their own."""
    return item.order or (device_map.order if TYPES[item.type].registers > 1 else "")


def resolve(word: str, settings: Mapping[str, str]) -> str:
    """`@name` becomes the setting's word, or nothing while that is not known."""
    return settings.get(word[1:], "") if word.startswith("@") else word


def locate(item: Point | Setting, device_map: DeviceMap, blocks: Sequence[Block]) -> tuple[int, int]:
    """(index, byte offset) of the block that holds all registers of an item; no such block: (-1, 0)."""
    table = item.table or device_map.table
    for index, block in enumerate(blocks):
        first = item.address - block.address
        if block.table == table and first >= 0 and first + registers(item) <= block.count:
            return index, 2 * first
    return -1, 0


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
