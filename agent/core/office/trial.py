"""A new station file on trial: what must be well before it stays, judged by what was well before it came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

MINUTES = 5.0  # without a healthy cycle, unless the proposal says otherwise
STARTS = 5  # starts without one: it is not the station file's day
Stage = Literal["trying", "back"]


@dataclass(frozen=True, slots=True)
class Trial:
    """What stands beside the station file from the moment it is replaced until the outcome is in the journal."""

    command: str  # id of the proposal
    before: str  # digests of both files
    after: str
    minutes: float
    online: bool  # the broker was reached
    answering: tuple[str, ...]  # devices that answered
    starts: int = 0
    stage: Stage = "trying"
    why: str = ""


@dataclass(frozen=True, slots=True)
class Signs:
    """How the daemon is, at one moment."""

    hanging: tuple[str, ...]  # loops
    turning: bool  # the engine has kept what it decided
    online: bool
    unpolled: tuple[str, ...]  # buses that have devices and have not asked one yet
    devices: Mapping[str, bool]  # those that are configured: whether they answer


def ailments(trial: Trial, signs: Signs) -> Iterator[str]:
    """What is not well yet. A device that was silent before may stay so; one that is gone on purpose is not missed."""
    yield from (f"{name} hangs" for name in signs.hanging)
    if not signs.turning:
        yield "facts are not kept"
    if trial.online and not signs.online:
        yield "the broker is not reached"
    yield from (f"bus {name} asks nobody" for name in signs.unpolled)
    yield from (f"{name} no longer answers" for name in trial.answering if not signs.devices.get(name, True))
