"""Two people hand a shift over: blind readings, second looks, reasons, questions, and who may sign."""

from __future__ import annotations

from pathlib import Path

from forecourt import Pump
from shifts import END, Play, both, idle, line, other, sold, step, whole


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


def test_who_comes_may_type_what_the_display_shows(tmp_path: Path) -> None:
    pump = Pump("dispenser-5", 1)
    story = [
        idle(pump, 0), other(0), *both(END, pump), step(END + 3, "sign", "li", nozzle=""),
        step(END + 4, "verify", "wang", "0000"), step(END + 5, "verify", "wang", "1234.56", "1A"),
        step(END + 6, "sign", "wang", nozzle=""),
    ]  # fmt: skip
    play = Play(tmp_path, story)
    assert play.refused == [] and play.record["incoming"] == "wang"


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
