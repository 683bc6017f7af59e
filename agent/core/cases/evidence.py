"""Evidence: what the station read in the half hour before a complaint and the one after it, frozen with a digest."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any, NamedTuple

from agent.core.messages.stamp import iso
from agent.core.model import Body, Fact
from agent.core.setup import Setup
from drivers.model import Instant, Sample

MINUTE = 60.0
AROUND = 1800.0  # seconds before and after
ROLES = ("total", "sale", "pressure", "temperature", "price", "amount", "state")  # of points that say something
MOST = 120  # rows in one body; beyond that every second, third … look is taken, always with the last


class Look(NamedTuple):
    """What one device read at one moment: (point, value as text) of each reading that could be believed."""

    at: Instant
    values: tuple[tuple[str, str], ...]


FILL = (  # members of a fill that are frozen
    "nozzle", "device", "number", "began", "ended", "mass", "price", "amount", "preset", "total_before", "total_after",
    "pressure_after", "ending", "marks",
)  # fmt: skip
LAST = 40  # fills
Poured = tuple[tuple[Instant, Body], ...]  # what was filled lately
Recent = Mapping[str, tuple[Look, ...]]  # by device, oldest first, one a minute


def remember(setup: Setup, recent: Recent, sample: Sample) -> Recent:
    """The memory with this sample, if it is the first of its minute; the same memory otherwise."""
    before = recent.get(sample.device, ())
    if before and before[-1].at.mono // MINUTE == sample.at.mono // MINUTE:
        return recent
    telling = {p.name for p in setup.devices[sample.device].map.points if p.role in ROLES}
    values = tuple((r.point, str(r.value)) for r in sample.readings if r.point in telling and r.quality == "good")
    kept = tuple(look for look in before if look.at.mono >= sample.at.mono - AROUND - MINUTE)
    return {**recent, sample.device: (*kept, Look(sample.at, values))}


def devices_of(setup: Setup, object: str) -> Collection[str]:
    """The devices a complaint is about: the one it names, or whose nozzle it names; else all of them."""
    named = {n.device for n in setup.nozzles if n.name == object} | ({object} & setup.devices.keys())
    return named or setup.devices.keys()


def pour(poured: Poured, fills: Iterable[Fact], now: Instant) -> Poured:
    """The memory with these `fill` facts; what is older than an hour is forgotten."""
    told = tuple((fill.at, {name: plain(fill.body[name]) for name in FILL if name in fill.body}) for fill in fills)
    return (*(one for one in poured if one[0].mono >= now.mono - 2 * AROUND), *told) if told else poured


def plain(value: Any) -> Any:
    """As whoever reads the message has it: so that its digest is the same there."""
    return float(value) if isinstance(value, Decimal) else value


def freeze(
    recent: Recent, devices: Collection[str], alarms: Collection[str], poured: Poured, duty: Sequence[str],
    around: Instant,
) -> dict[str, Any]:  # fmt: skip
    """The member `evidence` of a `case` body."""
    looks = [(look.at, device, look.values) for device in sorted(devices) for look in recent.get(device, ())]
    looks = sorted(looks, key=lambda look: (look[0].mono, look[1]))
    near = [look for look in looks if abs(look[0].mono - around.mono) <= AROUND]
    rows = [[iso(at.utc), device, point, value] for at, device, values in near for point, value in values]
    step = -(-len(rows) // MOST) or 1
    told: dict[str, Any] = {"around": iso(around.utc)}
    if rows:
        told["readings"] = [*rows[-1::-step]][::-1]
    fills = [body for at, body in poured if body["device"] in devices and abs(at.mono - around.mono) <= AROUND]
    if fills:
        told["fills"] = fills[-LAST:]
    if duty:
        told["duty"] = list(duty)
    if alarms:
        told["alarms"] = sorted(alarms)
    return told | {"digest": digest(told)}


def digest(told: Mapping[str, Any]) -> str:
    """SHA-256 over everything but the digest itself."""
    plain = {name: value for name, value in told.items() if name != "digest"}
    return sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
