"""From letters to words: all ways to read them as one lattice, the cheapest ways through it, what it may begin with.

j i a q i j i t a i m a n        加气机太慢 · 加气机 · 加气 · 家 · 加 …
└────加气机────┘└太─┘└─慢─┘
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from heapq import nsmallest
from typing import NamedTuple, Protocol

from kiosk.pinyin.syllables import Sound, sounds

LONGEST_WORD = 5  # characters
LONGEST_CLAUSE = 60  # letters
JOINT = 2.0  # what each word of a clause costs: few long words are likelier than many short ones
WAYS = 3  # kept at each place
EACH = 8  # words tried for one step of a clause
OFFERED = 90
LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz'")


class Word(NamedTuple):
    """A word and what it costs: −ln of how often it comes, and what was typed askew."""

    cost: float
    text: str


class Lexicon(Protocol):
    """Where words come from."""

    def words(self, sounds: tuple[Sound, ...]) -> Sequence[Word]:
        """The words that may be meant by these sounds, one a character, the likeliest first."""


class Candidate(NamedTuple):
    """A text to choose, and how many of the letters it takes."""

    text: str
    taken: int


class Edge(NamedTuple):
    """A word between two places of the letters; `rank`: its place among those read the same, from 0."""

    end: int
    word: Word
    rank: int


Steps = Mapping[int, Sequence[tuple[int, Sound]]]  # place → (next place, the sound between)


def candidates(keys: str, lexicon: Lexicon) -> list[Candidate]:
    """What may be meant by these letters, at most OFFERED: the likeliest clause, then words to begin with, the longest
    first. An apostrophe parts two syllables; what is no letter is left out."""
    keys = "".join(letter for letter in keys.lower() if letter in LETTERS)[:LONGEST_CLAUSE]
    while keys and 0 not in (steps := ways(keys)):
        keys = keys[:-1]  # what cannot be read yet waits behind what can
    if not keys:
        return []
    edges = {at: list(words(steps, at, lexicon)) for at in steps}
    begins = sorted(edges.get(0, ()), key=lambda edge: (-edge.end, edge.word.cost))
    whole = [Candidate(text, len(keys)) for text in clauses(edges, len(keys))]
    first = [Candidate(edge.word.text, edge.end) for edge in begins]
    offered: dict[str, Candidate] = {}
    for candidate in [*whole[:1], *first[:2], *whole[1:], *first]:
        offered.setdefault(candidate.text, candidate)
    return list(offered.values())[:OFFERED]


def ways(keys: str) -> Steps:
    """From each place the sounds that may follow, if the last letter can still be reached."""
    steps: dict[int, list[tuple[int, Sound]]] = {}
    for at in range(len(keys) - 1, -1, -1):
        found = [(at + len(sound.typed), sound) for sound in sounds(keys, at)]
        found = [(end + (keys[end : end + 1] == "'"), sound) for end, sound in found]
        if reaching := [(end, sound) for end, sound in found if end == len(keys) or end in steps]:
            steps[at] = reaching
    return steps


def words(steps: Steps, at: int, lexicon: Lexicon, before: tuple[Sound, ...] = ()) -> Iterator[Edge]:
    """Every word that may begin at a place."""
    for end, sound in steps.get(at, ()):
        read = (*before, sound)
        yield from (Edge(end, word, rank) for rank, word in enumerate(lexicon.words(read)))
        if len(read) < LONGEST_WORD:
            yield from words(steps, end, lexicon, read)


def clauses(edges: Mapping[int, Sequence[Edge]], length: int) -> list[str]:
    """The cheapest ways through the whole lattice, as texts."""
    best: dict[int, dict[str, float]] = defaultdict(dict)
    best[0][""] = 0.0
    for at in sorted(edges):
        likely = [edge for edge in edges[at] if edge.rank < EACH]
        for text, cost in nsmallest(WAYS, best[at].items(), key=lambda way: way[1]):
            for end, word, _ in likely:
                joined, total = text + word.text, cost + word.cost + JOINT
                best[end][joined] = min(total, best[end].get(joined, total))
    return [text for text, _ in nsmallest(WAYS, best[length].items(), key=lambda way: way[1]) if text]
