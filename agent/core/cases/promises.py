"""Which profile a case gets, frozen at its intake with the operator's own figures, and found again for ever after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from agent.core.cases.model import Case
from agent.core.cases.profile import Profile, Profiles, fill

USUAL = {"complaint": "P01", "suggestion": "P07", "question": "P07", "hazard": "P01", "fault": "R1"}  # at a CNG station
LNG_ONLY = USUAL | {"complaint": "P02", "hazard": "P02"}


@dataclass(frozen=True, slots=True)
class Promises:
    """The profiles there are, the operator's own figures (profile key → clock → limit), and which kind of case gets
    which profile. Without profiles nothing is promised and no clock runs."""

    profiles: Profiles = field(default_factory=dict)
    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    usual: Mapping[str, str] = field(default_factory=lambda: USUAL)

    def objection(self, wanted: str) -> str:
        """Why nobody can be promised this profile, or an empty text."""
        if not self.profiles or not wanted:
            return ""
        key = wanted.partition("@")[0]
        if wanted not in self.profiles:
            return f"profile: {wanted[:20]!r} is unknown; one of {', '.join(self.keys())}"
        blanks = fill(self.profiles[wanted], self.own.get(key, {})).blanks
        if blanks:
            return f"profile: {key} leaves blank: {', '.join(blanks)}; [sla.{key}] in station.toml fills them"
        return ""

    def keys(self) -> list[str]:
        return [key for key in self.profiles if "@" not in key]

    def freeze(self, kind: str, wanted: str) -> dict[str, object]:
        """What the first event of a case says of its promise: `profile` (P01@3), and the operator's `terms` if any."""
        profile = self.profiles.get(wanted or self.usual.get(kind, ""))
        if profile is None:
            return {"profile": wanted} if wanted else {}
        own = self.own.get(profile.key, {})
        return {"profile": profile.id, "terms": dict(own)} if own else {"profile": profile.id}

    def asking(self) -> tuple[str, ...]:
        """Kinds of case whose usual promise asks for a way to reach the customer."""
        return tuple(kind for kind, key in self.usual.items() if key in self.profiles and self.profiles[key].contact)

    def of(self, case: Case) -> Profile | None:
        """The profile a case was promised, as it was then."""
        profile = self.profiles.get(case.profile)
        if profile is None:
            return None
        return fill(profile, case.terms) if case.terms else profile


NOTHING_PROMISED = Promises()
