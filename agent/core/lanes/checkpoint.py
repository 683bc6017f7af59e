"""A checkpoint: the fact that signs where the chain stands, so that nobody rewrites what came before unnoticed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from agent.core import seal
from agent.core.messages.envelope import Chain
from agent.core.model import Body, Fact
from drivers.model import Instant

EVERY = 1000  # facts
HOUR = 3600.0  # seconds


class Signed(NamedTuple):
    """The last checkpoint: where it stood, and the monotonic second it was made (-inf: before this start)."""

    epoch: str = ""
    seq: int = 0
    mono: float = float("-inf")


def due(last: Signed, chain: Chain, at: Instant) -> bool:
    """Each hour, each 1,000 facts, and at the first commit after a start or in a new epoch."""
    return chain.epoch != last.epoch or chain.seq - last.seq >= EVERY or at.mono - last.mono >= HOUR


def sign(chain: Chain, station: str, key: bytes, at: Instant) -> Fact:
    """The fact that says, and proves with the station's key, what stands before it."""
    body: Body = {"seq": chain.seq, "hash": chain.hash, "sig": seal.sign(claim(station, chain), key)}
    return Fact("checkpoint", "_", body, "station", at)


def genuine(station: str, epoch: str, body: Mapping[str, Any], public: bytes) -> bool:
    """True when the key that belongs to `public` signed this checkpoint."""
    chain = Chain(epoch, body.get("seq", 0), str(body.get("hash", "")))
    return seal.verify(claim(station, chain), str(body.get("sig", "")), public)


def claim(station: str, chain: Chain) -> bytes:
    return f"{station}/{chain.epoch}/{chain.seq}/{chain.hash}".encode()
