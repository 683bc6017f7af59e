"""The forms of safety, read: an alarm put aside, an emergency that is declared, what is done about it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from kiosk.safety import AlarmAct, Emergency, IncidentAct
from kiosk.sheet import NAME, SHORT, FormError, Sheet

ALARM_ACTS: tuple[Literal["shelve", "unshelve", "reset", "remove", "restore"], ...] = (
    "shelve", "unshelve", "reset", "remove", "restore",
)  # fmt: skip
LONGEST_SHELVED = 1440  # minutes
EVENTS: tuple[Literal["step", "note", "at_scene", "cleared", "handled", "closed"], ...] = (
    "step", "note", "at_scene", "cleared", "handled", "closed",
)  # fmt: skip


def alarm_act(sheet: Sheet, reasons: Collection[str]) -> AlarmAct:
    kind = sheet.choice("kind", ALARM_ACTS)
    return AlarmAct(
        kind=kind,
        alarm=sheet.match("alarm", NAME, "the id of an alarm"),
        by=sheet.match("by", NAME, "the id of a person"),
        why=sheet.text("why", SHORT),
        minutes=sheet.whole("minutes", 1, LONGEST_SHELVED) if kind == "shelve" else 0,
    )


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
