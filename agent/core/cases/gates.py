"""What the table cannot say: what must have happened before a case is closed, and what a correction may touch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from agent.core.cases import classify
from agent.core.cases.model import MEMBERS, Case, Happening
from agent.core.messages.stamp import utc_of
from drivers.model import Instant

Said = Mapping[str, Any]


def closing(case: Case, said: Said, at: Instant) -> str:
    """Rectified and apologised for when it was valid; asked again when it was about equipment."""
    replied = case.last("replied")
    if case.state == "refused":
        return ""
    if (
        case.topic == "equipment"
        and case.kind == "complaint"
        and replied
        and not (case.last("followup") or case.last("return_visited"))
    ):
        return f"{case.number} is about equipment: the customer is asked again before it is closed (followup)"
    if case.nature == "valid" and not (case.last("rectified") or case.last("handled") or case.last("settled")):
        return f"{case.number} is valid: it is put right before it is closed (rectified)"
    if case.nature == "valid" and not any(event.body.get("apology") for event in case.events):
        return f"{case.number} is valid: an apology is said with the reply before it is closed (apology: true)"
    return ""


def correction(case: Case, said: Said, at: Instant) -> str:
    """`of` is an event that is there; it says another time, or other members, and nothing that lies ahead."""
    if not 1 <= said["of"] <= case.version or case.version != len(case.events):
        return f"of: {said['of']} is no event that can be corrected; 1 to {case.version}, before the case is closed"
    if "time" not in said and not said.get("members"):
        return "corrected needs time or members: what is right instead"
    if "time" in said and utc_of(said["time"]) > at.utc:
        return f"time: {said['time']} has not come yet"
    return ""


def classification(case: Case, said: Said, at: Instant) -> str:
    return classify.objection(case, said)


GATES: dict[Happening, Callable[[Case, Said, Instant], str]] = {
    "archived": closing, "corrected": correction, "classified": classification,
}  # fmt: skip


def objection(case: Case, kind: Happening, said: Said, at: Instant) -> str:
    """Why not, or an empty text."""
    gate = GATES.get(kind)
    return gate(case, said, at) if gate else ""


def replaced(case: Case, kind: Happening, said: Said) -> Said:
    """What a classification or a correction puts something else in the place of, as it was."""
    new = said if kind == "classified" else said.get("members", {}) if kind == "corrected" else {}
    before = {name: getattr(case, name) for name in new if name in MEMBERS and getattr(case, name) != new[name]}
    return {"before": before} if before else {}
