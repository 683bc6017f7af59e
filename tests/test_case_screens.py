"""The staff's screens of the cases: the machine's own table, every event with its form, what one may not see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from desks import MORE, Desk

from agent.core import station
from agent.core.cases import machine, model, views
from agent.core.cases.classify import GRADES, LEVEL_ONE, TOPICS
from agent.core.cases.classify import MAJOR as CHECKLIST
from agent.core.messages.casebodies import CaseSaid
from agent.core.model import Fact, Submitted
from kiosk.eventforms import FIELDS, FORMS, GROUPS, INTAKE, MUST
from kiosk.forms import read_form
from kiosk.model import Receipt, Refusal
from kiosk.sheet import FormError

STAFF = ("attendant", "shift-leader", "station-master", "maintainer")

# ── laws over the whole table ───────────────────────────────────────────────


def test_every_event_of_the_staff_has_a_form_that_can_say_what_it_needs() -> None:
    entered = {kind for kind, row in machine.TABLE.items() if row.after and set(row.by) & set(STAFF)}
    assert set(FORMS) == entered
    assert {event for events in GROUPS.values() for event in events} == entered
    for event, members in FORMS.items():
        assert set(machine.TABLE[event].needs) <= set(members), event  # type: ignore[index]


def test_every_word_that_can_be_picked_is_one_that_a_message_may_say() -> None:
    hints: Mapping[str, Any] = get_type_hints(CaseSaid)
    said = {name for members in FORMS.values() for name in members}
    assert {*INTAKE} <= set(FIELDS) and {*INTAKE} | said == set(FIELDS)
    for name in (*said, "kind"):
        field = FIELDS[name]
        allowed = {str(word) for word in literals(hints[name])}
        if field.asks in ("choice", "ticks") and allowed:
            assert set(field.words) <= allowed, name
            assert name == "mode" or allowed <= set(field.words), name  # no word is out of reach
    assert set(FIELDS["topic"].words) == set(TOPICS)
    assert set(FIELDS["because"].words) == {*CHECKLIST, *LEVEL_ONE}
    assert set(FIELDS["grade"].words) == set(GRADES)
    assert not {member for members in FORMS.values() for member in members} - set(FIELDS)


def literals(hint: Any) -> list[Any]:
    """The words of a Literal, wherever it stands in a type."""
    found = [word for word in get_args(hint) if isinstance(word, str | int) and not isinstance(word, bool)]
    return found + [word for part in get_args(hint) if not isinstance(part, str) for word in literals(part)]


@pytest.mark.parametrize("role", STAFF)
def test_what_is_offered_is_what_the_machine_allows(role: Any) -> None:
    for state in get_args(model.State):
        case = model.Case("X-260101", version=3, state=state)
        offered = machine.allowed(case, role)
        assert offered == [kind for kind, row in machine.TABLE.items() if role in row.by and state in row.after], (
            role,
            state,
        )


# ── lists ───────────────────────────────────────────────────────────────────


@pytest.fixture
def staffed(tmp_path: Path) -> Desk:
    return Desk(tmp_path, MORE)


def test_crisis_stands_before_safety_before_urgent_and_equals_by_their_due_time(staffed: Desk) -> None:
    general = staffed.complain()
    late = staffed.complain(urgency="important")
    urgent = staffed.complain(urgency="urgent")
    safety = staffed.complain(topic="safety")
    crisis = staffed.complain(severity="crisis")
    assert staffed.list() == [crisis, safety, urgent, late, general]


def test_a_list_holds_what_stands_in_its_states_and_counts_the_others(staffed: Desk) -> None:
    one, two, three = (staffed.complain() for _ in range(3))
    assert isinstance(staffed.act(one, "replied", text="已处理"), Receipt)
    assert isinstance(staffed.act(two, "on_hold", reason="等顾客下次来"), Receipt)
    assert isinstance(staffed.act(three, "assigned", owner="wang"), Receipt)
    assert (staffed.list("todo"), staffed.list("waiting"), staffed.list("answered")) == ([three], [two], [one])
    assert staffed.list("mine") == [three]
    assert isinstance(staffed.act(one, "archived"), Receipt)
    assert staffed.list("closed") == [one]
    counts = views.listing(staffed.setup, staffed.state.desk, "wang", "todo", 0, staffed.now).counts
    assert counts == {"todo": 1, "waiting": 1, "answered": 0, "mine": 1, "closed": 1}


def test_a_case_about_somebody_is_in_no_list_of_theirs_and_in_no_count(staffed: Desk) -> None:
    about = staffed.complain(object="li")
    assert (staffed.list(person="li"), staffed.list(person="wang")) == ([], [about])
    found = staffed.state.desk.open[about]
    assert views.sheet(staffed.setup, staffed.state.desk, found, "li", staffed.now) is None
    assert views.listing(staffed.setup, staffed.state.desk, "li", "todo", 0, staffed.now).counts["todo"] == 0


def test_a_page_beyond_the_last_is_the_last(staffed: Desk) -> None:
    numbers = [staffed.complain() for _ in range(views.PAGE + 3)]
    assert staffed.list(page=1) == numbers[views.PAGE :] == staffed.list(page=99)


def test_a_promise_is_coloured_by_what_is_left_of_it(staffed: Desk) -> None:
    number = staffed.complain(urgency="urgent")  # 24 hours
    moods = []
    for hours in (0, 20, 6):
        staffed.utc += hours * 3600
        line = staffed.sheet(number).line
        moods.append((line.mood, line.due and line.due.due))
    assert moods == [(mood, "2026-11-26 12:01") for mood in ("running", "warned", "breached")]


# ── one case ────────────────────────────────────────────────────────────────


def test_what_is_offered_is_for_the_role_of_who_is_in(staffed: Desk) -> None:
    number = staffed.complain()
    assert {"first_contact", "replied", "progress"} <= staffed.events(number, "li")
    assert not {"extended", "on_hold", "classified", "assigned"} & staffed.events(number, "li")
    assert {"extended", "on_hold", "classified", "assigned"} <= staffed.events(number, "wang")
    assert "refused" not in staffed.events(number, "wang")  # head office alone


AFTER: dict[str, list[dict[str, Any]]] = {  # how a case comes to stand so
    "open": [],
    "held": [{"event": "on_hold", "reason": "等顾客下次来"}],
    "answered": [{"event": "replied", "text": "已处理"}],
    "outside": [{"event": "external", "to": "department"}],
    "archived": [{"event": "replied", "text": "已处理"}, {"event": "archived"}],
}


@pytest.mark.parametrize("state", AFTER)
def test_whatever_is_offered_is_taken_with_what_it_needs(staffed: Desk, state: str) -> None:
    """Each event of each list, entered with what its form asks for and nothing else: the machine objects to none."""
    told: dict[str, Any] = {
        "text": "记录", "reason": "原因", "to": "department", "owner": "li", "stop": "replied",
        "approver": "department", "until": "2026-12-20T12:00:00+08:00", "customer_told": "2026-11-25T12:00:00+08:00",
        "verified": "true", "signatures": ["customer", "wang"], "of": 1, "time": "2026-11-25T11:59:00+08:00",
    }  # fmt: skip

    def one() -> str:
        number = staffed.complain()
        for act in AFTER[state]:
            assert isinstance(staffed.act(number, **act), Receipt)
        return number

    steps = staffed.sheet(one()).steps
    assert len(steps) > (3 if state == "archived" else 20)
    for step in steps:
        if not step.lacks:
            needs = {*step.needs, *MUST.get(step.event, ())}
            taken = staffed.act(one(), step.event, **{name: told[name] for name in needs})
            assert isinstance(taken, Receipt), (step.event, taken)


def test_a_step_that_keeps_a_promise_says_by_when(staffed: Desk) -> None:
    number = staffed.complain(urgency="urgent")
    kept = {step.event: step.due.due for step in staffed.sheet(number).steps if step.due}
    assert kept == {"replied": "2026-11-26 12:01"}


def test_what_is_still_lacking_for_the_end_is_said_before_anybody_tries(staffed: Desk) -> None:
    number = staffed.complain(topic="equipment")
    staffed.act(number, "replied", text="已修好")
    lacks = {step.event: step.lacks for step in staffed.sheet(number).steps}
    assert lacks["archived"] == "followup"
    staffed.act(number, "followup", outcome="satisfied")
    assert {step.event: step.lacks for step in staffed.sheet(number).steps}["archived"] == ""


def test_an_extension_is_offered_only_while_a_promise_with_a_time_runs(staffed: Desk) -> None:
    number = staffed.complain()
    staffed.act(number, "replied", text="已处理")
    assert "extended" not in staffed.events(number)


def test_the_history_names_who_did_it_and_tells_times_on_the_stations_clock(staffed: Desk) -> None:
    number = staffed.complain(text="态度不好")
    staffed.act(number, "first_contact", by="li", mode="phone", promised="2026-11-26T02:00:00Z")
    told = staffed.sheet(number).history
    assert [(e.event, e.role, e.name) for e in told] == [
        ("received", "customer", ""), ("registered", "station", ""), ("acked", "station", ""),
        ("first_contact", "attendant", "李师傅"),
    ]  # fmt: skip
    assert told[0].said["text"] == "态度不好"
    assert told[-1].said == {"mode": "phone", "promised": "2026-11-26 10:00"}


# ── signatures ──────────────────────────────────────────────────────────────

INK = {"customer": "12,30 14,33 20,40;100,50 101,50", "wang": "0,0 300,100"}


def test_a_signature_is_sealed_like_a_contact_and_stands_in_no_message(staffed: Desk) -> None:
    number = staffed.complain()
    form = read_form({
        "kind": "act", "case": number, "event": "settled", "by": "wang", "text": "当场退还差额",
        "signatures": ["customer", "wang"], "ink": INK,
    })  # fmt: skip
    staffed.state, effects = station.step(staffed.state, Submitted(form, 1), staffed.now)
    facts = {e.kind: e.body for e in effects if isinstance(e, Fact)}
    assert facts["case"]["signatures"] == ["customer", "wang"] and "digest" in facts["case"]["contact"]
    assert INK["wang"] not in str(facts) and "sealed" in facts["pii"]
    assert staffed.sheet(number).signed == ("customer", "wang")
    assert staffed.sheet(number).contact == {}
    shown = staffed.hand_in(kind="reveal", case=number, by="wang")
    assert isinstance(shown, Receipt) and shown.facts["signature.wang"] == INK["wang"]
    assert isinstance(staffed.act(number, "erased"), Receipt)
    assert staffed.sheet(number).signed == ()


def test_a_signature_of_somebody_who_is_not_named_is_refused(staffed: Desk) -> None:
    refused = staffed.act(staffed.complain(), "settled", text="好", signatures=["wang"], ink=INK)
    assert isinstance(refused, Refusal) and "'customer' is not among the signatures" in refused.text


def test_a_station_without_a_key_takes_no_signature(staffed: Desk) -> None:
    staffed.state = replace(staffed.state, setup=replace(staffed.setup, head_office=None))
    refused = staffed.act(staffed.complain(), "settled", text="好", signatures=["wang"], ink={"wang": "1,1"})
    assert isinstance(refused, Refusal) and "no key to seal a signature" in refused.text
    assert isinstance(staffed.act(staffed.complain(), "settled", text="好", signatures=["wang"]), Receipt)


SCRAWLS: list[Any] = [
    [], {"li": 5}, {"li": ""}, {"li": "1,1 "}, {"li": "<svg>"}, {"a b": "1,1"}, {"li": "1,1 " * 2000},
]  # fmt: skip


@pytest.mark.parametrize("ink", SCRAWLS, ids=range(len(SCRAWLS)))
def test_what_is_no_signature_is_refused_without_being_repeated(staffed: Desk, ink: Any) -> None:
    with pytest.raises(FormError) as error:
        read_form({"kind": "act", "case": "X", "event": "settled", "by": "wang", "ink": ink})
    assert error.value.key == "ink" and "svg" not in str(error.value)
