"""The kiosk's screen, made from the station's state: everything a page may show, and never a total."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import agent.core.emergency.turns as emergency
import agent.core.shift.view as shifts
from agent.core import safetyview
from agent.core.alarms.machine import HIDDEN, UNSEEN, Alarm
from agent.core.cases import calls, numbers
from agent.core.fills import lately
from agent.core.messages.stamp import local
from agent.core.model import Body
from agent.core.office import board
from agent.core.reports import published
from agent.core.setup import Setup
from agent.core.state import State
from agent.core.surveys import definitions
from drivers.model import Instant
from kiosk.figures import Upkeep
from kiosk.model import AlarmView, NoticeView, NozzleView, Screen

SEVERITIES = ("low", "medium", "high", "critical")
MOST_ALARMS = 30  # on a page: a flood must not drown it
SHOWN = ("delivery", "storage", "printer")  # parts of the agent's own figures that people are shown


def show(state: State, now: Instant) -> Screen:
    """The screen of this state, at this moment."""
    setup, alarms, line = state.setup, state.alarms, state.line
    leaking = emergency.blocked(state)
    nozzles = tuple(
        NozzleView(
            n.name,
            setup.devices[n.device].label or n.device,
            condition(state, leaking, n.device),
            confirmed(state, n.name),
        )
        for n in setup.nozzles
    )
    standing = tuple(alarm(setup, id, one) for id, one in in_order(state)[:MOST_ALARMS])
    return Screen(
        upkeep=upkeep(state.vitals),
        station=setup.name, languages=setup.languages, hotline=setup.hotline,
        supervision=setup.supervision, contact=setup.head_office is not None,
        contact_needed=setup.promises.asking(),
        fills=lately.views(setup, state.lately),
        calls=calls.views(setup, state.calls, seen=not any(alarm.id == calls.RULE for alarm in standing)),
        published=published.view(state.published),
        surveys=definitions.views(state.surveys, now),
        prefix=numbers.prefix(setup),
        notices=(*at_work(state), *board.views(state.notices)),
        handover=shifts.handover(state), record=shifts.record(state),
        online=line.up, waiting=line.waiting, clk=now.clk, people=setup.people, nozzles=nozzles, alarms=standing,
        hidden=max(0, sum(a.phase != "normal" for a in alarms.values()) - MOST_ALARMS),
        safety=safetyview.show(state, now),
    )  # fmt: skip


def in_order(state: State) -> list[tuple[str, Alarm]]:
    """The alarms that stand, as a person should look at them: what nobody has seen, the first of its group, the worst;
    what was put aside last."""
    rules = state.setup.rules.by_id
    standing = [(id, one) for id, one in state.alarms.items() if one.phase != "normal" and id in rules]
    return sorted(
        standing,
        key=lambda told: (
            told[1].phase in HIDDEN, told[1].phase not in UNSEEN, not told[1].first,
            -SEVERITIES.index(rules[told[0]].severity), told[1].since,
        ),
    )  # fmt: skip


def alarm(setup: Setup, id: str, one: Alarm) -> AlarmView:
    """What may be done with it stands in its state, and in its rule."""
    rule = setup.rules.by_id[id]
    aside, device = one.aside, setup.devices.get(rule.device)
    return AlarmView(
        id, one.phase, rule.text, rule.severity, f"{local(one.since, setup.zone):%H:%M}", rule.response,
        first=one.first, where=(device.label if device else "") or ("" if rule.device == "station" else rule.device),
        until=f"{local(aside.until, setup.zone):%H:%M}" if aside.until else "", by=aside.by, why=aside.why,
        hideable=bool(rule.shelve) and not one.phase.startswith("latched"), consequence=rule.consequence,
        explain=rule.explain,
    )  # fmt: skip


def at_work(state: State) -> tuple[NoticeView, ...]:
    """What customers are told while people work on a dispenser."""
    known = state.setup.devices
    labels = [known[device].label or device for device in sorted(state.maintained) if device in known]
    if not labels:
        return ()
    title = {"zh-CN": f"{'、'.join(labels)} 维修中,请用其他枪", "en": f"{', '.join(labels)}: under repair"}
    return (NoticeView("maintenance", "important", title, {}),)


def condition(state: State, leaking: Collection[str], device: str) -> str:
    """What a gun's dispenser is to those who stand before it: the worst first."""
    conditions = (("blocked", leaking), ("maintenance", state.maintained), ("silent", state.silent))
    return next((word for word, devices in conditions if device in devices), "ok")


def confirmed(state: State, nozzle: str) -> str:
    """How the gun stands in this shift's handover: "", agree or differ."""
    line = state.shift.lines.get(nozzle) if state.shift else None
    return {"agree": "agree", "reasoned": "agree", "": ""}.get(line.confirmed, "differ") if line else ""


def upkeep(vitals: Mapping[str, Body]) -> Upkeep:
    """How this computer is, coarse enough that a page changes only when a person would care."""
    line, disk = vitals.get("delivery", {}), vitals.get("storage", {})
    size = disk.get("size", 0)
    held = line.get("acknowledged", 0)
    return Upkeep(
        away=coarse(line.get("away", 0)),
        facts=line.get("head", 0) - held if held else line.get("waiting", 0),
        oldest=coarse(line.get("oldest", 0)),
        late=line.get("late", 0),
        traces=line.get("traces", 0),
        spool=round(line.get("spool_share", 0.0), 2),
        free=disk.get("free", 0) // 10**7 * 10**7,
        free_share=round(disk.get("free", 0) / size, 2) if size else 1.0,
        written=disk.get("written_day", 0) // 10**6 * 10**6,
        syncs=disk.get("syncs_day", 0) // 100 * 100,
        damaged=tuple(disk.get("quarantined", ())),
        printer=vitals.get("printer", {}).get("state", ""),
    )


def coarse(seconds: int) -> int:
    """Whole minutes; what is shorter is not worth a word."""
    return seconds // 60 * 60
