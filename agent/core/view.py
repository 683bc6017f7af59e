"""The kiosk's screen, made from the station's state: everything a page may show, and never a total."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import agent.core.emergency.turns as emergency
from agent.core.cases import numbers
from agent.core.messages.stamp import local
from agent.core.model import Body
from agent.core.office import board
from agent.core.state import State
from kiosk.model import AlarmView, NoticeView, NozzleView, Screen, Upkeep

SHOWN = ("delivery", "storage", "printer")  # parts of the agent's own figures that people are shown


def show(state: State, clk: str) -> Screen:
    """The screen of this state; `clk`: how far the clock may be trusted."""
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
    standing = tuple(
        AlarmView(
            r.id, alarms[r.id].phase, r.text, r.severity, f"{local(alarms[r.id].since, setup.zone):%H:%M}", r.response
        )
        for r in setup.rules
        if r.id in alarms and alarms[r.id].phase != "normal"
    )
    return Screen(
        upkeep=upkeep(state.vitals),
        station=setup.name, languages=setup.languages, hotline=setup.hotline, contact=setup.head_office is not None,
        contact_needed=setup.promises.asking(),
        prefix=numbers.prefix(setup),
        notices=(*at_work(state), *board.views(state.notices)),
        online=line.up, waiting=line.waiting, clk=clk, people=setup.people, nozzles=nozzles, alarms=standing,
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
