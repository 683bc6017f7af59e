"""No sequence of readings, acts and restarts loses an alarm that nobody has seen: beside a small model of its own."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from stations import small

from agent.core import station
from agent.core.alarms import panel
from agent.core.model import Commanded, Event, Fact, Submitted, Tick
from agent.core.setup import Setup
from agent.core.state import begin
from drivers.model import Instant, Reading, Sample
from kiosk.model import Acknowledge
from kiosk.safety import AlarmAct

ALARM = "hot.dispenser-1"
RULE = """
[[rule]]
name = "hot"
device = "dispenser-1"
kind = "above"
point = "pressure"
limit = 20
unit = "MPa"
latch = {latch}
text = "t"
consequence = "c"
response = "r"
respond_within = 60
"""


def hot_station(latch: bool) -> Setup:
    with TemporaryDirectory() as folder:
        setup = small(Path(folder), RULE.format(latch=str(latch).lower()))
        return replace(setup, rules=type(setup.rules)(r for r in setup.rules if r.id == ALARM))


SETUPS = {latch: hot_station(latch) for latch in (False, True)}


class AlarmStory(RuleBasedStateMachine):
    """The station beside a model that knows four things only: is it hot, was it seen, is it put aside, is it held."""

    latch = False

    def __init__(self) -> None:
        super().__init__()
        self.setup = SETUPS[self.latch]
        self.state = begin(self.setup, b"s" * 32)
        self.mono, self.last = 0.0, dict[str, Any]()
        self.hot = self.owed = self.held = False  # owed: nobody has seen it; held: latched
        self.aside = ""
        self.ends = 0.0

    def happen(self, event: Event) -> bool:
        """True when the alarm moved."""
        self.mono += 1.0
        now = Instant(self.mono, 1_795_000_000.0 + self.mono, "synced")
        if isinstance(event, Sample):
            event = replace(event, at=now)
        self.state, effects = station.step(self.state, event, now)
        told = [e.body for e in effects if isinstance(e, Fact) and e.kind == "alarm"]
        self.last |= {body["alarm"]: body for body in told}
        return bool(told)

    # ── what happens ──

    @rule(hot=st.sampled_from([True, False, None]))
    def read(self, hot: bool | None) -> None:
        good = Reading("pressure", 21.0 if hot else 1.0, "MPa", "good")
        reading = good if hot is not None else Reading("pressure", None, "MPa", "bad", "timeout")
        self.happen(Sample("dispenser-1", Instant(0, 0, "synced"), (reading,)))
        if hot is None:
            return
        if not self.aside:
            if hot and not self.hot:
                self.owed, self.held = True, False
            elif self.hot and not hot:
                self.held = self.latch
        self.hot = hot

    @rule()
    def acknowledge(self) -> None:
        self.happen(Submitted(Acknowledge(ALARM, "li"), 1))
        if not self.aside:
            self.owed = False

    @rule()
    def reset(self) -> None:
        self.happen(Submitted(AlarmAct("reset", ALARM, "li"), 1))
        if not self.owed and not self.aside:
            self.held = False

    @rule(minutes=st.integers(1, 3))
    def shelve(self, minutes: int) -> None:
        self.happen(Submitted(AlarmAct("shelve", ALARM, "li", "being mended", minutes), 1))
        if not self.aside and not self.held:
            self.aside, self.owed, self.ends = "shelved", False, self.mono + minutes * 60

    @rule()
    def shelve_by_command(self) -> None:
        args = {"alarm": ALARM, "why": "being mended", "minutes": 2}
        self.happen(Commanded("alarm.shelve", {"id": f"c{self.mono}", "by": "ho", "args": args}))
        if not self.aside and not self.held:
            self.aside, self.owed, self.ends = "shelved", False, self.mono + 120

    @precondition(lambda self: self.aside == "shelved")
    @rule()
    def unshelve(self) -> None:
        self.happen(Submitted(AlarmAct("unshelve", ALARM, "li"), 1))
        self.come_back()

    @rule()
    def remove(self) -> None:
        self.happen(Submitted(AlarmAct("remove", ALARM, "li", "sensor at the workshop"), 1))
        if not self.held and self.aside != "out-of-service":
            self.owed = self.owed and self.aside == "suppressed-by-design"
            self.aside = "out-of-service"

    @precondition(lambda self: self.aside == "out-of-service")
    @rule()
    def restore(self) -> None:
        self.happen(Submitted(AlarmAct("restore", ALARM, "li"), 1))
        self.come_back()

    @rule()
    def suppress_by_design(self) -> None:
        now = Instant(self.mono, 1_795_000_000.0 + self.mono, "synced")
        alarms, facts = panel.move(self.setup, self.state.alarms, ALARM, "suppress", now, "station")
        self.state = replace(self.state, alarms=alarms)
        self.last |= {fact.id: fact.body for fact in facts}
        if not self.held and self.aside in ("", "shelved"):
            self.aside = "suppressed-by-design"

    @precondition(lambda self: self.aside == "suppressed-by-design")
    @rule()
    def release(self) -> None:
        now = Instant(self.mono, 1_795_000_000.0 + self.mono, "synced")
        alarms, facts = panel.move(self.setup, self.state.alarms, ALARM, "release", now, "station")
        self.state = replace(self.state, alarms=alarms)
        self.last |= {fact.id: fact.body for fact in facts}
        self.come_back()

    @rule(pause=st.integers(1, 200))
    def pass_time(self, pause: int) -> None:
        self.mono += pause
        self.happen(Tick())
        if self.aside == "shelved" and self.mono >= self.ends:
            self.come_back()

    @rule()
    def restart(self) -> None:
        """What the journal's last fact of the alarm tells is all that a new start knows; then a reading comes."""
        self.state = begin(self.setup, b"s" * 32, {"alarm": self.last})
        self.happen(Tick())
        if self.aside == "shelved" and self.mono >= self.ends:
            self.come_back()
        hidden = self.aside
        self.read(self.hot)
        assert self.aside == hidden

    def come_back(self) -> None:
        self.aside = ""
        self.owed = self.owed or self.hot

    # ── what must be so ──

    @invariant()
    def the_station_says_what_the_model_says(self) -> None:
        lasting = "" if self.hot else "latched" if self.held else "returned" if self.owed else "normal"
        expected = self.aside or {
            ("", True): "unacknowledged", ("", False): "acknowledged", ("latched", True): "latched-unacknowledged",
            ("latched", False): "latched", ("returned", True): "returned-unacknowledged", ("normal", False): "normal",
        }[lasting, self.owed]  # fmt: skip
        assert self.state.alarms.get(ALARM, panel.NORMAL).phase == expected

    @invariant()
    def head_office_was_told_the_same(self) -> None:
        told = self.last.get(ALARM, {}).get("state", "normal")
        assert told == self.state.alarms.get(ALARM, panel.NORMAL).phase


class LatchingStory(AlarmStory):
    latch = True


AlarmStory.TestCase.settings = LatchingStory.TestCase.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None
)
TestAlarmStory = AlarmStory.TestCase
TestLatchingStory = LatchingStory.TestCase

STEPS: dict[str, Callable[[AlarmStory], object]] = {
    "hot": lambda story: story.read(True), "cool": lambda story: story.read(False),
    "unread": lambda story: story.read(None), "acknowledge": lambda story: story.acknowledge(),
    "reset": lambda story: story.reset(), "shelve": lambda story: story.shelve(1),
    "unshelve": lambda story: story.aside == "shelved" and story.unshelve(),
    "remove": lambda story: story.remove(),
    "restore": lambda story: story.aside == "out-of-service" and story.restore(),
    "suppress": lambda story: story.suppress_by_design(),
    "release": lambda story: story.aside == "suppressed-by-design" and story.release(),
    "wait": lambda story: story.pass_time(200), "restart": lambda story: story.restart(),
}  # fmt: skip


@pytest.mark.parametrize("kind", [AlarmStory, LatchingStory])
def test_every_state_that_can_be_reached_says_what_the_model_says(kind: type[AlarmStory]) -> None:
    """Not drawn by chance: from each state that differs, every step is taken once."""
    first = kind()
    reached: dict[tuple[object, ...], tuple[str, ...]] = {key(first): ()}
    waiting: list[tuple[AlarmStory, tuple[str, ...]]] = [(first, ())]
    while waiting:
        before, path = waiting.pop(0)
        for name, step in STEPS.items():
            story = copy(before)
            story.last = dict(before.last)
            step(story)
            story.the_station_says_what_the_model_says()
            story.head_office_was_told_the_same()
            if key(story) not in reached:
                reached[key(story)] = (*path, name)
                waiting.append((story, (*path, name)))
    assert {phase for phase, *_ in reached} >= {"normal", "shelved", "suppressed-by-design", "out-of-service"}


def key(story: AlarmStory) -> tuple[object, ...]:
    alarm = story.state.alarms.get(ALARM, panel.NORMAL)
    return (alarm.phase, alarm.wrong, alarm.unseen, alarm.held is None, story.hot, story.owed, story.held, story.aside)
