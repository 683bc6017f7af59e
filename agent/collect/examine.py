"""One message from a station, examined by itself: topic, envelope, schema. What is wrong is said, not raised."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.core.lanes.verify import LANE_OF, MEMBERS, live
from agent.core.messages import envelope, schema

STATION = re.compile(r"[a-z0-9-]{2,32}")
SCHEMAS = schema.every()
LARGEST = 1 << 20  # bytes of a message


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message that has a place. `fault`: what its schema finds wrong; it is kept all the same, and marked."""

    station: str
    kind: str
    id: str
    lane: str
    epoch: str
    seq: int
    hash: str  # of a trace: as it was the first time, replayed or not
    prev: str
    time: str
    body: Mapping[str, Any]
    payload: bytes
    fault: str = ""


def examine(root: str, topic: str, payload: bytes) -> Parcel | str:
    """The message, or why it has no place anywhere."""
    levels = topic.split("/")
    if len(levels) != 6 or levels[:3] != [root, "1", "up"] or not STATION.fullmatch(levels[3]):
        return f"{topic[:80]!r} is no topic of ours"
    _, _, _, station, kind, id = levels
    if len(payload) > LARGEST:
        return f"{len(payload)} bytes; at most {LARGEST}"
    try:
        message = envelope.load(payload)
    except ValueError as error:
        return f"not JSON: {error}"
    if not isinstance(message, dict) or not isinstance(message.get("data"), dict):
        return "no CloudEvents document with an object for data"
    lane, epoch, seq, prev = (message.get(name, "") for name in ("lane", "epoch", "seq", "prev"))
    if kind not in LANE_OF or lane != LANE_OF[kind]:
        return f"kind {kind!r} in lane {lane!r}; {LANE_OF.get(kind, 'an unknown kind')!r}"
    if lane and (not isinstance(epoch, str) or not epoch or not isinstance(seq, int) or not 0 < seq < 1 << 62):
        return f"epoch {epoch!r}, seq {seq!r}; a text, and a number from 1"
    if lane and message.get("id") != f"{station}/{lane}/{epoch}/{seq}":
        return f"id {message.get('id')!r}; {station}/{lane}/{epoch}/{seq}"
    if lane == "fact" and not re.fullmatch("[0-9a-f]{64}", str(prev)):
        return f"prev {str(prev)[:80]!r}; 64 hex digits"
    hash = live(payload.decode()) if lane == "trace" else envelope.digest(payload)
    return Parcel(
        station, kind, id, lane, epoch if lane else "", seq if lane else 0, hash, str(prev),
        str(message.get("time", "")), message["data"], payload, fault(kind, message),
    )  # fmt: skip


def fault(kind: str, message: Mapping[str, Any]) -> str:
    """The first thing that is not as the schema says; of a type nobody described, as every envelope must be."""
    type = str(message.get("type"))
    if type.split(".")[1:2] != [kind] and type not in schema.UP:
        return f"type {type!r} under kind {kind!r}"
    if type in SCHEMAS:
        return next(schema.misfits(SCHEMAS[type], message), "")
    wrong = (f"{name}: {allowed}" for name, (right, allowed) in MEMBERS.items() if not right(message.get(name)))
    return next(wrong, "")
