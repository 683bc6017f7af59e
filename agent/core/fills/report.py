"""A fill as it is told: a `fill` fact with what was measured, what was not, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from agent.core.fills import bias as biases
from agent.core.fills import checks
from agent.core.fills.checks import Case
from agent.core.fills.means import Bias
from agent.core.fills.model import Fill
from agent.core.messages.stamp import iso, local
from agent.core.model import Body, Fact
from agent.core.setup import Nozzle, Setup
from drivers.model import Instant, Value

ELSEWHERE = ("in_place", "payment", "receipt", "plate")  # no dispenser tells these
WORST = ("unsynced", "holdover", "synced")
DRAINED = {
    "idle-flow": "{0} 号枪:没有加气,累计数却增加了 {1} kg(零点漂移或泄漏)",
    "total-without-fill": "{0} 号枪:累计数一次增加 {1} kg,没有对应的加气记录(漏记或改动)",
}
LUMP = Decimal("0.5")  # kg at once: no drift


def report(setup: Setup, nozzle: Nozzle, fill: Fill, bias: Bias, parameters: Mapping[str, Value]) -> Fact:
    """The fact. `bias`: of the gun before this fill; `parameters`: of the dispenser, as they are guarded."""
    began = local(fill.began.utc, setup.zone)
    point = setup.total_point(nozzle.device)
    case = Case(fill, bias, setup.limits, nozzle.certificate, began, bool(point and point.type == "f32"))
    found = [finding(nozzle.name, kind, checks.TEXTS[kind], told, fill) for kind, told in checks.judge(case)]
    body: Body = {"nozzle": nozzle.name, "device": nozzle.device, "fuel": nozzle.fuel, "ended": iso(fill.ended.utc)}
    body |= figures(fill)
    body |= {"marks": sorted(fill.marks), "clk": min(fill.began.clk, fill.ended.clk, key=WORST.index)}
    body["verification"] = verification(nozzle, began.date())
    if coefficients := {name: value for name, value in parameters.items() if not name.startswith("@")}:
        body["coefficients"] = coefficients
    if told := biases.summarise(biases.learn(bias, fill)):
        body["bias"] = told
    if found:
        body["findings"] = found
    return Fact("fill", nozzle.name, body | {"not_measured": unmeasured(body)}, nozzle.device, fill.ended)


def figures(fill: Fill) -> Body:
    """What was measured; nothing stands for what was not."""
    seen = "began-unseen" not in fill.marks
    preset: Body = {}
    if fill.preset is not None:
        preset = {"mode": "preset" if fill.preset else "free"}
        if fill.preset:
            preset |= {"preset": fill.preset, "preset_unit": "CNY" if fill.money else "kg"}
    said: Mapping[str, Any] = {
        "began": iso(fill.began.utc) if seen else None,
        "number": fill.number,
        "last_number": fill.last_number,
        "mass": fill.mass,
        "price": fill.price,
        "amount": fill.amount,
        "total_before": fill.before,
        "total_after": fill.after,
        "pressure_before": rounded(fill.pressure_before) if seen else None,
        "pressure_after": rounded(fill.pressure_after),
        "temperature": rounded(fill.temperature),
        "density": rounded(fill.density),
        "stop": fill.stop or None,
        "drained": fill.drained or None,
    }
    told = {name: value for name, value in said.items() if value is not None}
    return told | {"mass_by": "total" if fill.sale is None else "display", "ending": fill.ending} | preset


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def unmeasured(body: Body) -> list[str]:
    """What a fill would tell, had somebody measured it."""
    wanted = ("began", "price", "amount", "mode", "pressure_before", "pressure_after", "density", "stop")
    return [*(name for name in wanted if name not in body), *ELSEWHERE]


def verification(nozzle: Nozzle, day: date) -> Body:
    """Whether the gun might be used on this day."""
    certificate = nozzle.certificate
    if certificate.until is None:
        return {"state": "unknown"}
    told: Body = {"state": "expired" if day > certificate.until else "valid", "until": certificate.until.isoformat()}
    return told | ({"certificate": certificate.number} if certificate.number else {})


def finding(nozzle: str, kind: str, text: str, told: tuple[object, ...], fill: Fill) -> Body:
    return {
        "kind": kind, "nozzle": nozzle, "from": iso(fill.began.utc), "to": iso(fill.ended.utc),
        "text": text.format(nozzle, *told),
    }  # fmt: skip


def drained(nozzle: Nozzle, mass: Decimal, step: Decimal, since: Instant, at: Instant) -> Fact:
    """Gas that flowed and was no fill: `mass` since the last one, `step` of it since the last poll."""
    kind, much = ("total-without-fill", step) if step >= LUMP else ("idle-flow", mass)
    body: Body = {
        "kind": kind, "nozzle": nozzle.name, "device": nozzle.device, "from": iso(since.utc), "to": iso(at.utc),
        "unit": "kg", "text": DRAINED[kind].format(nozzle.name, much),
    }  # fmt: skip
    return Fact("audit", "_", body, nozzle.device, at, type="gse.finding.v1")
