"""A period's balance (输差) as it is told: what came in, went out, is in store, and whether the difference speaks."""

from __future__ import annotations

from collections.abc import Mapping

from agent.core.balance.balance import COVERAGE, Part, balance
from agent.core.balance.drift import Drift
from agent.core.balance.plan import Plan
from agent.core.balance.snapshot import Snapshot, body_of
from agent.core.balance.sources import density_of, dispensers, inlets, share
from agent.core.messages.stamp import iso
from agent.core.model import Body, Fact
from agent.core.readings.units import convert
from agent.core.setup import Setup
from drivers.model import Instant

VENT_ERROR = 0.87  # of what people say they let out: half of it, rectangular, as a limit
GAP = "{0}:进 {1:.1f} − 出 {2:.1f} − 放散 {3:.1f} − 库存变化 {4:.1f} = 输差 {5:.1f} kg,超过测量不确定度 ±{6:.1f} kg"
OVER = "{0}:输差 {1:.2%},超过设定 {2:.2%}"
DRIFTS = "{0}:显示与流量计的偏差已连续 {1} 天偏{2}"


def flow(start: Snapshot, end: Snapshot, device: str, density: float) -> float | None:
    """kg through a counter between two moments; None: it was not read at one of them, or counts something else."""
    if device not in start.totals or device not in end.totals:
        return None
    (before, unit), (after, other) = start.totals[device], end.totals[device]
    if unit != other:
        return None
    mass, volume = convert(float(after - before), unit, "kg"), convert(float(after - before), unit, "m3")
    return mass if mass is not None else None if volume is None else volume * density


def parts_of(setup: Setup, plan: Plan, start: Snapshot, end: Snapshot) -> tuple[list[Part], list[str]]:
    """The masses of a balance, and what could not be measured."""
    density, unsure, _ = density_of(plan)
    parts, missing = list[Part](), list[str]()
    for names, role, error in (
        (inlets(setup, plan), "in", share(plan.inlet_error, unsure)),
        (dispensers(setup), "out", share(plan.dispenser_error)),
    ):
        for name in names:
            mass = flow(start, end, name, density)
            if mass is None:
                missing.append(name)
            else:
                parts.append(Part(name, role, mass, error * abs(mass)))  # type: ignore[arg-type]
    for store in plan.stores:
        if store.name in start.stock and store.name in end.stock:
            for role, mass in (("opening", start.stock[store.name]), ("closing", end.stock[store.name])):
                parts.append(Part(store.name, role, mass, share(store.error) * mass))  # type: ignore[arg-type]
        else:
            missing.append(store.name)
    if not plan.stores:
        parts.append(Part("stock", "closing", 0.0, share(plan.stock_error)))
    vented = float(start.vented)
    if vented:
        parts.append(Part("vent", "vent", vented, share(VENT_ERROR) * vented))
    return parts, missing if plan.stores else [*missing, "stock"]


def report(
    setup: Setup, plan: Plan, kind: str, period: str, start: Snapshot, end: Snapshot, drifts: Mapping[str, Drift],
    now: Instant,
) -> Fact:  # fmt: skip
    """The `balance` fact. Without an inlet there is nothing to balance: then it tells what went out, and no verdict."""
    parts, missing = parts_of(setup, plan, start, end)
    sums = {role: sum(p.mass for p in parts if p.role == role) for role in ("opening", "in", "out", "vent", "closing")}
    density, _, by = density_of(plan)
    body: Body = {
        "period": period, "kind": kind, "from": iso(start.at), "to": iso(end.at),
        "in": round(sums["in"], 3), "out": round(sums["out"], 3), "vent": round(sums["vent"], 3),
        "stock_change": round(sums["closing"] - sums["opening"], 3),
        "parts": [
            {"name": p.name, "role": p.role, "mass": round(p.mass, 3), "uncertainty": round(p.uncertainty, 3)}
            for p in parts
        ],
        "density": round(density, 5), "density_by": by, "not_measured": missing, "closing": body_of(end),
    }  # fmt: skip
    if kind == "day":
        body["drift"] = {name: spoken(drift) for name, drift in drifts.items() if drift != Drift()}
    found = drifting(setup, drifts, start, end) if kind == "day" else []
    counted = any(p.role == "in" for p in parts) and not set(missing) - {"stock"}
    if counted:
        judged, wrong = verdict(plan, period, parts, sums, start, end)
        body |= judged
        found = [*wrong, *found]
    return Fact("balance", period, body | ({"findings": found} if found else {}), "station", now)


def verdict(
    plan: Plan, period: str, parts: list[Part], sums: Mapping[str, float], start: Snapshot, end: Snapshot
) -> tuple[Body, list[Body]]:
    told = balance(parts)
    body: Body = {
        "difference": round(told.difference, 3), "uncertainty": round(told.uncertainty, 3),
        "theoretical": round(COVERAGE * told.uncertainty, 3), "meaning": told.meaning,
        "likely": max(parts, key=lambda part: part.uncertainty).name,
    }  # fmt: skip
    if told.rate is not None:
        body["rate"] = round(told.rate, 5)
    span = {"from": iso(start.at), "to": iso(end.at)}
    found: list[Body] = []
    if told.meaning == "significant":
        stock = sums["closing"] - sums["opening"]
        figures = (sums["in"], sums["out"], sums["vent"], stock, told.difference, COVERAGE * told.uncertainty)
        found.append({"kind": "balance-gap", **span, "text": GAP.format(period, *figures)})
    if plan.limit is not None and told.rate is not None and abs(told.rate) > plan.limit:
        body["limit"] = plan.limit
        found.append({"kind": "balance-over-limit", **span, "text": OVER.format(period, told.rate, plan.limit)})
    return body, found


def drifting(setup: Setup, drifts: Mapping[str, Drift], start: Snapshot, end: Snapshot) -> list[Body]:
    span = {"from": iso(start.at), "to": iso(end.at)}
    return [
        {"kind": "drift", "device": name, **span, "text": DRIFTS.format(
            setup.devices[name].label or name, max(drift.rising, drift.falling), "高" if drift.signal == "up" else "低",
        )}
        for name, drift in drifts.items() if drift.signal
    ]  # fmt: skip


def spoken(drift: Drift) -> Body:
    return {"up": round(drift.up, 3), "down": round(drift.down, 3), "rising": drift.rising, "falling": drift.falling}
