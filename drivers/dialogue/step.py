"""The words of a dialogue: a step of it, what it is asked for, and what it was told."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from drivers.model import DriverError
from drivers.protocol.fault import believed


class Figure(NamedTuple):
    """What a device told under one code. A number comes as Decimal, or as the text that the device sent."""

    value: Decimal | str | None  # None: the device's own "no value"
    unit: str | None = None  # the device's own, as UCUM; None: it does not tell


UNKNOWN = "?"  # a unit nobody knows, or a scale: the point stays unsettled
Figures = dict[str, Figure]  # by code
Told = dict[str, Figure | DriverError]  # by code: the error is the device's own refusal
Dialect = Mapping[str, str | int]
Takes = Callable[[Any], Any]


class Ask(NamedTuple):
    """One step: `frame` is sent, and every sound frame that comes is shown to `takes`.

    What `takes` makes of a frame is the answer; None: this frame answers something else, an echo perhaps. It raises
    DeviceError. Without a frame the step only listens, without `takes` nothing is answered.
    """

    frame: bytes
    takes: Takes | None
    rest: float = 0.0  # seconds of silence before
    baud: int = 0  # of all that comes after `frame`; 0: as it was
    longest: int = 300  # characters an answer may have


@dataclass(slots=True)
class Memory:
    """What one dialogue leaves to the next with the same device."""

    asked: int = 0  # questions so far, for protocols that number them
    doubtful: bool = False  # the last dialogue broke off: an answer to it may still be under way
    units: dict[str, str] = field(default_factory=dict)  # by code, as the device said; empty: it does not tell


@dataclass(frozen=True, slots=True)
class Call:
    """What a dialogue is for. It fills `told`; codes that are missing there when it ends were not to be had."""

    address: str
    codes: tuple[str, ...]
    dialect: Dialect
    memory: Memory
    told: Told


# A step goes out, what its answer means comes back; LinkError, FrameError and DeviceError are thrown in.
Dialogue = Generator[Ask, Any, None]


# (one parsed frame, codes, dialect) → what it says of them. Raises FrameError, DeviceError.
Reader = Callable[[Any, Sequence[str], Dialect], Figures]


def grouped(codes: Sequence[str], question: Callable[[str], str]) -> dict[str, tuple[str, ...]]:
    """The codes by the question that answers them, in the order of the codes."""
    groups: dict[str, tuple[str, ...]] = {}
    for code in codes:
        groups[question(code)] = (*groups.get(question(code), ()), code)
    return groups


__all__ = [
    "UNKNOWN", "Ask", "Call", "Dialect", "Dialogue", "Figure", "Figures", "Memory", "Reader", "Takes", "Told",
    "believed", "grouped",
]  # fmt: skip
