"""A fill as it grows from poll to poll, and as it is closed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from agent.core.fills.flowing import VENTED
from agent.core.fills.model import ZERO, Fill, Gun, Mark
from agent.core.fills.signs import Signs


def seen(fill: Fill, signs: Signs, away: frozenset[Mark]) -> Fill:
    """The fill with what this poll says of it."""
    assert signs.total is not None
    flows = signs.flow is None or signs.flow > 0
    kept = fill.pressure_after
    pressure = kept if signs.pressure is None or (kept and signs.pressure < VENTED * kept) else signs.pressure
    maintained: frozenset[Mark] = frozenset({"maintenance"}) if signs.state == "maintenance" else frozenset()
    return replace(
        fill,
        ended=signs.at,
        after=signs.total,
        number=fill.number if signs.number is None else signs.number,
        sale=fill.sale if signs.sale is None else signs.sale,
        price=fill.price if signs.price is None else signs.price,
        amount=fill.amount if signs.amount is None else signs.amount,
        preset=signs.preset if signs.preset or fill.preset is None else fill.preset,
        money=signs.money if signs.preset else fill.money,
        pressure_before=signs.pressure if fill.pressure_before is None else fill.pressure_before,
        pressure_after=pressure,
        temperature=signs.temperature if flows and signs.temperature is not None else fill.temperature,
        density=signs.density if flows and signs.density is not None else fill.density,
        marks=fill.marks | away | maintained,
    )


def close(gun: Gun, fill: Fill) -> tuple[Gun, list[Fill]]:
    """The fill is told, unless no gas flowed: a gun that was lifted and hung up again."""
    gun = replace(gun, phase="idle", fill=None, total=fill.after)
    if fill.metered == 0 and not fill.mass and fill.last_number is None:
        return gun, []
    return replace(gun, drained=ZERO, vented=False), [replace(fill, drained=gun.drained)]


def moved_by(fill: Fill, shift: Decimal, mark: Mark) -> Fill:
    return replace(fill, before=fill.before + shift, after=fill.after + shift, marks=fill.marks | {mark})
