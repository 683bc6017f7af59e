"""The kiosk's screen, made from the station's state: everything a page may show, and never a total."""

from __future__ import annotations

from agent.core.messages.stamp import local
from agent.core.state import State
from kiosk.model import AlarmView, NozzleView, Screen


def show(state: State, clk: str) -> Screen:
    """The screen of this state; `clk`: how far the clock may be trusted."""
    setup, alarms, line = state.setup, state.alarms, state.line
    nozzles = tuple(
        NozzleView(
            n.name,
            setup.devices[n.device].label or n.device,
            "silent" if n.device in state.silent else "ok",
            state.confirmed.get(n.name, ""),
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
        station=setup.name, languages=setup.languages, hotline=setup.hotline, contact=setup.head_office is not None,
        online=line.up, waiting=line.waiting, clk=clk, people=setup.people, nozzles=nozzles, alarms=standing,
    )  # fmt: skip
