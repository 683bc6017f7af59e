"""Head office's half: its commands as events of a case, each with the version it expects; a conflict is answered, never
overwritten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from agent.core.cases import desk, openings
from agent.core.cases.model import Actor, Case
from agent.core.model import Body, Commanded
from agent.core.state import Commands, Done, State
from drivers.model import Instant
from kiosk.forms import read_form
from kiosk.model import Complaint
from kiosk.sheet import FormError

EVENTS = {  # command → the event it is; `case.event` names its own
    "case.ack": "acked",
    "case.assign": "assigned",
    "case.progress": "progress",
    "case.reply": "replied",
    "case.classify": "classified",
    "case.close": "archived",
    "case.reopen": "reopened",
    "case.transfer": "transferred",
    "case.extend": "extended",
    "case.refuse": "refused",
}
NEEDS = {"case.reply": "text", "case.event": "event", "case.open": "kind"}  # beside what the event itself needs


def entered(event: str) -> Callable[[State, Commanded, Instant], Done]:
    """The command that enters this event (an empty text: the one its arguments name)."""

    def enter(state: State, command: Commanded, now: Instant) -> Done:
        args: Body = dict(command.body.get("args", {}))
        if (need := NEEDS.get(command.name, "case")) not in args:
            return state, [], f"args: {need}: missing"
        number, version, when = args.pop("case"), args.pop("version"), args.pop("at", None)
        kind = event or args.pop("event", "")
        case = state.desk.find(number)
        if case is None:
            return state, [], f"case: {number!r} is unknown"
        if unseen := conflict(case, version):
            return state, [], f"version: {version} was expected, {number} stands at {case.version} ({unseen})"
        at = moment(when or command.body.get("issued"), case, now)
        told = desk.Told(number, kind, Actor("head-office", by_of(command)), args, at)
        outcome = desk.happen(state.setup, state.desk, told, state.chance, now)
        if outcome.why:
            return state, [], outcome.why
        state = replace(state, desk=outcome.desk, chance=outcome.chance)
        state, facts = openings.warn_of(state, number, kind, args, now)
        return state, [*outcome.effects, *facts], ""

    return enter


def conflict(case: Case, version: int) -> str:
    """The newest event that head office has not seen, of those that a person caused: what the station's own clocks say
    is no reason to ask again. Empty: nothing of the sort."""
    last = case.events[-1]
    if version > case.version:
        return f"{last.kind} by {last.by}"
    unseen = case.events[-(case.version - version) :] if version < case.version else ()
    return next((f"{one.kind} by {one.by}" for one in reversed(unseen) if one.by.role != "station"), "")


def by_of(command: Commanded) -> str:
    """Who commands, as a name: letters and the like, since it stands in every event."""
    name = str(command.body.get("by") or "")[:64]
    return "".join(letter for letter in name if letter.isprintable() and letter not in "/#+ ")


def moment(told: object, case: Case, now: Instant) -> Instant:
    """When head office did it: as it says, but neither before the case was received nor later than now."""
    try:
        said = datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        said = None
    utc = said.timestamp() if said and said.tzinfo else now.utc
    utc = min(max(utc, case.events[0].at.utc), now.utc)
    return Instant(now.mono + utc - now.utc, utc, now.clk)


def opened(state: State, command: Commanded, now: Instant) -> Done:
    """A case that another channel took: by its external number it is opened once."""
    args: Body = dict(command.body.get("args", {}))
    external = args.pop("external", "")
    twin = state.desk.elsewhere(external) if external else None
    if twin:
        return state, [], f"external: {external} is {twin.number} already"
    args["told"] = args.pop("received", "")
    try:
        form = read_form({"channel": "web"} | args)
    except FormError as error:
        return state, [], f"args: {error}"
    if not isinstance(form, Complaint):
        return state, [], f"args: kind: {args.get('kind')!r} is no case"
    clerk = Actor("head-office", by_of(command))
    state, effects, _, why = openings.take_in(state, replace(form, external=external), now, clerk)
    return state, effects, why


COMMANDS: Commands = {
    "case.open": opened, "case.event": entered(""), **{name: entered(event) for name, event in EVENTS.items()},
}  # fmt: skip
