"""A shift from its opening to its record: two people, blind readings, questions, and what a power cut leaves of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from forecourt import Pump
from test_fill_findings import station

from agent.core import rehearsal
from agent.core import station as core
from agent.core.messages import schema
from agent.core.messages.envelope import dump, load
from agent.core.messages.stamp import iso, utc_of
from agent.core.model import Fact
from agent.core.shift import ledger
from agent.core.state import begin
from drivers.model import Instant

DAY = datetime(2026, 11, 22, 0, 0, tzinfo=UTC).timestamp()  # 08:00 at the station


def line(second: float, **what: Any) -> dict[str, Any]:
    return {"at": datetime.fromtimestamp(DAY + second, UTC).isoformat(), **what}


def step(second: float, name: str, by: str = "li", typed: str = "", nozzle: str = "5A") -> dict[str, Any]:
    content = {"kind": "handover", "step": name, "by": by, "typed": typed}
    return line(second, form=content | ({"nozzle": nozzle} if nozzle else {}))


def sold(pump: Pump, *seconds: float) -> list[dict[str, Any]]:
    return [line(at, sample=said) for begin in seconds for at, said in pump.sell(begin)]


def idle(pump: Pump, second: float) -> dict[str, Any]:
    return line(second, sample=pump.poll("idle"))


class Play:
    """What a story published, and which forms were refused."""

    def __init__(self, folder: Path, *parts: Iterable[dict[str, Any]] | dict[str, Any], extra: str = "") -> None:
        lines = [one for part in parts for one in ([part] if isinstance(part, dict) else part)]
        self.refused: list[str] = []
        fills = f"[shift]\n{extra}" if extra else ""
        made = rehearsal.play(station(folder, fills=fills), lines, 0, frozenset(), self.refused.append)
        strict = schema.every(strict=True)
        self.facts = []
        for message in made:
            document = load(message.payload)
            assert not list(schema.misfits(strict[document["type"]], document)), document
            if message.lane == "fact":
                self.facts.append((message.topic, document["data"]))

    def shifts(self, *states: str) -> list[dict[str, Any]]:
        told = [body for topic, body in self.facts if topic.startswith("shift/")]
        return [body for body in told if body["state"] in states] if states else told

    @property
    def record(self) -> dict[str, Any]:
        (closed,) = self.shifts("closed")
        return closed

    @property
    def found(self) -> list[str]:
        return [finding["kind"] for body in self.shifts() for finding in body.get("findings", ())]


# The small station has a second gun, 1A, whose total alone is read.
def other(second: float, total: str = "1234.56") -> dict[str, Any]:
    return line(second, sample={"device": "dispenser-1", "values": {"mass_total": Decimal(total)}})


def both(second: float, pump: Pump, by: str = "li") -> list[dict[str, Any]]:
    """Both guns read and agreed."""
    tail = str(pump.total).replace(".", "")[-4:]
    return [
        idle(pump, second), other(second), step(second + 1, "reading", by, tail),
        step(second + 2, "reading", by, "3456", "1A"),
    ]  # fmt: skip


END = 12 * 3600.0  # 20:00


def whole(pump: Pump) -> list[dict[str, Any]]:
    """A shift with five fills, handed over from li to wang."""
    return [
        idle(pump, 0), other(0), *sold(pump, *(600.0 * n for n in range(1, 6))), *both(END, pump),
        step(END + 10, "sign", "li", nozzle=""), step(END + 20, "verify", "wang", nozzle=""),
        step(END + 30, "sign", "wang", nozzle=""),
    ]  # fmt: skip


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


def test_a_difference_is_looked_at_twice_then_explained(tmp_path: Path) -> None:
    pump = Pump("dispenser-5", 1)
    play = Play(
        tmp_path, idle(pump, 0), other(0), both(END, pump), step(END + 3, "reading", "li", "9999"),
        step(END + 4, "sign", "li", nozzle=""), step(END + 5, "second", "li", "99999.99"),
        step(END + 6, "reason", "li", "更换主板"), step(END + 7, "sign", "li", nozzle=""),
    )  # fmt: skip
    assert play.refused == ["line 8: refused: sign: not confirmed yet: 5A"]
    told = [body for body in play.shifts() if body.get("step") and body.get("nozzle") != "1A"]
    assert [(body["step"], body["state"], body.get("reason")) for body in told[1:]] == [
        ("reading", "disputed", None), ("second", "disputed", None), ("reason", "confirmed", "board"),
        ("sign", "confirmed", None),
    ]  # fmt: skip


def test_yesterdays_figure_is_recognised(tmp_path: Path) -> None:
    pump = Pump("dispenser-5", 1)
    story = [idle(pump, 0), other(0), *sold(pump, 600), idle(pump, END), step(END + 1, "reading", "li", "100000.00")]
    (told,) = Play(tmp_path, story).shifts("disputed")
    assert told["findings"][0]["text"].endswith("输入的是接班时的读数")


def test_a_gun_that_cannot_be_read_is_taken_over_with_a_typed_figure_and_its_reason(tmp_path: Path) -> None:
    pump = Pump("dispenser-5", 1)
    story = [
        idle(pump, 0), other(0), other(END), step(END + 1, "reading", "li", "3456", "1A"),
        step(END + 2, "reading", "li", "0000"), step(END + 3, "reason", "li", "通信中断"),
        step(END + 4, "second", "li", "100000.00"), step(END + 5, "reason", "li", "通信中断"),
        step(END + 6, "sign", "li", nozzle=""), step(END + 7, "verify", "wang", nozzle=""),
        step(END + 8, "sign", "wang", nozzle=""),
    ]  # fmt: skip
    play = Play(tmp_path, story)
    assert play.refused == ["line 6: refused: nozzle: 5A could not be read; the whole total first, step second"]
    (gun,) = (one for one in play.record["lines"] if one["nozzle"] == "5A")
    assert (gun["manual"], gun["reason"], gun["closing"]) == (True, "通信中断", 100000)


def test_nobody_signs_for_the_other_and_nobody_twice(tmp_path: Path) -> None:
    pump = Pump("dispenser-5", 1)
    story = [
        idle(pump, 0), other(0), *both(END, pump), step(END + 3, "sign", "wang", nozzle=""),
        step(END + 4, "verify", "li", nozzle=""), step(END + 5, "sign", "li", nozzle=""),
        step(END + 6, "sign", "li", nozzle=""), step(END + 7, "sign", "wang", nozzle=""),
        step(END + 8, "verify", "wang", nozzle=""), step(END + 9, "sign", "wang", nozzle=""),
        step(END + 10, "sign", "wang", nozzle=""),
    ]  # fmt: skip
    play = Play(tmp_path, story)
    assert [text.split("refused: ")[1] for text in play.refused] == [
        "by: li hands over and signs first",
        "by: li hands over; another person verifies",
        "by: li has signed; who takes over signs now",
        "sign: not verified yet: 1A, 5A",
        "sign: not confirmed yet: 1A, 5A",
    ]
    assert play.record["incoming"] == "wang"


def test_a_question_must_be_answered_before_anybody_signs(tmp_path: Path) -> None:
    pump = Pump("dispenser-5", 1)
    story = [
        idle(pump, 0), other(0), *both(END, pump), step(END + 3, "query", "wang", "2号枪漏气?", ""),
        step(END + 4, "sign", "li", nozzle=""), step(END + 5, "answer", "li", "已报修", ""),
        step(END + 6, "sign", "li", nozzle=""), step(END + 7, "verify", "wang", nozzle=""),
        step(END + 8, "brief", "li", "夜间压力偏低", ""), step(END + 9, "sign", "wang", nozzle=""),
    ]  # fmt: skip
    play = Play(tmp_path, story)
    assert play.refused == ["line 8: refused: sign: not answered yet: 2号枪漏气?"]
    assert play.record["queries"] == [{"text": "2号枪漏气?", "by": "wang", "answer": "已报修"}]
    assert play.record["notes"] == ["夜间压力偏低"]


def test_who_comes_may_disagree_and_the_gun_is_read_again(tmp_path: Path) -> None:
    pump = Pump("dispenser-5", 1)
    story = [
        idle(pump, 0), other(0), *both(END, pump), step(END + 3, "sign", "li", nozzle=""),
        step(END + 4, "verify", "wang", "屏幕显示 100000.50"), step(END + 5, "verify", "wang", nozzle="1A"),
        step(END + 6, "sign", "wang", nozzle=""), step(END + 7, "reading", "li", "0000"),
        step(END + 8, "sign", "li", nozzle=""), step(END + 9, "verify", "wang", nozzle=""),
        step(END + 10, "sign", "wang", nozzle=""),
    ]  # fmt: skip
    play = Play(tmp_path, story)
    assert play.refused == ["line 10: refused: sign: not confirmed yet: 5A"]
    assert play.found == ["handover-disputed"] and play.record["incoming"] == "wang"


def test_an_open_case_is_accepted_before_the_signature(tmp_path: Path) -> None:
    pump = Pump("dispenser-5", 1)
    complaint = line(60, form={"kind": "complaint", "topic": "metering", "text": "少加了"})
    head, tail = whole(pump)[:-1], whole(pump)[-1:]
    play = Play(tmp_path, [head[0], head[1], complaint, *head[2:], *tail])
    (refused,) = play.refused
    number = refused.rpartition(" ")[2]
    assert "not accepted yet" in refused
    (tmp_path / "x").mkdir()
    accepted = [step(END + 29, "accept", "wang", number, ""), *tail]
    pump = Pump("dispenser-5", 1)
    play = Play(tmp_path / "x", [*whole(pump)[:2], complaint, *whole(Pump("dispenser-5", 1))[2:-1], *accepted])
    assert play.refused == [] and play.record["cases"] == [number]


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


def test_the_record_is_drafted_before_the_end_and_a_late_handover_is_told_then_closed_alone(tmp_path: Path) -> None:
    pump = Pump("dispenser-5", 1)
    story = [idle(pump, 0), other(0), *sold(pump, 600), idle(pump, END + 7100), other(END + 7100)]
    play = Play(tmp_path, story, line(END + 7300, tick=True))
    assert [body["state"] for body in play.shifts()] == ["opened", "drafted", "overdue", "closed", "opened"]
    record = play.record
    assert (record["unattended"], record["by"], record["incoming"]) == (True, "station", "")
    (gun,) = (one for one in record["lines"] if one["nozzle"] == "5A")
    assert (gun["closing"], gun["confirmed"], gun["difference"]) == (float(pump.total), "no", 0)
    assert "closing" not in str(play.shifts("drafted"))


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
