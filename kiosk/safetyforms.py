"""The forms of safety: an emergency that is declared, and what is done about it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from kiosk.model import Emergency, IncidentAct
from kiosk.sheet import NAME, SHORT, FormError, Sheet

EVENTS: tuple[Literal["step", "note", "at_scene", "cleared", "handled", "closed"], ...] = (
    "step", "note", "at_scene", "cleared", "handled", "closed",
)  # fmt: skip


def emergency(sheet: Sheet, reasons: Collection[str]) -> Emergency:
    return Emergency(
        what=sheet.match("what", NAME, "a kind of the emergency plan"),
        device=sheet.text("device", SHORT),
        drill=sheet.flag("drill"),
        text=sheet.text("text"),
        by=sheet.text("by", SHORT),
    )


def incident_act(sheet: Sheet, reasons: Collection[str]) -> IncidentAct:
    act = IncidentAct(
        incident=sheet.match("incident", NAME, "the number of an incident"),
        event=sheet.choice("event", EVENTS),
        word=sheet.text("word"),
        by=sheet.text("by", SHORT),
    )
    if act.event in ("step", "note") and not act.word:
        raise FormError("word", "is missing", "the step that was done, or what is to be noted")
    return act
