"""Which requests to send: as few as possible, never into a hole, never longer than the device answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from drivers.model import Block, DeviceMap, MapError, Point, Setting
from drivers.values.raw import registers

Span = tuple[str, int, int]  # (table, address, count): registers that must come in one answer


def plan_blocks(
    spans: Iterable[Span], max_block: int, gap: int, holes: Sequence[tuple[int, int]] = ()
) -> tuple[Block, ...]:
    """The fewest blocks that read every span whole, reading over at most `gap` registers nobody asked for.

    Taken in order of address, each block as long as it may be: that is the fewest. Raises MapError for a span that
    is longer than `max_block` or lies in a hole (first and last address).
    """
    blocks: list[Block] = []
    for table, address, count in sorted(set(spans)):
        if count > max_block or touches(address, count, holes):
            raise MapError(f"{count} registers from {address:#06x} cannot be read at once")
        if blocks and blocks[-1].table == table:
            start = blocks[-1].address
            end = start + blocks[-1].count
            joined = max(end, address + count) - start
            if address <= end + gap and joined <= max_block and not touches(start, joined, holes):
                blocks[-1] = Block(table, start, joined)
                continue
        blocks.append(Block(table, address, count))
    return tuple(blocks)


def plan_points(device_map: DeviceMap) -> tuple[Block, ...]:
    """The requests of one poll."""
    return plan(device_map, device_map.points)


def plan_poll(device_map: DeviceMap) -> tuple[Block, ...]:
    """The same, with those settings in it that cost no further request."""
    items: list[Point | Setting] = list(device_map.points)
    blocks = plan(device_map, items)
    for setting in device_map.settings:
        wider = plan(device_map, [*items, setting])
        if len(wider) <= len(blocks):
            items, blocks = [*items, setting], wider
    return blocks


def plan_settings(device_map: DeviceMap) -> tuple[Block, ...]:
    """The requests that settle a device, sent before anything is believed."""
    return plan(device_map, device_map.settings)


def plan(device_map: DeviceMap, items: Sequence[Point | Setting]) -> tuple[Block, ...]:
    spans = [(item.table or device_map.table, item.address, registers(item)) for item in items]
    return plan_blocks(spans, device_map.max_block, device_map.gap, device_map.holes)


def touches(address: int, count: int, holes: Sequence[tuple[int, int]]) -> bool:
    """True if any of `count` registers from `address` lies in a hole."""
    return any(first < address + count and address <= last for first, last in holes)
