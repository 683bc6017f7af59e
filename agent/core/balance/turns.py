"""What the station does about its gas balance: a shift's when it closes, a day's and a month's at their boundary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from agent.core.balance.drift import STEADY, Drift, follow
from agent.core.balance.inventory import take
from agent.core.balance.report import report
from agent.core.balance.snapshot import Snapshot, exact, moved
from agent.core.messages.stamp import local
from agent.core.model import Body, Effect, Fact, Tick
from agent.core.readings.continuity import CONFIRMED
from agent.core.shift.schedule import ready
from agent.core.state import State, Step
from drivers.model import Instant

KINDS = ("shift", "day", "month")
SIGMA = 0.002  # share: how much a dispenser's daily ratio of display to meter wanders by itself
MOST = 4.0  # standard deviations that one day may count for
BROKEN = {kind for cause, kind in CONFIRMED.items() if cause != "roll-over"}


def attend(state: State, effects: list[Effect], now: Instant) -> Step:
    """What this turn's facts mean for the balance; the balance of a shift that has just been closed."""
    caused: list[Effect] = []
    for fact in [effect for effect in effects if isinstance(effect, Fact) and effect.kind in ("total", "shift")]:
        for device, by in breaks(fact.body):
            state = replace(state, books={kind: moved(book, device, by) for kind, book in state.books.items()})
        if fact.body.get("step") == "vent":
            state = replace(state, books={kind: vent(book, fact.body) for kind, book in state.books.items()})
        if fact.body.get("state") == "closed" and "shift" in state.books:
            state, told = close(state, "shift", fact.body["shift"], now)
            caused.append(told)
    return state, [*effects, *caused]


def breaks(body: Body) -> Iterable[tuple[str, Decimal]]:
    """(device, by how much its total moved without gas)."""
    for found in body.get("findings", ()):
        if found["kind"] in BROKEN and "before" in found and "device" in found:
            yield found["device"], exact(found["after"]) - exact(found["before"])


def vent(book: Snapshot, body: Body) -> Snapshot:
    return replace(book, vented=book.vented + exact(body["mass"]))


def ticked(state: State, event: Tick, now: Instant) -> Step:
    """Begin what has not begun; close the day, and the month with it."""
    if not state.setup.devices or not ready(state, now):
        return state, []
    if missing := [kind for kind in KINDS if kind not in state.books]:
        fresh = take(state, state.setup.balance, now)
        return replace(state, books={**state.books, **dict.fromkeys(missing, fresh)}), []
    effects: list[Effect] = []
    names = {kind: name_of(state, kind, state.books[kind].at) for kind in ("day", "month")}
    for kind, name in names.items():
        if name != name_of(state, kind, now.utc):
            if kind == "day":
                state = replace(state, drifts=daily(state))
            state, told = close(state, kind, name, now)
            effects.append(told)
    return state, effects


def name_of(state: State, kind: str, utc: float) -> str:
    """`20261122` or `202611`: the business day begins when the day's first shift does."""
    first = min(state.setup.roster.times)
    day = local(utc, state.setup.zone) - timedelta(hours=first.hour, minutes=first.minute)
    return f"{day:%Y%m%d}" if kind == "day" else f"{day:%Y%m}"


def close(state: State, kind: str, period: str, now: Instant) -> tuple[State, Fact]:
    """The period's fact; the next one begins where it ended."""
    plan = state.setup.balance
    end = take(state, plan, now)
    fact = report(state.setup, plan, kind, period, state.books[kind], end, state.drifts, now)
    return replace(state, books={**state.books, kind: end}), fact


def daily(state: State) -> Mapping[str, Drift]:
    """One more day of each dispenser's bias, in standard deviations."""
    drifts = dict(state.drifts)
    for device, gun in state.guns.items():
        if gun.bias.free.fills:
            z = max(-MOST, min(MOST, gun.bias.habitual / SIGMA))
            drifts[device] = follow(drifts.get(device, STEADY), z)
    return drifts
