"""The kiosk's screen, made from the station's state: everything a page may show, and never a total."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from agent.core.alarms.machine import Alarm
from agent.core.messages.stamp import local
from agent.core.setup import Setup
from kiosk.model import AlarmView, NozzleView, Screen


def show(
    setup: Setup,
    alarms: Mapping[str, Alarm],
    silent: Collection[str],
    confirmed: Mapping[str, str],
    link: tuple[bool, int],
    clk: str,
) -> Screen:
    """`silent`: devices without answer; `confirmed`: nozzle → agree or differ; `link`: broker up, facts waiting."""
    nozzles = tuple(
        NozzleView(
            n.name,
            setup.devices[n.device].label or n.device,
            "silent" if n.device in silent else "ok",
            confirmed.get(n.name, ""),
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
        online=link[0], waiting=link[1], clk=clk, people=setup.people, nozzles=nozzles, alarms=standing,
    )  # fmt: skip
