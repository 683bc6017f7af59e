"""What a person may do with an alarm, here or at head office: see it, shelve it, reset it, take it out of service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Literal, NamedTuple

from agent.core.alarms import panel
from agent.core.alarms.machine import HIDDEN, Act, Alarm, Aside, Return
from agent.core.alarms.panel import Alarms
from agent.core.model import Commanded, Fact
from agent.core.setup import Setup
from agent.core.state import Commands, Done, Forms, State, Taken
from drivers.model import Instant
from kiosk.model import Acknowledge, Receipt, Refusal
from kiosk.safety import AlarmAct

Verb = Literal["acknowledge", "shelve", "unshelve", "reset", "remove", "restore"]
HIDES = ("shelve", "remove")
MOVES: dict[Verb, Act | Return] = {
    "shelve": "shelve", "unshelve": "unshelve", "reset": "reset", "remove": "remove", "restore": "restore",
}  # fmt: skip


class Wish(NamedTuple):
    """What is to be done with which alarm, by whom and why; `until`: seconds since 1970, None: not said."""

    alarm: str
    verb: Verb
    by: str
    why: str = ""
    until: float | None = None


def grant(setup: Setup, alarms: Alarms, wish: Wish, now: Instant) -> tuple[Alarms, list[Fact], str]:
    """Do it, or say why not."""
    before = alarms.get(wish.alarm, panel.NORMAL)
    if why := objection(setup, before, wish, now):
        return alarms, [], why
    if wish.verb == "acknowledge":
        alarms, facts = panel.acknowledge(setup, alarms, wish.alarm, wish.by, now, wish.why)
    else:
        ends = None if wish.until is None else now.mono + wish.until - now.utc
        aside = Aside(wish.by, wish.why, wish.until, ends)
        alarms, facts = panel.move(setup, alarms, wish.alarm, MOVES[wish.verb], now, wish.by, aside)
    return alarms, facts, "" if facts else f"alarm: {wish.alarm} is {before.phase}: nothing to {wish.verb}"


def objection(setup: Setup, alarm: Alarm, wish: Wish, now: Instant) -> str:
    """Why a wish is not granted, or an empty text: nobody hides an alarm for ever, or without a reason, or one that
    must always be heard."""
    rule = setup.rules.by_id.get(wish.alarm)
    if rule is None:
        return f"alarm: {wish.alarm!r} is unknown"
    if wish.verb == "acknowledge" and rule.explain and not wish.why:
        return "why: is missing; what was found, and what was done"
    if wish.verb not in HIDES:
        return ""
    if not rule.shelve:
        return f"alarm: {wish.alarm} must always be heard: it is neither shelved nor taken out of service"
    if not wish.why:
        return "why: is missing; a reason that others understand"
    if wish.verb == "remove":
        return ""
    if wish.until is None:
        return "until: is missing; nothing is shelved for ever"
    if not now.utc < wish.until <= now.utc + rule.shelve:
        return f"until: from now to {rule.shelve / 3600:g} h from now"
    return f"alarm: {wish.alarm} is {alarm.phase} already" if alarm.phase in HIDDEN else ""


# ── at the station ──────────────────────────────────────────────────────────


def acknowledged(state: State, form: Acknowledge, now: Instant) -> Taken:
    return taken(state, Wish(form.alarm, "acknowledge", form.by, form.why), now)


def acted(state: State, form: AlarmAct, now: Instant) -> Taken:
    until = now.utc + form.minutes * 60 if form.minutes else None
    return taken(state, Wish(form.alarm, form.kind, form.by, form.why, until), now)


def taken(state: State, wish: Wish, now: Instant) -> Taken:
    alarms, facts, why = grant(state.setup, state.alarms, wish, now)
    if why:
        return state, [], Refusal("invalid", why)
    return replace(state, alarms=alarms), facts, Receipt(wish.alarm, {})


# ── by command ──────────────────────────────────────────────────────────────


def command(verb: Verb) -> Callable[[State, Commanded, Instant], Done]:
    """The command that does this."""

    def obey(state: State, event: Commanded, now: Instant) -> Done:
        args = event.body["args"]
        until = datetime.fromisoformat(args["until"]).timestamp() if "until" in args else None
        if "minutes" in args:
            until = now.utc + float(args["minutes"]) * 60
        by = f"head-office:{event.body.get('by', '')}"[:64]
        wish = Wish(args["alarm"], verb, by, args.get("why", ""), until)
        alarms, facts, why = grant(state.setup, state.alarms, wish, now)
        return replace(state, alarms=alarms), list(facts), f"args: {why}" if why else ""

    return obey


COMMANDS: Commands = {
    "alarm.ack": command("acknowledge"),
    "alarm.shelve": command("shelve"),
    "alarm.unshelve": command("unshelve"),
    "alarm.reset": command("reset"),
    "alarm.remove": command("remove"),
    "alarm.restore": command("restore"),
}
FORMS: Forms = {Acknowledge: acknowledged, AlarmAct: acted}
