"""Fewer traces when there is no room for all: what is left still says how low, how high, from when and until when."""

from __future__ import annotations

import random
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from agent.core.lanes.thinning import readings, samples_of, thin
from agent.core.messages import envelope
from agent.core.model import Message, Trace
from agent.shell.store.spool import THINNED, Batch, Dropped, Spool
from drivers.model import Instant

VALUE = st.one_of(st.floats(-1e6, 1e6), st.integers(-1000, 1000), st.sampled_from(["idle", "filling"]))
SAMPLE = st.fixed_dictionaries(
    {"values": st.dictionaries(st.sampled_from("abc"), VALUE, max_size=3)},
    optional={"bad": st.dictionaries(st.sampled_from("de"), st.sampled_from(["timeout", "null"]), max_size=2)},
)


def tele(seq: int, device: str, *samples: object) -> Message:
    body = {"device": device, "model": "m", "samples": list(samples)}
    return envelope.trace(Trace("tele", device, body, device, Instant(1.0, 1.8e9, "synced")), seq, "cq-0147", "b001")


@st.composite
def stretches(draw: st.DrawFn) -> list[Message]:
    told = draw(
        st.lists(st.tuples(st.sampled_from(["m1", "m2"]), st.lists(SAMPLE, min_size=1, max_size=2)), max_size=60)
    )
    return [tele(seq, device, *samples) for seq, (device, samples) in enumerate(told, 1)]


def story(messages: list[Message]) -> dict[tuple[str, str], tuple[object, ...]]:
    """Of each point of each device: first, last, least and greatest number, and every word."""
    seen: dict[tuple[str, str], list[float | str]] = {}
    for message in messages:
        for sample in samples_of(message) or ():
            for point, value in readings(sample):
                seen.setdefault((message.topic, point), []).append(value)
    numbers = {key: [v for v in values if not isinstance(v, str)] for key, values in seen.items()}
    return {
        key: (values[0], values[-1], min(numbers[key], default=None), max(numbers[key], default=None),
              frozenset(v for v in values if isinstance(v, str)))
        for key, values in seen.items()
    }  # fmt: skip


@given(stretches())
def test_the_story_of_each_point_is_the_same_after_thinning(messages: list[Message]) -> None:
    kept, lost = thin(messages)
    assert story(kept) == story(messages)
    assert sorted(kept + lost, key=lambda m: m.seq) == messages


@given(stretches())
def test_thinning_twice_is_thinning_once(messages: list[Message]) -> None:
    kept, _ = thin(messages)
    assert thin(kept) == (kept, [])


def test_what_is_no_telemetry_is_not_thinned() -> None:
    others = [Message("trace", n, "diag/process", b'{"data":{"n":1}}') for n in range(9)]
    assert thin(others) == (others, [])


def test_when_full_the_oldest_are_thinned_before_any_is_dropped(tmp_path: Path) -> None:
    chance, spool, told = random.Random(1), Spool(tmp_path / "spool.db", bound=10_000), list[Dropped]()
    seq = 0
    for _ in range(60):
        messages = [tele(seq + n, "m1", {"values": {"flow": chance.random(), "total": seq + n}}) for n in range(1, 101)]
        seq += 100
        told += spool.put("b001", messages)
        assert spool.size <= 10_000
    first = next(n for n, gone in enumerate(told) if gone.reason != THINNED)
    assert first > 5
    gone = [seq for one in told for low, high in one.ranges for seq in range(low, high + 1)]
    left = []
    while isinstance(one := spool.oldest(), Batch):
        left += [message.seq for message in one.messages]
        spool.delete(one.n)
    assert sorted(gone + left) == list(range(1, seq + 1))
    assert left == sorted(left)
