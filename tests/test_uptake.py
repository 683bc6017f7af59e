"""What becomes of a message nobody takes or everybody should find: unheard, refused, retained, released."""

from __future__ import annotations

from pathlib import Path

import pytest
from brokers import needs_mosquitto
from mosquitto import Mosquitto, Subscriber, mosquitto, story
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode
from voices import UP, access, fact, numbers, soon, station

from agent.core.model import Fact, Linked, Lost, Standing
from agent.shell import clock
from agent.shell.mqtt.reasons import CARRIERS

pytestmark = needs_mosquitto


@story
async def test_where_nobody_listens_facts_wait_and_arrive_when_somebody_does(tmp_path: Path, broker: Mosquitto) -> None:
    async with station(tmp_path, access(broker.port)) as one:
        await one.keep(fact(1), fact(2, "audit", "_"), fact(3))
        one.trace(1)
        await soon(lambda: one.publisher.facts.delivery.waiting)
        await soon(lambda: one.publisher.traces.pause)
        assert one.publisher.figures()["waiting"] > 0
        ear = Subscriber(broker.port)
        await one.keep(fact(4))
        await soon(lambda: len(set(numbers(ear.lane("fact")))) == 4)
        assert numbers(ear.lane("fact")) == [1, 2, 3, 4]
        await soon(lambda: ear.lane("trace"))
        await soon(lambda: one.publisher.figures()["waiting"] == 0)
        ear.close()


@story
async def test_whoever_wants_alarms_alone_does_not_wait_for_the_rest(tmp_path: Path, broker: Mosquitto) -> None:
    ear = Subscriber(broker.port, "gse/1/up/+/alarm/#")
    async with station(tmp_path, access(broker.port)) as one:
        await one.keep(*(fact(n) for n in range(30)))
        await one.keep(fact(1, "alarm", "low", "yes"))
        await soon(lambda: ear.heard)  # the first after one pause, as nobody had listened to anything before
        await one.keep(fact(2), fact(3, "alarm", "low", "yes"))
        await soon(lambda: len(ear.heard) == 2, limit=4)
    ear.close()


@story
async def test_a_cleared_alarm_takes_its_retained_copy_away(tmp_path: Path, broker: Mosquitto) -> None:
    ear = Subscriber(broker.port)
    async with station(tmp_path, access(broker.port)) as one:
        await one.keep(fact(1, "alarm", "low", "yes"), fact(2, "alarm", "high", "yes"))
        await soon(lambda: len(ear.of("alarm")) == 2)
        during = Subscriber(broker.port, f"{UP}alarm/#", "during")
        await soon(lambda: len(during.heard) == 2)
        await one.keep(fact(3, "alarm", "low", "release"))
        await soon(lambda: ear.of("alarm")[-1].payload == b"")
        assert [m.said["data"]["n"] for m in ear.of("alarm")[:-1]] == [1, 2, 3]
        after = Subscriber(broker.port, f"{UP}alarm/#", "after")
        await soon(lambda: after.heard)
        assert [m.topic for m in after.heard] == [f"{UP}alarm/high"]
        for one_ear in (ear, during, after):
            one_ear.close()


@story
async def test_a_broker_without_memory_is_told_again_which_alarms_stand(tmp_path: Path, broker: Mosquitto) -> None:
    ear = Subscriber(broker.port)
    async with station(tmp_path, access(broker.port)) as one:
        await one.keep(fact(1, "alarm", "low", "yes"), *(fact(n) for n in range(60)))
        await soon(lambda: one.publisher.facts.delivery.mark == 61)
        broker.kill()
        broker.start()
        await soon(lambda: len(one.told(Linked)) == 3)
        late = Subscriber(broker.port, f"{UP}alarm/#", "late")
        await soon(lambda: late.heard)
        late.close()
    ear.close()


@story
async def test_a_refused_kind_never_holds_up_the_others(tmp_path: Path) -> None:
    (tmp_path / "broker").mkdir()
    rules = "user ear\ntopic readwrite #\nuser cq-0147\ntopic deny gse/1/up/cq-0147/pii/#\ntopic readwrite gse/#\n"
    (tmp_path / "broker" / "acl").write_text(rules, "utf-8")
    with mosquitto(tmp_path / "broker", "acl_file acl") as broker:
        ear = Subscriber(broker.port, user="ear")
        async with station(tmp_path, access(broker.port)) as one:
            await one.keep(fact(1), fact(2, "pii", "c1"), fact(3), fact(4, "pii", "c2"), fact(5))
            await soon(lambda: numbers(ear.lane("fact")) == [1, 3, 5])
            await soon(lambda: one.publisher.facts.delivery.waiting == {"pii": (2, 4)})
        ear.close()


@pytest.mark.parametrize("limit", ["max_packet_size 1500", "message_size_limit 1400"])
@story
async def test_a_fact_too_large_for_the_broker_is_owned_up_to_once_and_holds_nothing_up(
    tmp_path: Path, limit: str
) -> None:
    """The broker says at connect what it takes; or it answers with a code that the standard has not for this answer."""
    with mosquitto(tmp_path / "narrow", limit) as broker:
        ear = Subscriber(broker.port)
        async with station(tmp_path, access(broker.port)) as one:
            large = Fact("fill", "1A", {"n": 2, "text": "x" * 3000}, "dispenser-1", clock.now())
            await one.keep(fact(1), large, fact(3), fact(4))
            await soon(lambda: numbers(ear.lane("fact")) == [1, 3, 4])
            await soon(lambda: one.told(Lost))
            (lost,) = one.told(Lost)
            assert (lost.lane, lost.epoch, lost.ranges) == ("fact", "1", ((2, 2),))
            assert lost.reason == "the broker will never take it: packet too large"
            assert one.publisher.facts.delivery.waiting == {}
        async with station(tmp_path, access(broker.port), boot="b002") as again:
            await again.keep(fact(5))
            await soon(lambda: 5 in numbers(ear.lane("fact")))
            assert not again.told(Lost)
            again.publisher.facts.confess(clock.now().mono)
            assert not again.told(Lost)
        ear.close()


@story
async def test_a_fact_that_just_fits_is_sent_and_one_that_does_not_is_not_tried(tmp_path: Path) -> None:
    with mosquitto(tmp_path / "narrow", "max_packet_size 1500") as broker:
        ear = Subscriber(broker.port)
        async with station(tmp_path, access(broker.port)) as one:
            sizes = range(900, 1300, 10)
            await one.keep(*(Fact("fill", "1A", {"text": "x" * n}, "dispenser-1", clock.now()) for n in sizes))
            await soon(lambda: one.publisher.facts.delivery.mark == len(sizes))
            await soon(lambda: one.told(Lost))
            arrived = [len(heard.payload) for heard in ear.of("fill")]
            assert max(arrived) > 1300, "1,500 less topic, header and properties"
            assert one.told(Lost)[0].ranges[0][0] == len(arrived) + 1
            assert one.publisher.facts.delivery.poison == set(range(len(arrived) + 1, len(sizes) + 1))
            assert [linked.up for linked in one.told(Linked)] == [True]
        ear.close()


@story
async def test_a_birth_too_large_for_the_broker_stops_nothing(tmp_path: Path) -> None:
    with mosquitto(tmp_path / "narrow", "message_size_limit 1400") as broker:
        ear = Subscriber(broker.port)
        async with station(tmp_path, access(broker.port)) as one:
            one.publisher.offer(Standing("birth", "_", {"text": "x" * 3000}, clock.now()))
            await one.keep(fact(1), fact(2))
            await soon(lambda: numbers(ear.lane("fact")) == [1, 2])
            assert [linked.up for linked in one.told(Linked)] == [True]
        ear.close()


def test_every_reason_code_is_read_in_every_answer() -> None:
    for packet in CARRIERS:
        for code in range(256):
            assert ReasonCode(packet, identifier=code).value == code
    assert str(ReasonCode(PacketTypes.PUBACK, identifier=0x95)) == "Packet too large"
