"""The acceptance slip: what stands on it, on the screen and on paper that a printer of somebody else's has read."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from desks import MORE, Desk
from papers import Port, Printer
from stations import small

from agent.config.model import Printer as Paper
from agent.config.read import read
from agent.core.cases import slips
from agent.core.model import Event, Fact, Measured, Print
from agent.shell.printer import Press
from kiosk.model import Refusal
from kiosk.slip import Promise, Slip, lines, width
from kiosk.words import load

BOTH = ("zh-CN", "en")
SLIP = Slip(
    "CQ0147-261107", "529012", "江北加气站", "400-800-1234", "complaint", "metering", "2026-11-25 09:02", "李师傅",
    {"zh-CN": "一般3个工作日", "en": "three working days"},
    (
        Promise({"zh-CN": "首次联系顾客", "en": "first contact with the customer"}, "2026-11-25 17:40"),
        Promise({"zh-CN": "初步处理并答复", "en": "initial handling and reply"}, "2026-11-27 24:00"),
        Promise({"zh-CN": "结果告知", "en": "result told"}, "", later=True),
    ),
)  # fmt: skip
EXTRA = '\n[printer]\nlink = "tcp"\nhost = "127.0.0.1"\n'


# ── what stands on it ───────────────────────────────────────────────────────


@pytest.mark.parametrize("columns", [32, 42, 48])
@pytest.mark.parametrize("languages", [BOTH, ("zh-CN",), ("en",)])
def test_every_line_fits_the_paper_and_nothing_of_the_slip_is_lost(columns: int, languages: tuple[str, ...]) -> None:
    written = lines(SLIP, load(), languages, columns)
    assert all(width(line.text) * (1 + (line.style == "large")) <= columns for line in written)
    whole = "".join(line.text for line in written).replace(" ", "")
    for told in (SLIP.number, SLIP.pin, SLIP.hotline, SLIP.receiver, "2026-11-2517:40", "2026-11-2724:00"):
        assert told in whole
    assert ("副本" in whole) is ("COPY" in whole) is False


def test_a_copy_says_so_and_a_slip_without_a_clock_says_that() -> None:
    copy = replace(SLIP, copy=True, promises=(Promise({}, ""),))
    whole = "\n".join(line.text for line in lines(copy, load(), BOTH, 48))
    assert "副本 COPY" in whole and "时间未校准" in whole


def test_a_slip_of_a_case_tells_every_promise_that_runs_and_those_that_begin_later(tmp_path: Path) -> None:
    desk = Desk(tmp_path, MORE)
    number = desk.complain(profile="P16")
    slip = slips.slip(desk.setup, desk.state.desk, desk.state.desk.open[number], desk.now)
    assert [(bool(p.due), p.later) for p in slip.promises] == [(True, False), (False, True), (False, True)]
    number = desk.complain()
    plain = slips.slip(desk.setup, desk.state.desk, desk.state.desk.open[number], desk.now)
    assert [p.due for p in plain.promises] == ["2026-11-30 24:00"]
    assert (plain.hotline, plain.receiver, len(plain.pin)) == ("400-000-0000", "", 6)


def test_a_slip_names_who_took_it_down(tmp_path: Path) -> None:
    desk = Desk(tmp_path, MORE)
    number = desk.complain(by="li", channel="phone")
    assert slips.slip(desk.setup, desk.state.desk, desk.state.desk.open[number], desk.now).receiver == "李师傅"


# ── when it is printed ──────────────────────────────────────────────────────


def printed(desk: Desk, **form: Any) -> list[Slip]:
    desk.hand_in(**form)
    return [effect.slip for effect in desk.caused if isinstance(effect, Print)]


def test_whoever_stands_here_gets_a_slip_by_itself_and_a_caller_none(tmp_path: Path) -> None:
    desk = Desk(tmp_path, MORE + EXTRA)
    said = {"kind": "complaint", "topic": "attitude"}
    assert len(printed(desk, **said)) == 1
    assert len(printed(desk, **said, by="li", channel="in-person")) == 1
    assert printed(desk, **said, by="li", channel="phone") == []


def test_without_a_printer_nothing_is_printed_and_the_pin_is_told_all_the_same(tmp_path: Path) -> None:
    desk = Desk(tmp_path, MORE)
    assert printed(desk, kind="complaint", topic="attitude") == []
    assert printed(desk, kind="reprint", case=next(iter(desk.state.desk.open)), by="wang", roll=True) == []


def test_a_reprint_is_a_copy_and_on_record_and_not_for_whom_it_is_about(tmp_path: Path) -> None:
    desk = Desk(tmp_path, MORE + EXTRA)
    number = desk.complain(object="li")
    (copy,) = printed(desk, kind="reprint", case=number, by="wang", roll=True)
    assert copy.copy and copy.number == number
    (fact,) = [effect for effect in desk.caused if isinstance(effect, Fact)]
    assert (fact.kind, fact.body) == (
        "audit", {"what": "slip-copied", "case": number, "by": "station-master:wang"},
    )  # fmt: skip
    assert copy.pin not in json.dumps(fact.body)
    for case, by in ((number, "li"), ("CQ0147-269999", "wang")):
        refused = desk.hand_in(kind="reprint", case=case, by=by)
        assert isinstance(refused, Refusal) and "is unknown" in refused.text


# ── on paper ────────────────────────────────────────────────────────────────


@pytest.fixture
def printer() -> Iterator[Printer]:
    one = Printer()
    yield one
    one.close()
    assert one.failed == []


def paper(printer: Printer | None = None, **more: Any) -> Paper:
    given = {"link": "tcp", "port": str(printer.port if printer else 1), "host": "127.0.0.1", "serial": ""}
    return Paper(**{**given, "columns": 48, "chinese": "gb18030", "font": None, **more})


def press(paper: Paper, *slips: Slip) -> list[dict[str, Any]]:
    """How the printer was said to be, after these slips."""

    async def run() -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = []
        over = asyncio.Event()

        def hear(event: Event) -> None:
            assert isinstance(event, Measured)
            told.append(event.figures)
            done = event.figures["printed"] + event.figures["failed"]
            if event.figures["state"] != "printing" and done == len(slips):
                over.set()

        one = Press(paper, BOTH, hear)
        task = asyncio.create_task(one.run())
        for slip in slips:
            one.take(Print(slip))
        async with asyncio.timeout(120):
            await over.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return told

    return asyncio.run(run())


def expected(slip: Slip, columns: int = 48) -> list[tuple[str, bool, bool, int]]:
    return [
        (line.text or "-" * columns, line.style != "plain", line.centred, 2 if line.style == "large" else 1)
        for line in lines(slip, load(), BOTH, columns)
    ]


@pytest.mark.parametrize("mute", [False, True])
def test_a_slip_is_on_the_paper_as_it_was_written_whether_the_printer_talks_or_not(
    printer: Printer, mute: bool
) -> None:
    printer.mute = mute
    told = press(paper(printer), SLIP)
    assert [figures["state"] for figures in told] == ["idle", "printing", "idle"]
    assert [tuple(line) for line in printer.roll.lines] == expected(SLIP)
    assert printer.roll.cuts == 1


def test_a_device_of_a_printer_is_written_to_as_it_is(tmp_path: Path) -> None:
    port = Port()
    try:
        reader = threading.Thread(target=port.read, daemon=True)
        reader.start()
        assert press(paper(link="usb", port=port.path), SLIP)[-1]["state"] == "idle"
        reader.join(30)
        assert [tuple(line) for line in port.roll.lines] == expected(SLIP)
    finally:
        port.close()


FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")


@pytest.mark.skipif(not FONT.is_file(), reason="no Chinese font (Debian: fonts-noto-cjk)")
def test_a_printer_without_chinese_gets_the_slip_as_a_picture(printer: Printer) -> None:
    assert press(paper(printer, chinese="image", font=FONT), SLIP)[-1]["state"] == "idle"
    rows = sum(high for _, high, _ in printer.roll.pictures)
    assert {wide for wide, _, _ in printer.roll.pictures} == {48 * 12 // 8} and printer.roll.lines == []
    written = lines(SLIP, load(), BOTH, 48)
    assert rows == sum(30 * (1 + (line.style == "large")) for line in written)
    dots = b"".join(dots for _, _, dots in printer.roll.pictures)
    inked = [any(dots[row * 72 : row * 72 + 72]) for row in range(rows)]
    at = 0
    for line in written:  # something was drawn in every line
        tall = 30 * (1 + (line.style == "large"))
        assert any(inked[at : at + tall]), line
        at += tall


def test_a_printer_without_paper_is_said_to_have_none_and_the_next_slip_is_printed(printer: Printer) -> None:
    printer.paper = False
    assert press(paper(printer), SLIP)[-1] == {"state": "no-paper", "printed": 0, "failed": 1}
    assert printer.roll.lines == []
    printer.paper = True
    assert press(paper(printer), SLIP)[-1] == {"state": "idle", "printed": 1, "failed": 0}


def test_a_printer_that_is_not_there_is_gone() -> None:
    assert press(paper(port="1"), SLIP)[-1]["state"] == "gone"
    assert press(paper(link="usb", port="/dev/usb/lp-nowhere"), SLIP)[-1]["state"] == "gone"


def test_a_printer_that_takes_nothing_holds_nobody_but_its_own_process(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A pty whose other end nobody reads is full after 4 kB and blocks the writer for ever, as an empty roll does."""
    monkeypatch.setattr("agent.shell.printer.PATIENCE", 3.0)
    port = Port()
    try:
        long = replace(SLIP, promises=SLIP.promises * 80)
        assert press(paper(link="usb", port=port.path), long)[-1]["state"] == "gone"
        assert "it took too long" in caplog.text
    finally:
        port.close()


def test_more_slips_than_anybody_waits_for_are_counted_as_failed(
    printer: Printer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.shell.printer.MOST", 2)
    told = press(paper(printer), *[SLIP] * 4)
    assert told[-1] == {"state": "idle", "printed": 2, "failed": 2}


def test_a_sign_that_printers_do_not_have_is_a_question_mark(printer: Printer) -> None:
    odd = replace(SLIP, station="加气站 ¥😀 é")
    assert press(paper(printer), odd)[-1]["state"] == "idle"
    assert printer.roll.lines[0].text.startswith("加气站 ??")


# ── the station file ────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("table", "wrong"),
    [
        ('link = "usb"', "printer.port: is missing"),
        ('link = "usb"\nport = "/etc/hosts"', "something else lies there: /etc/hosts"),
        ('link = "tcp"', "printer.host: is missing"),
        ('link = "tcp"\nhost = "192.0.2.7"\ncolumns = 40', "columns: 40 is no width of a roll"),
        ('link = "tcp"\nhost = "192.0.2.7"\nchinese = "utf-8"', "printer.chinese"),
        ('link = "tcp"\nhost = "192.0.2.7"\nchinese = "image"\nfont = "none.ttf"', "no such file"),
        ('link = "tcp"\nhost = "192.0.2.7"\ncolour = "red"', "printer.colour"),
    ],
)
def test_a_printer_that_cannot_be_is_refused_with_its_line(tmp_path: Path, table: str, wrong: str) -> None:
    small(tmp_path)
    path = tmp_path / "station.toml"
    path.write_text(path.read_text("utf-8") + f"\n[printer]\n{table}\n", "utf-8")
    _, problems, _ = read(path)
    assert len(problems) == 1 and wrong in str(problems[0]), problems
