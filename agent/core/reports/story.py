"""A case as its facts tell it, up to a moment: what happened when and by whom, and which promises were kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from agent.core.cases.machine import TABLE
from agent.core.cases.model import MEMBERS
from agent.core.messages.stamp import utc_of

Document = Mapping[str, Any]  # a whole CloudEvents message

ANSWERS = ("replied", "settled", "repaired")
# What a person does that the customer notices, or that is about their matter: the station's own slip is no answer.
RESPONSES = ("first_contact", "progress", "investigated", "handling", "handled", "on_site", "mediated", *ANSWERS)
CLOSINGS = ("archived", "refused")
BEGINNINGS = ("reopened", "appealed")


class Told(NamedTuple):
    """One event: when it happened (seconds since 1970), which, by what role and whom, and everything its fact said."""

    utc: float
    event: str
    role: str
    name: str
    body: Mapping[str, Any]


class Decided(NamedTuple):
    """A promise that was kept, or broken: when that became certain, which clock of which profile, whose it was."""

    utc: float
    stop: str
    side: str
    kept: bool
    profile: str


@dataclass(frozen=True)
class Story:
    """`told`: its events that happened before a moment, in the order of their versions."""

    number: str
    told: tuple[Told, ...]

    @cached_property
    def members(self) -> Mapping[str, Any]:
        """What the case is, as last said."""
        said: dict[str, Any] = {}
        for one in self.told:
            body = one.body.get("members", {}) if one.event == "corrected" else one.body
            said |= {name: body[name] for name in MEMBERS if name in body}
        return said

    def first(self, *events: str, by: tuple[str, ...] = ()) -> Told | None:
        """The earliest of these events, by these roles if any are named."""
        found = [one for one in self.told if one.event in events and (not by or one.role in by)]
        return min(found, key=lambda one: one.utc, default=None)

    def within(self, begin: float, *events: str) -> list[Told]:
        """Those of these events that did not happen before `begin`."""
        return [one for one in self.told if one.event in events and one.utc >= begin]

    @property
    def received(self) -> float:
        return self.told[0].utc

    @property
    def open(self) -> bool:
        """Nobody has closed it since it was begun, or begun anew."""
        last = [one.event for one in self.told if one.event in (*CLOSINGS, *BEGINNINGS)]
        return not last or last[-1] not in CLOSINGS

    @cached_property
    def decided(self) -> tuple[Decided, ...]:
        """Each promise once it was certain; a case begun anew is promised anew."""
        stood: dict[str, str] = {}
        found = []
        for one in self.told:
            for clock in one.body.get("clocks", ()):
                stop, state = clock["stop"], clock["state"]
                if state in ("met", "breached") and stood.get(stop) != state:
                    kept = state == "met"
                    found.append(Decided(one.utc, stop, clock["side"], kept, one.body.get("profile", "")))
                stood[stop] = state
        return tuple(found)


def stories(documents: Iterable[Document], before: float) -> tuple[Story, ...]:
    """The cases of these facts, oldest number first. Each version of a case once, whatever a later epoch tells again;
    a correction of a time is counted in; nothing that happened at `before` or later."""
    cases: dict[str, dict[int, Document]] = {}
    for document in documents:
        body = document["data"]
        if body.get("event") in TABLE and "case" in body:
            cases.setdefault(body["case"], {})[body["version"]] = document
    made = (Story(number, told(versions, before)) for number, versions in sorted(cases.items()))
    return tuple(story for story in made if story.told)


def told(versions: Mapping[int, Document], before: float) -> tuple[Told, ...]:
    moments = {version: utc_of(one["time"]) for version, one in versions.items()}
    for one in versions.values():
        body = one["data"]
        if body["event"] == "corrected" and "time" in body and body["of"] in moments:
            moments[body["of"]] = utc_of(body["time"])
    found = []
    for version in sorted(versions):
        body = versions[version]["data"]
        role, _, name = str(body.get("by", "")).partition(":")
        found.append(Told(moments[version], body["event"], role, name, body))
    return tuple(one for one in found if one.utc < before)
