"""What head office sends down: bytes from anybody, made into one of four harmless things."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from agent.core.messages import envelope
from agent.core.model import Commanded, Heads, Remarked

LARGEST = 64 << 10  # bytes of a command
DEEPEST = 32  # levels of nesting
EPOCH = re.compile(r"[1-9][0-9]{0,8}|0?")


class Acknowledged(NamedTuple):
    """Head office holds everything of a lane up to `through` but `missing`."""

    lane: str
    epoch: str
    through: int
    hash: str
    missing: tuple[tuple[int, int], ...]


class Answered(NamedTuple):
    """Head office's answer to hello: what it holds of the fact lane."""

    epoch: str
    seq: int
    hash: str


Received = Acknowledged | Answered | Commanded | Remarked | None


def read(topic: str, payload: bytes, retained: bool, heads: Heads = ()) -> Received:
    """`topic` below gse/1/dn/{station}/; `heads`: of each epoch the newest fact, the epoch in force last. None: not for
    us. What cannot be read: a remark."""
    kind, _, id = topic.partition("/")
    if kind not in ("ack", "hello", "cmd", "config") or not id or "/" in id or not payload:
        return None
    if len(payload) > LARGEST:
        return unreadable(topic, f"{len(payload)} bytes; at most {LARGEST}")
    try:
        body = envelope.load(payload)
    except ValueError as error:
        return unreadable(topic, f"not JSON: {error}")
    if not isinstance(body, dict) or depth(body) > DEEPEST:
        return unreadable(topic, f"must be an object, nested at most {DEEPEST} levels")
    if kind == "cmd":
        return Commanded(id, body, retained, heads)
    if kind == "config":
        return Commanded(f"config.{id}", body, retained, heads)
    if retained:
        return None  # an acknowledgement is for now
    try:
        return acknowledgement(id, body) if kind == "ack" else greeting(body)
    except (KeyError, TypeError, ValueError) as error:
        return unreadable(topic, f"member missing or wrong: {error}")


def acknowledgement(lane: str, body: dict[str, Any]) -> Acknowledged:
    missing = tuple((whole(first), whole(last)) for first, last in body.get("missing") or ())
    of = epoch(body["epoch"]) if lane == "fact" else word(body["epoch"])
    return Acknowledged(lane, of, whole(body["through"]), word(body["hash"]), missing)


def greeting(body: dict[str, Any]) -> Answered:
    fact = body.get("fact") or {}
    if not isinstance(fact, dict):
        raise TypeError("fact is no object")
    return Answered(epoch(body["epoch"]), whole(fact.get("seq", 0)), word(fact.get("hash") or ""))


def whole(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53:
        return value
    raise ValueError(f"{value!r} is no number of a fact")


def epoch(value: Any) -> str:
    """An epoch of the fact lane: a decimal number of ours."""
    if isinstance(value, str) and EPOCH.fullmatch(value):
        return value
    raise ValueError(f"{str(value)[:80]!r} is no epoch")


def word(value: Any) -> str:
    if isinstance(value, str) and len(value) <= 64:
        return value
    raise ValueError(f"{str(value)[:80]!r} is no word")


def depth(value: Any) -> int:
    """Levels of nesting, counted no further than needed."""
    level, deep = [value], 0
    while level and deep <= DEEPEST:
        deep += 1
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
    return deep


def unreadable(topic: str, why: str) -> Remarked:
    return Remarked("message-unreadable", {"topic": topic[:100], "reason": why[:200]})
