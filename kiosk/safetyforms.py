"""The forms of safety, read: an alarm put aside, an emergency that is declared, what is done about it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Literal

from kiosk.caseforms import EVENT, plain
from kiosk.safety import (
    CODES,
    ENDED,
    AlarmAct,
    Conduct,
    DutyDone,
    Emergency,
    IncidentAct,
    PermitAct,
    Stopped,
)
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


def permit(sheet: Sheet, reasons: Collection[str]) -> PermitAct:
    """`said` is whatever stands beside event, by and permit: the agent knows what an event may say."""
    head = PermitAct(
        event=sheet.match("event", EVENT, "the name of an event"),
        by=sheet.match("by", NAME, "the id of a person"),
        permit=sheet.text("permit", SHORT),
    )
    said = sheet.take("said", dict, "what the event tells", {})
    return replace(head, said={str(key): plain(str(key), value) for key, value in said.items()})


def stopped(sheet: Sheet, reasons: Collection[str]) -> Stopped:
    return Stopped(place=sheet.text("place", SHORT), text=sheet.text("text"), by=sheet.text("by", SHORT))


def duty_done(sheet: Sheet, reasons: Collection[str]) -> DutyDone:
    return DutyDone(
        duty=sheet.match("duty", NAME, "the id of a duty"),
        by=sheet.match("by", NAME, "the id of a person"),
        point=sheet.text("point", SHORT),
        note=sheet.text("note"),
        defect=sheet.flag("defect"),
    )


def conduct(sheet: Sheet, reasons: Collection[str]) -> Conduct:
    return Conduct(
        code=sheet.choice("code", CODES),
        ended=sheet.choice("ended", ENDED),
        by=sheet.match("by", NAME, "the id of a person"),
        note=sheet.text("note"),
    )


SafetyForm = AlarmAct | Emergency | IncidentAct | PermitAct | Stopped | DutyDone | Conduct
READERS: dict[str, Callable[[Sheet, Collection[str]], SafetyForm]] = {
    "duty-done": duty_done,
    "conduct": conduct,
    **dict.fromkeys(ALARM_ACTS, alarm_act),
    "emergency": emergency,
    "incident": incident_act,
    "permit": permit,
    "work-stopped": stopped,
}
