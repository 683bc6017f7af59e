"""Case numbers, given offline and at once: station prefix, year and month, a serial that widens past 99 and is never
used again; and the PIN with which a customer looks a case up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from hashlib import blake2b

from agent.core.messages.stamp import local
from agent.core.setup import Setup
from drivers.model import Instant

Serials = Mapping[str, int]  # YYMM → last serial given
NUMBER = re.compile(r"[A-Z0-9]{1,40}-(\d{4})(\d{2,})")
DIGITS = 6


def prefix(setup: Setup) -> str:
    """What every number of the station begins with."""
    return f"{setup.station.replace('-', '').upper()}-"


def give(setup: Setup, serials: Serials, now: Instant) -> tuple[Serials, str]:
    """The next number of the month of the station's own clock."""
    month = f"{local(now.utc, setup.zone):%y%m}"
    serial = serials.get(month, 0) + 1
    return {**serials, month: serial}, f"{prefix(setup)}{month}{serial:02d}"


def recall(numbers: Iterable[str]) -> Serials:
    """The last serial of each month, from every number that is known, wherever it is still known from."""
    serials: dict[str, int] = {}
    for number in numbers:
        if found := NUMBER.fullmatch(number):
            month, serial = found[1], int(found[2])
            serials[month] = max(serials.get(month, 0), serial)
    return serials


def month(number: str) -> str:
    """YYMM of a number."""
    return number.rpartition("-")[2][:4]


def pin(secret: bytes, number: str) -> str:
    """The look-up PIN of a case: made of the station's secret, so that it is written nowhere."""
    code = blake2b(number.encode(), key=secret, person=b"case pin").digest()
    return f"{int.from_bytes(code, 'big') % 10**DIGITS:0{DIGITS}d}"
