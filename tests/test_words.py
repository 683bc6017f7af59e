"""Every word on the screen stands in the words file, in both languages, and none stands there for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from agent.core.cases.model import ROLES, State
from agent.core.cases.profile import MARKS
from kiosk.model import CASE_KINDS, TOPICS, Screen, Upkeep
from kiosk.pages import Pages
from kiosk.toy import SCREEN, STANDING
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


def standings() -> Iterator[dict[str, str]]:
    """How a case may stand, so that every word for it is said."""
    for state in get_args(State):
        yield STANDING | {"state": state}
    for holder in (*ROLES, "headoffice", "station"):
        yield STANDING | {"holder": holder}
    for adopted in ("yes", "no", "pending"):
        yield STANDING | {"adopted": adopted}
    yield {key: value for key, value in STANDING.items() if key != "text"} | {f"due.{mark}": "2026" for mark in MARKS}


def test_every_word_is_said_somewhere_and_every_said_word_is_there() -> None:
    heard = Heard()
    pages = Pages(LANGUAGES, (), heard)
    for kind, topic in product(CASE_KINDS, TOPICS):
        pages.part("sentences", SCREEN, kind=kind, topic=topic)
    for facts in standings():
        pages.part("standing", SCREEN, number="CQ0147-261101", facts=facts)
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
    part = Pages(LANGUAGES).part("sentences", SCREEN, kind="complaint", topic="metering")
    assert 'data-text="加气量和实际不符"' in part


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
