"""Working days: the published years to the day, head office's own, and a year that nobody knows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from promises import CALENDAR, SHANGHAI

from agent.config.holidays import published
from agent.core.cases.calendar import Calendar, read


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("first", "worked"),
    [  # as the State Council published them: one letter a day, W worked, - off
        (
            "2026-02-12",
            "WWW---------WWWWW-WW",
        ),  # Saturday 14 February worked, 15 to 23 off, 28 worked
        (
            "2026-09-19",
            "-WWWWW---WWW-------WWW-",
        ),  # 20 September worked, 25 to 27 off, 1 to 7 October off
        ("2026-01-01", "---WWWWWW-"),  # New Year 1 to 3 January, Sunday 4 worked
        ("2025-01-24", "W-WW--------WWWW-WWW"),  # 26 January worked, 28 January to 4 February off, 8 February worked
        ("2025-09-27", "-WWW--------WWW-W"),  # Sunday 28 September worked, 1 to 8 October off, Saturday 11 worked
        ("2024-12-30", "WW-WW--W"),  # a year's end: 1 January off and nothing made up
    ],
)
def test_a_published_year_is_known_to_the_day(first: str, worked: str) -> None:
    start = day(first).toordinal()
    told = "".join("W" if CALENDAR.works(date.fromordinal(start + i)) else "-" for i in range(len(worked)))
    assert told == worked


def test_a_year_that_nobody_knows_has_neither_working_days_nor_others() -> None:
    unknown = max(published()) + 1
    assert CALENDAR.works(date(unknown, 3, 3)) is None
    assert CALENDAR.works(date(unknown - 1, 3, 3)) is not None


def test_head_office_says_a_year_and_says_it_anew() -> None:
    year, off, makeup = read({"year": 2027, "holidays": ["2027-01-01"], "workdays": ["2027-01-09"]})
    calendar = CALENDAR.put(year, off, makeup)
    assert [calendar.works(day(d)) for d in ("2027-01-01", "2027-01-09", "2027-01-04")] == [False, True, True]
    again = calendar.put(2027, [day("2027-01-04")], [])
    assert [again.works(day(d)) for d in ("2027-01-01", "2027-01-09", "2027-01-04")] == [True, False, False]


def test_a_new_years_notice_may_change_the_december_before_it() -> None:
    calendar = Calendar(SHANGHAI, {2018: published()[2018]}).put(
        2019, [day("2018-12-31"), day("2019-01-01")], [day("2018-12-29")]
    )
    assert calendar.works(day("2018-12-31")) is False
    assert calendar.works(day("2018-12-29")) is True


GOOD: dict[str, Any] = {"year": 2027, "holidays": ["2027-01-01"], "workdays": []}


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"year": "2027"}, "year: '2027'"),
        ({"year": True}, "year: True"),
        ({"year": 9999}, "year: 9999"),
        ({"holidays": []}, "holidays: none"),
        ({"holidays": ["1 January"]}, "holidays: holds what is no date"),
        ({"holidays": [20270101]}, "holidays: holds what is no date"),
        ({"holidays": "2027-01-01"}, "holidays: '2027-01-01'"),
        ({"holidays": ["2028-01-01"]}, "holidays: 2028-01-01 is not of 2027"),
        ({"workdays": ["2027-01-04"]}, "workdays: 2027-01-04 is worked anyway"),
        ({"holidays": ["2027-01-09"], "workdays": ["2027-01-09"]}, "workdays: 2027-01-09 is among the holidays too"),
        ({"extra": 1}, "extra: unknown"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused_with_the_reason(change: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ValueError) as refused:
        read(GOOD | change)
    assert str(refused.value).startswith(wrong)
