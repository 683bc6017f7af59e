"""A proof written down: registers or frames as they came and the readings they gave, as a [[vector]] of a map."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from drivers.maps.proof import spoken
from drivers.model import Reading, Registers

ROW = 16  # registers a line
UNKNOWN = ("timeout", "link", "checksum", "refused", "stale")  # faults that no register tells of


def vector(name: str, note: str, registers: Registers, readings: Sequence[Reading]) -> str:
    """The TOML of one proof. ValueError: two tables have different registers at one address, or nothing was read."""
    words: dict[int, int] = {}
    for (_, address), word in registers.items():
        if words.setdefault(address, word) != word:
            raise ValueError(f"register {address:#06x} differs from table to table: one proof cannot hold both")
    return written(name, note, [f'registers.{address:#06x} = "{said}"' for address, said in runs(words)], readings)


def frame_vector(name: str, note: str, frames: Sequence[bytes], readings: Sequence[Reading]) -> str:
    """The same of frames. ValueError: nothing was read."""
    rows = ["frames = [", *(f'  "{frame.hex(" ").upper()}",' for frame in frames), "]"]
    return written(name, note, rows, readings)


def written(name: str, note: str, given: Sequence[str], readings: Sequence[Reading]) -> str:
    known = [reading for reading in readings if reading.fault not in UNKNOWN]
    if not known:
        raise ValueError("nothing was read that could be proven")
    rows = ["[[vector]]", f"name = {quoted(name)}", f"note = {quoted(note)}", *given]
    rows += [f"expect.{reading.point} = {quoted(spoken(reading))}" for reading in known]
    return "\n".join(rows) + "\n"


def runs(words: dict[int, int]) -> Iterator[tuple[int, str]]:
    """(address, words) of registers that follow one another, a line at a time."""
    start, row = 0, list[int]()
    for address in sorted(words):
        if row and (address != start + len(row) or len(row) == ROW):
            yield start, spelt(row)
            row = []
        start = start if row else address
        row.append(words[address])
    if row:
        yield start, spelt(row)


def spelt(row: Sequence[int]) -> str:
    return " ".join(f"{word:04X}" for word in row)


def quoted(text: str) -> str:
    """A TOML string of one line."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
