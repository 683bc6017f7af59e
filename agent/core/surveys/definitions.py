"""What a questionnaire asks: those the station always has, and those head office defines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.core.messages.stamp import utc_of
from drivers.model import Instant
from kiosk.surveys import SurveyView

Survey = Mapping[str, Any]  # as its `notice` fact tells it
NOTICE = "survey-"  # head of the id of such a fact
MOST = 20  # items of one, and questionnaires
BEST = 5


def survey(name: str, zh: str, en: str, **items: tuple[str, str]) -> Survey:
    asked = [{"item": item, "zh-CN": texts[0], "en": texts[1]} for item, texts in items.items()]
    return {"survey": name, "title": {"zh-CN": zh, "en": en}, "items": asked, "scale": BEST, "by": "station"}


QUALITY, GAS = ("服务质量", "quality of the service"), ("燃气质量", "quality of the gas")
ATTITUDE, SPEED = ("服务态度", "attitude"), ("速度", "speed")
RESULT, FILLING = ("处理结果", "the result"), ("加气服务", "filling service")
ALWAYS: dict[str, Survey] = {one["survey"]: one for one in (
    survey("after-fill", "加气后评价", "after a fill", attitude=ATTITUDE, quality=QUALITY, speed=SPEED, gas=GAS),
    survey("after-case", "处理后评价", "after a case", result=RESULT, quality=QUALITY, attitude=ATTITUDE),
    survey("inquiry", "月度征询", "monthly inquiry", gas=GAS, filling=FILLING, attitude=ATTITUDE),
)}  # fmt: skip


def recall(notices: Mapping[str, Mapping[str, Any]]) -> dict[str, Survey]:
    """Head office's own that have not ended, from the last fact of each."""
    told = (body for id, body in notices.items() if id.startswith(NOTICE))
    return {body["survey"]: body for body in told if not body.get("end")}


def running(surveys: Mapping[str, Survey], now: Instant) -> dict[str, Survey]:
    """Those that may be answered now; on a clock that is not set, all."""
    every = {**ALWAYS, **surveys}
    if now.clk == "unsynced":
        return every
    return {name: one for name, one in every.items() if runs(one, now.utc)}


def views(surveys: Mapping[str, Survey], now: Instant) -> tuple[SurveyView, ...]:
    """Those that may be answered now, as a page asks them."""
    return tuple(
        SurveyView(
            name, one["title"], tuple((item["item"], worded(item)) for item in one["items"]), one.get("scale", BEST),
            name not in ALWAYS,
        )
        for name, one in running(surveys, now).items()
    )  # fmt: skip


def worded(item: Mapping[str, str]) -> dict[str, str]:
    """What is asked, by language."""
    return {language: text for language, text in item.items() if language != "item"}


def runs(survey: Survey, utc: float) -> bool:
    begin, end = survey.get("from"), survey.get("until")
    return (begin is None or utc_of(begin) <= utc) and (end is None or utc < utc_of(end))


def objection(survey: Survey, answers: Mapping[str, int]) -> str:
    """Why these are no answers to it, or an empty text."""
    items, best = [item["item"] for item in survey["items"]], survey.get("scale", BEST)
    for item, mark in answers.items():
        if item not in items:
            return f"answers: {item[:32]!r} is not asked; {', '.join(items)}"
        if not 1 <= mark <= best:
            return f"answers.{item}: {mark}; 1 to {best}"
    return ""
