"""The fill machine of one gun: a table of phases and signs. Nothing that the total counts is lost between two fills.

             moving              still             over                 power-loss, fault
    idle     begin               drain             drain, or record     drain
    filling  go on               pause             end                  end
    paused   go on               pause             end                  end
    settling go on               end               end                  end

A device that tells its state is believed. Of one that does not, flow and total are watched: gas that does not flow for
a while, or a hose without pressure, ends a fill. The device's own registers tell one sale from the next: a sale
(`sale-number`, or a sale that began anew) whose fill was not seen is recorded from them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from agent.core.fills.flowing import LEAST_FILL, LEAST_FLOW, STATES, Sign, grown_of, is_vented, sign_of
from agent.core.fills.model import ZERO, Ending, Fill, Gun, Mark, Phase
from agent.core.fills.record import close, moved_by, seen
from agent.core.fills.sales import another_sale, origin, record_unseen, turn_over
from agent.core.fills.signs import Signs

Act = Callable[[Gun, Signs, bool], tuple[Gun, list[Fill]]]  # the last: the device's sale is another than before

ENDINGS: dict[str, Ending] = {"power-loss": "power-cut", "fault": "fault"}  # by state, or by the device's stop reason
SETTLED = Decimal("0.03")  # kg: the total has caught up with the display


def follow(gun: Gun, signs: Signs, pause: float) -> tuple[Gun, list[Fill]]:
    """One poll. `pause`: seconds without flow that end a fill of a device that does not tell its state.

    Gives the fills that ended. Their `metered` and `drained`, with what the gun still holds, add up to what the total
    has grown since it was first believed.
    """
    if not signs.heard or signs.total is None:
        return (replace(gun, away=gun.away | {"gap"}) if gun.at and not signs.heard else gun), []
    if gun.total is None:
        return first(gun, signs), []
    gun = rebase(gun, signs)
    anew = another_sale(gun, signs)
    told: list[Fill] = []
    if anew:
        gun, told = turn_over(gun, signs)
    gun, ended = ACTS[gun.phase, sign_of(gun, signs, pause)](gun, signs, anew)
    return remember(gun, signs), [*told, *ended]


def first(gun: Gun, signs: Signs) -> Gun:
    """The device is heard for the first time: a fill under way began when its own sale was at 0."""
    assert signs.total is not None
    sale = signs.sale or ZERO
    moving = STATES.get(signs.state) == "moving" or (not signs.state and (signs.flow or 0) >= LEAST_FLOW)
    if not moving:
        return remember(replace(gun, phase="idle", total=signs.total), signs)
    before = signs.total - sale if sale <= signs.total else signs.total
    gun, _ = begin(replace(gun, phase="idle", total=before, away=gun.away | {"began-unseen"}), signs, True)
    return remember(gun, signs)


def rebase(gun: Gun, signs: Signs) -> Gun:
    """The gun as if its total had neither been broken nor rolled over."""
    assert gun.total is not None and signs.total is not None
    if signs.before is not None and signs.before < 0:  # rolled over: a fill under way goes on below 0
        shift = gun.total - signs.before
        fill = gun.fill and replace(gun.fill, before=gun.fill.before - shift, after=gun.fill.after - shift)
        return replace(gun, total=signs.before, fill=fill)
    if not signs.broken and signs.total >= gun.total:
        return gun
    fill = gun.fill and moved_by(gun.fill, signs.total - gun.fill.after, "broken-total")
    return replace(gun, total=signs.total, fill=fill)


def begin(gun: Gun, signs: Signs, anew: bool) -> tuple[Gun, list[Fill]]:
    """Gas flows: everything since the last poll belongs to this fill."""
    assert gun.total is not None
    start = origin(gun, signs) if anew else gun.total
    gun = replace(gun, drained=gun.drained + start - gun.total, total=start)
    assert signs.total is not None
    marks: frozenset[Mark] = gun.away | ({"began-unseen"} if gun.away and signs.total > start else set())
    shown = ZERO
    if not anew and signs.sale is not None and gun.sale is not None:
        shown = gun.sale  # the display still shows the sale before: cleared late, or counting on
        if signs.sale > shown > 0 and gun.restarts:
            marks |= {"merged" if signs.state or gun.vented else "split"}
    lifted = gun.pressure if gun.state == "lifted" else None
    fill = Fill(
        signs.at, signs.at, start, start, sale_before=shown, marks=marks,
        pressure_before=signs.pressure if lifted is None else lifted,
    )  # fmt: skip
    return go_on(replace(gun, fill=fill), signs, anew)


def go_on(gun: Gun, signs: Signs, anew: bool) -> tuple[Gun, list[Fill]]:
    assert gun.fill
    return replace(gun, phase="filling", fill=seen(gun.fill, signs, gun.away), moved=signs.at, vented=False), []


def pause(gun: Gun, signs: Signs, anew: bool) -> tuple[Gun, list[Fill]]:
    assert gun.fill
    return replace(gun, phase="paused", fill=seen(gun.fill, signs, gun.away)), []


def drain(gun: Gun, signs: Signs, anew: bool) -> tuple[Gun, list[Fill]]:
    """No fill: what the total grew is a sale that came and went since the last poll, or it drained away."""
    assert gun.total is not None and signs.total is not None
    if anew and signs.sale and (signs.sale != gun.sale or grown_of(gun, signs) > signs.sale / 2):
        gun, _ = begin(replace(gun, away=gun.away | {"began-unseen"}), signs, True)
        return end(gun, signs, anew)
    silent = signs.number is None and signs.sale is None
    if gun.away and silent and grown_of(gun, signs) >= LEAST_FILL:
        return record_unseen(gun, None, signs.total, signs)
    vented = gun.vented or is_vented(gun, signs)
    return replace(gun, drained=gun.drained + grown_of(gun, signs), total=signs.total, vented=vented), []


def end(gun: Gun, signs: Signs, anew: bool) -> tuple[Gun, list[Fill]]:
    """The fill is over; told at once when the total has caught up with the display, else at the next poll."""
    assert gun.fill
    ending = ENDINGS.get(signs.state) or ENDINGS.get(signs.stop, "normal")
    if ending == "normal" and "restart" in gun.away | gun.fill.marks and not signs.stop:
        ending = "power-cut"  # it was interrupted, and nobody says otherwise
    fill = seen(gun.fill, signs, gun.away)
    at = signs.at if signs.state or gun.moved is None else gun.moved
    fill = replace(fill, ended=at, stop=signs.stop, ending=ending)
    hopeless = fill.sale is None or "broken-total" in fill.marks
    settled = hopeless or abs(fill.metered - fill.mass) <= SETTLED
    if settled or gun.phase == "settling":
        return close(gun, fill)
    return replace(gun, phase="settling", fill=fill), []


def remember(gun: Gun, signs: Signs) -> Gun:
    """This poll is the one before the next."""
    return replace(
        gun,
        at=signs.at,
        number=gun.number if signs.number is None else signs.number,
        sale=gun.sale if signs.sale is None else signs.sale,
        state=signs.state,
        pressure=gun.pressure if signs.pressure is None else signs.pressure,
        total=signs.total if gun.fill else gun.total,
        away=frozenset(),
    )


ACTS: dict[tuple[Phase, Sign], Act] = {
    ("idle", "moving"): begin, ("idle", "still"): drain, ("idle", "over"): drain,
    ("filling", "moving"): go_on, ("filling", "still"): pause, ("filling", "over"): end,
    ("paused", "moving"): go_on, ("paused", "still"): pause, ("paused", "over"): end,
    ("settling", "moving"): go_on, ("settling", "still"): end, ("settling", "over"): end,
    **{(phase, sign): end for phase in ("filling", "paused", "settling") for sign in ("power-loss", "fault")},
    **{("idle", sign): drain for sign in ("power-loss", "fault")},
}  # fmt: skip
