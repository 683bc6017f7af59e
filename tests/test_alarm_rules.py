"""What each kind of rule says of what is read; who may put an alarm aside; what contacts say."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from stations import small

from agent.core import station
from agent.core.alarms.inputs import Input, word
from agent.core.model import Answer, Commanded, Drive, Effect, Event, Fact, Pressed, Started, Submitted, Tick
from agent.core.rehearsal import play
from agent.core.state import State, begin
from drivers.model import Instant, Reading, Sample, Value
from kiosk.model import Acknowledge, Refusal
from kiosk.safety import AlarmAct

WORDS = 'text = "t"\nconsequence = "c"\nresponse = "r"\nrespond_within = 60\n'
UNITS = {"mass_total": "kg", "pressure": "MPa"}
NOW = 1_795_000_000.0


def rule(name: str, kind: str, more: str) -> str:
    device = "" if kind in ("input", "told") else 'device = "dispenser-1"\n'
    return f'[[rule]]\nname = "{name}"\nkind = "{kind}"\n{device}{more}\n{WORDS}\n'


class Panel:
    """The test station with further rules, and what its alarms told."""

    def __init__(self, folder: Path, extra: str) -> None:
        self.state: State = begin(small(folder, "\n" + extra), b"s" * 32)
        self.mono = 0.0

    def happen(self, event: Event, at: float) -> list[Effect]:
        self.mono = at
        now = Instant(at, NOW + at, "synced")
        self.state, effects = station.step(self.state, event, now)
        return effects

    def read(self, at: float, device: str = "dispenser-1", **values: Value) -> list[dict[str, Any]]:
        readings = tuple(
            Reading(name, value, UNITS.get(name, "1"), "good")
            if value is not None
            else Reading(name, None, UNITS.get(name, "1"), "bad", "null")
            for name, value in values.items()
        )
        return told(self.happen(Sample(device, Instant(at, NOW + at, "synced"), readings), at))

    def phase(self, alarm: str) -> str:
        return self.state.alarms[alarm].phase if alarm in self.state.alarms else "normal"


def told(effects: Iterable[Effect]) -> list[dict[str, Any]]:
    return [effect.body for effect in effects if isinstance(effect, Fact) and effect.kind == "alarm"]


def moves(panel: Panel, alarm: str, story: str) -> list[str]:
    """What an alarm did at each `second:value` (`-`: bad) of a story."""
    seen = []
    for step in story.split():
        at, value = step.split(":")
        panel.read(float(at), mass_total=1.0, pressure=None if value == "-" else float(value))
        seen.append(panel.phase(alarm).replace("unacknowledged", "unack"))
    return seen


UNACK, BACK, NORMAL = "unack", "returned-unack", "normal"
STORIES: dict[str, tuple[str, str, str, list[str]]] = {
    "outside": ("outside", "point = 'pressure'\nlow = 5\nhigh = 20\nunit = 'MPa'\nhysteresis = 1",
                "0:10 1:20.5 2:19.5 3:19 4:4 5:5.5 6:6", [NORMAL, UNACK, UNACK, BACK, UNACK, UNACK, BACK]),
    "a limit in another unit": ("above", "point = 'pressure'\nlimit = 200\nunit = 'bar'", "0:19 1:21", [NORMAL, UNACK]),
    "rising too fast": ("rate", "point = 'pressure'\nlimit = 6\nunit = 'MPa/min'\nover = 10\ndirection = 'rise'",
                        "0:1 2:1 5:1 10:2.5 12:9 30:2", [NORMAL, NORMAL, NORMAL, UNACK, UNACK, UNACK]),
    "falling is not rising": ("rate", "point = 'pressure'\nlimit = 6\nunit = 'MPa/min'\nover = 10\ndirection = 'rise'",
                              "0:20 5:10 10:1", [NORMAL, NORMAL, NORMAL]),
    "frozen": ("frozen", "point = 'pressure'\nlimit = 0.1\nunit = 'MPa'\nover = 60",
               "0:5 30:5.05 59:5 61:5 70:6", [NORMAL, NORMAL, NORMAL, UNACK, BACK]),
    "only while there is pressure": (
        "below",
        "point = 'mass_total'\nlimit = 5\nunit = 'kg'\nwhile = { point = 'pressure', above = 1, unit = 'MPa' }",
        "0:0 1:2 2:- 3:0", [NORMAL, UNACK, UNACK, BACK]),
    "a point that cannot be read": ("bad", "point = 'pressure'\non_delay = 5", "0:1 1:- 7:- 8:3",
                                    [NORMAL, NORMAL, UNACK, BACK]),
    "bad quality holds the phase": ("above", "point = 'pressure'\nlimit = 20\nunit = 'MPa'\noff_delay = 5",
                                    "0:21 1:1 2:- 9:- 10:1 14:1", [UNACK, UNACK, UNACK, UNACK, UNACK, BACK]),
    "latched": ("above", "point = 'pressure'\nlimit = 20\nunit = 'MPa'\nlatch = true", "0:21 1:1",
                [UNACK, "latched-unack"]),
}  # fmt: skip


@pytest.mark.parametrize("kind,more,story,expected", STORIES.values(), ids=STORIES)
def test_a_rule_says_what_it_is_for(tmp_path: Path, kind: str, more: str, story: str, expected: list[str]) -> None:
    panel = Panel(tmp_path, rule("story", kind, more))
    assert moves(panel, "story.dispenser-1", story) == expected


def test_two_points_of_two_devices_are_compared(tmp_path: Path) -> None:
    more = "point = 'pressure'\nagainst = 'meter-1/pressure'\nlimit = 0.5\nunit = 'MPa'"
    panel = Panel(tmp_path, rule("differ", "deviation", more))
    assert not panel.read(0, pressure=5.0)  # nobody knows yet what the other one says
    panel.read(1, "meter-1", pressure=5.2)
    assert not panel.read(2, pressure=5.0)
    panel.read(3, "meter-1", pressure=6.0)
    (alarm,) = panel.read(4, pressure=5.0)
    assert (alarm["alarm"], alarm["value"], alarm["limit"]) == ("differ.dispenser-1", -1.0, 0.5)


def test_the_first_of_a_group_is_marked_until_all_of_it_is_normal(tmp_path: Path) -> None:
    both = (
        rule("hot", "above", "point = 'pressure'\nlimit = 20\nunit = 'MPa'\ngroup = '{device}'"),
        rule("heavy", "above", "point = 'mass_total'\nlimit = 9\nunit = 'kg'\ngroup = '{device}'"),
    )
    panel = Panel(tmp_path, "".join(both))
    (first,) = panel.read(0, pressure=21.0, mass_total=1.0)
    (second,) = panel.read(1, pressure=21.0, mass_total=10.0)
    assert (first["first_out"], second["first_out"], first["group"]) == (True, False, "dispenser-1")


def test_a_moment_with_a_silent_device_is_not_told_point_by_point(tmp_path: Path) -> None:
    panel = Panel(tmp_path, rule("gone", "bad", "point = 'pressure'"))
    panel.read(0, pressure=None, mass_total=None)
    assert panel.phase("gone.dispenser-1") == "normal"


HOT = rule("hot", "above", "point = 'pressure'\nlimit = 20\nunit = 'MPa'")
GAS = '[[input]]\nname = "gas-panel-1"\npins = { alarm = "GPIO5", normal = "GPIO6" }\n'


def refusal(effects: list[Effect]) -> str:
    (answer,) = (e for e in effects if isinstance(e, Answer))
    return answer.outcome.text if isinstance(answer.outcome, Refusal) else ""


@pytest.mark.parametrize(
    "form,why",
    [
        (AlarmAct("shelve", "hot.dispenser-1", "li", "", 10), "why: is missing"),
        (AlarmAct("shelve", "hot.dispenser-1", "li", "hot day"), "nothing is shelved for ever"),
        (AlarmAct("shelve", "cold.dispenser-1", "li", "x", 10), "'cold.dispenser-1' is unknown"),
        (AlarmAct("shelve", "gas-alarm.gas-panel-1", "li", "x", 10), "must always be heard"),
        (AlarmAct("remove", "gas-panel-fault.gas-panel-1", "li", "x"), "must always be heard"),
        (AlarmAct("reset", "hot.dispenser-1", "li"), "is normal: nothing to reset"),
    ],
)
def test_nobody_hides_an_alarm_without_a_reason_for_ever_or_at_all(tmp_path: Path, form: AlarmAct, why: str) -> None:
    panel = Panel(tmp_path, HOT + GAS)
    assert why in refusal(panel.happen(Submitted(form, 1), 0))


@pytest.mark.parametrize(
    "until,why", [("2026-11-18T00:00:00Z", "from now"), ("2036-11-18T00:00:00Z", "from now to 24 h")]
)
def test_a_command_shelves_neither_into_the_past_nor_for_years(tmp_path: Path, until: str, why: str) -> None:
    panel = Panel(tmp_path, HOT)
    args = {"alarm": "hot.dispenser-1", "why": "x", "until": until}
    (reply,) = (
        e for e in panel.happen(Commanded("alarm.shelve", {"id": "c1", "args": args}), 0) if isinstance(e, Fact)
    )
    assert not reply.body["ok"] and why in reply.body["reason"]


def test_shelved_by_a_command_it_is_quiet_and_comes_back_by_itself(tmp_path: Path) -> None:
    panel = Panel(tmp_path, HOT)
    panel.read(0, pressure=21.0)
    args = {"alarm": "hot.dispenser-1", "why": "sensor on order", "minutes": 10}
    effects = panel.happen(Commanded("alarm.shelve", {"id": "c1", "by": "ho", "args": args}), 1)
    (shelved,) = told(effects)
    assert (shelved["state"], shelved["by"], shelved["why"]) == ("shelved", "head-office:ho", "sensor on order")
    assert shelved["until"] == "2026-11-18T11:16:41.000Z"
    assert Drive("beacon", False) in effects
    assert station.due(panel.state) == 601.0
    assert not told(panel.happen(Tick(), 600.0))
    (back,) = told(panel.happen(Tick(), 601.0))
    assert (back["event"], back["state"]) == ("unshelved", "unacknowledged")


def test_a_restart_keeps_a_shelving_and_its_end(tmp_path: Path) -> None:
    panel = Panel(tmp_path, HOT)
    panel.read(0, pressure=21.0)
    (body,) = told(panel.happen(Submitted(AlarmAct("shelve", "hot.dispenser-1", "li", "x", 10), 1), 1))
    panel.state = begin(panel.state.setup, b"s" * 32, {"alarm": {body["alarm"]: body}})
    assert not told(panel.happen(Tick(), 300.0)) and panel.phase("hot.dispenser-1") == "shelved"
    assert told(panel.happen(Tick(), 601.0))[0]["state"] == "unacknowledged"


def test_who_acknowledges_may_say_what_was_found(tmp_path: Path) -> None:
    panel = Panel(tmp_path, HOT)
    panel.read(0, pressure=21.0)
    (seen,) = told(panel.happen(Submitted(Acknowledge("hot.dispenser-1", "li", "valve was open"), 1), 1))
    assert (seen["by"], seen["why"]) == ("li", "valve was open")


def test_an_alarm_that_wants_a_cause_is_not_just_waved_through(tmp_path: Path) -> None:
    panel = Panel(tmp_path, rule("hot", "above", "point = 'pressure'\nlimit = 20\nunit = 'MPa'\nexplain = true"))
    panel.read(0, pressure=21.0)
    assert "why: is missing" in refusal(panel.happen(Submitted(Acknowledge("hot.dispenser-1", "li"), 1), 1))
    assert not refusal(panel.happen(Submitted(Acknowledge("hot.dispenser-1", "li", "valve shut, hose cooled"), 1), 2))


# ── contacts ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "closed,said",
    [
        ({"alarm": False, "normal": True, "fault": True}, "normal"),
        ({"alarm": True, "normal": False, "fault": True}, "alarm"),
        ({"alarm": False, "normal": False, "fault": True}, "fault"),
        ({"alarm": False, "normal": True, "fault": False}, "fault"),
        ({"alarm": True, "normal": True, "fault": False}, "alarm"),
    ],
)
def test_a_broken_line_to_the_gas_panel_shows(closed: dict[str, bool], said: str) -> None:
    assert word(Input("gas-panel-1", "gas-panel"), closed) == said


def test_a_gas_alarm_sounds_in_the_same_turn(tmp_path: Path) -> None:
    panel = Panel(tmp_path, GAS)
    assert not [e for e in panel.happen(Pressed("gas-panel-1", "normal"), 0) if isinstance(e, Fact)]  # at rest: no news
    effects = panel.happen(Pressed("gas-panel-1", "alarm"), 1)
    (alarm,) = told(effects)
    assert (alarm["alarm"], alarm["severity"], alarm["value"]) == ("gas-alarm.gas-panel-1", "critical", "alarm")
    assert {Drive("beacon", True), Drive("buzzer", True)} <= {e for e in effects if isinstance(e, Drive)}


def test_the_button_that_silences_acknowledges_nothing(tmp_path: Path) -> None:
    panel = Panel(tmp_path, GAS + '[[input]]\nname = "acknowledge-1"\npin = "GPIO7"\n')
    panel.happen(Pressed("gas-panel-1", "alarm"), 0)
    effects = panel.happen(Pressed("acknowledge-1", "active"), 1)
    assert [e for e in effects if isinstance(e, Drive)] == [Drive("buzzer", False)]
    assert panel.phase("gas-alarm.gas-panel-1") == "unacknowledged"
    panel.happen(Pressed("gas-panel-1", "normal"), 2)
    assert Drive("buzzer", True) in panel.happen(Pressed("gas-panel-1", "alarm"), 3)
    assert told(panel.happen(Tick(), 120.0))[0]["alarm"] == "acknowledge-stuck.acknowledge-1"


# ── a rule that cannot judge ──


def test_a_device_that_answers_in_a_unit_the_limit_does_not_know_is_told_once(tmp_path: Path) -> None:
    state, found = begin(small(tmp_path), bytes(32)), list[Fact]()
    for second, unit in enumerate(("MPa", "%", "%", "bar", "%")):
        at = Instant(float(second), 1_795_000_000.0 + second, "synced")
        sample = Sample("dispenser-1", at, (Reading("pressure", 20.0, unit, "good"),))
        state, effects = station.step(state, sample, at)
        found += [effect for effect in effects if isinstance(effect, Fact) and effect.body.get("kind") == "rule-blind"]
    assert [(fact.kind, fact.body["point"], fact.body["unit"], fact.at.mono) for fact in found] == [
        ("audit", "pressure", "%", 1.0), ("audit", "pressure", "%", 4.0),
    ]  # fmt: skip
    assert found[0].body["text"] == ("1号加气机 pressure 的单位是 %,不能与限值 25 MPa 比较:报警“加气压力过高”不起作用")


def test_a_rehearsal_raises_at_the_very_second_of_the_delay(tmp_path: Path) -> None:
    setup = small(tmp_path, "\n" + rule("slow", "above", "point = 'pressure'\nlimit = 20\nunit = 'MPa'\non_delay = 2"))
    values = {"mass_total": Decimal(1), "pressure": Decimal(21)}
    for minute in range(8):  # how a moment is rounded depends on when it is
        start = f"2026-11-22T08:{minute:02d}:30.3{minute}7+08:00"
        sample = {"device": "dispenser-1", "values": values}
        end = f"2026-11-22T08:{minute:02d}:50+08:00"
        lines: list[dict[str, Any]] = [{"at": start, "sample": sample}, {"at": end, "tick": True}]
        messages = [m for m in play(setup, lines, 0, frozenset()) if m.topic.startswith("alarm/slow")]
        assert [json.loads(m.payload)["time"][17:] for m in messages] == [f"32.3{minute}7Z"]


def test_an_alarm_whose_rule_was_removed_is_over_at_the_start(tmp_path: Path) -> None:
    panel = Panel(tmp_path, HOT)
    (body,) = panel.read(0, pressure=21.0)
    panel.state = begin(small(tmp_path), b"s" * 32, {"alarm": {body["alarm"]: body}})
    effects = panel.happen(Started("b2"), 1)
    (gone,) = (e for e in effects if isinstance(e, Fact) and e.kind == "alarm")
    assert (gone.id, gone.body["state"], gone.retain) == ("hot.dispenser-1", "normal", "release")
    assert panel.state.alarms == {}
