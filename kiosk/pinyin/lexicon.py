"""The lexicon on disk: words by what they sound like, the likeliest first. Read where it lies, never written."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from kiosk.pinyin.lattice import Word
from kiosk.pinyin.syllables import Sound, blur

HOME = Path(sys.prefix) / "share" / "station-edge" / "pinyin.db"  # beside the program, where the set-up puts it
SLIP = 2.5  # what a syllable costs that only sounds alike
SHORT = 2.0  # what a letter costs that stands for a whole syllable
WORDS, CHARACTERS = 8, 60  # kept of one reading


class Lexicon:
    """The words of one file, as `python -m kiosk.pinyin` makes it. Raises FileNotFoundError when there is none."""

    def __init__(self, path: Path = HOME) -> None:
        if not path.is_file():
            raise FileNotFoundError(f"{path}: no lexicon; make it with python -m kiosk.pinyin")
        self.file = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        self.words = lru_cache(maxsize=4096)(self.read)

    def read(self, sounds: tuple[Sound, ...]) -> Sequence[Word]:
        """The words that may be meant by these sounds, one a character, the likeliest first."""
        rows = self.file.execute("SELECT cost, text, sound FROM word WHERE key = ?", (key(sounds),))
        costs: dict[str, float] = {}
        for cost, text, sound in rows:
            if (askew := slips(sounds, sound.split("'"))) is not None:
                costs[text] = min(cost + askew, costs.get(text, cost + askew))
        return sorted(Word(cost, text) for text, cost in costs.items())[: CHARACTERS if len(sounds) == 1 else WORDS]


def installed(path: Path = HOME) -> Lexicon | None:
    """The lexicon that the set-up made, if it did."""
    return Lexicon(path) if path.is_file() else None


def key(sounds: Sequence[Sound]) -> str:
    """Under what the words stand: their blurred syllables; their first letters when one syllable was cut short."""
    if all(sound.whole for sound in sounds):
        return "'".join(blur(sound.typed) for sound in sounds)
    return "." + "".join(blur(sound.typed)[:1] for sound in sounds)


def slips(sounds: Sequence[Sound], syllables: Sequence[str]) -> float | None:
    """What the difference between the typed and the meant costs; None: it cannot have been meant."""
    total = 0.0
    for sound, syllable in zip(sounds, syllables, strict=True):
        if not sound.fits(syllable):
            return None
        total += SHORT if not sound.whole else SLIP if sound.typed != syllable else 0.0
    return total
