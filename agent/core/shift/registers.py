"""A dispenser's own shift record, which always agrees with itself: each begins where the last ended.

Its end is start + sum of fills, so that a loss within a shift shows only between end(n) and start(n+1). We read both,
and never take its own difference as evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from agent.core.messages.stamp import iso
from agent.core.model import Body, Fact
from agent.core.readings.allowance import number
from agent.core.setup import Setup
from drivers.model import Sample

ROLES = ("shift-number", "shift-start", "shift-end")
TEXT = "{0}:加气机班次 {1} 结束累计 {2},班次 {3} 开始累计 {4},相差 {5} {6}"
NOTHING = Decimal("0.005")  # kg: of the last digit


@dataclass(frozen=True, slots=True)
class Registers:
    """As they were read last; None: not told."""

    number: int | None = None
    start: Decimal | None = None
    end: Decimal | None = None


BLANK = Registers()


def read(setup: Setup, before: Registers, sample: Sample) -> tuple[Registers, str]:
    """The registers after this sample, and the unit of their totals."""
    roles = {p.name: p.role for p in setup.devices[sample.device].map.points if p.role in ROLES}
    said = {roles[r.point]: r for r in sample.readings if r.point in roles and r.quality == "good"}
    figures = {role: number(reading) for role, reading in said.items() if not isinstance(reading.value, str | None)}
    unit = next((said[role].unit for role in ("shift-start", "shift-end") if role in said), "")
    shift = int(figures["shift-number"]) if "shift-number" in figures else before.number
    return Registers(shift, figures.get("shift-start", before.start), figures.get("shift-end", before.end)), unit


def compare(setup: Setup, before: Registers, sample: Sample) -> tuple[Registers, list[Fact]]:
    """A new shift of the dispenser's that does not begin where its last one ended is a finding."""
    after, unit = read(setup, before, sample)
    changed = after.number != before.number if after.number is not None else after.start != before.start
    if not changed or before.end is None or after.start is None or before.start is None:
        return after, []
    gap = after.start - before.end
    if abs(gap) <= NOTHING:
        return after, []
    label = setup.devices[sample.device].label or sample.device
    figures = (label, before.number or "?", before.end, after.number or "?", after.start, gap, unit)
    body: Body = {
        "kind": "shift-total-jumped", "device": sample.device, "before": before.end, "after": after.start, "unit": unit,
        "from": iso(sample.at.utc), "to": iso(sample.at.utc), "text": TEXT.format(*figures),
    }  # fmt: skip
    return after, [Fact("audit", "_", body, sample.device, sample.at, type="gse.finding.v1")]
