"""The syllables of Mandarin as they are typed, and what a southern speaker may take one for: z/zh, n/l, an/ang …"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

# initial → its finals; ü is typed v after n and l
FINALS = {
    "": "a ai an ang ao e ei en eng er o ou",
    "b": "a ai an ang ao ei en eng i ian iao ie in ing o u",
    "p": "a ai an ang ao ei en eng i ian iao ie in ing o ou u",
    "m": "a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u",
    "f": "a an ang ei en eng o ou u",
    "d": "a ai an ang ao e ei en eng i ia ian iao ie ing iu ong ou u uan ui un uo",
    "t": "a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo",
    "n": "a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan uo v ve",
    "l": "a ai an ang ao e ei eng i ia ian iang iao ie in ing iu ong ou u uan un uo v ve",
    "g": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "k": "a ai an ang ao e en eng ong ou u ua uai uan uang ui un uo",
    "h": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "j": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "q": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "x": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "zh": "a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo",
    "ch": "a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo",
    "sh": "a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo",
    "r": "an ang ao e en eng i ong ou u ua uan ui un uo",
    "z": "a ai an ang ao e ei en eng i ong ou u uan ui un uo",
    "c": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "s": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "y": "a an ang ao e i in ing o ong ou u uan ue un",
    "w": "a ai an ang ei en eng o u",
}
SYLLABLES = frozenset(initial + final for initial, finals in FINALS.items() for final in finals.split())
FUZZY = ((re.compile("^([zcs])h"), r"\1"), (re.compile("^n"), "l"), (re.compile("([aei])ng$"), r"\1n"))
LONGEST = max(map(len, SYLLABLES))


def blur(syllable: str) -> str:
    """The one form of everything that is taken for the same: zhuang, zuang, zhuan → zuan."""
    for pattern, form in FUZZY:
        syllable = pattern.sub(form, syllable)
    return syllable


BLURRED = frozenset(map(blur, SYLLABLES))
BEGINNINGS = frozenset(s[:n] for s in SYLLABLES for n in range(1, len(s)))


class Sound(NamedTuple):
    """What was typed for one character. `whole`: a syllable; else only its beginning, as in jqj."""

    typed: str
    whole: bool

    def fits(self, syllable: str) -> bool:
        """May it have been meant?"""
        return blur(self.typed) == blur(syllable) if self.whole else syllable.startswith(self.typed)


def sounds(keys: str, at: int) -> Iterator[Sound]:
    """What the letters from `at` on may begin with, the longest first.

    A lone beginning counts only where no syllable can go on: at the end, or before a letter that begins another.
    """
    rest = keys[at : at + LONGEST]
    whole = [rest[:n] for n in range(len(rest), 0, -1) if rest[:n] in SYLLABLES or blur(rest[:n]) in BLURRED]
    yield from (Sound(typed, True) for typed in whole)
    if at + len(rest) == len(keys) and rest in BEGINNINGS and rest not in whole:
        yield Sound(rest, False)
    first = rest[:2] if rest[:2] in ("zh", "ch", "sh") else rest[:1]
    if first in FINALS and first != rest and not any(len(typed) > len(first) for typed in whole):
        yield Sound(first, False)
