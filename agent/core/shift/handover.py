"""Blind confirmation: an attendant types what the display shows; only then the agent's own reading is compared."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from agent.core.messages.stamp import iso, local
from agent.core.model import Body, Fact
from agent.core.readings.continuity import Counter
from agent.core.readings.totals import figure
from agent.core.setup import Nozzle, Setup
from drivers.model import Instant, Value
from kiosk.model import Handover

STEPS = ("reading", "second")  # the end of the display, then the whole total
FRESH = 30.0  # seconds: an older reading is not what the display shows now
TAIL = 4  # so many digits, typed without a point, stand for the end of the display


def confirm(setup: Setup, nozzle: Nozzle, counter: Counter | None, form: Handover, now: Instant) -> Fact:
    """The `shift` fact of one reading: agreed, different, or nothing to compare with — and then a finding says so."""
    shift = f"{local(now.utc, setup.zone):%Y%m%d}"
    fresh = counter is not None and now.mono - counter.at.mono <= FRESH
    body: Body = {"shift": shift, "nozzle": nozzle.name, "step": form.step, "by": form.by, "typed": form.typed}
    if not fresh or counter is None:
        return finish(
            shift, body, now, agree=None, finding="no-reading", text=f"{nozzle.name} 号枪没有可用的读数,无法核对"
        )
    body |= figure(nozzle.device, counter) | {"read_at": iso(counter.at.utc)}
    if agrees(form.typed, counter.reading.value):
        return finish(shift, body, now, agree=True)
    text = f"{nozzle.name} 号枪:交班人读数 {form.typed},系统读数 {counter.reading.value} {counter.reading.unit}"
    return finish(shift, body, now, agree=False, finding="reading-differs", text=text)


def finish(shift: str, body: Body, now: Instant, *, agree: bool | None, finding: str = "", text: str = "") -> Fact:
    body |= {"state": "confirmed" if agree else "disputed", "agree": agree}
    if finding:
        body["findings"] = [
            {"kind": finding, "nozzle": body["nozzle"], "from": iso(now.utc), "to": iso(now.utc), "text": text}
        ]
    return Fact("shift", shift, body, "staff", now)


def agrees(typed: str, read: Value) -> bool:
    """True when `typed` is the whole total, or (four digits without a point) the end of what the display shows."""
    shown = display(read)
    if typed.isdigit() and len(typed) == TAIL:
        return shown.replace(".", "").zfill(TAIL).endswith(typed)
    try:
        return Decimal(typed) == Decimal(shown)
    except InvalidOperation:
        return False


def display(read: Value) -> str:
    """A total as a dispenser shows it: its own decimals; a float total, which has none of its own, with two."""
    return f"{read:.2f}" if isinstance(read, float) else str(read)
