"""The steps of a handover (交接班): what each needs, and what it says. Who goes reads, explains and signs; who comes
verifies, accepts and signs.

    reading ─▶ agrees ──────────────────▶ settled ─▶ sign (goes) ─▶ verify each gun, accept each case ─▶ sign (comes)
       │                                    ▲           a question that is not answered stops both
       └─▶ differs, or nothing to compare ──┴─ reading again, the whole total, then a reason
"""

from __future__ import annotations

from collections.abc import Callable

from agent.core.messages.stamp import iso
from agent.core.model import Body
from agent.core.setup import Nozzle
from agent.core.shift import confirm
from agent.core.shift.scene import Scene
from kiosk.shift import Handover

Said = Body | str  # what the step says in a `shift` body; or why it is not taken
REASONS = {
    "jump": "跳变", "reset": "归零", "board": "更换主板", "link": "通信中断", "verification": "检定", "other": "其他",
}  # fmt: skip
FINE = ("", "yes", "ok", "一致", "agree")  # what a person says who verifies
STALE = 7200.0  # seconds after which a reading is no closing any more


def reading(scene: Scene, form: Handover, nozzle: Nozzle | None) -> Said:
    if nozzle is None:
        return unknown(scene, form)
    every, opening = scene.setup.devices[nozzle.device].every, scene.line(nozzle.name).opening
    return confirm.confirm(nozzle, every, scene.counter(nozzle), scene.gun(nozzle), opening, form, scene.now)


def reason(scene: Scene, form: Handover, nozzle: Nozzle | None) -> Said:
    """Why the display and the agent differ. Where the agent could not read, what was typed whole is the closing."""
    if nozzle is None:
        return unknown(scene, form)
    line = scene.line(nozzle.name)
    if line.confirmed not in ("differ", "unread"):
        return f"nozzle: {nozzle.name} has nothing to explain"
    body = confirmed(form) | {"reason": code_of(form.typed)}
    if line.confirmed == "differ":
        return body
    if line.typed.isdigit() and len(line.typed) == confirm.TAIL:
        return f"nozzle: {nozzle.name} could not be read; the whole total first, step second"
    return body | {"total": confirm.amount_of(line.typed), "unit": line.unit, "manual": True}


def code_of(said: str) -> str:
    """Which of the REASONS a text is, by its code or its word; `other` else."""
    return next((code for code, word in REASONS.items() if said.startswith((code, word))), "other")


def verify(scene: Scene, form: Handover, nozzle: Nozzle | None) -> Said:
    """Who comes looks at the same displays: opening is closing. Without a gun: all of them. What is typed is the figure
    seen there, or an objection; nothing: it is as it says."""
    if form.nozzle and nozzle is None:
        return unknown(scene, form)
    if form.by == scene.shift.outgoing:
        return f"by: {form.by} hands over; another person verifies"
    owed = [name for name in scene.unsettled if form.nozzle in ("", name)]
    if owed:
        return f"nozzle: {', '.join(owed)} not confirmed yet"
    if form.typed in FINE or is_same(scene, form, nozzle):
        return confirmed(form)
    name, at = form.nozzle or "全部", scene.now
    text = f"{name} 号枪:接班人不认可:{form.typed}"
    found = {"kind": "handover-disputed", "nozzle": name, "from": iso(at.utc), "to": iso(at.utc), "text": text}
    return said(form) | {"state": "disputed", "findings": [found]}


def is_same(scene: Scene, form: Handover, nozzle: Nozzle | None) -> bool:
    """What is typed is the gun's closing, whole or its last four digits."""
    closing = scene.line(nozzle.name).closing if nozzle else None
    return closing is not None and confirm.agrees(form.typed, closing)


def sign(scene: Scene, form: Handover, nozzle: Nozzle | None) -> Said:
    """The outgoing signature is a step; the incoming one closes the shift, and is asked for by `closing`."""
    shift = scene.shift
    if scene.open_queries:
        return f"sign: not answered yet: {'; '.join(scene.open_queries)}"
    if scene.unsettled:
        return f"sign: not confirmed yet: {', '.join(scene.unsettled)}"
    if stale := [name for name, line in shift.lines.items() if line.read and scene.now.utc - line.read > STALE]:
        return f"sign: read too long ago: {', '.join(stale)}"
    if shift.phase == "open":
        return confirmed(form) if form.by == shift.outgoing else f"by: {shift.outgoing} hands over and signs first"
    if form.by == shift.outgoing:
        return f"by: {form.by} has signed; who takes over signs now"
    if scene.unverified:
        return f"sign: not verified yet: {', '.join(scene.unverified)}"
    if scene.unaccepted:
        return f"sign: not accepted yet: {', '.join(scene.unaccepted)}"
    return confirmed(form) | {"state": "closed"}


def query(scene: Scene, form: Handover, nozzle: Nozzle | None) -> Said:
    return said(form) | {"state": "disputed"} if form.typed else "typed: a question has a text"


def answer(scene: Scene, form: Handover, nozzle: Nozzle | None) -> Said:
    if not scene.open_queries:
        return "answer: nothing was asked"
    return confirmed(form) if form.typed else "typed: an answer has a text"


def accept(scene: Scene, form: Handover, nozzle: Nozzle | None) -> Said:
    """Who comes takes an open case over."""
    if form.by == scene.shift.outgoing:
        return f"by: {form.by} hands over; another person accepts"
    return confirmed(form) if form.typed in scene.cases else f"typed: no open case {form.typed!r}"


def correct(scene: Scene, form: Handover, nozzle: Nozzle | None) -> Said:
    """The last record stays as it was signed: a closing in it is put right by a fact beside it, which two people say.
    What is typed: the right closing, a blank, and why."""
    record = scene.state.record
    if nozzle is None:
        return unknown(scene, form)
    if record is None:
        return "correct: no shift was closed yet"
    figure, _, why = form.typed.partition(" ")
    closing = confirm.amount_of(figure)
    if closing is None or not why.strip():
        return "typed: the right closing, a blank, and why"
    before = next((one.get("closing") for one in record["lines"] if one["nozzle"] == nozzle.name), None)
    body = said(form) | {"total": closing, "corrects": record["record"], "corrected": record["shift"]}
    body |= {} if before is None else {"before": before}
    first = next((p for p in scene.shift.proposals if (p.nozzle, p.closing) == (nozzle.name, closing)), None)
    if first is None:
        return body | {"state": "disputed"}
    if first.by == form.by:
        return f"by: {form.by} said so already; another person confirms"
    return body | {"state": "corrected", "second": first.by}


def note(scene: Scene, form: Handover, nozzle: Nozzle | None) -> Said:
    return confirmed(form) if form.typed else "typed: says nothing"


STEPS: dict[str, Callable[[Scene, Handover, Nozzle | None], Said]] = {
    "reading": reading, "second": reading, "reason": reason, "verify": verify, "sign": sign, "query": query,
    "answer": answer, "accept": accept, "brief": note, "inspect": note, "correct": correct,
}  # fmt: skip


def said(form: Handover) -> Body:
    return {"step": form.step, "by": form.by, "typed": form.typed} | ({"nozzle": form.nozzle} if form.nozzle else {})


def confirmed(form: Handover) -> Body:
    return said(form) | {"state": "confirmed"}


def unknown(scene: Scene, form: Handover) -> str:
    known = ", ".join(n.name for n in scene.setup.nozzles) or "none"
    return f"nozzle: {form.nozzle!r} is unknown; known: {known}"
