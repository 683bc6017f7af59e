"""What the station does with a poll of a dispenser beyond the reading itself: it follows the gun, tells its fills."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from agent.core.fills import bias, lately, report, signs
from agent.core.fills.machine import follow
from agent.core.fills.model import NEW, ZERO, Fill, Gun
from agent.core.model import Effect, Fact, Tick
from agent.core.readings.continuity import CONFIRMED
from agent.core.readings.totals import UNREAD
from agent.core.setup import Nozzle, Setup
from agent.core.state import State, Step
from drivers.model import Instant, Sample

BROKEN = {kind for cause, kind in CONFIRMED.items() if cause != "roll-over"}


def sampled(state: State, before: State, effects: list[Effect], sample: Sample) -> Step:
    """Follow the gun. `before`: the state before this sample; `effects`: what its readings caused."""
    nozzle = nozzle_of(state.setup, sample.device)
    if nozzle is None:
        return state, []
    name, setup = sample.device, state.setup
    known, believed = (s.totals.get(name, UNREAD).counter for s in (before, state))
    seen = signs.read(setup.devices[name], known, believed, is_broken(effects), sample)
    gun = state.guns.get(name, NEW)
    after, fills = follow(gun, seen, setup.limits.pause[nozzle.fuel])
    facts: list[Effect] = []
    for fill in fills:
        facts.append(report.report(setup, nozzle, fill, after.bias, state.parameters.get(name, {})))
        after = replace(after, bias=bias.learn(after.bias, fill))
    facts += leaks(setup, nozzle, gun, fills, after)
    if fills:
        state = replace(state, lately=lately.remember(state.lately, [fact for fact in facts if isinstance(fact, Fact)]))
    return (state if after is gun else replace(state, guns={**state.guns, name: after})), facts


def ticked(state: State, event: Tick, now: Instant) -> Step:
    fresh = lately.fresh(state.lately, now)
    return (state if fresh is state.lately else replace(state, lately=fresh)), []


def nozzle_of(setup: Setup, device: str) -> Nozzle | None:
    """The gun that a dispenser's points are about; a dispenser of several guns is told of under its own name."""
    if setup.devices[device].map.kind != "dispenser":
        return None
    own = [n for n in setup.nozzles if n.device == device]
    fuel = own[0].fuel if own else (setup.fuels or ("cng",))[0]
    return own[0] if len(own) == 1 else Nozzle(device, device, fuel)


def is_broken(effects: list[Effect]) -> bool:
    """The total was reset, edited or jumped: told by the fact about it."""
    kinds = {f["kind"] for e in effects if isinstance(e, Fact) for f in e.body.get("findings", ())}
    return bool(kinds & BROKEN)


def leaks(setup: Setup, nozzle: Nozzle, before: Gun, fills: list[Fill], after: Gun) -> list[Fact]:
    """Findings about what drained away: more than a drop for the first time since a fill, or much at once."""
    limit, known, told = Decimal(repr(setup.limits.drained)), before.drained, list[Fact]()
    for drained in (*(fill.drained for fill in fills), after.drained):
        step = drained - known
        if after.at and (known < limit <= drained or step >= report.LUMP):
            told.append(report.drained(nozzle, drained, step, before.at or after.at, after.at))
        known = ZERO
    return told
