"""What the station does with its reports: they are made when their time is over, done by people, and late when not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from agent.core.alarms import panel
from agent.core.cases import desk
from agent.core.cases import due as cases
from agent.core.cases.model import Actor
from agent.core.messages import reportbodies, schema
from agent.core.model import Body, Commanded, Compile, Compiled, Effect, Fact, Tick
from agent.core.reports import published, standing
from agent.core.reports.compile import identify
from agent.core.reports.kinds import INQUIRY_ALARM, KINDS, MASTER, REVIEW, STAFF, Kind
from agent.core.reports.period import Period, at, midnight
from agent.core.reports.terms import DAY, Terms
from agent.core.state import Commands, Done, Forms, State, Step, Taken, Turns
from drivers.model import Instant
from kiosk.duties import ReportDeed
from kiosk.model import Receipt, Refusal

SAID = schema.of(reportbodies.ReportSaid, strict=True)
STATION = "station"
UNREVIEWED = "feedback-unreviewed"


# ── time passes ─────────────────────────────────────────────────────────────


def ticked(state: State, event: Tick, now: Instant) -> Step:
    """What is over is made, once; what nobody did in time sounds, once. Nothing on a clock that is not believed."""
    if now.utc < state.reports.next or not cases.believed(state, now):
        return state, []
    effects: list[Effect] = [*wanted(state, now)]
    asked = {identify(effect.kind, effect.period) for effect in effects if isinstance(effect, Compile)}
    state = replace(state, reports=replace(state.reports, asked=state.reports.asked | asked, next=upcoming(state, now)))
    for look in (reviewed_daily, overdue):
        state, facts = look(state, now)
        effects += facts
    return state, effects


def wanted(state: State, now: Instant) -> list[Compile]:
    """The report of each kind about the last period that is over, unless it is there or on its way."""
    periods = ((kind, at(kind.length, now.utc, state.setup.zone).before) for kind in KINDS.values())
    told = state.reports.states.keys() | state.reports.asked
    return [Compile(kind.name, period) for kind, period in periods if identify(kind.name, period) not in told]


def upcoming(state: State, now: Instant) -> float:
    """The next midnight, or the end of the time to review the day."""
    today = at("day", now.utc, state.setup.zone)
    return min(moment for moment in (cut_off(state, today), today.span(state.setup.zone)[1]) if moment > now.utc)


def cut_off(state: State, today: Period) -> float:
    return midnight(today.first, state.setup.zone) + terms(state).review * 60


def due(state: State) -> float | None:
    """The next monotonic second at which a report is due, as the clock stands."""
    offset = state.desk.offset
    return None if offset is None else state.reports.next - offset


def reviewed_daily(state: State, now: Instant) -> tuple[State, list[Effect]]:
    """The last day whose time is over, if nobody reviewed it although there was something to read."""
    today = at("day", now.utc, state.setup.zone)
    day = today if now.utc >= cut_off(state, today) else today.before
    report, end = identify(REVIEW, day), cut_off(state, day)
    if report in state.reports.states:
        return state, []
    unread = any(case.events[0].at.utc < end for case in state.desk.open.values()) or state.reports.unread > 0
    if not unread:
        return state, []
    state, facts = sound(state, UNREVIEWED, report, now)
    state, told = record(state, report, "late", "late", STATION, now, opened(state))
    return state, [*told, *facts]


def overdue(state: State, now: Instant) -> tuple[State, list[Effect]]:
    """Duties that nobody did in time."""
    facts: list[Effect] = []
    for report, stands in list(state.reports.states.items()):
        kind, period = standing.parse(report)
        if stands == "open" and now.utc >= deadline(state, KINDS[kind], period):
            state, more = sound(state, KINDS[kind].alarm, report, now)
            state, told = record(state, report, "late", "late", STATION, now, {})
            facts += [*told, *more]
    return state, facts


def deadline(state: State, kind: Kind, period: Period) -> float:
    return period.span(state.setup.zone)[1] + terms(state).within.get(kind.name, kind.within) * DAY


def compiled(state: State, event: Compiled, now: Instant) -> Step:
    """A report was made of the journal's facts; None: there were none yet."""
    if event.body is None:
        return state, []
    report, kind = identify(event.kind, event.period), KINDS[event.kind]
    state = replace(state, published=dict(published.newest(state.published, [event.body])))
    stands = state.reports.states.get(report) or ("open" if kind.deed else "none")
    state, facts = record(state, report, "issued", stands, event.by, now, event.body)
    asked = next((one.get("value", 0) for one in event.body["figures"] if one["figure"] == "asked"), None)
    if event.by == STATION and kind.name == "briefing" and asked is not None and asked < terms(state).inquiry:
        state, more = sound(state, INQUIRY_ALARM, report, now)
        facts += more
    return state, facts


# ── people do ───────────────────────────────────────────────────────────────


def done(state: State, form: ReportDeed, now: Instant) -> Taken:
    """One of the station does a report's duty, or notes something about it."""
    try:
        by = desk.who(state.setup, form.by)
    except ValueError as error:
        return state, [], Refusal("invalid", f"by: {error}")
    report = form.report or identify(REVIEW, at("day", now.utc, state.setup.zone))
    state, facts, why = do(state, report, form.event, by, form.said, now)
    return state, facts, Refusal("invalid", why) if why else Receipt(report, {})


def do(state: State, report: str, event: str, by: Actor, said: Mapping[str, Any], now: Instant) -> Done:
    """The duty of a report is done, or something is noted; or why not."""
    try:
        kind, period = standing.parse(report)
    except ValueError as error:
        return state, [], f"report: {error}"
    deed = "reviewed" if kind == REVIEW else KINDS[kind].deed
    stands = state.reports.states.get(report, "")
    if event not in filter(None, (deed, "noted")):
        return state, [], f"event: {event[:32]!r}; of {kind}: {' or '.join(filter(None, (deed, 'noted')))}"
    if kind == REVIEW and period.span(state.setup.zone)[0] > now.utc:
        return state, [], f"report: {report} has not come yet"
    if kind != REVIEW and not stands:
        return state, [], f"report: {report} was not made yet"
    if by.role not in (allowed := MASTER if event == deed else STAFF):
        return state, [], f"{event} is not for {by.role}; allowed: {', '.join(allowed)}"
    if why := next(schema.misfits(SAID, dict(said)), ""):
        return state, [], why
    if event == "noted" and not said.get("text"):
        return state, [], "text: missing; what is to be noted"
    if event == "held" and not (said.get("attendees") and said.get("held")):
        return state, [], "held needs held (when) and attendees"
    body = {**said, **(opened(state) if kind == REVIEW else {})}
    state, facts = record(state, report, event, "done" if event == deed else stands or "none", str(by), now, body)
    if event == deed and kind == REVIEW:
        state = replace(state, reports=replace(state.reports, unread=0))
    return state, facts, ""


def opened(state: State) -> Body:
    """What there is to review."""
    open = state.desk.open.values()
    overdue = sum(any(event.kind == "breached" for event in case.events) for case in open)
    return {"open": len(open), "overdue": overdue, "unread": state.reports.unread}


def review(state: State, command: Commanded, now: Instant) -> Done:
    """Head office does a report's duty; of one that has none, it notes something."""
    args: Body = dict(command.body.get("args", {}))
    report = str(args.pop("report", ""))
    kind = next((kind for name, kind in KINDS.items() if report.startswith(f"{name}-")), None)
    event = kind.deed if kind and kind.deed else "reviewed" if report.startswith(REVIEW) else "noted"
    return do(state, report, event, Actor("head-office", "ho"), args, now)


def again(state: State, command: Commanded, now: Instant) -> Done:
    """A report once more, of a period that is over."""
    args: Body = command.body.get("args", {})
    try:
        kind, period = standing.parse(f"{args.get('kind')}-{args.get('period')}")
    except ValueError as error:
        return state, [], f"args: {error}"
    if kind == REVIEW or period.span(state.setup.zone)[1] > now.utc:
        return state, [], f"args: period: {period.name} is not over"
    return state, [Compile(kind, period, "head-office")], ""


# ── words ───────────────────────────────────────────────────────────────────


def record(
    state: State, report: str, event: str, stands: str, by: str, now: Instant, body: Body
) -> tuple[State, list[Effect]]:
    """The `report` fact of one event, and the state that knows of it."""
    kind, period = standing.parse(report)
    head = {"report": report, "kind": kind, "period": period.name, "event": event, "state": stands, "by": by}
    people = {"officer": state.setup.officer, "deputy": state.setup.deputy}
    told = {**body, **head, **{role: person for role, person in people.items() if person}}
    state = replace(state, reports=state.reports.put(report, stands))
    return state, [Fact("report", report, told, STATION if by == STATION else "staff", now)]


def sound(state: State, alarm: str, report: str, now: Instant) -> tuple[State, list[Effect]]:
    alarms, facts = panel.sound(state.setup, state.alarms, alarm, now, STATION, report=report)
    return replace(state, alarms=alarms), [*facts]


def terms(state: State) -> Terms:
    return state.setup.terms


COMMANDS: Commands = {"report.review": review, "report.compile": again}
FORMS: Forms = {ReportDeed: done}
TURNS: Turns = {Compiled: compiled}
