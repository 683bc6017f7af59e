"""What customers are shown of how others' complaints were handled: the newest publication, and nothing small in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kiosk.figures import Published

Body = Mapping[str, Any]
KIND = "publication"
NOTHING: Body = {}


def newest(before: Body, reports: Iterable[Body]) -> Body:
    """The publication of the latest month among these; `before`: the one known already."""
    told = [body for body in reports if body.get("kind") == KIND and body.get("public") and body.get("figures")]
    return max((before, *told), key=lambda body: str(body.get("period", "")))


def view(body: Body) -> Published | None:
    """Of a figure that was of too few nothing is told, as nothing stands in the report."""
    if not body:
        return None
    said = {one["figure"]: one["value"] for one in body["figures"] if one.get("value") is not None}
    whole = {name: int(said[name]) for name in ("received", "closed", "reply-median") if name in said}
    return Published(
        str(body["period"]), whole.get("received"), whole.get("closed"), said.get("on-time-share"),
        whole.get("reply-median"),
    )  # fmt: skip
