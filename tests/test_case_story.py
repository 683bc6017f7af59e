"""Cases from the first word to the archive: who may do what, when, and what is answered to whoever may not."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from cases import FIRST, Story, act, at, complain, order
from nacl.public import SealedBox
from stations import HEAD_OFFICE

from agent.core.messages.casebodies import ARGUMENTS
from agent.core.rehearsal import ScriptError


def test_a_complaint_goes_its_whole_way(tmp_path: Path) -> None:
    story = Story(
        tmp_path,
        complain("08:00:00"),
        act("08:05:00", "first_contact"),
        act("09:00:00", "investigated"),
        act("10:00:00", "handled", by="attendant:li"),
        order("11:00:00", "case.reply", "c1", 6, text="已经批评教育", mode="phone", apology=True),
        act("12:00:00", "return_visited", by="li", outcome="satisfied"),
        order("13:00:00", "case.close", "c2", 8),
    )
    assert story.events() == [
        "received", "registered", "acked", "first_contact", "investigated", "handled", "replied", "return_visited",
        "archived",
    ]  # fmt: skip
    assert [body["version"] for body in story.bodies("case")] == list(range(1, 10))
    assert story.last()["opened"] == "2026-11-22T00:00:00.000Z" and story.last()["topic"] == "attitude"
    assert story.last()["by"] == "head-office:ho"
    assert not story.refused


@pytest.mark.parametrize(
    ("event", "by", "said", "why"),
    [
        ("received", "customer", {}, "received out of turn: CQ0147-261101 is open; allowed when there is no case yet"),
        ("return_visited", "customer", {}, "return_visited out of turn: CQ0147-261101 is open"),
        ("archived", "station-master:wang", {}, "archived out of turn"),
        ("reopened", "customer", {}, "reopened out of turn"),
        (
            "refused",
            "station-master:wang",
            {"reason": "恶意"},
            "refused is not for station-master; allowed: head",
        ),
        ("repaired", "maintainer:zhou", {}, "repaired is not for maintainer"),
        ("warning", "head-office:ho", {}, "warning is not for head-office; allowed: station"),
        ("extended", "head-office:ho", {"stop": "replied"}, "extended needs until and reason and approver"),
        ("transferred", "station-master:wang", {}, "transferred needs to"),
        ("dances", "station-master:wang", {}, "event: 'dances' is unknown; one of received"),
        ("handled", "driver:x", {}, "by: 'driver:x' is nobody; role:name with a role of customer"),
        ("handled", "station-master:wang", {"phone": "13812341234"}, "phone: is not described"),
        (
            "classified",
            "station-master:wang",
            {"urgency": "soon"},
            "urgency: 'soon'; one of general, important",
        ),
        ("classified", "station-master:wang", {"topic": "weather"}, "topic: 'weather' is unknown; one of price"),
    ],
)
def test_what_may_not_be_is_refused_with_its_reason(
    tmp_path: Path, event: str, by: str, said: dict[str, Any], why: str
) -> None:
    story = Story(tmp_path, complain("08:00:00"), act("08:05:00", event, by, **said))
    assert len(story.refused) == 1 and why in story.refused[0]
    assert story.events() == ["received", "registered", "acked"]


def test_a_case_that_nobody_knows_is_said_to_be_unknown(tmp_path: Path) -> None:
    story = Story(tmp_path, complain("08:00:00"), act("08:01:00", "handled", case="CQ0147-261199"))
    assert story.refused == ["line 2: refused: case: 'CQ0147-261199' is unknown"]


def test_head_office_that_has_not_seen_the_newest_event_overwrites_nothing(tmp_path: Path) -> None:
    story = Story(
        tmp_path,
        complain("08:00:00"),
        act("08:05:00", "progress", by="li", note="车主在等"),
        order("08:06:00", "case.assign", "c1", 3, owner="wang"),
        order("08:07:00", "case.assign", "c2", 4, owner="wang"),
        order("08:07:01", "case.assign", "c2", 4, owner="wang"),  # the same command again
        order("08:08:00", "case.assign", "c3", 5, case="CQ0147-261199", owner="wang"),
        order("08:09:00", "case.reply", "c4", 5),
    )
    assert story.events()[3:] == ["progress", "assigned"]
    assert story.replies() == {
        "c1": "version: 3 was expected, CQ0147-261101 stands at 4 (progress by attendant:li)",
        "c2": "",
        "c3": "case: 'CQ0147-261199' is unknown",
        "c4": "args: text: missing",
    }


def test_a_case_of_another_channel_is_opened_once(tmp_path: Path) -> None:
    args = {"kind": "complaint", "topic": "price", "channel": "authority", "external": "12345-77",
            "received": "2026-11-21T10:00:00+08:00"}  # fmt: skip
    command = {"name": "case.open", "id": "c1", "by": "ho", "args": args}
    story = Story(
        tmp_path,
        at("08:00:00", command=command),
        at("08:01:00", command=command | {"id": "c2"}),
        at("08:02:00", command=command | {"id": "c3", "args": {"kind": "complaint", "topic": "weather"}}),
        at("08:03:00", command=command | {"id": "c4", "args": {"kind": "feedback", "rating": 1}}),
    )
    received = json.loads(next(m.payload for m in story.messages if m.topic.startswith("case")))
    assert received["time"] == "2026-11-21T02:00:00.000Z" and received["data"]["external"] == "12345-77"
    assert story.events() == ["received", "registered"]
    told = story.replies()
    assert (told["c1"], told["c2"]) == ("", "external: 12345-77 is CQ0147-261101 already")
    assert "topic" in told["c3"] and "kind" in told["c4"]


def test_head_offices_own_time_counts_for_head_offices_own_deed(tmp_path: Path) -> None:
    story = Story(
        tmp_path, complain("08:00:00"), order("12:00:00", "case.ack", "c1", 3, at="2026-11-22T09:30:00+08:00")
    )
    acked = [json.loads(m.payload)["time"] for m in story.messages if m.topic.startswith("case")][-1]
    assert acked == "2026-11-22T01:30:00.000Z"


def test_a_complaint_about_a_person_is_not_there_for_that_person(tmp_path: Path) -> None:
    story = Story(tmp_path, complain("08:00:00", object="li"), act("08:01:00", "progress", by="li", note="没有的事"))
    assert story.refused == [f"line 2: refused: case: '{FIRST}' is unknown"]


def test_a_valid_complaint_is_put_right_and_apologised_for_before_it_is_closed(tmp_path: Path) -> None:
    story = Story(
        tmp_path,
        complain("08:00:00"),
        order("08:01:00", "case.classify", "c1", 3, nature="unfounded"),
        order("08:02:00", "case.classify", "c2", 4, nature="valid", responsible="staff", grade="C2"),
        order("08:03:00", "case.classify", "c3", 5, nature="concern"),
        order("08:04:00", "case.reply", "c4", 5, text="已处理"),
        order("08:05:00", "case.close", "c5", 6),
        act("08:06:00", "rectified"),
        order("08:07:00", "case.close", "c6", 7),
        order("08:08:00", "case.reply", "c7", 7, text="抱歉", apology=True),
        order("08:09:00", "case.close", "c8", 8),
    )
    told = story.replies()
    assert [id for id, why in told.items() if why] == ["c3", "c5", "c6"]
    assert told["c3"] == "nature: valid does not become concern; allowed: a correction"
    assert "put right" in told["c5"] and "apology" in told["c6"]
    reclassified = story.bodies("case")[4]
    assert reclassified["before"] == {"nature": "unfounded", "responsible": "", "grade": ""}


def test_a_complaint_about_equipment_is_not_closed_before_the_customer_was_asked_again(tmp_path: Path) -> None:
    story = Story(
        tmp_path,
        complain("08:00:00", topic="equipment"),
        act("08:10:00", "replied"),
        act("08:11:00", "archived"),
        act("08:20:00", "followup", by="li", mode="phone"),
        act("08:21:00", "archived"),
    )
    assert len(story.refused) == 1 and "asked again" in story.refused[0]
    assert story.events()[-1] == "archived"


def test_a_closed_case_can_be_opened_again_and_everything_goes_on(tmp_path: Path) -> None:
    story = Story(
        tmp_path,
        complain("08:00:00"),
        act("08:10:00", "replied"),
        act("08:11:00", "archived"),
        act("09:00:00", "reopened", by="customer", text="没有解决"),
        act("09:10:00", "replied"),
    )
    assert story.events()[-2:] == ["reopened", "replied"] and story.last()["version"] == 7


def test_a_correction_is_an_event_and_nothing_is_altered(tmp_path: Path) -> None:
    story = Story(
        tmp_path,
        complain("08:00:00"),
        act("08:30:00", "first_contact", by="li"),
        act("08:31:00", "corrected", of=4, time="2026-11-22T08:10:00+08:00", reason="忘记登记"),
        act("08:32:00", "corrected", of=9, time="2026-11-22T08:10:00+08:00", reason="?"),
        act("08:33:00", "corrected", of=1, members={"topic": "speed"}, reason="选错"),
        act("08:34:00", "corrected", of=1, time="2026-11-23T08:10:00+08:00", reason="?"),
        act("08:35:00", "corrected", of=1, members={"profile": "P05"}, reason="?"),
    )
    assert "is a classification" in story.refused[2]
    assert story.events()[3:] == ["first_contact", "corrected", "corrected"]
    assert story.last()["before"] == {"topic": "attitude"}
    assert ["of: 9 is no event" in story.refused[0], "has not come yet" in story.refused[1]] == [True, True]


def test_what_is_personal_in_any_text_leaves_it_sealed(tmp_path: Path) -> None:
    story = Story(
        tmp_path,
        complain("08:00:00", text="打13900001111", name="王五", email="w5@example.com", wish="退到6222020200112233445"),
        act("08:10:00", "progress", by="li", note="车主又打来 13812341234 <script>alert(1)</script>'; DROP TABLE"),
    )
    private = (b"13900001111", b"6222020200112233445", b"13812341234", "王五".encode(), b"w5@example.com")
    assert not any(word in m.payload for m in story.messages for word in private)
    boxes = [json.loads(SealedBox(HEAD_OFFICE).decrypt(b64decode(b["sealed"])))["contact"] for b in story.bodies("pii")]
    assert boxes[0] == {"name": "王五", "email": "w5@example.com", "text": "13900001111 6222020200112233445"}
    assert boxes[1] == {"text": "13812341234"}
    assert story.last()["note"] == "车主又打来 ▇▇▇ <script>alert(1)</script>'; DROP TABLE"


def test_a_register_entry_was_received_when_it_was_told_and_registered_when_it_was_entered(tmp_path: Path) -> None:
    entry = {"by": "li", "channel": "phone", "told": "2026-11-22T07:00:00+08:00"}
    story = Story(tmp_path, complain("08:00:00", **entry), complain("08:00:01", by="nobody"))
    times = [json.loads(m.payload)["time"] for m in story.messages if m.topic.startswith("case")]
    assert times == ["2026-11-21T23:00:00.000Z", "2026-11-22T00:00:00.000Z"]
    assert story.last() | {"by": "attendant:li", "owner": "li", "event": "registered"} == story.last()
    assert "by: 'nobody' is unknown; known: li" in story.refused[0]


def test_numbers_are_never_given_twice_and_the_slip_has_a_pin(tmp_path: Path) -> None:
    story = Story(tmp_path, *[complain(f"08:{n // 60:02d}:{n % 60:02d}") for n in range(120)])
    numbers = list(dict.fromkeys(body["case"] for body in story.bodies("case")))
    assert len(numbers) == 120 and numbers[98:101] == ["CQ0147-261199", "CQ0147-2611100", "CQ0147-2611101"]


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"text": "少" * 10_000_000}, "text: has 10000000 characters; allowed: text of at most 500"),
        ({"name": "王" * 201}, "name: has 201 characters"),
        ({"parties": ["x"] * 17}, "parties: is not allowed"),
        ({"phone": "1381234"}, "phone: is not a telephone number"),
        ({"email": "nobody"}, "email: is not an e-mail address"),
        ({"happened": "yesterday"}, "happened: 'yesterday' is no time"),
        ({"object": "1A/../.."}, "object: '1A/../..' is not allowed"),
        ({"topic": "weather"}, "topic: 'weather' is unknown"),
    ],
)
def test_a_form_that_is_not_right_says_what_is_wrong(tmp_path: Path, form: dict[str, Any], why: str) -> None:
    with pytest.raises(ScriptError) as error:
        Story(tmp_path, complain("08:00:00", **form))
    assert why in str(error.value) and len(str(error.value)) < 400


def test_strange_letters_are_kept_harmlessly(tmp_path: Path) -> None:
    story = Story(tmp_path, complain("08:00:00", text="😀\u202e\x00\x1b[31m<b>'; DROP TABLE case;--\u200b 慢"))
    assert story.bodies("case")[0]["text"] == "😀  [31m<b>'; DROP TABLE case;-- 慢"


def test_a_telephone_number_is_sealed_wherever_it_is_written(tmp_path: Path) -> None:
    story = Story(
        tmp_path,
        complain("08:00:00", object="13812341234", place="13812341235", parties=["13812341236"]),
        act("08:01:00", "transferred", to="质量部 13812341237"),
        act("08:02:00", "settled", text="协商一致", signatures=["customer", "13812341238"]),
        order("08:03:00", "case.assign", "c1", 5, owner="13812341239"),
    )
    assert not any(f"1381234123{n}".encode() in m.payload for m in story.messages for n in range(4, 10))
    assert len(story.bodies("pii")) == 4 and not story.refused and story.replies() == {"c1": ""}


def test_the_story_in_the_manual_is_true(tmp_path: Path) -> None:
    manual = (Path(__file__).parent.parent / "docs" / "cases.md").read_text("utf-8")
    lines = [json.loads(line) for line in manual.partition("```jsonl\n")[2].partition("```")[0].splitlines()]
    story = Story(tmp_path, *lines)
    assert story.refused == [] and set(story.replies().values()) == {""}
    assert story.events()[-1] == "archived"
    assert all(name in manual for name in ARGUMENTS)
