"""Questionnaires: head office says what is asked and for how long; each one asked is a fact, and nobody is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cases import Story, at

PUT: dict[str, Any] = {
    "survey": "autumn", "title": {"zh-CN": "秋季满意度调查", "en": "Autumn survey"},
    "items": [{"item": "toilet", "zh-CN": "卫生间", "en": "Toilets"}, {"item": "queue", "zh-CN": "排队"}],
    "until": "2026-11-25T00:00:00+08:00", "target": 50,
}  # fmt: skip


def put(when: str, **changes: Any) -> dict[str, Any]:
    return at(when, command={"name": "survey.put", "id": when, "by": "ho", "args": PUT | changes})


def answer(when: str, survey: str = "autumn", **said: Any) -> dict[str, Any]:
    return at(when, form={"kind": "answers", "survey": survey, **said})


def test_a_questionnaire_runs_until_its_end_and_each_asked_is_a_fact(tmp_path: Path) -> None:
    story = Story(
        tmp_path, put("08:00:00"), answer("09:00:00", answers={"toilet": 2, "queue": 5}, text="13812345678 请回电"),
        answer("09:05:00", by="li"), answer("2026-11-26T09:00:00", answers={"toilet": 2}),
    )  # fmt: skip
    assert story.replies() == {"08:00:00": ""}
    first, declined = story.bodies("feedback")
    assert first["answers"] == {"toilet": 2, "queue": 5} and first["text"] == "▇▇▇ 请回电"
    assert declined["answers"] == {} and declined["by"] == "li"
    assert "does not run; one of after-fill, after-case, inquiry" in story.refused[0]


def test_it_is_ended_and_remembered(tmp_path: Path) -> None:
    ends = [
        at(when, command={"name": "survey.put", "id": when, "by": "ho", "args": {"survey": "autumn", "end": True}})
        for when in ("09:00:00", "11:00:00")
    ]
    story = Story(tmp_path, put("08:00:00"), ends[0], answer("10:00:00"), ends[1])
    assert story.replies()["09:00:00"] == "" and "'autumn' is unknown" in story.replies()["11:00:00"]
    assert story.refused and [body.get("end", False) for body in story.bodies("notice")] == [False, True]


@pytest.mark.parametrize(
    ("survey", "answers", "why"),
    [
        ("autumn", {"toilet": 6}, "answers.toilet: 6; 1 to 5"),
        ("autumn", {"gossip": 1}, "answers: 'gossip' is not asked; toilet, queue"),
        ("spring", {}, "survey: 'spring' does not run"),
        ("inquiry", {"gas": 0}, "answers.gas: 0; 1 to 5"),
    ],
)
def test_what_is_no_answer_is_refused_in_words(tmp_path: Path, survey: str, answers: Any, why: str) -> None:
    story = Story(tmp_path, put("08:00:00"), answer("09:00:00", survey, answers=answers))
    assert why in story.refused[0] and not story.bodies("feedback")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"items": []}, "items: 0; 1 to 20"),
        ({"items": [PUT["items"][0], PUT["items"][0]]}, "each one once"),
        ({"survey": "inquiry"}, "is the station's own"),
        ({"survey": "A b"}, "survey"),
        ({"title": None}, "title"),
    ],
)
def test_a_questionnaire_that_cannot_be_asked_is_refused(tmp_path: Path, changes: Any, why: str) -> None:
    story = Story(tmp_path, put("08:00:00", **changes))
    assert why in story.replies()["08:00:00"] and not story.bodies("notice")
