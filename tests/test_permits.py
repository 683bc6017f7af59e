"""A work permit from its issue to its end: who may not be whom, what must be in place, and one that is forgotten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from stations import small

from agent.config.permits import SHIPPED
from agent.core import station
from agent.core.books import BOOKS, enter
from agent.core.model import Answer, Effect, Event, Fact, Submitted, Tick, Trace
from agent.core.state import State, begin
from drivers.model import Instant, Reading, Sample
from drivers.table import load
from kiosk.model import Acknowledge, Receipt
from kiosk.safety import PermitAct, Stopped

NOON = 1_795_233_600.0  # 21 November 2026, 12:00 in Shanghai
MORE = """
[permits]
schemes = ["GB", "WF", "EL", "PP"]

[[person]]
id = "wang"
name = "王站长"
role = "station-master"

[[person]]
id = "zhao"
name = "赵班长"
role = "shift-leader"

[[person]]
id = "sun"
name = "孙师傅"
role = "maintainer"

[[person]]
id = "qian"
name = "钱师傅"
role = "attendant"
"""
TICKED: dict[str, Any] = {"people": True, "tools": True, "power": True, "fire": True}
HOT: dict[str, Any] = {
    "kind": "hot-work-2", "work": "焊接支架", "place": "1号岛", "devices": ["dispenser-1"], "permitter": "zhao",
    "leader": "sun", "guardian": "qian", "crew": ["c-17"], "hours": 8,
}  # fmt: skip


class Site:
    """The test station with five people."""

    def __init__(self, folder: Path) -> None:
        self.state: State = begin(small(folder, MORE), b"s" * 32)
        self.last: dict[str, dict[str, dict[str, Any]]] = {"alarm": {}, "permit": {}}
        self.at, self.flagged = 0.0, False

    def happen(self, event: Event, at: float | None = None) -> list[Effect]:
        self.at = self.at + 1 if at is None else at
        self.state, effects = station.step(self.state, event, Instant(self.at, NOON + self.at, "synced"))
        self.flagged |= any(isinstance(e, Trace) and e.body.get("maintenance") is True for e in effects)
        for effect in effects:
            if isinstance(effect, Fact) and effect.kind in self.last:
                self.last[effect.kind][effect.id] = effect.body
        return effects

    def tell(self, event: str, by: str, permit: str = "", at: float | None = None, **said: Any) -> str:
        """The number of the permit, or why not."""
        effects = self.happen(Submitted(PermitAct(event, by, permit, said), 1), at)
        (answer,) = (e for e in effects if isinstance(e, Answer))
        return answer.outcome.number if isinstance(answer.outcome, Receipt) else answer.outcome.text

    def prepare(self, **more: Any) -> str:
        """Issued, all measures confirmed, all briefed, tested and printed."""
        number = self.tell("issued", "wang", **(HOT | more))
        for measure in self.state.setup.kinds.kinds[str((HOT | more)["kind"])].measures:
            assert self.tell("measured", "zhao", number, measure=measure) == number
        assert self.tell("briefed", "sun", number, who="c-17") == number
        assert self.tell("tested", "qian", number, lel=0) == number
        assert self.tell("printed", "zhao", number) == number
        return number

    def at_work(self) -> str:
        number = self.prepare()
        assert self.tell("permitted", "zhao", number) == number
        return number

    def alarm(self, name: str) -> str:
        return self.state.alarms[name].phase if name in self.state.alarms else "normal"


@pytest.mark.parametrize(
    "more,why",
    [
        ({"kind": "welding"}, "kind: 'welding'"),
        ({"leader": ""}, "leader: is missing"),
        ({"guardian": ""}, "guardian: is missing"),
        ({"leader": "wang"}, "issuer: may not be the leader too"),
        ({"leader": "zhao"}, "permitter: may not be the leader too"),
        ({"crew": ["qian"]}, "guardian: does nothing else"),
        ({"hours": 73}, "until: at most 72 h after from"),
        ({"until": "2026-11-20T00:00:00+08:00"}, "until: not after from"),
        ({"until": "tomorrow"}, "until: a time as"),
        ({"work": ""}, "work: is missing"),
    ],
)
def test_a_permit_that_nobody_could_answer_for_is_not_issued(tmp_path: Path, more: dict[str, Any], why: str) -> None:
    assert Site(tmp_path).tell("issued", "wang", **(HOT | more)).startswith(why)


def test_work_begins_when_everything_is_in_place_and_not_before(tmp_path: Path) -> None:
    site = Site(tmp_path)
    number = site.tell("issued", "wang", **HOT)
    assert number == "A261121-01"
    assert site.tell("permitted", "sun", number).startswith("by: the permitter of")
    assert "not confirmed yet: isolated, tested" in site.tell("permitted", "zhao", number)
    for measure in ("isolated", "tested", "cleared", "extinguishers", "cordoned"):
        site.tell("measured", "zhao", number, measure=measure)
    assert "not signed yet: c-17" in site.tell("permitted", "zhao", number)
    site.tell("briefed", "sun", number, who="c-17")
    assert "none within 30 min" in site.tell("permitted", "zhao", number)
    site.tell("tested", "qian", number, lel=25)
    assert "25 % LEL" in site.tell("permitted", "zhao", number)
    site.tell("tested", "qian", number, lel=0)
    assert "the leader holds a printed one" in site.tell("permitted", "zhao", number)
    site.tell("printed", "zhao", number)
    assert site.tell("permitted", "zhao", number) == number
    assert site.last["permit"][number]["state"] == "permitted"


def test_a_second_print_is_a_marked_copy(tmp_path: Path) -> None:
    site = Site(tmp_path)
    number = site.prepare()
    effects = site.happen(Submitted(PermitAct("printed", "zhao", number), 1))
    (outcome,) = (e.outcome for e in effects if isinstance(e, Answer))
    assert isinstance(outcome, Receipt) and outcome.facts == {"copy": "2"}


def test_its_devices_rest_while_it_is_open_and_speak_again_at_its_end(tmp_path: Path) -> None:
    site = Site(tmp_path)
    number = site.at_work()
    assert site.alarm("pressure-high.dispenser-1") == "suppressed-by-design"
    assert site.alarm("pressure-high.meter-1") == "normal"
    assert site.state.screen and site.state.screen.nozzles[0].state == "maintenance"
    assert site.state.screen.notices[0].title["en"] == "1号加气机: under repair"
    hot = (Reading("pressure", 26.0, "MPa", "good"),)
    for _ in range(3):
        effects = site.happen(Sample("dispenser-1", Instant(site.at + 1, NOON + site.at + 1, "synced"), hot))
    assert not [e for e in effects if isinstance(e, Fact) and e.kind == "alarm"]
    assert site.flagged
    assert "checklist: not ticked: fire" in site.tell("work_ended", "sun", number, **(TICKED | {"fire": False}))
    assert site.tell("work_ended", "sun", number, **TICKED) == number
    assert "test fill" in site.tell("permit_ended", "zhao", number)
    site.tell("test_filled", "qian", number, ok=True)
    assert site.tell("permit_ended", "zhao", number) == number
    assert site.alarm("pressure-high.dispenser-1") == "unacknowledged"  # it is hot still
    assert site.state.screen and site.state.screen.nozzles[0].state == "ok"


def test_a_restart_in_the_middle_forgets_nothing(tmp_path: Path) -> None:
    site = Site(tmp_path)
    number = site.at_work()
    site.state = begin(site.state.setup, b"s" * 32, site.last)
    site.happen(Tick())
    assert site.state.maintained == {"dispenser-1"}
    assert site.alarm("pressure-high.dispenser-1") == "suppressed-by-design"
    assert site.tell("interrupted", "sun", number) == number


def test_a_permit_that_is_forgotten_sounds_until_it_is_extended_or_ended(tmp_path: Path) -> None:
    site = Site(tmp_path)
    number = site.at_work()
    site.happen(Tick(), 8 * 3600 - 1)
    assert site.alarm("permit-expired") == "normal"
    site.happen(Tick(), 8 * 3600 + 1)
    assert site.alarm("permit-expired") == "unacknowledged"
    assert number in site.last["alarm"]["permit-expired"]["text"]
    site.happen(Submitted(Acknowledge("permit-expired", "wang"), 1))
    assert site.alarm("permit-expired") == "acknowledged"  # seen, but not over
    assert "until: was over before" in site.tell("extended", "zhao", number, until="2026-11-22T00:00:00+08:00")
    site.tell("work_ended", "sun", number, **TICKED)
    site.tell("test_filled", "qian", number, ok=True)
    site.tell("permit_ended", "zhao", number)
    site.happen(Tick())
    assert site.alarm("permit-expired") == "normal"


def test_it_is_extended_before_its_end(tmp_path: Path) -> None:
    site = Site(tmp_path)
    number = site.at_work()
    assert site.tell("extended", "zhao", number, until="2026-11-21T23:00:00+08:00") == number
    site.happen(Tick(), 8 * 3600 + 60)
    assert site.alarm("permit-expired") == "normal"


def test_a_day_ends_with_its_checklist_and_goes_on_after_a_new_test(tmp_path: Path) -> None:
    site = Site(tmp_path)
    number = site.at_work()
    assert site.tell("day_ended", "sun", number, **TICKED) == number
    assert site.last["permit"][number]["state"] == "interrupted"
    site.happen(Tick(), 3600)
    assert "gas test: none within 30 min" in site.tell("resumed", "zhao", number)
    site.tell("tested", "qian", number, lel=1)
    assert site.tell("resumed", "zhao", number) == number


def test_what_never_began_lapses(tmp_path: Path) -> None:
    site = Site(tmp_path)
    number = site.tell("issued", "wang", **HOT)
    site.happen(Tick(), 8 * 3600 + 10)
    assert site.last["permit"][number]["state"] == "void" and site.alarm("permit-expired") == "normal"


def test_a_permit_of_all_teams_ends_after_theirs_and_its_leader_leads_no_team(tmp_path: Path) -> None:
    site = Site(tmp_path)
    number = site.at_work()
    team = HOT | {"parent": number, "devices": []}
    assert "may not be a team's leader too" in site.tell("issued", "wang", **team)
    child = site.tell("issued", "wang", **(team | {"leader": "li"}))
    assert f"teams: still at work: {child}" in site.tell("work_ended", "sun", number, **TICKED)


def test_an_emergency_repair_needs_its_measures_and_a_guardian_but_no_issuer(tmp_path: Path) -> None:
    site = Site(tmp_path)
    sheet = HOT | {"kind": "el-emergency", "leader": "sun"}
    assert "guardian" in site.tell("issued", "sun", **(sheet | {"guardian": ""}))
    number = site.tell("issued", "sun", **sheet)
    assert "measures: not confirmed yet" in site.tell("permitted", "zhao", number)
    assert site.last["permit"][number]["duties"] == {"permitter": "zhao", "leader": "sun", "guardian": "qian"}


def test_one_from_paper_is_numbered_so_and_needs_no_print(tmp_path: Path) -> None:
    assert Site(tmp_path).tell("issued", "wang", **(HOT | {"paper": True})) == "A261121-01手"


def test_work_without_a_permit_is_stopped_and_told(tmp_path: Path) -> None:
    site = Site(tmp_path)
    effects = site.happen(Submitted(Stopped("压缩机房", "两人在切割", "li"), 1))
    audit, alarm = (e for e in effects if isinstance(e, Fact))
    assert (audit.body["what"], alarm.id, alarm.body["where"]) == ("work-stopped", "work-without-permit", "压缩机房")


def test_every_scheme_is_there() -> None:
    table, _ = load(SHIPPED)
    schemes = [entry.content["scheme"] for entry in table.tables("type")]
    assert {scheme: schemes.count(scheme) for scheme in set(schemes)} == {"GB": 10, "WF": 5, "EL": 6, "PP": 7}


def test_the_permit_book_holds_what_was_told_last(tmp_path: Path) -> None:
    site = Site(tmp_path)
    number = site.at_work()
    book = next(book for book in BOOKS if book.name == "permit")
    doc: dict[str, Any] = {}
    for event in ("issued", "permitted"):
        fact = {"time": "2026-11-21T04:00:00.000Z", "data": site.last["permit"][number] | {"event": event}}
        doc = enter(book, {number: doc} if doc else {}, number, fact)[number]
    assert (doc["opened"], doc["state"], book.done(doc)) == ("2026-11-21T04:00:00.000Z", "permitted", False)
