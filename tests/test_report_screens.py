"""The reports behind the staff door: what is to be done first, one whole with its plots, and the deed that does it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fingers import Finger, needs_chromium
from kiosks import Kiosk, unlock
from mosquitto import until
from stations import small

from agent.core import station
from agent.core.messages import envelope
from agent.core.messages.envelope import Chain
from agent.core.model import Compile, Compiled, Event, Fact, Submitted, Tick
from agent.core.reports import views
from agent.core.reports.compile import compile
from agent.core.reports.kinds import KINDS
from agent.core.state import State, begin
from drivers.model import Instant
from kiosk.duties import ReportDeed
from kiosk.model import Feedback

NOVEMBER = 1795305600.0  # 22 November 2026, 8:00
DAYS = 86400.0


class Site:
    """A station whose facts are kept in a list."""

    def __init__(self, folder: Path) -> None:
        extra = '[[person]]\nid = "wang"\nname = "王站长"\nrole = "station-master"\n'
        self.state: State = begin(small(folder, extra), bytes(32))
        self.chain, self.facts = Chain.new("1"), list[dict[str, Any]]()

    def step(self, event: Event, second: float) -> Instant:
        now = Instant(second, NOVEMBER + second, "synced")
        self.state, effects = station.step(self.state, event, now)
        for fact in (effect for effect in effects if isinstance(effect, Fact)):
            self.chain, message = envelope.link(self.chain, fact, "cq-0147", "b001")
            self.facts.append(envelope.load(message.payload))
        for wanted in (effect for effect in effects if isinstance(effect, Compile)):
            zone, terms = self.state.setup.zone, self.state.setup.terms
            begins = wanted.period.span(zone)[1] <= NOVEMBER
            facts = [one for one in self.facts if one["type"] in ("gse.case.v1", "gse.feedback.v1")]
            body = None if begins else compile(KINDS[wanted.kind], wanted.period, facts, zone, terms)
            more = {"epoch": "1", "through": self.chain.seq}
            self.step(Compiled(wanted.kind, wanted.period, wanted.by, body and body | more), second)
        return now

    def sheet(self, id: str) -> Any:
        told = [one for one in self.facts if one["type"] == "gse.report.v1" and one["data"]["report"] == id]
        return views.sheet(self.state, id, told)


def test_what_is_to_be_done_stands_first_and_a_report_is_shown_with_what_was_done(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.step(Submitted(Feedback(4), 1), 0)
    now = site.step(Tick(), 9 * DAYS)
    lines = views.listing(site.state, now)
    assert [(one.id, one.state) for one in lines] == [
        ("review-2026-12-01", "open"), ("statistics-2026-11", "open"), ("briefing-2026-11", "open"),
        ("publication-2026-11", "none"),
    ]  # fmt: skip
    said = {"held": "2026-12-01T09:00:00+08:00", "attendees": ["li", "zhao"], "text": "注意态度"}
    now = site.step(Submitted(ReportDeed("held", "wang", "briefing-2026-11", said), 2), 9 * DAYS + 3600)
    sheet = site.sheet("briefing-2026-11")
    assert (sheet.line.state, sheet.span) == ("done", "2026-11-01 00:00 – 2026-12-01 00:00")
    assert [(one.event, one.by, one.text) for one in sheet.deeds] == [("held", "王站长", "li zhao 注意态度")]
    assert ("100.0 %", "1") in [(one.value, one.of) for one in sheet.figures]
    assert any(table.plot.startswith("<svg") for table in site.sheet("statistics-2026-11").tables)
    review = site.sheet("review-2026-12-01")
    assert (review.figures[0].words["en"], review.figures[0].value) == ("open cases", "0")


def test_nobody_sees_reports_who_is_not_in(kiosk: Kiosk) -> None:
    for path in ("/staff/reports", "/staff/report/briefing-2026-10"):
        assert "briefing-2026-10" not in kiosk.ask("GET", path).body.decode()
    cookie = unlock(kiosk)
    assert "briefing-2026-10" in kiosk.ask("GET", "/staff/reports", Cookie=cookie).body.decode()
    page = kiosk.ask("GET", "/staff/report/briefing-2026-10", Cookie=cookie).body.decode()
    assert "85.0 %" in page and "<svg" in page and "n = 120" in page
    assert kiosk.ask("GET", "/staff/report/gossip", Cookie=cookie).status == 404
    for path in ("report", "answers", "duty"):
        assert kiosk.post(f"/api/staff/{path}", {}).status == 401


@pytest.fixture
def inside(browser: Any, kiosk: Kiosk) -> Iterator[Finger]:
    finger = Finger(browser, kiosk, (1024, 600))
    name, value = unlock(kiosk).split("=")
    finger.context.add_cookies([{"name": name, "value": value, "url": kiosk.url}])
    finger.page.goto(f"{kiosk.url}staff/reports")
    finger.page.wait_for_load_state("load")
    yield finger
    finger.close()
    assert finger.errors == []


@needs_chromium
def test_a_briefing_is_entered_with_its_people_under_a_finger(inside: Finger) -> None:
    inside.tap('[data-report="briefing-2026-10"]')
    inside.sees("report")
    inside.page.wait_for_load_state("load")
    inside.tap('[data-form="held"]', "save")
    assert inside.page.locator(".row.missing").count() == 2
    inside.tap('[data-field-name="held"]', "timed", '[data-field-name="attendees"]')
    inside.type("li")
    inside.tap("wrote", "save")
    until(lambda: ReportDeed in map(type, inside.kiosk.toy.taken))
    said = {"held": "2026-11-25T17:20:00+08:00", "attendees": ["li"]}
    assert inside.kiosk.toy.taken[-1] == ReportDeed("held", "li", "briefing-2026-10", said)
