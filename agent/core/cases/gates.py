"""What the table cannot say: what must have happened before a case is closed, and what a correction may touch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from agent.core.cases import classify
from agent.core.cases.clocks import Clocked
from agent.core.cases.model import MEMBERS, Case, Happening
from agent.core.messages.stamp import iso, utc_of
from drivers.model import Instant

Said = Mapping[str, Any]
AHEAD = 60.0  # seconds that a time told may lie ahead: two clocks are never one


def lacking(case: Case) -> Happening | Literal["apology", ""]:
    """What has to happen, or to be said with the reply, before this case is closed; empty: nothing more."""
    happened = {event.kind for event in case.events}
    if case.state == "refused":
        return ""
    if case.topic == "equipment" and case.kind == "complaint" and not happened & {"followup", "return_visited"}:
        return "followup"
    if case.nature == "valid" and not happened & {"rectified", "handled", "settled"}:
        return "rectified"
    if case.nature == "valid" and not any(event.body.get("apology") for event in case.events):
        return "apology"
    return ""


LACKING = {
    "followup": "is about equipment: the customer is asked again before it is closed (followup)",
    "rectified": "is valid: it is put right before it is closed (rectified)",
    "apology": "is valid: an apology is said with the reply before it is closed (apology: true)",
}


def closing(case: Case, said: Said, at: Instant) -> str:
    """Rectified and apologised for when it was valid; asked again when it was about equipment."""
    lack = lacking(case)
    return f"{case.number} {LACKING[lack]}" if lack else ""


def correction(case: Case, said: Said, at: Instant) -> str:
    """`of` is an event that is there; it says another time, or other members, and nothing that lies ahead."""
    if not 1 <= said["of"] <= case.version or case.version != len(case.events):
        return f"of: {said['of']} is no event that can be corrected; 1 to {case.version}, before the case is closed"
    if "time" not in said and not said.get("members"):
        return "corrected needs time or members: what is right instead"
    if "profile" in said.get("members", {}):
        return "members: profile: another promise is a classification (classified), not a correction"
    if "time" in said and utc_of(said["time"]) > at.utc:
        return f"time: {said['time']} has not come yet"
    return ""


def classification(case: Case, said: Said, at: Instant) -> str:
    return classify.objection(case, said)


def extension(said: Said, at: Instant, clocked: Sequence[Clocked]) -> str:
    """A running clock gets more time: asked for, and the customer told, before the old time is over."""
    running = {clock.name: clock.due for clock in clocked if clock.ended is None and not clock.earliest}
    due = running.get(said["stop"])
    if said["stop"] not in running:
        return f"stop: {said['stop']!r} is no running clock; one of {', '.join(running) or 'none'}"
    if due is None:
        return f"{said['stop']}: when it is due cannot be told; it cannot be extended"
    told, until = utc_of(said["customer_told"]), utc_of(said["until"])
    if at.utc >= due:
        return f"extended too late: {said['stop']} was due {iso(due)}"
    if told >= due or told > at.utc + AHEAD:
        return f"customer_told: {said['customer_told']}; before {iso(min(due, at.utc))}: the customer is told first"
    if until <= due:
        return f"until: {said['until']} is no later than {iso(due)}"
    return ""


def signing(said: Said, ink: Mapping[str, str], *, sealed: bool) -> str:
    """Whoever signed on the screen is among those who signed; and a signature is only taken where it can be sealed."""
    if strange := set(ink) - set(said.get("signatures", ())):
        return f"ink: {sorted(strange)[0][:40]!r} is not among the signatures"
    return "ink: this station has no key to seal a signature; leave it out" if ink and not sealed else ""


GATES: dict[Happening, Callable[[Case, Said, Instant], str]] = {
    "archived": closing, "corrected": correction, "classified": classification,
}  # fmt: skip


def objection(case: Case, kind: Happening, said: Said, at: Instant, clocked: Sequence[Clocked]) -> str:
    """Why not, or an empty text."""
    if kind == "extended" and case.profile:
        return extension(said, at, clocked)
    gate = GATES.get(kind)
    return gate(case, said, at) if gate else ""


def replaced(case: Case, kind: Happening, said: Said) -> Said:
    """What a classification or a correction puts something else in the place of, as it was."""
    new = said if kind == "classified" else said.get("members", {}) if kind == "corrected" else {}
    before = {name: getattr(case, name) for name in new if name in MEMBERS and getattr(case, name) != new[name]}
    return {"before": before} if before else {}
