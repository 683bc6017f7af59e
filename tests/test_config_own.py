"""What a station says of itself: its own reasons and how they are called, its reports, its reminders, whom it asks."""

from __future__ import annotations

from pathlib import Path

import pytest
from stations import write

from agent.config.model import Config
from agent.config.read import read
from agent.config.show import show
from agent.core.cases.profile import Span
from kiosk.model import Screen
from kiosk.pages import Pages


def read_with(folder: Path, extra: str) -> tuple[Config | None, list[str]]:
    path = write(folder)
    path.write_text(path.read_text("utf-8").replace('hotline = "400-000-0000"', f'hotline = "400-000-0000"\n{extra}'))
    config, problems, _ = read(path)
    return config, [str(problem) for problem in problems]


def test_a_stations_own_reason_is_called_what_the_station_calls_it(tmp_path: Path) -> None:
    config, problems = read_with(tmp_path, 'reasons = { queue = { zh-CN = "排队长", en = "Long queue" } }')
    assert config, problems
    home = Pages(("zh-CN", "en"), config.kiosk.reasons).home(Screen("江北加气站"))
    assert 'data-reason="queue"' in home and "排队长" in home and "Long queue" in home
    path = tmp_path / "shown.toml"
    path.write_text(show(config), "utf-8")
    again, _, _ = read(path)
    assert again and again.kiosk.reasons == config.kiosk.reasons


def test_a_reason_without_a_label_is_its_own_word(tmp_path: Path) -> None:
    config, _ = read_with(tmp_path, 'reasons = ["queue"]')
    assert config and '<span class="say"><span>queue</span></span>' in Pages(("zh-CN",), config.kiosk.reasons).home(
        Screen("江北加气站")
    )


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ('reasons = { queue = { zh-CN = "排队长" } }', "kiosk.reasons.queue.en: is missing"),
        ('reasons = { queue = { zh-CN = "排队长", en = "Queue", fr = "File" } }', "kiosk.reasons.queue.fr: unknown"),
        ('reasons = { speed = { zh-CN = "快", en = "Fast" } }', "kiosk.reasons: ['speed'] is there already"),
        ('[reports]\nreview = "25:00"', "reports.review: '25:00' is no time of the day"),
        ("[reports]\nwithin = { publication = 3 }", "reports.within.publication: unknown"),
        ("[reports]\nleast = 0", "reports.least:"),
        ('[reminders]\nprogress = "soon"', "reminders.progress: 'soon' is no limit"),
        ('[reminders]\nrecurrence = "3 wd"', "reminders.recurrence: 3 wd is not allowed"),
        ('[feedback]\nidentity = "passport"', "feedback.identity: 'passport'"),
    ],
)
def test_a_problem_is_a_line_to_mend(tmp_path: Path, extra: str, said: str) -> None:
    config, problems = read_with(tmp_path, extra)
    assert config is None and any(said in problem for problem in problems), problems


def test_terms_are_read_and_shown_as_they_are(tmp_path: Path) -> None:
    extra = '[reports]\nreview = "18:30"\nwithin = { briefing = 10 }\n[reminders]\nvisit = "3 wd"\nprogress = "off"\n'
    config, problems = read_with(tmp_path, extra)
    assert config, problems
    assert (config.terms.review, config.terms.within) == (18 * 60 + 30, {"briefing": 10})
    assert config.intervals.spans["visit"] == Span(3, "wd") and "progress" not in config.intervals.spans
    path = tmp_path / "shown.toml"
    path.write_text(show(config), "utf-8")
    again, _, _ = read(path)
    assert again and (again.terms, again.intervals) == (config.terms, config.intervals)
