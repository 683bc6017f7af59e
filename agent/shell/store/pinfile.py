"""A person's PIN on disk: scrypt, a memory-hard hash, one line a file."""

from __future__ import annotations

import hmac
import os
from hashlib import scrypt
from pathlib import Path

from drivers.plainfile import read_plain

COST, BLOCK, LANES = 2**14, 8, 1  # 16 MB and about 50 ms a try


def write(path: Path, pin: str) -> None:
    """Replace the file in one step, readable by its owner alone."""
    salt = os.urandom(16)
    line = f"scrypt${COST}${BLOCK}${LANES}${salt.hex()}${derive(pin, salt, COST, BLOCK, LANES).hex()}\n"
    fresh = path.with_suffix(".new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def matches(path: Path, pin: str) -> bool:
    """True when `pin` is the one in the file; a missing or foreign file matches nothing."""
    try:
        name, cost, block, lanes, salt, hashed = read_plain(path).decode("ascii").strip().split("$")
        if name != "scrypt":
            return False
        tried = derive(pin, bytes.fromhex(salt), int(cost), int(block), int(lanes))
        return hmac.compare_digest(tried, bytes.fromhex(hashed))
    except (OSError, ValueError):
        return False


def derive(pin: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    return scrypt(pin.encode(), salt=salt, n=cost, r=block, p=lanes, maxmem=128 * cost * block * 2)
