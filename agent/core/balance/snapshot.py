"""A station's counters and stores at one moment: two of them, and what was let out between, make a balance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from agent.core.messages.stamp import iso, utc_of
from agent.core.model import Body

Totals = Mapping[str, tuple[Decimal, str]]  # device → total, unit


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`at`: seconds since 1970; `stock`: kg by store, of those that could be read; `vented`: kg since this moment."""

    at: float
    totals: Totals = field(default_factory=dict)
    stock: Mapping[str, float] = field(default_factory=dict)
    vented: Decimal = Decimal(0)


def exact(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(repr(value))


def moved(snapshot: Snapshot, device: str, by: Decimal) -> Snapshot:
    """The snapshot as if the total had always counted as it does since a break."""
    if device not in snapshot.totals:
        return snapshot
    total, unit = snapshot.totals[device]
    return replace(snapshot, totals={**snapshot.totals, device: (total + by, unit)})


def body_of(snapshot: Snapshot) -> Body:
    totals = [{"device": name, "total": total, "unit": unit} for name, (total, unit) in snapshot.totals.items()]
    stock = {name: round(mass, 3) for name, mass in snapshot.stock.items()}
    return {"at": iso(snapshot.at), "totals": totals} | ({"stock": stock} if stock else {})


def recall(bodies: Iterable[Body]) -> dict[str, Snapshot]:
    """By kind of period: where the last one of it ended."""
    books: dict[str, Snapshot] = {}
    for body in sorted(bodies, key=lambda body: str(body["to"])):
        ended = body["closing"]
        totals = {line["device"]: (exact(line["total"]), line["unit"]) for line in ended["totals"]}
        books[body["kind"]] = Snapshot(utc_of(ended["at"]), totals, ended.get("stock", {}))
    return books
