"""What the staff hand in of their own duties: a report's deed, a questionnaire somebody was asked, who is on duty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class ReportDeed:
    """Somebody does what a report asks for: reads the day, holds the briefing, reviews, notes what is proposed."""

    event: str
    by: str
    report: str = ""  # empty: the day's review
    said: Mapping[str, Any] = field(default_factory=dict)
    kind: Literal["report"] = "report"


@dataclass(frozen=True, slots=True)
class Answered:
    """One person was asked a questionnaire's items: item → mark; without answers they declined."""

    survey: str
    answers: Mapping[str, int] = field(default_factory=dict)
    text: str = ""
    case: str = ""  # of a questionnaire about one
    by: str = ""  # id of the person who asked; empty: on the kiosk's screen
    kind: Literal["answers"] = "answers"


@dataclass(frozen=True, slots=True)
class DutyChange:
    """Somebody came on duty, or went off."""

    person: str
    by: str
    on: bool = True
    kind: Literal["duty"] = "duty"
