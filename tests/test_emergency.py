"""The big button: told at once and again in its turn, a record of every deed, a leak that two people must clear."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from stations import small

from agent.core import station
from agent.core.emergency.incident import figures
from agent.core.model import Answer, Drive, Effect, Event, Fact, Hurry, Submitted, Tick
from agent.core.state import State, begin
from drivers.model import Instant, Point, Reading, Sample
from kiosk.model import Acknowledge, Receipt
from kiosk.safety import Conduct, Emergency, IncidentAct

NOON = 1_795_233_600.0  # 21 November 2026, 12:00 in Shanghai
MORE = """
[[person]]
id = "wang"
name = "王站长"
role = "station-master"

[[person]]
id = "zhao"
name = "赵师傅"
role = "attendant"
"""


class Forecourt:
    """The test station with a station master and two attendants."""

    def __init__(self, folder: Path) -> None:
        self.state: State = begin(small(folder, MORE), b"s" * 32)
        self.last: dict[str, dict[str, dict[str, Any]]] = {"alarm": {}, "report": {}}

    def happen(self, event: Event, at: float) -> list[Effect]:
        self.state, effects = station.step(self.state, event, Instant(at, NOON + at, "synced"))
        for effect in effects:
            if isinstance(effect, Fact) and effect.kind in self.last:
                self.last[effect.kind][effect.id] = effect.body
        return effects

    def press(self, form: Any, at: float) -> str:
        """The receipt's number, or why it was refused."""
        (answer,) = (e for e in self.happen(Submitted(form, 1), at) if isinstance(e, Answer))
        return answer.outcome.number if isinstance(answer.outcome, Receipt) else f"refused: {answer.outcome.text}"

    def nozzle(self) -> str:
        assert self.state.screen
        return self.state.screen.nozzles[0].state

    def alarm(self, name: str) -> str:
        return self.state.alarms[name].phase if name in self.state.alarms else "normal"


def test_it_sounds_is_told_at_once_and_freezes_what_was_read(tmp_path: Path) -> None:
    here = Forecourt(tmp_path)
    reading = Reading("pressure", 20.0, "MPa", "good")
    here.happen(Sample("dispenser-1", Instant(0, NOON, "synced"), (reading,)), 0)
    effects = here.happen(Submitted(Emergency("fire"), 1), 10)
    alarm, record = (e for e in effects if isinstance(e, Fact))
    assert (alarm.id, alarm.body["incident"], record.id) == ("emergency", "E2611-01", "E2611-01")
    assert {Hurry("alarm", "emergency"), Hurry("report", "E2611-01")} <= {e for e in effects if isinstance(e, Hurry)}
    assert Drive("buzzer", True) in effects
    assert record.body["evidence"]["readings"] == [["2026-11-21T04:00:00.000Z", "dispenser-1", "pressure", "20.0"]]


def test_steps_are_ticked_without_a_pin_and_only_a_master_closes(tmp_path: Path) -> None:
    here = Forecourt(tmp_path)
    number = here.press(Emergency("fire"), 0)
    assert here.press(IncidentAct(number, "step", "stop"), 5) == number
    assert here.press(IncidentAct(number, "at_scene"), 600) == number
    assert "somebody who has unlocked" in here.press(IncidentAct(number, "handled"), 700)
    assert "one of shift-leader" in here.press(IncidentAct(number, "handled", by="li"), 700)
    assert "is not handled yet" in here.press(IncidentAct(number, "closed", by="wang"), 700)
    assert here.press(IncidentAct(number, "handled", by="wang"), 800) == number
    assert here.press(IncidentAct(number, "closed", by="wang"), 900) == number
    told = here.last["report"][number]
    assert [deed["event"] for deed in told["deeds"]] == ["declared", "step", "at_scene", "handled", "closed"]
    assert (told["state"], told["to_scene"], told["deeds"][1]["by"]) == ("closed", 600, "kiosk")
    assert told["after"]["digest"] != told["evidence"]["digest"]


def test_the_alarm_stands_until_it_is_over_and_was_seen(tmp_path: Path) -> None:
    here = Forecourt(tmp_path)
    number = here.press(Emergency("fire"), 0)
    here.press(Acknowledge("emergency", "li"), 5)
    assert here.alarm("emergency") == "acknowledged"
    here.press(IncidentAct(number, "handled", by="wang"), 800)
    assert here.alarm("emergency") == "normal"


def test_a_leak_blocks_its_dispenser_until_two_roles_have_cleared_it(tmp_path: Path) -> None:
    here = Forecourt(tmp_path)
    number = here.press(Emergency("leak", "1A"), 0)
    assert here.nozzle() == "blocked"
    assert "is blocked already, by E2611-01" in here.press(Emergency("leak", "dispenser-1"), 1)
    assert "two people of two roles clear a leak" in here.press(IncidentAct(number, "handled", by="wang"), 2)
    assert here.press(IncidentAct(number, "cleared", by="li"), 3) == number
    assert "another role than attendant" in here.press(IncidentAct(number, "cleared", by="zhao"), 4)
    assert here.nozzle() == "blocked"
    here.state = begin(here.state.setup, b"s" * 32, here.last)  # a restart in between forgets nothing
    here.happen(Tick(), 5)
    assert here.nozzle() == "blocked"
    assert here.press(IncidentAct(number, "cleared", by="wang"), 6) == number
    assert here.nozzle() == "ok" and here.last["report"][number]["state"] == "handled"


def test_a_dispenser_that_leaks_and_fills_is_told(tmp_path: Path) -> None:
    here = Forecourt(tmp_path)
    device = here.state.setup.devices["dispenser-1"]
    points = (*device.map.points, Point("flow", 9, "f32", unit="kg/h", role="flow"))
    setup = replace(here.state.setup, devices={
        **here.state.setup.devices, "dispenser-1": replace(device, map=replace(device.map, points=points)),
    })  # fmt: skip
    here.state = begin(setup, b"s" * 32)

    def flows(pace: float, at: float) -> str:
        reading = Reading("flow", pace, "kg/h", "good")
        here.happen(Sample("dispenser-1", Instant(at, NOON + at, "synced"), (reading,)), at)
        return here.alarm("filling-blocked")

    assert flows(600.0, 0) == "normal"
    here.press(Emergency("leak", "1A"), 1)
    assert (flows(3.0, 2), flows(600.0, 3)) == ("normal", "unacknowledged")


def test_a_drill_is_marked_as_such_and_blocks_nothing(tmp_path: Path) -> None:
    here = Forecourt(tmp_path)
    number = here.press(Emergency("leak", "1A", drill=True, by="wang"), 0)
    alarm = here.last["alarm"]["drill"]
    assert (alarm["drill"], alarm["text"], here.nozzle()) == (True, "【演练】燃气泄漏 / DRILL: Gas leak", "ok")
    assert here.last["report"][number]["drill"] and here.alarm("emergency") == "normal"
    assert figures(here.state.incidents.values(), 1800)["received"] == 0


def test_nobody_at_the_scene_for_half_an_hour_sounds_once(tmp_path: Path) -> None:
    here = Forecourt(tmp_path)
    here.press(Emergency("fire"), 0)
    here.happen(Tick(), 1799)
    assert here.alarm("nobody-at-scene") == "normal"
    here.happen(Tick(), 1800)
    assert here.alarm("nobody-at-scene") == "unacknowledged"
    here.press(Acknowledge("nobody-at-scene", "li"), 1801)
    here.happen(Tick(), 1900)
    assert here.alarm("nobody-at-scene") == "normal"


def test_the_rate_and_the_time_to_the_scene_are_counted(tmp_path: Path) -> None:
    here = Forecourt(tmp_path)
    first, _ = here.press(Emergency("fire"), 0), here.press(Emergency("injury"), 10)
    here.press(IncidentAct(first, "at_scene"), 1900)
    here.press(IncidentAct(first, "handled", by="wang"), 2000)
    assert figures(here.state.incidents.values(), 1800) == {
        "received": 2, "handled": 1, "rate": 0.5, "at_scene": 1, "in_time": 0, "slowest": 1900,
    }  # fmt: skip


def test_dangerous_behaviour_is_noted_and_who_does_not_comply_is_told(tmp_path: Path) -> None:
    here = Forecourt(tmp_path)
    effects = here.happen(Submitted(Conduct("smoking", "complied", "li"), 1), 0)
    (noted,) = (e.body for e in effects if isinstance(e, Fact))
    assert (noted["what"], noted["text"]) == ("conduct-stopped", "吸烟:已改正")
    here.press(Conduct("vehicle", "refused", "li"), 1)
    assert here.alarm("conduct") == "unacknowledged"


@pytest.mark.parametrize(
    "form,why", [(Emergency("flood"), "what: 'flood'"), (Emergency("leak", "9Z"), "'9Z' is unknown")]
)
def test_what_nobody_knows_is_refused(tmp_path: Path, form: Emergency, why: str) -> None:
    assert why in Forecourt(tmp_path).press(form, 0)
