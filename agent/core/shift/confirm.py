"""Blind confirmation: an attendant types what the display shows; only then the agent's own reading is compared."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from agent.core.fills.model import Gun
from agent.core.messages.stamp import iso
from agent.core.model import Body
from agent.core.readings.continuity import Counter
from agent.core.readings.totals import figure
from agent.core.setup import Nozzle
from drivers.model import Instant, Value
from kiosk.shift import Handover

FRESH = 30.0  # seconds: an older reading is not what the display shows now
TAIL = 4  # so many digits, typed without a point, stand for the end of the display


def confirm(
    nozzle: Nozzle, every: float, counter: Counter | None, gun: Gun | None, opening: Decimal | None, form: Handover,
    now: Instant,
) -> Body:  # fmt: skip
    """What a `shift` body says of one reading: agreed, different, or nothing to compare with — and then a finding.

    `every`: seconds between two polls; `opening`: the total with which the shift began.
    """
    body: Body = {"nozzle": nozzle.name, "step": form.step, "by": form.by, "typed": form.typed}
    if counter is None or now.mono - counter.at.mono > max(FRESH, 3 * every):
        return finish(body, now, agree=None, finding="no-reading", text=f"{nozzle.name} 号枪没有可用的读数,无法核对")
    body |= figure(nozzle.device, counter) | {"read_at": iso(counter.at.utc)} | under_way(gun)
    if agrees(form.typed, counter.reading.value):
        return finish(body, now, agree=True)
    text = f"{nozzle.name} 号枪:交班人读数 {form.typed},系统读数 {counter.reading.value} {counter.reading.unit}"
    if opening is not None and agrees(form.typed, opening):
        text += ";输入的是接班时的读数"
    return finish(body, now, agree=False, finding="reading-differs", text=text)


def under_way(gun: Gun | None) -> Body:
    """What has flowed at this moment that no fill has told yet: the next shift begins behind it."""
    if gun is None:
        return {}
    fill = gun.fill
    told = {"under_way": fill.metered, "under_way_shown": fill.mass} if fill else {}
    return told | ({"drained": gun.drained} if gun.drained else {})


def finish(body: Body, now: Instant, *, agree: bool | None, finding: str = "", text: str = "") -> Body:
    body |= {"state": "confirmed" if agree else "disputed", "agree": agree}
    if finding:
        body["findings"] = [
            {"kind": finding, "nozzle": body["nozzle"], "from": iso(now.utc), "to": iso(now.utc), "text": text}
        ]
    return body


def agrees(typed: str, read: Value) -> bool:
    """True when `typed` is the whole total, or (four digits without a point) the end of what the display shows."""
    shown = display(read)
    if typed.isdigit() and len(typed) == TAIL:
        return shown.replace(".", "").zfill(TAIL).endswith(typed)
    return amount_of(typed) == Decimal(shown)


def amount_of(typed: str) -> Decimal | None:
    """A typed figure; None: it is none."""
    try:
        return Decimal(typed)
    except InvalidOperation:
        return None


def display(read: Value) -> str:
    """A total as a dispenser shows it: its own decimals; a float total, which has none of its own, with two."""
    return f"{read:.2f}" if isinstance(read, float) else str(read)
