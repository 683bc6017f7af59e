"""Parameters that must not change: factors, serial numbers, units, byte order. A change is a fact and a finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from agent.core.messages.stamp import iso
from agent.core.model import Body, Fact
from agent.core.readings.quarantine import Refused
from agent.core.setup import Setup
from drivers.model import Instant, Sample, Settled, Value

GUARDED = ("parameter", "serial")
FINDING = "gse.finding.v1"
Parameters = Mapping[str, Value]


def of_sample(setup: Setup, sample: Sample) -> dict[str, Value]:
    """The guarded values of one poll that can be believed."""
    names = {p.name for p in setup.devices[sample.device].map.points if p.role in GUARDED}
    if not names:
        return {}
    return {r.point: r.value for r in sample.readings if r.point in names and r.quality == "good"}


def of_settings(event: Settled) -> dict[str, Value]:
    """The guarded settings; one that could not be read is no change."""
    return {f"@{name}": word for name, word in event.settings.items()}


def compare(
    setup: Setup, known: Parameters | None, refused: Refused, device: str, seen: dict[str, Value], at: Instant
) -> tuple[Parameters | None, list[Fact]]:
    """Compare with what was known. First seen is remembered, changed is told with before and after.

    `refused` is written down with them: a device has one page in the meter book.
    """
    before = known or {}
    new = {name: value for name, value in seen.items() if name not in before}
    changed = {name: value for name, value in seen.items() if name in before and not same(before[name], value)}
    if not new and not changed:
        return known, []
    after = {**before, **seen}
    return after, [
        page(device, after, refused, at),
        *(report(setup, device, name, before[name], value, at) for name, value in changed.items()),
    ]


def page(device: str, parameters: Parameters, refused: Refused, at: Instant) -> Fact:
    """All that must be known of a device after a new start."""
    body: Body = {"device": device, "parameters": dict(parameters)}
    return Fact("meter", device, body | ({"refused": dict(refused)} if refused else {}), device, at)


def findings(facts: Iterable[Fact]) -> list[Body]:
    """What these facts say was changed, each once: of a first sight they say nothing."""
    told = [body for fact in facts for body in ([fact.body] if fact.type == FINDING else fact.body.get("findings", ()))]
    return [body for number, body in enumerate(told) if body not in told[:number]]


def same(before: Value, after: Value) -> bool:
    """Equal, whether remembered from the journal (a float) or read now (a decimal)."""
    if isinstance(before, str | None) or isinstance(after, str | None):
        return before == after
    return float(before) == float(after)


def report(setup: Setup, device: str, name: str, before: Value, after: Value, at: Instant) -> Fact:
    body: Body = {
        "kind": "parameter-changed", "device": device, "point": name.removeprefix("@"), "before": before,
        "after": after,
        "from": iso(at.utc), "to": iso(at.utc),
        "text": f"{setup.devices[device].label} 参数 {name.removeprefix('@')} 被改动:{before} → {after}",
    }  # fmt: skip
    return Fact("audit", "_", body, device, at, type=FINDING)


def recall(bodies: Iterable[Body]) -> Mapping[str, Parameters]:
    """The parameters before this start, by device."""
    return {b["device"]: b["parameters"] for b in bodies if "parameters" in b}
