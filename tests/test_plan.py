"""Planning: few requests, and never one that the device would refuse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.bus.plan import plan_blocks, plan_points, plan_settings
from drivers.maps.catalog import models
from drivers.maps.mapfile import load_map
from drivers.model import Block, MapError


def plan(
    *spans: tuple[int, int], max_block: int = 125, gap: int = 8, holes: tuple[tuple[int, int], ...] = ()
) -> list[tuple[int, int]]:
    blocks = plan_blocks([("holding", *span) for span in spans], max_block, gap, holes)
    return [(block.address, block.count) for block in blocks]


def test_neighbours_become_one_request() -> None:
    assert plan((2, 2), (0, 2), (4, 1)) == [(0, 5)]


def test_a_small_gap_is_read_over_and_a_large_one_is_not() -> None:
    assert plan((0, 2), (10, 2)) == [(0, 12)]
    assert plan((0, 2), (11, 2)) == [(0, 2), (11, 2)]


def test_a_hole_is_never_read_over() -> None:
    assert plan((0, 2), (4, 2), holes=((3, 3),)) == [(0, 2), (4, 2)]


def test_a_block_ends_before_it_is_too_long_and_splits_no_value() -> None:
    assert plan((0, 2), (2, 2), (4, 2), max_block=5) == [(0, 4), (4, 2)]


def test_the_same_register_asked_twice_is_read_once() -> None:
    assert plan((0, 4), (1, 1), (2, 4)) == [(0, 6)]


def test_tables_are_never_mixed() -> None:
    assert len(plan_blocks([("holding", 0, 2), ("input", 2, 2)], 125, 8, ())) == 2


@pytest.mark.parametrize(("span", "holes"), [((0, 6), ()), ((0, 2), ((1, 9),))])
def test_a_span_that_cannot_be_read_at_once_is_an_error_of_the_map(
    span: tuple[int, int], holes: tuple[tuple[int, int], ...]
) -> None:
    with pytest.raises(MapError, match="0x0000 cannot be read at once"):
        plan(span, max_block=5, holes=holes)


def test_the_essentials_of_a_micro_motion_are_one_request() -> None:
    device_map, _ = load_map(models()["emerson-2700"])
    assert plan_points(device_map) == (Block("holding", 244, 48),)
    assert plan_settings(device_map) == (Block("holding", 15, 1), Block("holding", 38, 8), Block("holding", 520, 1))


SPANS = st.lists(st.tuples(st.sampled_from(["holding", "input"]), st.integers(0, 300), st.integers(1, 4)), max_size=30)


@given(
    spans=SPANS, max_block=st.integers(4, 40), gap=st.integers(0, 20), holes=st.lists(st.integers(0, 300), max_size=5)
)
def test_every_plan_keeps_the_laws(
    spans: list[tuple[str, int, int]], max_block: int, gap: int, holes: list[int]
) -> None:
    open_spans = [(t, a, n) for t, a, n in spans if not any(a <= hole < a + n for hole in holes)]
    blocks = plan_blocks(open_spans, max_block, gap, [(hole, hole) for hole in holes])
    for table, address, count in open_spans:
        assert any(b.table == table and b.address <= address and address + count <= b.address + b.count for b in blocks)
    for block in blocks:
        covered = {r for t, a, n in open_spans if t == block.table for r in range(a, a + n)}
        inside = range(block.address, block.address + block.count)
        assert block.count <= max_block
        assert not set(holes) & set(inside)
        assert inside[0] in covered and inside[-1] in covered
        runs = "".join("x" if r in covered else "." for r in inside).split("x")
        assert max(map(len, runs)) <= gap
    assert len(blocks) <= len(set(open_spans))
