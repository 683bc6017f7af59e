"""What a message looks like on the wire, to the letter."""

from __future__ import annotations

import json
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.core.messages import envelope
from agent.core.messages.envelope import GENESIS, Chain
from agent.core.model import Body, Fact, Message, Standing, Trace
from drivers.model import Instant

AT = Instant(81234.5004, 1795335330.123, "synced")


def fact(body: Body, kind: str = "fill", id: str = "1A", type: str = "") -> Fact:
    return Fact(kind, id, body, "dispenser-1", AT, type=type)


def chained(*facts: Fact) -> list[Message]:
    chain, messages = Chain.new("1"), []
    for one in facts:
        chain, message = envelope.link(chain, one, "cq-0147", "9f2c")
        messages.append(message)
    return messages


def test_a_fact_prints_its_members_in_the_order_of_the_contract() -> None:
    [message] = chained(fact({"mass": Decimal("12.340")}))
    assert message.payload.decode() == (
        '{"specversion":"1.0","id":"cq-0147/fact/1/1","source":"/gse/cq-0147/dispenser-1","type":"gse.fill.v1",'
        '"time":"2026-11-22T08:15:30.123Z","datacontenttype":"application/json",'
        '"dataschema":"https://station-edge.example/schema/gse.fill.v1.json","lane":"fact","epoch":"1","seq":1,'
        f'"prev":"{GENESIS}","clk":"synced","boot":"9f2c","mono":81234.5,"data":{{"mass":12.340}}}}'
    )
    assert message.topic == "fill/1A"


def test_each_fact_carries_the_hash_of_the_bytes_before_it() -> None:
    messages = chained(*(fact({"n": n}) for n in range(4)))
    prevs = [json.loads(m.payload)["prev"] for m in messages]
    assert prevs == [GENESIS, *(sha256(m.payload).hexdigest() for m in messages[:-1])]
    assert [m.seq for m in messages] == [1, 2, 3, 4]


def test_a_trace_counts_within_its_boot_and_carries_no_chain() -> None:
    message = envelope.trace(Trace("tele", "meter-1", {"samples": []}, "meter-1", AT), 7, "cq-0147", "9f2c")
    said = json.loads(message.payload)
    assert (said["id"], said["epoch"], said["seq"]) == ("cq-0147/trace/9f2c/7", "9f2c", 7)
    assert "prev" not in said


def test_a_standing_message_has_no_lane_and_is_retained() -> None:
    message = envelope.standing(Standing("status", "_", {"state": "online"}, AT), 3, "cq-0147", "9f2c")
    said = json.loads(message.payload)
    assert said["id"] == "cq-0147/status/9f2c/3"
    assert not {"lane", "epoch", "seq", "prev"} & set(said)
    assert (message.lane, message.retain) == ("", "yes")


def test_a_fact_may_name_a_type_of_its_own() -> None:
    [message] = chained(fact({}, "audit", "_", "gse.finding.v1"))
    said = json.loads(message.payload)
    assert said["type"] == "gse.finding.v1"
    assert said["dataschema"].endswith("/gse.finding.v1.json")


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4))
def test_a_decimal_keeps_every_digit(value: Decimal) -> None:
    said = json.loads(envelope.dump({"v": value}), parse_float=Decimal, parse_int=Decimal)
    assert said["v"] == value


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), object()])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        envelope.dump({"v": value})


@pytest.mark.parametrize("body", [{}, {"mass": Decimal("1.500"), "deep": {}}])
def test_a_replayed_trace_says_so_and_keeps_its_digits(body: Body) -> None:
    live = envelope.trace(Trace("tele", "m", body, "m", AT), 1, "s", "b").payload
    again = json.loads(envelope.historic(live), parse_float=Decimal)
    was = json.loads(live, parse_float=Decimal)
    assert again.pop("data") == was.pop("data") | {"hist": True}
    assert again == was
