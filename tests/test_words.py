"""Every word on the screen stands in the words file, in both languages, and none stands there for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any, get_args

import pytest

from agent.core.alarms.machine import Phase
from agent.core.cases.model import ROLES, State
from agent.core.cases.profile import MARKS
from agent.core.permits.permit import OPEN, Standing
from kiosk import permitforms, toycases
from kiosk.casebook import WANTED, CaseList, Happened, Option
from kiosk.caseforms import CHANNELS
from kiosk.eventforms import groups
from kiosk.figures import Upkeep
from kiosk.forecourt import PumpView
from kiosk.model import CASE_KINDS, RARER_KINDS, RARER_TOPICS, TOPICS, Screen
from kiosk.pages import Pages
from kiosk.shift import CaseView, GunView, HandoverView, QueryView, RecordLine, RecordView
from kiosk.slip import Promise
from kiosk.toy import SCREEN, STANDING, WAITING
from kiosk.words import Word, WordError, load

LANGUAGES = ("zh-CN", "en")


class Heard(Mapping[str, Word]):
    """Words that remember which of them were said."""

    def __init__(self) -> None:
        self.words = load()
        self.said: set[str] = set()

    def __getitem__(self, key: str) -> Word:
        self.said.add(key)
        return self.words[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def __len__(self) -> int:
        return len(self.words)


def screens() -> Iterator[Screen]:
    """The screens that between them show everything there is to show."""
    yield SCREEN
    yield replace(SCREEN, online=False, waiting=3, clk="holdover", hotline="")
    yield replace(SCREEN, online=False, keeping=False, calls=(WAITING,))
    yield replace(SCREEN, people=(), nozzles=(), alarms=())
    yield replace(SCREEN, clk="unsynced", upkeep=Upkeep(oldest=60))
    for seconds in (9_000, 200_000):
        yield replace(SCREEN, upkeep=Upkeep(away=seconds, oldest=seconds))
    for state in ("idle", "printing", "no-paper", "gone"):
        yield replace(SCREEN, upkeep=Upkeep(printer=state))
    yield from handovers()
    for confirmed in ("agree", "differ"):
        yield replace(SCREEN, nozzles=tuple(replace(n, confirmed=confirmed) for n in SCREEN.nozzles))
    yield replace(SCREEN, alarms=tuple(replace(a, state="returned-unacknowledged") for a in SCREEN.alarms))


def handovers() -> Iterator[Screen]:
    """A shift in every phase of its handover, and records of all sorts."""
    marks = ("todo", "agree", "differ", "unread", "reasoned")
    guns = tuple(GunView(str(n), mark, False, "1.00") for n, mark in enumerate(marks))
    asked = (QueryView("?", "li"), QueryView("?", "li", "!"))
    cases = (CaseView("1", "complaint", "metering", True), CaseView("2", "question", "price", False))
    view = HandoverView("20261122-1", "20:00", "open", True, "li", "zhang", False, guns, cases, asked)
    fine = tuple(replace(gun, confirmed="agree", verified=True) for gun in guns)
    lines = tuple(RecordLine("1A", "1.00", "", "1.00", "1.00", "0.00", "", 3, mark, "") for mark in ("no", *marks[1:]))
    record = RecordView(
        "20261122-1", "08:00", "20:00", "李", "王", True, lines, 3, "1.00", "1.00", "0.00", "", "0.60", ("…",),
        ("…",), asked, ("1",), "0" * 64,
    )  # fmt: skip
    for phase in ("open", "signed"):
        yield replace(SCREEN, handover=replace(view, phase=phase), record=record)
        settled = replace(view, phase=phase, incoming="", guns=fine, queries=(), inspected=True)
        yield replace(SCREEN, handover=settled, record=record)


def standings() -> Iterator[dict[str, str]]:
    """How a case may stand, so that every word for it is said."""
    for state in get_args(State):
        yield STANDING | {"state": state}
    for holder in (*ROLES, "headoffice", "station"):
        yield STANDING | {"holder": holder}
    for adopted in ("yes", "no", "pending"):
        yield STANDING | {"adopted": adopted}
    yield {key: value for key, value in STANDING.items() if key != "text"} | {f"due.{mark}": "2026" for mark in MARKS}


def papers() -> Iterator[tuple[str, dict[str, Any]]]:
    """The documents of the cases, in every state and with everything that can have happened."""
    people = tuple(Option(p.id, {"": p.name}) for p in SCREEN.people)
    whole = toycases.sheet(toycases.LINES[0].number, people)
    assert whole
    told = {
        "topic": [*TOPICS, *RARER_TOPICS],
        "channel": list(CHANNELS),
        **{name: "…" for name in ("answer", "opened")},
    }
    events = [word.removeprefix("event.") for word in load() if word.startswith("event.")]
    roles = [word.removeprefix("role.") for word in load() if word.startswith("role.")]
    history = tuple(Happened(n, event, "2026-11-25 09:00", "station", "", {}) for n, event in enumerate(events, 1))
    history += tuple(Happened(1, "progress", "2026-11-25 09:00", role) for role in roles)
    fields = [word.removeprefix("field.") for word in load() if word.startswith("field.")]
    history += (Happened(2, "progress", "2026-11-25 09:00", "station", "", {**dict.fromkeys(fields, True), **told}),)
    history += (Happened(3, "warning", "2026-11-25 09:00", "station", "", {"side": ["station", "headoffice"]}),)
    history += (Happened(4, "settled", "2026-11-25 09:00", "station", "", {"signatures": ["customer"]}),)
    for state in get_args(State):
        line = replace(whole.line, state=state, due=None)
        yield "cases.html", {"list": CaseList("todo", (line,), 0, 2, dict.fromkeys(WANTED, 1))}
    for kind in (*CASE_KINDS, *RARER_KINDS):
        yield (
            "cases.html",
            {"list": CaseList("mine", (replace(whole.line, kind=kind),), 0, 1, dict.fromkeys(WANTED, 1))},
        )
    yield "cases.html", {"list": toycases.listing("todo")}
    yield "cases.html", {"list": toycases.listing("closed")}
    dues = (*whole.dues, replace(whole.dues[0], state="running", earliest=True, side="headoffice"))
    full = replace(whole, history=history, dues=dues, evidence=(replace(toycases.EVIDENCE, duty=("li",)),))
    yield "casework.html", {"sheet": full, "groups": groups(full.steps)}
    bare = replace(whole, contact={}, evidence=(), steps=())
    yield "casework.html", {"sheet": bare, "groups": groups(())}
    yield "casework.html", {"sheet": replace(bare, secret=True), "groups": groups(())}
    yield "intake.html", {"sheet": {"options": {"object": people}}, "now": toycases.NOW}
    slip = toycases.slip(whole.line.number)
    assert slip
    yield "slip.html", {"slip": slip, "paper": "80", "answered": True}
    yield "slip.html", {"slip": replace(slip, promises=(Promise({}, ""),)), "paper": "a4", "answered": False}
    yield "outcome.html", {"sheet": whole, "answer": whole.history[-1], "paper": "a4"}


def safety() -> Iterator[tuple[str, Screen, dict[str, Any]]]:
    """The pages of safety: an emergency in each of its states, every state of an alarm, every event of a permit."""
    person, whole = SCREEN.people[0], SCREEN.safety
    leak = whole.incidents[0]
    for one in (leak, replace(leak, blocks=False), replace(leak, handled=True, blocks=False, drill=True)):
        shown = replace(SCREEN, safety=replace(whole, incidents=(one,)))
        yield "emergency.html", shown, {"person": person}
    yield "emergency.html", replace(SCREEN, safety=replace(whole, incidents=())), {"person": None}
    yield "conduct.html", SCREEN, {"person": person}
    duties = tuple(replace(whole.duties[0], state=state) for state in ("ok", "due", "overdue", "unknown"))
    yield "duties.html", replace(SCREEN, safety=replace(whole, duties=(*duties, *whole.duties))), {"person": person}
    yield "duties.html", replace(SCREEN, safety=replace(whole, duties=())), {"person": person}
    alarms = tuple(replace(SCREEN.alarms[0], state=state) for state in get_args(Phase) if state != "normal")
    yield "alarms.html", replace(SCREEN, alarms=alarms, hidden=3), {"person": person}
    permit = whole.permits[0]
    for state in get_args(Standing):
        chosen = permitforms.options(whole, SCREEN.people, permit)
        sheet = {"options": chosen, "dues": (), "history": (), "now": permit.ends}
        paper = replace(permit, state=state, steps=tuple(permitforms.FORMS), prints=2)
        if state in OPEN:
            shown = replace(SCREEN, safety=replace(whole, permits=(paper,)))
            yield "permits.html", shown, {"person": person, "sheet": sheet}
            yield "permit.html", SCREEN, {"person": person, "sheet": sheet, "permit": paper}
    yield "permits.html", replace(SCREEN, safety=replace(whole, permits=())), {"person": person, "sheet": sheet}
    yield "permitprint.html", SCREEN, {"person": person, "permit": paper}


def test_every_word_is_said_somewhere_and_every_said_word_is_there() -> None:
    heard = Heard()
    pages = Pages(LANGUAGES, (), heard)
    for kind, topic in product(CASE_KINDS, TOPICS):
        pages.part("sentences", SCREEN, kind=kind, topic=topic)
    for facts in standings():
        pages.part("standing", SCREEN, number="CQ0147-261101", facts=facts)
    for screen in screens():
        pages.home(screen)
        pages.snapshot(screen, None)
        pages.names(screen)
        pages.document("work.html", screen, person=SCREEN.people[0])
        pages.document("handover.html", screen, person=SCREEN.people[0])
        if screen.record:
            pages.document("record.html", screen, person=SCREEN.people[0])
        pages.error(screen)
    for state in ("idle", "lifted", "filling", "paused", "fault", "maintenance", "silent"):
        pages.document("forecourt.html", SCREEN, person=SCREEN.people[0], pumps=(PumpView("1A", "1", state, fills=1),))
    for template, shows in papers():
        pages.document(template, SCREEN, person=SCREEN.people[0], **shows)
    for template, screen, shows in safety():
        pages.document(template, screen, **shows)
    assert set(heard.words) - heard.said == set()


def test_a_station_with_one_language_shows_that_one_alone() -> None:
    page = Pages(("en",)).home(SCREEN)
    assert "Very dissatisfied" in page
    assert "非常不满意" not in page
    assert 'data-tap="language"' not in page


def test_what_is_handed_in_is_in_the_language_that_leads() -> None:
    part = Pages(LANGUAGES).part("sentences", SCREEN, kind="complaint", topic="metering")
    assert 'data-text="加气量和实际不符"' in part


def test_a_name_of_a_station_cannot_write_html() -> None:
    page = Pages(LANGUAGES, ("<b>厕所</b>",)).home(replace(SCREEN, station="<script>x</script>"))
    assert "<script>x" not in page
    assert "<b>厕所" not in page


@pytest.mark.parametrize("texts", ['["只有一个"]', '["有", ""]', '["有", "two", "three"]', '["有", 2]'])
def test_a_word_without_its_translation_is_named(tmp_path: Path, texts: str) -> None:
    path = tmp_path / "words.toml"
    path.write_text(f'languages = ["zh-CN", "en"]\n[home]\nquestion = {texts}\n', "utf-8")
    with pytest.raises(WordError, match=r"words.toml: home.question: .*allowed: one text each for zh-CN, en"):
        load(path)
