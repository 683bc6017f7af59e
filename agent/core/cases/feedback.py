"""A rating becomes a `feedback` fact; an undo is a second fact that withdraws the first."""

from __future__ import annotations

from agent.core.cases import privacy
from agent.core.model import Body, Fact
from drivers.model import Instant
from kiosk.model import Feedback

KIOSK = "kiosk-1"


def take(form: Feedback, receipt: str, now: Instant) -> Fact:
    text, _ = privacy.part(form.text)
    body: Body = {"receipt": receipt, "rating": form.rating, "reasons": list(form.reasons), "text": text}
    if form.withdraws:
        body["withdraws"] = form.withdraws
    return Fact("feedback", KIOSK, body, KIOSK, now)
