"""The public holidays and make-up workdays that China's State Council has published, year by year, from a library."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from chinese_calendar import constants

from agent.core.cases.calendar import Year


@cache
def published() -> Mapping[int, Year]:
    """Every year the installed library knows. The next year's notice comes in November; until it is installed here, or
    head office says it (`calendar.put`), that year is not known."""
    years = sorted({day.year for day in constants.holidays})
    return {
        year: Year(
            frozenset(day for day in constants.holidays if day.year == year),
            frozenset(day for day in constants.workdays if day.year == year),
        )
        for year in years
    }
