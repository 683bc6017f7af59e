"""The schemas: shipped as generated, true of what the station says, and judged alike by a library that is not ours."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from judges import OPEN, agree, faults
from stations import small

from agent.cli import main
from agent.core.lanes.verify import LANE_OF
from agent.core.messages.schema import DOWN, UP, misfits
from agent.core.rehearsal import play

SHIPPED = Path(__file__).parent.parent / "agent" / "schemas"
DAY: list[dict[str, Any]] = [
    {"sample": {"device": "dispenser-1", "values": {"mass_total": 1, "pressure": 20.0}}},
    {"sample": {"device": "meter-1", "values": {"mass_total": 1.5}, "bad": {"pressure": "timeout"}}},
    {"sample": {"device": "dispenser-1", "values": {"mass_total": 1.25, "pressure": 90.0}, "uncertain": {}}},
    {"form": {"kind": "feedback", "rating": 2, "reasons": ["attitude"], "text": "慢"}},
    {"form": {"kind": "complaint", "topic": "metering", "text": "少加", "phone": "13812341234"}},
    {"form": {"kind": "handover", "nozzle": "1A", "by": "li", "typed": "0125"}},
    {"command": {"name": "ping", "id": "c1", "by": "ho", "args": {}}},
    {"command": {"name": "dance", "id": "c2"}},
    {"command": {"name": "ping"}},
    {"press": {"input": "gas-panel-1", "state": "alarm"}},
    {"tick": True},
]


def day(folder: Path) -> list[bytes]:
    lines: list[dict[str, Any]] = [{"at": f"2026-11-22T08:{n:02d}:00+08:00", **line} for n, line in enumerate(DAY)]
    return [message.payload for message in play(small(folder), lines, 0, frozenset())]


def test_the_shipped_schemas_are_the_generated_ones(tmp_path: Path) -> None:
    assert main(["schema", "--write", str(tmp_path)]) == 0
    fresh, shipped = ({file.name: file.read_text("utf-8") for file in one.iterdir()} for one in (tmp_path, SHIPPED))
    assert fresh == shipped, "station-edge schema --write agent/schemas"


def test_every_schema_is_one() -> None:
    for one in OPEN.values():
        Draft202012Validator.check_schema(one)


def test_a_described_kind_has_a_lane_and_its_type_names_its_topic() -> None:
    assert {kind.topic for kind in UP.values()} <= LANE_OF.keys()
    for type, kind in UP.items():
        lane = {"OnFact": "fact", "OnTrace": "trace", "Nowhere": ""}[kind.place.__name__]
        assert lane == LANE_OF[kind.topic], type


def test_a_rehearsed_day_says_nothing_that_is_not_described(tmp_path: Path) -> None:
    messages = day(tmp_path)
    assert {json.loads(m)["type"] for m in messages} >= {"gse.tele.v1", "gse.alarm.v1", "gse.case.v1", "gse.shift.v1"}
    assert [fault for message in messages for fault in faults(message)] == []
    for message in map(json.loads, messages):
        assert list(misfits(OPEN[message["type"]], message)) == []


def test_a_misfit_is_named_by_its_place(tmp_path: Path) -> None:
    message = next(m for m in map(json.loads, day(tmp_path)) if m["type"] == "gse.feedback.v1")
    del message["data"]["receipt"]
    message["data"] |= {"rating": 6, "reasons": ["price", 7], "more": "is allowed"}
    message["clk"] = "guessed"
    assert list(misfits(OPEN["gse.feedback.v1"], message)) == [
        "clk: 'guessed'; one of synced, holdover, unsynced",
        "data.receipt: missing",
        "data.rating: 6; 1 to 5",
        "data.reasons[1]: '7' is no string",
    ]


scalars = st.none() | st.booleans() | st.integers(-3, 9) | st.floats(-9, 9) | st.sampled_from(["", "fact", "1", "yes"])
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.just("seq"), inner))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in inner for place in places(one, (*path, key)))]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_both_judges_say_the_same_of_a_message_with_one_wrong_member(
    tmp_path_factory: Any, data: st.DataObject
) -> None:
    message = copy.deepcopy(data.draw(st.sampled_from(samples(tmp_path_factory))))
    name = name_of(message)
    *way, last = data.draw(st.sampled_from(places(message)[1:]))
    inner: Any = message
    for step in way:
        inner = inner[step]
    if data.draw(st.booleans()):
        inner[last] = data.draw(values)
    else:
        del inner[last]
    assert agree(name, message)


DOWNWARDS: list[Any] = [
    {"epoch": "1", "through": 8, "hash": "0" * 64, "missing": [[3, 4]]},
    {"id": "c1", "by": "ho", "expires": "2026-11-22T09:00:00Z", "args": {"from": 1}},
]
SAMPLES: list[Any] = []


def samples(folders: Any) -> list[Any]:
    SAMPLES[:] = SAMPLES or [*map(json.loads, day(folders.mktemp("day"))), *DOWNWARDS]
    return SAMPLES


def name_of(message: Any) -> str:
    if message.get("type") in UP:
        return str(message["type"])
    return "dn.cmd" if "id" in message else "dn.ack" if "through" in message else sorted(DOWN)[0]


def test_one_schema_is_printed_and_a_strange_name_is_told_what_there_is(capsys: Any) -> None:
    assert main(["schema", "dn.ack"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "dn.ack"
    assert main(["schema", "gse.dance.v1"]) == 2
    assert "one of gse.status.v1" in capsys.readouterr().err
    assert main(["schema", "asyncapi"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["channels"]["up.tele"]["address"] == "gse/1/up/{station}/tele/{id}"
    assert all(refers(document, ref) for ref in references(document))


def references(value: Any) -> list[str]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    here = [value["$ref"]] if isinstance(value, dict) and isinstance(value.get("$ref"), str) else []
    return here + [ref for one in inner for ref in references(one)]


def refers(document: Any, ref: str) -> bool:
    for step in ref.removeprefix("#/").split("/"):
        document = document.get(step)
    return bool(document)
