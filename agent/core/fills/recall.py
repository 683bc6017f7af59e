"""The guns as the journal tells of them: every total up to which gas is accounted for, and the sale that was last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from agent.core.fills import bias
from agent.core.fills.model import Gun
from agent.core.messages.stamp import utc_of
from agent.core.model import Body
from agent.core.readings.units import convert
from drivers.model import Instant

Bodies = Mapping[str, Body]  # last body by id


def recall(fills: Bodies, totals: Bodies, read: Mapping[str, Instant]) -> dict[str, Gun]:
    """Guns by device. What the total grew since belongs to a fill that was under way, or drained away. `read`: when the
    totals were read, as far as that is remembered."""
    guns = {body["device"]: of_total(body) for body in totals.values() if convert(1.0, body["unit"], "kg")}
    for id, body in fills.items():
        gun, later = of_fill(body), guns.get(body["device"])
        if later is None or not fell(gun, later, body["ended"], read.get(id)):
            guns[body["device"]] = gun
        else:
            guns[body["device"]] = replace(gun, total=later.total)
    return guns


def fell(gun: Gun, later: Gun, ended: str, at: Instant | None) -> bool:
    """The total was reset after the last fill: read later, and less."""
    if at is None or gun.total is None or later.total is None:
        return False
    return at.utc > utc_of(ended) and later.total < gun.total


def of_total(body: Body) -> Gun:
    factor = convert(1.0, body["unit"], "kg")
    return Gun("idle", total=exact(body["total"]) * exact(factor), away=frozenset({"restart"}))


def of_fill(body: Body) -> Gun:
    return Gun(
        "idle",
        total=exact(body["total_after"]),
        number=body.get("last_number", body.get("number")),
        sale=exact(body["mass"]) if body["mass_by"] == "display" and "merged" not in body["marks"] else None,
        pressure=body.get("pressure_after"),
        away=frozenset({"restart"}),
        restarts=body["mass_by"] == "display",
        bias=bias.recall(body.get("bias", {})),
    )


def exact(figure: object) -> Decimal:
    """A JSON number as it was written."""
    return figure if isinstance(figure, Decimal) else Decimal(repr(figure))
