"""What a simulated device says, and what it is asked to show."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple, Protocol

from drivers.model import Value


class Shown(NamedTuple):
    """What stands under a code: a value, and its unit as UCUM."""

    value: Value
    unit: str


class Showing(Protocol):
    """One device as its line sees it."""

    def shows(self) -> dict[str, Shown]:
        """What it shows now, by code."""
        ...

    def refuses(self) -> bool:
        """True while it says no to everything."""
        ...


class Reply(NamedTuple):
    """What is said, by which device, and at which speed: a line that is not at that speed does not hear it."""

    address: str
    data: bytes
    speed: int = 0  # 0: whatever the line is at


Devices = dict[str, Showing]  # by address
Talker = Callable[[], list[Reply]]  # what is said in one round, unasked
Speaker = Callable[[bytes, int], list[Reply]]  # (what was heard, the line's speed) → what is said


def exact(value: Value, digits: int) -> Decimal:
    """A number with so many decimals."""
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value or 0)
    return number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)


def bcd(value: Decimal, digits: int, size: int) -> bytes:
    """Packed BCD, lowest byte first; what does not fit is cut off in front, as a counter rolls over."""
    number = int(value.scaleb(digits)) % 100**size
    return bytes.fromhex(f"{number:0{2 * size}d}")[::-1]
