"""What the screen says, in each language: one file of words, read once, and nothing may be missing from it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

WORDS = Path(__file__).with_name("words.toml")

Word = Mapping[str, str]  # language → text
Words = Mapping[str, Word]  # "home.question" → word


class WordError(ValueError):
    """The words file is not whole: says which word, and what it lacks."""


def load(path: Path = WORDS) -> dict[str, Word]:
    """Every word of the file: `[screen]` `name = [text, text]`, one text for each of the file's `languages`."""
    content = tomllib.loads(path.read_text("utf-8"))
    languages = content.pop("languages")
    words: dict[str, Word] = {}
    for screen, table in content.items():
        for name, texts in table.items():
            key = f"{screen}.{name}"
            if len(texts) != len(languages) or not all(isinstance(text, str) and text.strip() for text in texts):
                raise WordError(f"{path.name}: {key}: {texts!r}; allowed: one text each for {', '.join(languages)}")
            words[key] = dict(zip(languages, texts, strict=True))
    return words
