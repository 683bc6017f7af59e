"""What a device refuses is left out of its polls: told once when it begins, and once when it is over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from agent.core.model import Body, Fact
from agent.core.setup import Setup
from drivers.model import Instant

Refused = Mapping[str, str]  # points to where they stand in the device, as in `holding 0x0002`
What = Literal["registers-quarantined", "registers-recovered"]
NOTHING: Refused = {}

TEXTS: dict[What, str] = {
    "registers-quarantined": "{0} 拒绝读取 {1}:已隔离,其余照常读取,每日重试",
    "registers-recovered": "{0} 又能读取 {1}:已恢复读取",
}


def compare(setup: Setup, before: Refused, now: Refused, device: str, at: Instant) -> list[Fact]:
    """The audit facts of a change: what is left out from now on, and what is read again."""
    changes: dict[What, Refused] = {
        "registers-quarantined": {name: place for name, place in now.items() if name not in before},
        "registers-recovered": {name: place for name, place in before.items() if name not in now},
    }
    return [report(setup, what, points, device, at) for what, points in changes.items() if points]


def report(setup: Setup, what: What, points: Refused, device: str, at: Instant) -> Fact:
    places = "、".join(f"{name}({place})" for name, place in points.items())
    text = TEXTS[what].format(setup.devices[device].label or device, places)
    body: Body = {"what": what, "device": device, "points": dict(points), "text": text}
    return Fact("audit", "_", body, device, at)


def recall(bodies: Iterable[Body]) -> Mapping[str, Refused]:
    """What was left out before this start, by device."""
    return {body["device"]: body["refused"] for body in bodies if body.get("refused")}
