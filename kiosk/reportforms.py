"""The form of what a person has to do with a report: what is said with it, and how each of these is asked for."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.eventforms import Field

FIELDS: Mapping[str, Field] = {"held": Field("past"), "attendees": Field("line"), "text": Field("text")}
FORMS: Mapping[str, tuple[str, ...]] = {
    "reviewed": ("text",), "held": ("held", "attendees", "text"), "noted": ("text",),
}  # fmt: skip
NEEDS: Mapping[str, tuple[str, ...]] = {"held": ("held", "attendees"), "noted": ("text",)}
