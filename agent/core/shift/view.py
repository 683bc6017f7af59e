"""The shift on the screen: how far its handover has come, and the last record, for whoever prints it."""

from __future__ import annotations

from agent.core.messages.stamp import local, utc_of
from agent.core.model import Body
from agent.core.setup import Setup
from agent.core.shift.model import Line
from agent.core.state import State
from kiosk.shift import CaseView, GunView, HandoverView, QueryView, RecordLine, RecordView

MOST = 50  # cases on one screen


def handover(state: State) -> HandoverView | None:
    shift, setup = state.shift, state.setup
    if shift is None:
        return None
    return HandoverView(
        shift.id,
        ends=f"{local(shift.due, setup.zone):%H:%M}",
        phase=shift.phase,
        late=shift.overdue,
        outgoing=shift.outgoing,
        incoming=shift.incoming,
        inspected=shift.inspected,
        guns=tuple(gun(n.name, shift.lines.get(n.name, Line())) for n in setup.nozzles),
        cases=tuple(
            CaseView(number, state.desk.open[number].kind, state.desk.open[number].topic, number in shift.accepted)
            for number in sorted(state.desk.open)[:MOST]
        ),
        queries=tuple(QueryView(q.text, name_of(setup, q.by), q.answer) for q in shift.queries),
    )


def gun(name: str, line: Line) -> GunView:
    """A closing is shown only when it has been typed and is settled: until then the display is read blind."""
    closing = f"{line.closing}" if line.settled and line.closing is not None else ""
    return GunView(name, line.confirmed or "todo", line.verified, closing, line.unit)


def name_of(setup: Setup, person: str) -> str:
    return next((one.name for one in setup.people if one.id == person), person)


def record(state: State) -> RecordView | None:
    """The last shift that was closed."""
    body, setup = state.record, state.setup
    if body is None:
        return None
    opened, closed = (f"{local(utc_of(body[key]), setup.zone):%Y-%m-%d %H:%M}" for key in ("opened", "closed"))
    return RecordView(
        body["shift"], opened, closed, name_of(setup, body["outgoing"]), name_of(setup, body["incoming"]),
        unattended=body["unattended"], lines=tuple(map(line_of, body["lines"])), fills=body["fills"],
        metered=figure(body, "metered"), dispensed=figure(body, "dispensed"), difference=figure(body, "difference"),
        amount=figure(body, "amount"), vented=figure(body, "vented"),
        findings=tuple(one["text"] for one in body.get("findings", ())), notes=tuple(body["notes"]),
        queries=tuple(QueryView(q["text"], name_of(setup, q["by"]), q["answer"]) for q in body["queries"]),
        cases=tuple(body["cases"]), hash=body["record"],
    )  # fmt: skip


def line_of(body: Body) -> RecordLine:
    return RecordLine(
        body["nozzle"], figure(body, "opening"), figure(body, "closing"), figure(body, "metered"),
        figure(body, "dispensed"), figure(body, "difference"), figure(body, "amount"), body["fills"],
        body["confirmed"], body.get("reason", ""),
    )  # fmt: skip


def figure(body: Body, name: str) -> str:
    """With two decimals; empty: not measured."""
    return f"{body[name]:.2f}" if name in body else ""
