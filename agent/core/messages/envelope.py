"""A message as bytes: CloudEvents 1.0, structured JSON, and the chain that ties one fact to the fact before it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from typing import Any

import orjson

from agent.core.messages.stamp import iso
from agent.core.model import Body, Fact, Message, Standing, Trace
from drivers.model import Instant

SCHEMAS = "https://station-edge.example/schema/"
GENESIS = "0" * 64  # the hash before the first fact of a station's first epoch
NAME = re.compile(rb'"id":"[^"]*"')
PLACE = re.compile(rb'"lane":"fact","epoch":"[^"]*","seq":\d+,"prev":"([0-9a-f]*)"')


@dataclass(frozen=True, slots=True)
class Chain:
    """Where the fact lane stands: `seq` and `hash` (SHA-256, hex) of the newest fact of `epoch`."""

    epoch: str
    seq: int
    hash: str

    @classmethod
    def new(cls, epoch: str, hash: str = GENESIS) -> Chain:
        """An empty epoch; `hash` links it to the last fact of the epoch before, if that is known."""
        return cls(epoch, 0, hash)


def digest(payload: bytes) -> str:
    return sha256(payload).hexdigest()


def link(chain: Chain, fact: Fact, station: str, boot: str) -> tuple[Chain, Message]:
    """The fact as the chain's next message, and the chain that ends in it."""
    seq = chain.seq + 1
    place = {"lane": "fact", "epoch": chain.epoch, "seq": seq, "prev": chain.hash}
    payload = enclose(
        f"{station}/fact/{chain.epoch}/{seq}", f"/gse/{station}/{fact.source}",
        fact.type or f"gse.{fact.kind}.v1", place, fact.at, boot, fact.body,
    )  # fmt: skip
    message = Message("fact", seq, f"{fact.kind}/{fact.id}", payload, 1, fact.retain)
    return replace(chain, seq=seq, hash=digest(payload)), message


def relink(chain: Chain, payload: bytes, station: str) -> tuple[Chain, bytes]:
    """A fact of an earlier epoch, told again as the next fact of this one: same body, same time, new place."""
    seq = chain.seq + 1
    name = f'"id":"{station}/fact/{chain.epoch}/{seq}"'
    place = f'"lane":"fact","epoch":"{chain.epoch}","seq":{seq},"prev":"{chain.hash}"'
    payload = PLACE.sub(place.encode(), NAME.sub(name.encode(), payload, 1), 1)
    return replace(chain, seq=seq, hash=digest(payload)), payload


def previous(payload: bytes) -> str:
    """The `prev` of a fact of ours. Raises ValueError."""
    found = PLACE.search(payload)
    if found is None:
        raise ValueError(f"not a fact of ours: {payload[:40]!r}")
    return found[1].decode()


def trace(trace: Trace, seq: int, station: str, boot: str) -> Message:
    """The trace as number `seq` of this boot."""
    place = {"lane": "trace", "epoch": boot, "seq": seq}
    payload = enclose(
        f"{station}/trace/{boot}/{seq}", f"/gse/{station}/{trace.source}",
        f"gse.{trace.kind}.v1", place, trace.at, boot, trace.body,
    )  # fmt: skip
    return Message("trace", seq, f"{trace.kind}/{trace.id}", payload, trace.qos)


def standing(standing: Standing, n: int, station: str, boot: str) -> Message:
    """What is so, outside both lanes; `n` counts this boot's messages of that sort."""
    payload = enclose(
        f"{station}/{standing.kind}/{boot}/{n}", f"/gse/{station}/station",
        f"gse.{standing.kind}.v1", {}, standing.at, boot, standing.body,
    )  # fmt: skip
    return Message("", 0, f"{standing.kind}/{standing.id}", payload, 1, "yes")


def enclose(id: str, source: str, type: str, place: Body, at: Instant, boot: str, body: Body) -> bytes:
    """The envelope around a body. Raises TypeError (orjson's) for a body that JSON cannot say."""
    return dump(
        {
            "specversion": "1.0", "id": id, "source": source, "type": type, "time": iso(at.utc),
            "datacontenttype": "application/json", "dataschema": f"{SCHEMAS}{type}.json",
            **place, "clk": at.clk, "boot": boot, "mono": round(at.mono, 3), "data": body,
        }
    )  # fmt: skip


def historic(payload: bytes) -> bytes:
    """The same trace, saying that it is replayed. Spliced, not parsed: its decimals keep their digits."""
    if not payload.endswith(b"}}"):  # `data` is always the last member
        raise ValueError(f"not a message of ours: {payload[-40:]!r}")
    comma = b"" if payload.endswith(b"{}}") else b","
    return payload[:-2] + comma + b'"hist":true}}'


def dump(value: Any, *, ordered: bool = False) -> bytes:
    """Compact JSON; a Decimal keeps every digit of its own resolution. `ordered`: members by name, for a digest."""
    return orjson.dumps(value, default=encode_decimal, option=orjson.OPT_SORT_KEYS if ordered else None)


def load(payload: bytes) -> Any:
    """JSON from anywhere. Raises ValueError."""
    return orjson.loads(payload)


def encode_decimal(value: Any) -> orjson.Fragment:
    """A number exactly as the device told it. A Decimal that is no number is a bug of ours."""
    if isinstance(value, Decimal) and value.is_finite():
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"{value!r} cannot be said in JSON")
