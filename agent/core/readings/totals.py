"""Totaliser snapshots: what a counter shows after power-up, at every full hour, and where its continuity broke."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from agent.core.messages.stamp import iso
from agent.core.model import Body, Fact
from agent.core.readings import continuity
from agent.core.readings.continuity import Counter, Verdict
from agent.core.setup import Setup
from drivers.model import Instant, Sample

HOUR = 3600.0

TEXTS = {  # kind of a finding → one sentence for the station master; {0}: label, {1}: before, {2}: after, {3}: unit
    "roll-over": "{0} 累计数满位后从零开始:{1} → {2} {3}",
    "total-reset": "{0} 累计数被清零:{1} → {2} {3}",
    "total-stepped-back": "{0} 累计数倒退:{1} → {2} {3}",
    "total-jumped": "{0} 累计数跳变,超过最大流量所能达到:{1} → {2} {3}",
    "total-read-zero": "{0} 一次读数为零,未采用:{2} {3}(之前 {1})",
    "total-glitch": "{0} 一次读数异常,未采用:{2} {3}(之前 {1})",
}


@dataclass(frozen=True, slots=True)
class Watch:
    """One device's total: its continuity, and the hour it was last published for (-1: not since the start)."""

    counter: Counter | None = None
    hour: int = -1

    @property
    def known(self) -> Counter | None:
        """The total that was read and believed since the start."""
        return self.counter if self.hour >= 0 else None


UNREAD = Watch()


def judge(setup: Setup, watch: Watch, sample: Sample) -> tuple[Watch, Sample, list[Fact]]:
    """Judge the sample's total. One that must still be confirmed goes on as uncertain; a break is a fact."""
    point = setup.total_point(sample.device)
    reading = next((r for r in sample.readings if point and r.point == point.name and r.quality == "good"), None)
    if point is None or reading is None:
        return watch, sample, []
    verdict = continuity.judge(watch.counter, reading, sample.at, point, setup.devices[sample.device])
    found = finding(setup, sample, verdict) if verdict.kind else None
    if not verdict.believed:
        doubted = reading._replace(quality="uncertain", fault="unconfirmed")
        readings = tuple(doubted if r is reading else r for r in sample.readings)
        return replace(watch, counter=verdict.counter), replace(sample, readings=readings), []
    hour = int(sample.at.utc // HOUR)
    why = "power-up" if watch.hour < 0 else "hourly" if hour != watch.hour else ""
    broken = verdict.kind in continuity.CONFIRMED.values()
    why = why or ("continuity" if broken else "")
    facts = snapshots(setup, sample.device, verdict.counter, why, found if broken else None) if why else []
    if found and not broken:  # nothing was booked, so no total tells of it
        facts.append(Fact("audit", "_", found, sample.device, sample.at, type="gse.finding.v1"))
    return Watch(verdict.counter, hour if why else watch.hour), sample, facts


def snapshots(setup: Setup, device: str, counter: Counter, reason: str, found: Body | None = None) -> list[Fact]:
    """One `total` fact for each gun or meter that this device counts for, with what was found about it."""
    findings: Body = {"findings": [found]} if found else {}
    return [
        Fact("total", name, figure(device, counter) | {"reason": reason} | findings, device, counter.at)
        for name, owner in setup.counters()
        if owner == device
    ]


def figure(device: str, counter: Counter) -> Body:
    """A total as it stands in a body; its unit is stated because a device may be asked for it."""
    reading = counter.reading
    return {"device": device, "point": reading.point, "total": reading.value, "unit": reading.unit}


def finding(setup: Setup, sample: Sample, verdict: Verdict) -> Body:
    """What was believed before, and the raw figure beside it."""
    assert verdict.before and verdict.after
    before, after, unit = verdict.before.value, verdict.after.value, verdict.after.unit
    return {
        "kind": verdict.kind, "device": sample.device, "point": verdict.after.point, "before": before, "after": after,
        "unit": unit, "from": iso(sample.at.utc), "to": iso(sample.at.utc),
        "text": TEXTS[verdict.kind].format(setup.devices[sample.device].label, before, after, unit),
    }  # fmt: skip


def recall(bodies: Mapping[str, Body], read: Mapping[str, Instant]) -> Mapping[str, Watch]:
    """The totals before this start, by device, as the journal's last `total` facts tell them, by gun or meter.

    `read`: when, as far as that is remembered.
    """
    return {
        b["device"]: Watch(continuity.remembered(b["total"], b["unit"], b["point"], read.get(name)))
        for name, b in bodies.items()
    }
