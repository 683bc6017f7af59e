"""The form of each event of a work permit: what is said with it, and how each of these is asked for on the screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.casebook import Option
from kiosk.eventforms import Field
from kiosk.model import Person
from kiosk.safetyviews import PermitView, Safety

HOURS = ("2", "4", "8", "24", "72")
LEL = ("0", "1", "2", "5", "10", "20", "50")  # % of the lower explosive limit, as a hand-held detector steps
DAY_END = ("people", "tools", "power", "fire")
FIELDS: Mapping[str, Field] = {
    "kind": Field("option", ("kind",)), "work": Field("text"), "place": Field("line"),
    "devices": Field("option", ("devices",)), "permitter": Field("option", ("person",)),
    "leader": Field("option", ("person",)),
    "guardian": Field("option", ("person",)), "crew": Field("line"), "hours": Field("number", HOURS),
    "paper": Field("flag"), "measure": Field("option", ("measure",)), "who": Field("option", ("who",)),
    "lel": Field("number", LEL), "until": Field("ahead"), "why": Field("text"), "ok": Field("flag"),
    **dict.fromkeys(DAY_END, Field("flag")),
}  # fmt: skip
FORMS: Mapping[str, tuple[str, ...]] = {
    "issued": ("kind", "work", "place", "devices", "permitter", "leader", "guardian", "crew", "hours", "paper"),
    "measured": ("measure",), "briefed": ("who",), "tested": ("lel",), "printed": (), "permitted": (),
    "interrupted": ("why",), "resumed": (), "extended": ("until", "why"), "transferred": ("leader",),
    "crew_changed": ("crew",), "visited": ("why",), "day_ended": DAY_END, "work_ended": DAY_END,
    "test_filled": ("ok",), "permit_ended": (), "voided": ("why",),
}  # fmt: skip
NEEDS: Mapping[str, tuple[str, ...]] = {
    "issued": ("kind", "work", "permitter", "leader"), "measured": ("measure",), "briefed": ("who",),
    "tested": ("lel",), "extended": ("until",), "transferred": ("leader",), "crew_changed": ("crew",),
    "day_ended": DAY_END, "work_ended": DAY_END, "test_filled": ("ok",),
}  # fmt: skip


def options(safety: Safety, people: tuple[Person, ...], permit: PermitView | None) -> dict[str, tuple[Option, ...]]:
    """What may be chosen, by the name in a field."""
    known: dict[str, Any] = {
        "kind": [(kind.id, kind.name) for kind in safety.kinds],
        "person": [(person.id, {"": person.name}) for person in people],
        "devices": [(name, {"": label}) for name, label in safety.places],
    }
    if permit:
        known["measure"] = [(name, words) for name, words, done in permit.measures if not done]
        known["who"] = [(who, {"": name}) for who, name, briefed in permit.crew if not briefed]
    return {name: tuple(Option(value, words) for value, words in entries) for name, entries in known.items()}
