"""What happens to notices: head office puts and ends them, their time comes and passes, an attendant reads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from agent.core.messages.stamp import utc_of
from agent.core.model import Body, Commanded, Fact, Tick
from agent.core.office import board
from agent.core.state import Commands, Done, Forms, State, Step, Taken
from drivers.model import Instant
from kiosk.model import Receipt, Refusal, Seen


def put(state: State, event: Commanded, now: Instant) -> Done:
    """A new notice, another text for one that stands, or its end."""
    args: Body = event.body["args"]
    id = args["notice"]
    if args.get("end"):
        if id not in state.notices:
            return state, [], f"args: notice: {id!r} does not stand"
        return *told(state, [state.notices[id] | {"state": "ended"}], "head-office", now), ""
    if why := next(board.objections(state.notices, args, now), None):
        return state, [], f"args: {why}"
    notice: Body = {"priority": "normal", "acknowledge": False} | args | {"by": str(event.body.get("by", ""))[:64]}
    notice.pop("end", None)
    return *told(state, [notice | {"state": "put" if "from" in args else "shown"}], "head-office", now), ""


def ticked(state: State, event: Tick, now: Instant) -> Step:
    """What begins and what is over, where the clock may be believed."""
    return told(state, [*board.due(state.notices.values(), now)], "station", now) if state.notices else (state, [])


def due(state: State) -> float | None:
    """The next monotonic second at which a notice begins or is over, as the clock stands."""
    offset = state.desk.offset
    moments = [utc_of(n["from" if n["state"] == "put" else "until"]) for n in state.notices.values()]
    return min(moments) - offset if moments and offset is not None else None


def seen(state: State, form: Seen, now: Instant) -> Taken:
    """A person has read it."""
    notice = state.notices.get(form.notice, {})
    if notice.get("state") != "shown" or not notice["acknowledge"]:
        return state, [], Refusal("invalid", f"notice: {form.notice!r} asks nobody to acknowledge it")
    state, facts = told(state, [notice | {"state": "acknowledged", "seen_by": form.by}], "staff", now)
    return state, facts, Receipt(form.notice, {})


def told(state: State, notices: Iterable[Body], source: str, now: Instant) -> Step:
    """One fact each; the state keeps those that stand."""
    notices = list(notices)
    if not notices:
        return state, []
    facts = [Fact("notice", notice["notice"], notice, source, now) for notice in notices]
    return replace(state, notices=board.standing({**state.notices, **{n["notice"]: n for n in notices}})), [*facts]


COMMANDS: Commands = {"notice.put": put}
FORMS: Forms = {Seen: seen}
