"""Fewer traces that still tell the story: of each point the first, the last, the least and the greatest are kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agent.core.messages import envelope
from agent.core.model import Message

WORDS = 8  # different words of one point (states, faults) whose first appearance is kept


def thin(messages: Sequence[Message]) -> tuple[list[Message], list[Message]]:
    """Kept and lost, each in its order. The messages of one topic are one window; what is no telemetry stays whole."""
    windows: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
    kept = set[int]()
    for number, message in enumerate(messages):
        samples = samples_of(message)
        if samples is None:
            kept.add(number)
        else:
            windows.setdefault(message.topic, []).extend((number, sample) for sample in samples)
    for window in windows.values():
        kept |= telling(window)
    return (
        [message for number, message in enumerate(messages) if number in kept],
        [message for number, message in enumerate(messages) if number not in kept],
    )


def telling(window: Sequence[tuple[int, Mapping[str, Any]]]) -> set[int]:
    """Which numbers hold what is worth keeping of any point."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    least: dict[str, tuple[float, int]] = {}
    greatest: dict[str, tuple[float, int]] = {}
    words: dict[str, dict[str, int]] = {}
    for number, sample in window:
        for point, value in readings(sample):
            first.setdefault(point, number)
            last[point] = number
            if isinstance(value, str):
                said = words.setdefault(point, {})
                if len(said) < WORDS:
                    said.setdefault(value, number)
                continue
            if point not in least or value < least[point][0]:
                least[point] = value, number
            if point not in greatest or value > greatest[point][0]:
                greatest[point] = value, number
    numbers = {number for _, number in (*least.values(), *greatest.values())}
    return numbers | {*first.values(), *last.values()} | {n for said in words.values() for n in said.values()}


def readings(sample: Mapping[str, Any]) -> Iterator[tuple[str, float | str]]:
    """Each point with its number or word; one without value with the reason."""
    yield from sample.get("values", {}).items()
    for point, fault in (*sample.get("bad", {}).items(), *sample.get("uncertain", {}).items()):
        yield point, f"({fault})"


def samples_of(message: Message) -> list[Mapping[str, Any]] | None:
    """The samples of a `tele` message; None for any other."""
    try:
        said = envelope.load(message.payload)["data"]["samples"]
        return list(said) if all(isinstance(sample, dict) for sample in said) else None
    except (ValueError, TypeError, KeyError):
        return None
