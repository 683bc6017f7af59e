"""The forecourt at this moment: what each gun does, how far its fill has come, and what it gave in this shift."""

from __future__ import annotations

from agent.core.fills.model import NEW, Gun
from agent.core.messages.stamp import local, utc_of
from agent.core.setup import Nozzle
from agent.core.shift.model import Line
from agent.core.state import State
from kiosk.forecourt import PumpView

SHOWN = ("lifted", "fault", "maintenance")  # states of a device that are told as they are, while nothing flows


def pumps(state: State) -> tuple[PumpView, ...]:
    return tuple(pump(state, nozzle) for nozzle in state.setup.nozzles)


def pump(state: State, nozzle: Nozzle) -> PumpView:
    gun, fill = state.guns.get(nozzle.device, NEW), state.guns.get(nozzle.device, NEW).fill
    line = state.shift.lines.get(nozzle.name, Line()) if state.shift else Line()
    last = next((body for body in state.lately if body["nozzle"] == nozzle.name), None)
    at = f"{local(utc_of(last['ended']), state.setup.zone):%H:%M}" if last else ""
    return PumpView(
        nozzle.name,
        state.setup.devices[nozzle.device].label,
        doing(state, nozzle.device, gun),
        mass=f"{fill.mass:.2f}" if fill else "",
        amount=f"{fill.amount:.2f}" if fill and fill.amount is not None else "",
        pressure=f"{gun.pressure:.1f}" if gun.pressure is not None else "",
        last=f"{at} · {last['mass']:.2f} kg" if last else "",
        fills=line.sums.fills,
        dispensed=f"{line.sums.dispensed:.2f}" if line.sums.fills else "",
    )


def doing(state: State, device: str, gun: Gun) -> str:
    """In one word, the worst first."""
    if device in state.silent:
        return "silent"
    if device in state.maintained:
        return "maintenance"
    if gun.fill:
        return "paused" if gun.phase == "paused" else "filling"
    return gun.state if gun.state in SHOWN else "idle"
