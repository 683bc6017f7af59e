"""The manager is called: an alarm until it is seen, a task until somebody came, and the seconds between."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cases import Line, Story, at

from agent.core.cases import calls

CALLED = "call-261122-080000"


def call(clock: str) -> Line:
    return at(clock, form={"kind": "call"})


def came(clock: str, by: str = "customer", **more: Any) -> Line:
    return at(clock, form={"kind": "came", "call": CALLED, "by": by, **more})


def test_a_call_sounds_and_is_over_when_somebody_came(tmp_path: Path) -> None:
    story = Story(tmp_path, call("08:00:00"), came("08:01:35", "li"))
    opened, done = story.bodies("task")
    assert (opened["task"], opened["event"], opened["by"]) == (CALLED, "opened", "customer")
    assert (done["event"], done["by"], done["waited"]) == ("done", "li", 95)
    assert [(body["state"], body["severity"]) for body in story.bodies("alarm")] == [
        ("unacknowledged", "high"),
        ("normal", "high"),
    ]


def test_nobody_waits_twice(tmp_path: Path) -> None:
    story = Story(tmp_path, call("08:00:00"), call("08:00:20"), came("08:05:00"), came("08:06:00"))
    assert [body["event"] for body in story.bodies("task")] == ["opened", "done"]
    assert story.refused == [f"line 4: refused: call: {CALLED!r} does not wait"]


def test_who_goes_away_takes_the_call_back(tmp_path: Path) -> None:
    story = Story(tmp_path, call("08:00:00"), came("08:00:10", withdrawn=True))
    assert story.last("task")["event"] == "withdrawn"


def test_a_call_that_waits_is_known_after_a_restart(tmp_path: Path) -> None:
    opened, *_ = Story(tmp_path, call("08:00:00")).bodies("task")
    assert calls.recall({CALLED: opened}) == {CALLED: opened["since"]}
    assert calls.recall({CALLED: opened | {"event": "done"}}) == {}
