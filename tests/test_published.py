"""What customers are shown of handling: the newest publication, and nothing that was of too few."""

from __future__ import annotations

from typing import Any

from agent.core.reports import published
from kiosk.figures import Published


def report(period: str, **figures: float | None) -> dict[str, Any]:
    told = [{"figure": name.replace("_", "-"), "value": value} for name, value in figures.items()]
    return {"kind": "publication", "public": True, "period": period, "figures": told}


def test_the_newest_publication_is_shown() -> None:
    october = report("2026-10", received=12, closed=11, on_time_share=0.92, reply_median=3300.4)
    shown = published.view(published.newest(published.NOTHING, [october, report("2026-09", received=40)]))
    assert shown == Published("2026-10", 12, 11, 0.92, 3300)
    assert published.view(published.NOTHING) is None


def test_a_figure_of_too_few_is_not_told() -> None:
    few = report("2026-10", closed=None)
    few["figures"].append({"figure": "received", "below": 5})
    assert published.view(few) == Published("2026-10")


def test_what_is_not_for_the_public_is_never_shown() -> None:
    inside = report("2026-10", received=12) | {"kind": "briefing", "public": False}
    assert published.newest(published.NOTHING, [inside]) == {}
