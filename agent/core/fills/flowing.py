"""What the gas does: by the device's own word for its state, or by flow, total and the pressure in the hose."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from agent.core.fills.model import Gun
from agent.core.fills.signs import Signs

Sign = Literal["moving", "still", "over", "power-loss", "fault"]
STATES: dict[str, Sign] = {  # maintenance says nothing of gas
    "idle": "over", "lifted": "over", "ended": "over", "filling": "moving", "paused": "still",
    "power-loss": "power-loss", "fault": "fault",
}  # fmt: skip
LEAST_FLOW = Decimal("0.3")  # kg/min: less is not a fill, it is a leak or a meter that drifts
LEAST_FILL = Decimal("0.5")  # kg: so much, unseen, was no drift
VENTED = 0.25  # share of its last pressure below which a hose is taken off


def sign_of(gun: Gun, signs: Signs, pause: float) -> Sign:
    """What the gas does, by the device's word or by flow and total."""
    if signs.state in STATES:
        return STATES[signs.state]
    grown = grown_of(gun, signs)
    minutes = Decimal(max(signs.at.mono - gun.at.mono, 0.001) / 60) if gun.at else Decimal(1)
    if signs.flow is not None and Decimal(signs.flow) >= LEAST_FLOW:
        return "moving"
    if grown >= LEAST_FILL or (grown > 0 and gun.at and grown / minutes >= LEAST_FLOW):
        return "moving"
    still = gun.moved is not None and signs.at.mono - gun.moved.mono < pause
    return "still" if still and not is_vented(gun, signs) else "over"


def grown_of(gun: Gun, signs: Signs) -> Decimal:
    """kg since everything up to `gun.total` was accounted for."""
    assert signs.total is not None and gun.total is not None
    return signs.total - gun.total


def is_vented(gun: Gun, signs: Signs) -> bool:
    """The hose is without the pressure that the last fill left in it."""
    last = gun.fill.pressure_after if gun.fill else gun.pressure
    return last is not None and signs.pressure is not None and last > 1 and signs.pressure < VENTED * last
