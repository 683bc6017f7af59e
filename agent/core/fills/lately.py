"""The last few fills, as whoever did one knows it again: by gun, time and money, never by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from agent.core.messages.stamp import local, utc_of
from agent.core.model import Body, Fact
from agent.core.setup import Setup
from drivers.model import Instant
from kiosk.model import FillView

Lately = tuple[Body, ...]  # bodies of `fill` facts, the newest first, one a gun

MOST = 6
LONG = 2 * 3600.0  # seconds after which nobody comes in for a fill


def remember(before: Lately, facts: Iterable[Fact]) -> Lately:
    """With what was told just now; a gun's newest fill takes the place of the one before."""
    for fact in facts:
        if fact.kind == "fill":
            before = (fact.body, *(body for body in before if body["nozzle"] != fact.body["nozzle"]))[:MOST]
    return before


def recall(fills: Mapping[str, Body]) -> Lately:
    """From each gun's last fact."""
    return tuple(sorted(fills.values(), key=lambda body: str(body["ended"]), reverse=True))[:MOST]


def fresh(before: Lately, now: Instant) -> Lately:
    """Nobody comes in any more for what is long over."""
    kept = tuple(body for body in before if now.utc - utc_of(body["ended"]) < LONG)
    return before if len(kept) == len(before) else kept


def views(setup: Setup, lately: Lately) -> tuple[FillView, ...]:
    return tuple(
        FillView(body["nozzle"], f"{local(utc_of(body['ended']), setup.zone):%H:%M}", body["ended"],
                 f"{body['mass']}", f"{body['amount']}" if body.get("amount") is not None else "")
        for body in lately
    )  # fmt: skip
