"""A case's story as a rehearsal tells it: lines in, the bodies of its messages out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from judges import faults
from stations import small

from agent.core.rehearsal import play

Line = dict[str, Any]
FIRST = "CQ0147-261101"  # the first case of a rehearsal in November 2026


def at(clock: str, **event: Any) -> Line:
    """One line; `clock` is `HH:MM:SS` of 22 November, or a whole local time."""
    moment = clock if "T" in clock else f"2026-11-22T{clock}"
    return {"at": f"{moment}+08:00", **event}


def complain(clock: str, **more: Any) -> Line:
    return at(clock, form={"kind": "complaint", "topic": "attitude", **more})


def act(clock: str, event: str, by: str = "station-master:wang", case: str = FIRST, **said: Any) -> Line:
    return at(clock, act={"event": event, "case": case, "by": by, **said})


def order(clock: str, name: str, id: str, version: int, case: str = FIRST, **args: Any) -> Line:
    """A command of head office."""
    return at(clock, command={"name": name, "id": id, "by": "ho", "args": {"case": case, "version": version, **args}})


class Story:
    """What a rehearsal said: every message proved against its schema, the refused forms' reasons in `refused`."""

    def __init__(self, folder: Path, *lines: Line, extra: str = "") -> None:
        self.refused: list[str] = []
        self.messages = list(play(small(folder, extra), lines, 0, frozenset(), self.refused.append))
        assert [fault for m in self.messages for fault in faults(m.payload)] == []

    def bodies(self, kind: str) -> list[dict[str, Any]]:
        return [json.loads(m.payload)["data"] for m in self.messages if m.topic.startswith(kind + "/")]

    def events(self, case: str = FIRST) -> list[str]:
        return [body["event"] for body in self.bodies("case") if body["case"] == case]

    def last(self, kind: str = "case") -> dict[str, Any]:
        return self.bodies(kind)[-1]

    def replies(self) -> dict[str, str]:
        """The reason each command was refused for, by its id; empty: done."""
        told = [(m.topic.partition("/")[2], json.loads(m.payload)["data"]) for m in self.messages]
        return {id: body["reason"] for id, body in told if "cmd" in body}
