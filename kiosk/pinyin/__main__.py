"""The set-up of Chinese input, once a machine: `python -m kiosk.pinyin` makes the lexicon from two dictionaries.

Word counts are jieba's, readings pypinyin's; the words of a station are our own (station.txt). Ten seconds, 10 MB.
"""

from __future__ import annotations

import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files
from math import log
from pathlib import Path
from typing import NamedTuple

from pypinyin import Style, pinyin

from kiosk.pinyin.lattice import LONGEST_WORD
from kiosk.pinyin.lexicon import HOME
from kiosk.pinyin.syllables import SYLLABLES, blur

RARE = 10  # words that come less often are left out
SHORT_FORMS = 120  # words kept for one row of first letters
OURS = 4000  # how often a word of the station's counts as having been seen
SECOND = 0.05  # how often a character's other readings come, to its first


class Entry(NamedTuple):
    """A word, how often it was seen, and its syllables."""

    text: str
    seen: float
    syllables: tuple[str, ...]


def counted() -> Iterator[tuple[str, float]]:
    """Words and how often they come: jieba's, and the station's own."""
    for line in (files("jieba") / "_data" / "dict.txt").read_text("utf-8").splitlines():
        text, count, *_ = line.split(" ")
        if float(count) >= RARE or len(text) == 1:
            yield text, float(count) or 1.0
    for line in (files("kiosk.pinyin") / "station.txt").read_text("utf-8").splitlines():
        yield from ((text, OURS) for text in line.partition("#")[0].split())


def common(text: str) -> bool:
    """In simplified characters that people use: those of GB 2312."""
    try:
        return len(text.encode("gb2312")) == 2 * len(text) and all("\u4e00" <= c <= "\u9fff" for c in text)
    except UnicodeEncodeError:
        return False


def entries() -> Iterator[Entry]:
    """Every word that can be typed, once; a character under each of its readings."""
    counts: dict[str, float] = defaultdict(float)
    for text, count in counted():
        if len(text) <= LONGEST_WORD and common(text):
            counts[text] = max(counts[text], count)
    for text, count in counts.items():
        read = pinyin(text, style=Style.NORMAL, heteronym=len(text) == 1, v_to_u=False, errors="ignore")
        if len(text) == 1 and read:
            kept = dict.fromkeys(s for s in read[0] if s in SYLLABLES)
            yield from (Entry(text, count * (SECOND if n else 1.0), (s,)) for n, s in enumerate(kept))
        elif len(read) == len(text) and all(s[0] in SYLLABLES for s in read):
            yield Entry(text, count, tuple(s[0] for s in read))


def rows() -> Iterator[tuple[str, float, str, str]]:
    """(key, cost, text, sound) as the lexicon finds them: by blurred syllables, and the likeliest by first letters."""
    known = list(entries())
    total = sum(entry.seen for entry in known)
    short: dict[str, list[tuple[str, float, str, str]]] = defaultdict(list)
    for text, count, syllables in known:
        blurred = [blur(syllable) for syllable in syllables]
        row = (log(total / count), text, "'".join(syllables))
        yield "'".join(blurred), *row
        first = "." + "".join(syllable[0] for syllable in blurred)
        short[first].append((first, *row))
    for found in short.values():
        yield from sorted(found)[:SHORT_FORMS]


def make(path: Path = HOME) -> int:
    """Write the lexicon; the count of its rows. The old one is there until the new one is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with sqlite3.connect(fresh) as file:
        file.execute(
            "CREATE TABLE word (key TEXT, cost REAL, text TEXT, sound TEXT, PRIMARY KEY (key, cost, text, sound))"
            " WITHOUT ROWID"
        )
        count = file.executemany("INSERT OR IGNORE INTO word VALUES (?, ?, ?, ?)", sorted(rows())).rowcount
    file.close()
    fresh.replace(path)
    return count


if __name__ == "__main__":
    where = Path(sys.argv[1]) if len(sys.argv) > 1 else HOME
    print(f"{make(where)} rows in {where}")
