"""Chance as an argument: unguessable for others, repeatable from a seed. Salts, receipts and PINs come from here."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U to be misread


@dataclass(frozen=True, slots=True)
class Draw:
    """A seed and how often it was drawn from."""

    seed: bytes
    count: int = 0


def draw(source: Draw, purpose: str) -> tuple[Draw, bytes]:
    """32 fresh bytes for one purpose, and the source that will not give them again."""
    block = sha256(b"|".join((source.seed, str(source.count).encode(), purpose.encode()))).digest()
    return Draw(source.seed, source.count + 1), block


def format_code(block: bytes, length: int) -> str:
    """`length` letters that can be read aloud and typed with gloves (five bits each)."""
    number = int.from_bytes(block, "big")
    return "".join(LETTERS[(number >> (5 * i)) & 31] for i in range(length))
