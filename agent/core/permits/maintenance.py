"""Devices people work on: while a permit is open their alarms are suppressed by design, and come back at its end."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from agent.core.alarms import panel
from agent.core.alarms.machine import HIDDEN
from agent.core.alarms.panel import Alarms, Moved
from agent.core.model import Fact
from agent.core.permits.permit import WORKING, Permit
from agent.core.setup import Setup
from drivers.model import Instant


def devices(permits: Iterable[Permit]) -> frozenset[str]:
    """What people work on now."""
    return frozenset(device for permit in permits if permit.state in WORKING for device in permit.devices)


def suppress(setup: Setup, alarms: Alarms, maintained: Collection[str], now: Instant) -> Moved:
    """The alarms of these devices rest, those of all others speak. What must always be heard is never suppressed."""
    facts: list[Fact] = []
    for rule in (rule for device in sorted(maintained) for rule in setup.rules.on.get(device, ()) if rule.shelve):
        if alarms.get(rule.id, panel.NORMAL).phase not in HIDDEN - {"shelved"}:
            alarms, told = panel.move(setup, alarms, rule.id, "suppress", now, "station")
            facts += told
    for id, alarm in list(alarms.items()):
        known = setup.rules.by_id.get(id)
        if alarm.phase == "suppressed-by-design" and known and known.device not in maintained:
            alarms, told = panel.move(setup, alarms, id, "release", now, "station")
            facts += told
    return alarms, facts
