"""The shift as its facts tell it: read fact by fact, at the moment each is made as well as after a restart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from agent.core.messages.stamp import utc_of
from agent.core.model import Body
from agent.core.shift.model import ZERO, Confirmed, Line, Proposal, Query, Shift, Sums

KINDS = ("shift", "fill", "total", "audit")  # of the facts that it is read from
Fold = Callable[[Shift, Body], Shift]


def observe(shift: Shift | None, kind: str, body: Body, utc: float) -> Shift | None:
    """The shift after one more fact. `opened` begins one; without one, nothing is counted."""
    if kind == "shift" and body.get("state") == "opened":
        return opened(body, utc)
    if shift is None or kind not in KINDS:
        return shift
    if kind == "shift":
        fold = STEPS.get(body.get("step") or body.get("state", ""))
        return fold(shift, body) if fold else shift
    shift = replace(shift, findings=counted(shift.findings, body))
    return filled(shift, body) if kind == "fill" else shift


def recall(facts: Iterable[tuple[str, Body, float]]) -> Shift | None:
    """The shift that was open, from all facts since it was opened: kind, body, and the moment each tells of."""
    shift = None
    for kind, body, utc in facts:
        shift = observe(shift, kind, body, utc)
    return shift


def exact(figure: Any) -> Decimal:
    """A figure of a body: exact as it was made, or as JSON spelt it."""
    return figure if isinstance(figure, Decimal) else Decimal(repr(figure))


def counted(known: Mapping[str, int], body: Body) -> Mapping[str, int]:
    kinds = [one["kind"] for one in body.get("findings", ())] + ([body["kind"]] if "kind" in body else [])
    return {**known, **{kind: known.get(kind, 0) + kinds.count(kind) for kind in kinds}} if kinds else known


# ── opening, and what the guns give ─────────────────────────────────────────


def opened(body: Body, utc: float) -> Shift:
    lines = {line["nozzle"]: line_of(line) for line in body.get("lines", ())}
    people = tuple(body.get("people", ()))
    return Shift(body["shift"], utc, utc_of(body["due"]), lines, people, previous=body.get("previous", ""))


def line_of(told: Body) -> Line:
    opening = exact(told["total"]) if "total" in told else None
    dispensed, metered, amount, drained = (
        exact(told.get(name, 0)) for name in ("dispensed", "metered", "amount", "drained")
    )
    return Line(opening, told.get("unit", "kg"), Sums(told.get("fills", 0), dispensed, metered, amount, 0, drained))


def filled(shift: Shift, body: Body) -> Shift:
    """A fill ended. One that began before the opening was counted in part: what is taken over is below 0."""
    line = shift.lines.get(body["nozzle"], Line())
    drained = exact(body.get("drained", 0))
    if line.opening is None:
        line = replace(line, opening=exact(body["total_before"]) - drained)
    return with_line(shift, body["nozzle"], replace(line, sums=add(line.sums, body, drained)))


def add(sums: Sums, body: Body, drained: Decimal) -> Sums:
    metered = exact(body["total_after"]) - exact(body["total_before"])
    unseen = body["ending"] == "unseen" and "began-unseen" in body["marks"]
    amount = body.get("amount")
    numbers = (str(body["number"]) + (f"–{body['last_number']}" if "last_number" in body else ""),) if (
        unseen and "number" in body) else ()  # fmt: skip
    return Sums(
        sums.fills + (not unseen),
        sums.dispensed + (ZERO if unseen else exact(body["mass"])),
        sums.metered + metered,
        sums.amount + (ZERO if amount is None else exact(amount)),
        sums.unpriced + (amount is None and not unseen),
        sums.drained + drained,
        sums.unseen + (metered if unseen else ZERO),
        (*sums.missing, *numbers),
    )


def with_line(shift: Shift, nozzle: str, line: Line) -> Shift:
    return replace(shift, lines={**shift.lines, nozzle: line})


# ── handing over ────────────────────────────────────────────────────────────


def read(shift: Shift, body: Body) -> Shift:
    """What the display shows was typed: the gun's closing is what the agent read at that moment."""
    nozzle, before = body["nozzle"], shift.lines.get(body["nozzle"], Line())
    confirmed: Confirmed = "agree" if body["agree"] else "unread" if body["agree"] is None else "differ"
    line = replace(
        before, typed=body["typed"], confirmed=confirmed, reason="", verified=False, manual=False,
        closing=exact(body["total"]) if "total" in body else None,
        cut=cut(before.sums, body), read=utc_of(body["read_at"]) if "read_at" in body else None,
    )  # fmt: skip
    shift = replace(shift, phase="open", incoming="")  # whoever signed, signed something else
    return with_line(replace(shift, outgoing=shift.outgoing or body["by"]), nozzle, line)


def cut(sums: Sums, body: Body) -> Sums:
    """The sums up to this moment, with what has flowed of a fill under way."""
    flowing, shown = exact(body.get("under_way", 0)), exact(body.get("under_way_shown", 0))
    drained = exact(body.get("drained", 0))
    return replace(
        sums, dispensed=sums.dispensed + shown, metered=sums.metered + flowing, drained=sums.drained + drained
    )


def reasoned(shift: Shift, body: Body) -> Shift:
    line = shift.lines[body["nozzle"]]
    manual = line.confirmed == "unread"
    closing = exact(body["total"]) if manual and "total" in body else line.closing
    line = replace(line, confirmed="reasoned", reason=body["typed"], manual=manual, closing=closing)
    return with_line(shift, body["nozzle"], line)


def verified(shift: Shift, body: Body) -> Shift:
    names = [body["nozzle"]] if body.get("nozzle") else list(shift.lines)
    if body["state"] == "disputed":
        lines = {name: replace(shift.lines[name], verified=False, confirmed="differ") for name in names}
        return replace(shift, phase="open", lines={**shift.lines, **lines})
    lines = {name: replace(shift.lines[name], verified=True) for name in names}
    return replace(shift, lines={**shift.lines, **lines}, incoming=body["by"])


def asked(shift: Shift, body: Body) -> Shift:
    return replace(shift, queries=(*shift.queries, Query(body["typed"], body["by"])))


def answered(shift: Shift, body: Body) -> Shift:
    """An answer is to the oldest question that has none."""
    at = next(n for n, query in enumerate(shift.queries) if not query.answer)
    queries = [*shift.queries]
    queries[at] = replace(queries[at], answer=body["typed"])
    return replace(shift, queries=tuple(queries))


def signed(shift: Shift, body: Body) -> Shift:
    if body["state"] == "closed":
        return replace(shift, phase="closed", incoming=body["by"])
    return replace(shift, phase="signed", outgoing=body["by"])


def corrected(shift: Shift, body: Body) -> Shift:
    """One person says so, then another; then it is over."""
    closing = exact(body["total"])
    others = tuple(p for p in shift.proposals if (p.nozzle, p.closing) != (body["nozzle"], closing))
    if body["state"] == "corrected":
        return replace(shift, proposals=others)
    return replace(shift, proposals=(*others, Proposal(body["nozzle"], closing, body["by"])))


STEPS: Mapping[str, Fold] = {
    "reading": read, "second": read, "reason": reasoned, "verify": verified, "query": asked, "answer": answered,
    "sign": signed, "closed": signed,
    "brief": lambda shift, body: replace(shift, notes=(*shift.notes, body["typed"])),
    "accept": lambda shift, body: replace(shift, accepted=shift.accepted | {body["typed"]}),
    "correct": corrected,
    "vent": lambda shift, body: replace(shift, vented=shift.vented + exact(body["mass"])),
    "inspect": lambda shift, body: replace(shift, inspected=True),
    "drafted": lambda shift, body: replace(shift, drafted=True),
    "overdue": lambda shift, body: replace(shift, overdue=True),
}  # fmt: skip
