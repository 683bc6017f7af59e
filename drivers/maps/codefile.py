"""The rows that only a map of codes has: what the device calls a point, its dialect, and captured frames as proofs."""

from __future__ import annotations

import re
from typing import Any

from drivers.dialogue.tongues import Tongue
from drivers.table import Table

TYPES = ("number", "text")
HEX = re.compile(r"\s*([0-9A-Fa-f]{2}\s*)+")


def read_code(table: Table, tongue: Tongue) -> dict[str, Any]:
    """Where a point stands: its `code`, and whether it is a number or a text."""
    code = table.text("code", allowed=tongue.codes)
    if code and not tongue.code(code):
        table.problem("code", f"{code!r} is not allowed", tongue.codes)
    return {
        "address": 0,
        "code": code,
        "type": table.choice("type", TYPES, "number"),
        "exp": table.integer("exp", 0, low=-18, high=18),
        "null": tuple(table.items("null", int, "a list of numbers as the device tells them", [])),
    }


def read_dialect(model: Table, tongue: Tongue) -> dict[str, str | int]:
    """[model.dialect]: only what differs from the usual has to be said."""
    table = model.table("dialect")
    said: dict[str, str | int] = {}
    for option, allowed in tongue.options.items():
        if isinstance(allowed, range):
            value: str | int = table.integer(option, tongue.defaults[option], low=allowed[0], high=allowed[-1])
        else:
            value = table.choice(option, allowed, allowed[0])
        if option in table:
            said[option] = value
    table.end()
    return said


def read_frames(table: Table) -> dict[str, Any]:
    """`frames`, a list of hex lines, or `text` with its control characters escaped: as it went over the wire."""
    frames: list[bytes] = []
    for line in table.items("frames", str, "a list of lines of hex digits", []):
        if HEX.fullmatch(line):
            frames.append(bytes.fromhex(line))
        else:
            table.problem("frames", f"{line!r} is not allowed", "pairs of hex digits")
    text: str = table.take("text", str, "text", "")
    if text and not text.isascii():
        table.problem("text", "holds letters that no device sends", 'ASCII; control characters as in "\\u0002"')
    elif text:
        frames.append(text.encode("ascii"))
    if not frames:
        table.problem("frames", "are missing", 'frames = ["68 …"], or text = "…"')
    return {"registers": {}, "frames": tuple(frames)}
