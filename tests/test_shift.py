"""A shift from its opening to its record: it adds up, proves itself, and is read back from its own facts."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from forecourt import Pump
from shifts import END, Play, both, idle, line, other, sold, step, whole
from test_fill_findings import station

from agent.core import rehearsal
from agent.core import station as core
from agent.core.messages.envelope import dump, load
from agent.core.messages.stamp import iso, utc_of
from agent.core.model import Fact
from agent.core.shift import ledger
from agent.core.state import begin
from drivers.model import Instant


def test_two_people_hand_over_and_the_record_adds_up(tmp_path: Path) -> None:
    pump = Pump("dispenser-5", 1)
    play = Play(tmp_path, whole(pump))
    assert play.refused == []
    first, second = play.shifts("opened")
    assert (first["shift"], second["shift"]) == ("20261122-1", "20261122-2")
    record = play.record
    (gun,) = (one for one in record["lines"] if one["nozzle"] == "5A")
    assert (gun["opening"], gun["closing"], gun["fills"], gun["confirmed"]) == (100000, float(pump.total), 5, "agree")
    assert (gun["difference"], record["difference"], "findings" in record) == (0, 0, False)
    assert gun["amount"] > 0 and (record["outgoing"], record["incoming"]) == ("li", "wang")
    assert second["people"] == ["wang"] and second["previous"] == record["record"]
    totals = [body for topic, body in play.facts if topic == "total/5A" and body["reason"] == "shift"]
    assert [body["total"] for body in totals] == [float(pump.total)]


def test_after_any_fact_the_journal_gives_the_same_shift_back(tmp_path: Path) -> None:
    setup, pump = station(tmp_path), Pump("dispenser-5", 9)
    state, facts = begin(setup, b"s" * 32), list[tuple[str, Any, float]]()
    question = [step(END + 11, "query", "wang", "?", ""), step(END + 12, "answer", "li", "!", "")]
    for one in sorted([*whole(pump), line(1, tick=True), *question], key=lambda one: one["at"]):
        now = Instant(0.0, datetime.fromisoformat(one["at"]).timestamp(), "synced")
        event = rehearsal.event(setup, one, now, 1, frozenset())
        state, effects = core.step(state, event, now)
        for fact in (effect for effect in effects if isinstance(effect, Fact)):
            facts.append((fact.kind, load(dump(fact.body)), utc_of(iso(fact.at.utc))))
        begun = max((n for n, (_, body, _) in enumerate(facts) if body.get("state") == "opened"), default=0)
        assert ledger.recall(facts[begun:]) == state.shift
    assert state.shift and state.shift.id == "20261122-2"


def test_a_record_proves_itself(tmp_path: Path) -> None:
    record = Play(tmp_path, whole(Pump("dispenser-5", 2))).record
    plain = {name: value for name, value in record.items() if name != "record"}
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).replace(".0,", ",")
    text = text.replace(".0}", "}")
    assert record["record"] == sha256(text.encode()).hexdigest()


def test_the_closing_of_one_shift_is_the_opening_of_the_next_even_in_the_middle_of_a_fill(tmp_path: Path) -> None:
    pump = Pump("dispenser-5", 3, presets=0)
    during = sold(pump, END - 30)
    half = next(n for n, one in enumerate(during) if one["at"] >= line(END)["at"])
    shown = during[half - 1]["sample"]["values"]["mass_total"]
    tail = str(shown).replace(".", "")[-4:]
    evening = [
        idle(pump, END + 7200), other(END + 7200), step(END + 7201, "reading", "wang", str(pump.total)),
        step(END + 7202, "reading", "wang", "3456", "1A"), step(END + 7203, "sign", "wang", nozzle=""),
        step(END + 7204, "verify", "li", nozzle=""), step(END + 7205, "sign", "li", nozzle=""),
    ]  # fmt: skip
    story = [
        line(0, sample={"device": "dispenser-5", "values": {"mass_total": Decimal("100000.00"), "state": "idle"}}),
        other(0), *during[:half], other(END - 5), step(END - 4, "reading", "li", tail),
        step(END - 4, "reading", "li", "3456", "1A"), step(END - 3, "sign", "li", nozzle=""),
        step(END - 3, "verify", "wang", nozzle=""), step(END - 3, "sign", "wang", nozzle=""),
        *during[half:], *evening,
    ]  # fmt: skip
    play = Play(tmp_path, sorted(story, key=lambda one: one["at"]))
    assert play.refused == []
    guns = [next(one for one in body["lines"] if one["nozzle"] == "5A") for body in play.shifts("closed")]
    assert guns[0]["closing"] == guns[1]["opening"] == float(shown)
    assert guns[1]["closing"] == float(pump.total)
    assert sum(Decimal(str(gun["metered"])) for gun in guns) == pump.total - 100000
    assert [gun["difference"] for gun in guns] == [0, 0] and play.found == []


def test_a_lost_fill_is_missing_in_the_sum_and_named(tmp_path: Path) -> None:
    pump = Pump("dispenser-5", 1)
    story = [idle(pump, 0), other(0), *sold(pump, 600)]
    lost = pump.total
    list(pump.sell(0.0, seen=False))
    lost = pump.total - lost
    list(pump.sell(0.0, seen=False))
    play = Play(
        tmp_path, story, sold(pump, 1800), both(END, pump), step(END + 10, "sign", "li", nozzle=""),
        step(END + 20, "verify", "wang", nozzle=""), step(END + 30, "sign", "wang", nozzle=""),
    )  # fmt: skip
    (found,) = play.record["findings"]
    assert found["kind"] == "fills-differ" and found["text"].endswith(f"相差 {lost} kg,没有记录的加气:102")


def test_the_record_is_drafted_before_the_end_and_a_shift_that_nobody_hands_over_is_closed_alone(
    tmp_path: Path,
) -> None:
    pump = Pump("dispenser-5", 1)
    story = [idle(pump, 0), other(0), *sold(pump, 600), idle(pump, END + 7100), other(END + 7100)]
    play = Play(tmp_path, story, line(END + 7300, tick=True))
    assert [body["state"] for body in play.shifts()] == ["opened", "drafted", "closed", "opened"]
    record = play.record
    assert (record["unattended"], record["by"], record["incoming"]) == (True, "station", "")
    (gun,) = (one for one in record["lines"] if one["nozzle"] == "5A")
    assert (gun["closing"], gun["confirmed"], gun["difference"]) == (float(pump.total), "no", 0)
    assert "closing" not in str(play.shifts("drafted"))


def test_who_took_a_shift_over_and_does_not_hand_it_on_is_late(tmp_path: Path) -> None:
    pump, morning = Pump("dispenser-5", 1), 86400.0
    story = [*whole(pump), idle(pump, morning + 7100), other(morning + 7100), line(morning + 7300, tick=True)]
    told = Play(tmp_path, story).shifts()
    states = [body["state"] for body in told if body["shift"] == "20261122-2"]
    assert states == ["opened", "drafted", "overdue", "closed"]
    assert [body["findings"][0]["kind"] for body in told if body["state"] == "overdue"] == ["handover-late"]


def test_the_roster_is_the_stations_own(tmp_path: Path) -> None:
    pump = Pump("dispenser-5", 1)
    play = Play(tmp_path, idle(pump, 0), other(0), line(60, tick=True), extra='times = ["00:00", "08:00", "16:00"]')
    (opened,) = play.shifts("opened")
    assert (opened["shift"], opened["due"]) == ("20261122-2", "2026-11-22T08:00:00.000Z")


def test_what_was_let_out_stands_in_the_record(tmp_path: Path) -> None:
    pump = Pump("dispenser-5", 1)
    story = whole(pump)
    vent = line(3600, form={"kind": "vent", "mass": Decimal("0.6"), "by": "li"})
    assert Play(tmp_path, sorted([*story, vent], key=lambda one: one["at"])).record["vented"] == 0.6


def test_a_record_is_put_right_by_two_people_and_stays_as_it_was_signed(tmp_path: Path) -> None:
    pump = Pump("dispenser-5", 1)
    right = [
        step(END + 40, "correct", "wang", "99999.00"), step(END + 41, "correct", "wang", "99999.00 抄错"),
        step(END + 42, "correct", "wang", "99999.00 抄错"), step(END + 43, "correct", "li", "99999.00 是抄错了"),
    ]  # fmt: skip
    play = Play(tmp_path, [*whole(pump), *right])
    assert [text.split("refused: ")[1] for text in play.refused] == [
        "typed: the right closing, a blank, and why", "by: wang said so already; another person confirms",
    ]  # fmt: skip
    (told,) = play.shifts("corrected")
    assert (told["by"], told["second"], told["corrected"]) == ("li", "wang", "20261122-1")
    assert (told["before"], told["total"], told["corrects"]) == (float(pump.total), 99999, play.record["record"])
