"""Byte orders: a word of letters tells how the bytes of a value, A the highest, stand on the wire."""

from __future__ import annotations

STRAIGHT = "ABCDEFGH"
FOUR = ("ABCD", "CDAB", "BADC", "DCBA")


def stretch(order: str, size: int) -> str:
    """A four-letter order said for `size` bytes: CDAB is "low word first", BADC "low byte first in each word",
    DCBA both. So CDAB means GHEFCDAB for 64 bits; a device that keeps the halves in place says CDABGHEF itself.
    """
    words = [STRAIGHT[at : at + 2] for at in range(0, size, 2)]
    if order in ("CDAB", "DCBA"):
        words.reverse()
    if order in ("BADC", "DCBA"):
        words = [word[::-1] for word in words]
    return "".join(words)


# The orders a value of so many bytes may have. One register is big-endian by the Modbus standard, whatever the
# map's order says of longer values; only a point's own "BA" turns it.
ORDERS: dict[int, tuple[str, ...]] = {
    2: ("AB", "BA"),
    4: FOUR,
    6: tuple(stretch(order, 6) for order in FOUR),
    8: ("ABCDEFGH", "CDABGHEF", "BADCFEHG", "DCBAHGFE", "EFGHABCD", "GHEFCDAB", "FEHGBADC", "HGFEDCBA"),
}
WORDS = tuple(dict.fromkeys((*FOUR, *ORDERS[6], *ORDERS[8])))  # what a map may say for all its points


def allowed(size: int) -> tuple[str, ...]:
    """The order words that fit a value of `size` bytes."""
    return (*FOUR, *ORDERS[size]) if size > 4 else ORDERS[size]


def places(order: str, size: int) -> tuple[int, ...]:
    """Where the bytes of a value, highest first, stand on the wire: `CDAB` gives (2, 3, 0, 1)."""
    full = order if len(order) == size else stretch(order, size)
    return tuple(full.index(letter) for letter in STRAIGHT[:size])
