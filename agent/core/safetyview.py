"""What the pages of safety show, made from the station's state."""

from __future__ import annotations

from agent.core.alarms import performance
from agent.core.alarms.counting import month_of
from agent.core.duties import schedule
from agent.core.duties.duty import Duty, Progress
from agent.core.duties.turns import calendar as calendar_of
from agent.core.emergency.incident import Incident
from agent.core.emergency.plan import Said
from agent.core.messages.stamp import local
from agent.core.permits.permit import EVENTS, OPEN, Permit
from agent.core.setup import Setup
from agent.core.state import State
from drivers.model import Instant
from kiosk.safetyviews import AlarmFigures, DutyView, IncidentView, KindView, PermitView, PlanView, Safety, Saying

MOST = 12  # lines of history


def show(state: State, now: Instant) -> Safety:
    setup = state.setup
    plan = tuple(
        PlanView(kind.id, in_tongues(kind.name), tuple((s, in_tongues(setup.plan.steps[s])) for s in kind.steps))
        for kind in setup.plan.kinds.values()
    )
    return Safety(
        plan,
        tuple((in_tongues(phone.name), phone.number) for phone in setup.plan.phones),
        tuple(incident(setup, one) for one in state.incidents.values() if one.state != "closed"),
        figures(state, now),
        tuple(permit(state, one) for one in state.permits.values() if one.state in OPEN),
        tuple(KindView(kind.id, in_tongues(kind.name), kind.fits) for kind in setup.kinds.kinds.values()),
        tuple(duty(state, one, now) for one in setup.duties.duties.values()) if now.clk != "unsynced" else (),
        tuple((name, device.label or name) for name, device in setup.devices.items()),
    )


def in_tongues(said: Said) -> Saying:
    return {"zh-CN": said[0], "en": said[1]}


def clock(setup: Setup, utc: float) -> str:
    return f"{local(utc, setup.zone):%m-%d %H:%M}"


def incident(setup: Setup, one: Incident) -> IncidentView:
    return IncidentView(
        one.number, one.kind, one.drill, setup.devices[one.device].label if one.device else "",
        clock(setup, one.declared), one.state == "handled",
        tuple(deed.word for deed in one.deeds if deed.event == "step"),
        one.at_scene is not None, bool(one.blocks), tuple(by.partition(":")[0] for by in one.cleared),
    )  # fmt: skip


def figures(state: State, now: Instant) -> AlarmFigures:
    """Whole numbers and tenths: a page changes only when one would care."""
    if not state.tally.month or state.tally.month != month_of(state, now):
        return AlarmFigures()
    told = performance.report(state.tally, state.alarms, now.utc, final=False)
    rules = state.setup.rules.by_id
    often = ((rules.get(one["alarm"]), one["count"]) for one in told["frequent"])
    return AlarmFigures(
        told["raised"], round(told["per_hour"], 1), told["busiest_ten_minutes"], told["floods"], told["standing"],
        len(told["stale"]), len(told["chattering"]), told["shelved"] + told["out_of_service"],
        tuple((rule.text, rule.device, times) for rule, times in often if rule),
    )  # fmt: skip


def permit(state: State, one: Permit) -> PermitView:
    setup, kind = state.setup, state.setup.kinds.kinds.get(one.kind)
    names = {person.id: person.name for person in setup.people}
    confirmed, briefed = one.all("measured", "measure"), one.all("briefed", "who")
    test = one.last("tested")
    return PermitView(
        one.number, one.kind, in_tongues(kind.name) if kind else {"": one.kind}, one.state, one.work, one.place,
        "、".join(setup.devices[d].label if d in setup.devices else d for d in one.devices),
        clock(setup, one.until), local(one.until, setup.zone).isoformat(timespec="minutes"),
        one.number in state.expired,
        tuple((duty, names.get(who, who)) for duty, who in one.duties.items()),
        tuple((who, names.get(who, who), who in briefed) for who in one.crew),
        tuple((m, in_tongues(setup.kinds.measures[m]), m in confirmed) for m in (kind.measures if kind else ())),
        f"{test.said['lel']} % LEL {clock(setup, test.at)}" if test else "", one.prints,
        tuple(event for event, row in EVENTS.items() if one.state in row.after),
        tuple((deed.event, clock(setup, deed.at), names.get(deed.by, deed.by)) for deed in one.deeds[-MOST:]),
    )  # fmt: skip


def duty(state: State, one: Duty, now: Instant) -> DutyView:
    setup, known = state.setup, state.duties.get(one.id, Progress(now.utc))
    calendar, points = calendar_of(state), setup.duties.points
    _, following = schedule.around(one, known, calendar, now.utc)
    return DutyView(
        one.id, in_tongues(one.name), schedule.standing(one, known, calendar, now.utc),
        clock(setup, following) if following else "", clock(setup, known.done) if known.done else "",
        tuple((point, in_tongues(points[point]), point in known.points) for point in one.points),
    )  # fmt: skip
