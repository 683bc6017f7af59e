"""Where forms are posted: the kinds each address takes, whether somebody must be in, what is said for the sender."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk.caseforms import KINDS
from kiosk.model import CASE_KINDS
from kiosk.sheet import FormError


@dataclass(frozen=True, slots=True)
class Post:
    """One address. `staff`: the person who is in is the form's `by`; `given`: members that a body cannot say otherwise;
    `needs`: a member that must not be left out; `shows`: the part that tells a page what came of it."""

    kinds: tuple[str, ...]
    staff: bool = False
    given: Mapping[str, str | bool] = field(default_factory=dict)
    needs: str = "kind"
    shows: str = ""


ALONE = {"channel": "kiosk", "by": "", "told": ""}  # a customer speaks for nobody else
POSTS = {
    "/api/feedback": Post(("feedback",)),
    "/api/case": Post(CASE_KINDS, given=ALONE, shows="promises"),
    "/api/case/look-up": Post(("look-up",), needs="pin", shows="standing"),
    "/api/case/act": Post(("act",), given={"by": "customer"}, needs="pin"),
    "/api/survey": Post(("answers",), given={"by": ""}, needs="survey"),
    "/api/call": Post(("call",)),
    "/api/call/came": Post(("came",), given={"by": "customer"}, needs="call"),
    "/api/staff/came": Post(("came",), staff=True, needs="call"),
    "/api/staff/case": Post(KINDS, staff=True),
    "/api/staff/act": Post(("act",), staff=True),
    "/api/staff/reveal": Post(("reveal",), staff=True),
    "/api/staff/slip": Post(("reprint",), staff=True),
    "/api/staff/reading": Post(("handover",), staff=True),
    "/api/staff/vent": Post(("vent",), staff=True),
    "/api/staff/report": Post(("report",), staff=True, needs="event"),
    "/api/staff/answers": Post(("answers",), staff=True, needs="survey"),
    "/api/staff/duty": Post(("duty",), staff=True, needs="person"),
    "/api/staff/seen": Post(("seen",), staff=True),
    "/api/emergency": Post(("emergency",), given={"by": "", "drill": False}, needs="what"),
    "/api/emergency/act": Post(("incident",), given={"by": ""}, needs="incident"),
    "/api/staff/emergency": Post(("emergency",), staff=True, needs="what"),
    "/api/staff/incident": Post(("incident",), staff=True, needs="incident"),
    "/api/staff/duty-done": Post(("duty-done",), staff=True, needs="duty"),
    "/api/staff/conduct": Post(("conduct",), staff=True, needs="code"),
    "/api/staff/permit": Post(("permit",), staff=True, needs="event"),
    "/api/stopped": Post(("work-stopped",), given={"by": ""}),
    "/api/staff/acknowledge": Post(("acknowledge",), staff=True),
    "/api/staff/alarm": Post(("shelve", "unshelve", "reset", "remove", "restore"), staff=True),
}


def complete(content: dict[str, Any], **given: str | bool) -> dict[str, Any]:
    """A body with what the server itself knows: it cannot say otherwise. Raises FormError."""
    for key, value in given.items():
        if content.setdefault(key, value) != value:
            raise FormError(key, "is not allowed", f"{value}, or left out")
    return content


def check(place: Post, content: dict[str, Any]) -> None:
    """The body is of a kind that this address takes, and says what it must; of one kind the kind may be left out.
    Raises FormError."""
    if len(place.kinds) == 1:
        content.setdefault("kind", place.kinds[0])
    if content.get("kind") not in place.kinds:
        raise FormError("kind", "is missing or unknown", "one of " + ", ".join(place.kinds))
    if not content.get(place.needs):
        raise FormError(place.needs, "is missing", "what the slip says")
