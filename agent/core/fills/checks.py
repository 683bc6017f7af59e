"""What may be wrong with a fill: one check a function, each gives a kind and the numbers of its sentence, or nothing.

Quantities are told as they were measured: kg, CNY. A check that lacks a figure says nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from agent.core.fills.bias import excess
from agent.core.fills.limits import Certificate, Limits, is_open
from agent.core.fills.means import Bias
from agent.core.fills.model import Fill

Wrong = tuple[str, tuple[object, ...]] | None  # kind of the finding; what its sentence takes after the gun's name

TEXTS = {
    "amount-differs": "{0} 号枪:{1} kg × {2} 元 = {3} 元,显示 {4} 元,相差超过最小付费变量 {5} 元",
    "total-differs": "{0} 号枪:显示 {1} kg,累计数增加 {2} kg,相差 {3} kg",
    "short-delivery": "{0} 号枪:显示 {1} kg,流量计累计 {2} kg,少给 {3} kg({4})",
    "preset-truncation": "{0} 号枪:定量 {1} kg,流量计累计 {2} kg,提前关阀少给 {3} kg(该枪定量加气平均少 {4} kg)",
    "short-fill": "{0} 号枪:定量 {1},只加到 {2},停止原因 {3}",
    "outside-hours": "{0} 号枪:营业时间 {1} 以外加气 {2} kg",
    "verification-expired": "{0} 号枪:检定有效期至 {1},已过期,仍在加气",
    "fill-missing": "{0} 号枪:第 {1} 号加气没有记录,累计数共增加 {2} kg",
    "fills-unseen": "{0} 号枪:无法读取期间累计数增加 {1} kg,没有逐笔记录",
    "merged-fills": "{0} 号枪:第 {1} 号记录里有不止一次加气,这一次 {2} kg",
}
UNEXPLAINED = ("", "none", "preset-quantity", "preset-amount")  # stop reasons that do not say why less was given
EARLY = 0.3  # kg: no preset closes earlier than that
MODEST = 0.05  # share up to which too much shown is a bias; beyond it something else happened, unless it is usual
FLOAT = Decimal("1.2e-7")  # of a value: what a 32-bit float cannot tell apart


@dataclass(frozen=True, slots=True)
class Case:
    """One fill, and all that it is judged by. `coarse`: its total is a 32-bit float."""

    fill: Fill
    bias: Bias  # before this fill
    limits: Limits
    certificate: Certificate
    began: datetime  # on the station's wall clock
    coarse: bool = False


def slack(case: Case) -> Decimal:
    """kg by which display and total differ because neither has more digits."""
    fill = case.fill
    steps = [step_of(fill.before, case.coarse), step_of(fill.after, case.coarse), step_of(fill.sale or fill.after)]
    return sum(steps, Decimal(0))


def step_of(figure: Decimal, coarse: bool = False) -> Decimal:
    """The last digit of a figure."""
    exponent = figure.as_tuple().exponent
    last = Decimal(1).scaleb(exponent) if isinstance(exponent, int) and exponent < 0 else Decimal("0.001")
    return max(last, abs(figure) * FLOAT) if coarse else last


def amount_differs(case: Case) -> Wrong:
    fill, increment = case.fill, Decimal(repr(case.limits.increment))
    if fill.sale is None or fill.price is None or fill.amount is None or "merged" in fill.marks:
        return None
    due = fill.mass * fill.price
    if abs(due - fill.amount) <= increment:
        return None
    return "amount-differs", (fill.mass, fill.price, f"{due:.4f}", fill.amount, increment)


def shows_too_much(case: Case) -> Wrong:
    """The display against the meter: what is usual for the gun, and what a preset does, tell why."""
    fill, more = case.fill, excess(case.fill)
    if more is None or abs(more) <= slack(case):
        return None
    share = more / float(fill.mass) if fill.mass else 1.0
    usual = case.bias.habitual
    preset = fill.preset if fill.preset and not fill.money else None
    truncated = preset is not None and 0 < more <= EARLY and abs(fill.mass - preset) <= slack(case)
    if preset is not None and truncated and usual < share / 2:
        return "preset-truncation", (preset, fill.metered, f"{more:.2f}", f"{case.bias.preset.with_(more).mean:.2f}")
    if 0 < share <= max(MODEST, 1.5 * usual):
        return "short-delivery", (fill.mass, fill.metered, f"{more:.2f}", f"{share:.1%}")
    return "total-differs", (fill.mass, fill.metered, f"{more:.2f}")


def falls_short(case: Case) -> Wrong:
    """Less than was asked for, and the dispenser does not say why."""
    fill, limits = case.fill, case.limits
    if not fill.preset or fill.stop not in UNEXPLAINED or fill.ending != "normal" or "began-unseen" in fill.marks:
        return None
    given = fill.amount if fill.money else fill.mass
    if given is None:
        return None
    unit = "元" if fill.money else "kg"
    allowed = limits.short * float(fill.price or 0) if fill.money else limits.short
    if float(fill.preset - given) <= max(allowed, limits.increment):
        return None
    return "short-fill", (f"{fill.preset} {unit}", f"{given} {unit}", fill.stop or "未知")


def is_outside_hours(case: Case) -> Wrong:
    hours = case.limits.hours
    if hours is None or is_open(hours, case.began.time()):
        return None
    return "outside-hours", (f"{hours[0]:%H:%M}–{hours[1]:%H:%M}", case.fill.mass)


def is_unverified(case: Case) -> Wrong:
    until = case.certificate.until
    return ("verification-expired", (until,)) if until and case.began.date() > until else None


def is_missing(case: Case) -> Wrong:
    """A sale number that nobody saw."""
    fill = case.fill
    if fill.ending != "unseen" or "began-unseen" not in fill.marks:
        return None
    if fill.number is None:
        return "fills-unseen", (fill.metered,)
    return "fill-missing", (f"{fill.number}–{fill.last_number}" if fill.last_number else fill.number, fill.metered)


def is_merged(case: Case) -> Wrong:
    fill = case.fill
    if "merged" not in fill.marks or fill.ending == "unseen":
        return None
    return "merged-fills", (fill.number if fill.number is not None else "?", fill.mass)


CHECKS: tuple[Callable[[Case], Wrong], ...] = (
    amount_differs, shows_too_much, falls_short, is_outside_hours, is_unverified, is_missing, is_merged,
)  # fmt: skip


def judge(case: Case) -> list[tuple[str, tuple[object, ...]]]:
    """Everything that is wrong with a fill."""
    return [wrong for check in CHECKS if (wrong := check(case))]
