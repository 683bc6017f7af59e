"""Every word on the screen stands in the words file, in both languages, and none stands there for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.model import Screen, Upkeep
from kiosk.pages import Pages
from kiosk.toy import SCREEN
from kiosk.words import Word, WordError, load

LANGUAGES = ("zh-CN", "en")


class Heard(Mapping[str, Word]):
    """Words that remember which of them were said."""

    def __init__(self) -> None:
        self.words = load()
        self.said: set[str] = set()

    def __getitem__(self, key: str) -> Word:
        self.said.add(key)
        return self.words[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def __len__(self) -> int:
        return len(self.words)


def screens() -> Iterator[Screen]:
    """The screens that between them show everything there is to show."""
    yield SCREEN
    yield replace(SCREEN, online=False, waiting=3, clk="holdover", hotline="")
    yield replace(SCREEN, online=False, keeping=False)
    yield replace(SCREEN, people=(), nozzles=(), alarms=())
    yield replace(SCREEN, clk="unsynced", upkeep=Upkeep(oldest=60))
    for seconds in (9_000, 200_000):
        yield replace(SCREEN, upkeep=Upkeep(away=seconds, oldest=seconds))
    for confirmed in ("agree", "differ"):
        yield replace(SCREEN, nozzles=tuple(replace(n, confirmed=confirmed) for n in SCREEN.nozzles))
    yield replace(SCREEN, alarms=tuple(replace(a, state="returned-unacknowledged") for a in SCREEN.alarms))


def test_every_word_is_said_somewhere_and_every_said_word_is_there() -> None:
    heard = Heard()
    pages = Pages(LANGUAGES, (), heard)
    for screen in screens():
        pages.home(screen)
        pages.staff(screen, None)
        pages.staff(screen, SCREEN.people[0])
        pages.error(screen)
    assert set(heard.words) - heard.said == set()


def test_a_station_with_one_language_shows_that_one_alone() -> None:
    page = Pages(("en",)).home(SCREEN)
    assert "Very dissatisfied" in page
    assert "非常不满意" not in page
    assert 'data-tap="language"' not in page


def test_what_is_handed_in_is_in_the_language_that_leads() -> None:
    page = Pages(LANGUAGES).home(SCREEN)
    assert 'data-text="加气量和实际不符"' in page


def test_a_name_of_a_station_cannot_write_html() -> None:
    page = Pages(LANGUAGES, ("<b>厕所</b>",)).home(replace(SCREEN, station="<script>x</script>"))
    assert "<script>x" not in page
    assert "<b>厕所" not in page


@pytest.mark.parametrize("texts", ['["只有一个"]', '["有", ""]', '["有", "two", "three"]', '["有", 2]'])
def test_a_word_without_its_translation_is_named(tmp_path: Path, texts: str) -> None:
    path = tmp_path / "words.toml"
    path.write_text(f'languages = ["zh-CN", "en"]\n[home]\nquestion = {texts}\n', "utf-8")
    with pytest.raises(WordError, match=r"words.toml: home.question: .*allowed: one text each for zh-CN, en"):
        load(path)
