"""Around the registers a device refuses: a refused block is cut until the bad register stands alone and is left out."""

from __future__ import annotations

from collections.abc import Sequence

from drivers.model import Block, DeviceMap, Point, Setting
from drivers.values.raw import registers


def detour(block: Block, device_map: DeviceMap) -> tuple[Block, ...]:
    """What to ask instead of a refused `block`: its two halves, without the unused registers at the cut and ends.

    Points and settings stay whole. Nothing, when the block cannot be cut: its points are then refused without asking.
    """
    items: tuple[Point | Setting, ...] = (*device_map.points, *device_map.settings)
    pieces = merged(
        [
            (item.address, item.address + registers(item))
            for item in items
            if (item.table or device_map.table) == block.table
            and block.address <= item.address
            and item.address + registers(item) <= block.address + block.count
        ]
    )
    if len(pieces) < 2:
        return ()
    half = len(pieces) // 2
    return tuple(Block(block.table, part[0][0], part[-1][1] - part[0][0]) for part in (pieces[:half], pieces[half:]))


def left_out(blocks: Sequence[Block], device_map: DeviceMap) -> dict[str, str]:
    """The points that no block reads, and where they stand, as in `holding 0x0002`."""
    return {
        point.name: f"{point.table or device_map.table} {point.address:#06x}"
        for point in device_map.points
        if not any(
            (point.table or device_map.table) == block.table
            and block.address <= point.address
            and point.address + registers(point) <= block.address + block.count
            for block in blocks
        )
    }


def merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans (first, after last) in order, those that share registers as one."""
    pieces: list[tuple[int, int]] = []
    for first, end in sorted(spans):
        if pieces and first < pieces[-1][1]:
            pieces[-1] = (pieces[-1][0], max(end, pieces[-1][1]))
        else:
            pieces.append((first, end))
    return pieces
