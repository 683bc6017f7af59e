"""By how much a gun's display usually differs from its meter: learnt fill by fill, told with each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from agent.core.fills.means import Bias, Mean
from agent.core.fills.model import Fill, Mark
from agent.core.model import Body

FAST = 0.4  # of a new share in `lately`
ODD = 0.5  # share: beyond it something else happened
UNFIT: frozenset[Mark] = frozenset({"merged", "broken-total", "ended-unseen", "restart", "split"})


def excess(fill: Fill) -> float | None:
    """kg that the display shows beyond what the meter counted; None when one of them says nothing of this fill."""
    if fill.sale is None or fill.marks & UNFIT:
        return None
    return float(fill.mass - fill.metered)


def is_preset(fill: Fill) -> bool | None:
    return None if fill.preset is None else fill.preset > 0


def learn(bias: Bias, fill: Fill) -> Bias:
    """The gun's bias after one more fill."""
    more, mass = excess(fill), float(fill.mass)
    if more is None or mass <= 0:
        return bias
    if is_preset(fill):
        return replace(bias, preset=bias.preset.with_(more))
    share = more / mass
    if abs(share) > ODD:
        return bias
    return replace(bias, free=bias.free.with_(share), lately=bias.lately + (share - bias.lately) * FAST)


def summarise(bias: Bias) -> Body:
    """As it stands in a `fill` body, rounded; only what was ever measured."""
    told: Body = {}
    if bias.free.fills:
        told["free"] = {
            "fills": bias.free.fills, "share": round(bias.free.mean, 5), "lately": round(bias.lately, 5),
        }  # fmt: skip
    if bias.preset.fills:
        told["preset"] = {"fills": bias.preset.fills, "mass": round(bias.preset.mean, 4)}
    return told


def recall(told: Mapping[str, Mapping[str, float]]) -> Bias:
    free, preset = told.get("free", {}), told.get("preset", {})
    return Bias(
        Mean(int(free.get("fills", 0)), free.get("share", 0.0)),
        Mean(int(preset.get("fills", 0)), preset.get("mass", 0.0)),
        free.get("lately", 0.0),
    )
