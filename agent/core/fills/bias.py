"""By how much a gun's display usually differs from its meter: learnt fill by fill, told with each."""

from __future__ import annotations

from collections.abc import Mapping

from agent.core.fills.means import Bias, Mean
from agent.core.fills.model import Fill, Mark
from agent.core.model import Body

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
        return Bias(bias.free, bias.preset.with_(more))
    return Bias(bias.free.with_(more / mass), bias.preset)


def summarise(bias: Bias) -> Body:
    """As it stands in a `fill` body, rounded; only what was ever measured."""
    told: Body = {}
    if bias.free.fills:
        told["free"] = {"fills": bias.free.fills, "share": round(bias.free.mean, 5)}
    if bias.preset.fills:
        told["preset"] = {"fills": bias.preset.fills, "mass": round(bias.preset.mean, 4)}
    return told


def recall(told: Mapping[str, Mapping[str, float]]) -> Bias:
    free, preset = told.get("free", {}), told.get("preset", {})
    return Bias(
        Mean(int(free.get("fills", 0)), free.get("share", 0.0)),
        Mean(int(preset.get("fills", 0)), preset.get("mass", 0.0)),
    )
