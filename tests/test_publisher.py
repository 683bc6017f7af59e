"""What the station sends: facts in order and chained, traces at once, history after an outage, nothing lost."""

from __future__ import annotations

import asyncio
from pathlib import Path

from brokers import needs_mosquitto
from mosquitto import Mosquitto, Subscriber, mosquitto, story
from voices import access, assert_chained, fact, numbers, soon, station

from agent.core.model import Hurry, Linked, Lost, Standing, Trace
from agent.shell import clock
from agent.shell.store.history import Pace

pytestmark = needs_mosquitto


@story
async def test_facts_arrive_in_order_and_their_chain_holds(tmp_path: Path, broker: Mosquitto) -> None:
    ear = Subscriber(broker.port)
    async with station(tmp_path, access(broker.port)) as one:
        await one.keep(*(fact(n) for n in range(30)))
        for n in range(200):
            await one.keep(fact(n))
        await soon(lambda: len(ear.lane("fact")) >= 230)
    assert numbers(ear.lane("fact")) == list(range(1, 231))
    assert_chained(ear, 230)
    ear.close()


@story
async def test_a_connect_says_what_is_so_then_hello_then_facts(tmp_path: Path, broker: Mosquitto) -> None:
    ear = Subscriber(broker.port)
    async with station(tmp_path, access(broker.port)) as one:
        one.publisher.offer(Standing("config", "reported", {}, clock.now()))
        one.publisher.offer(Standing("birth", "_", {}, clock.now()))
        await one.keep(fact(1))
        await soon(lambda: ear.lane("fact"))
        kinds = [topic.split("/")[4] for topic, _, _ in ear.heard]
        assert kinds == ["status", "birth", "config", "hello", "fill"]
        hello = ear.of("hello")[0].said["data"]
        heads = ({"seq": 0, "hash": "0" * 64}, {"seq": 1, "hash": one.journal.head().hash})  # before the fact, or after
        assert hello["epoch"] == "1" and hello["fact"] in heads and hello["trace"] == {"seq": 0}
        late = Subscriber(broker.port, name="late")
        await soon(lambda: len(late.heard) == 3)
        assert {(m.said["type"], m.retained) for m in late.heard} == {
            ("gse.status.v1", True), ("gse.birth.v1", True), ("gse.config.v1", True),
        }  # fmt: skip
        late.close()
    await soon(lambda: ear.of("status")[-1].said["data"]["state"] == "offline")
    ear.close()


@story
async def test_a_trace_leaves_in_the_very_call_and_touches_no_disk(tmp_path: Path, broker: Mosquitto) -> None:
    ear = Subscriber(broker.port)
    async with station(tmp_path, access(broker.port)) as one:
        await soon(lambda: ear.of("hello"))  # the greeting is over
        before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.db*")}
        for n in range(300):
            one.trace(n)
            if n % 10 == 0:
                await asyncio.sleep(0)
        assert one.publisher.traces.flying
        await soon(lambda: len(ear.lane("trace")) == 300)
        await soon(lambda: not len(one.publisher.traces))
        assert {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.db*")} == before
    assert numbers(ear.lane("trace")) == list(range(1, 301))
    ear.close()


@story
async def test_a_broker_killed_and_back_loses_nothing(tmp_path: Path, broker: Mosquitto) -> None:
    ear = Subscriber(broker.port)
    async with station(tmp_path, access(broker.port)) as one:
        for round in range(2):
            for n in range(25):
                await one.keep(fact(n))
                one.trace(n)
            broker.kill()
            for n in range(25):
                await one.keep(fact(n))
                one.trace(n)
            broker.start()
            await soon(lambda seen=50 * (round + 1): len(set(numbers(ear.lane("fact")))) >= seen)  # type: ignore[misc]
            await soon(lambda: not len(one.publisher.traces))
        assert_chained(ear, 100)
    ear.close()


@story
async def test_a_restart_sends_one_window_again_and_nothing_older(tmp_path: Path, broker: Mosquitto) -> None:
    ear = Subscriber(broker.port)
    async with station(tmp_path, access(broker.port)) as one:
        await one.keep(*(fact(n) for n in range(100)))
        await soon(lambda: one.publisher.facts.delivery.mark == 100)
    ear.heard.clear()
    async with station(tmp_path, access(broker.port), boot="b002") as one:
        await one.keep(fact(101))
        await soon(lambda: 101 in numbers(ear.lane("fact")))
    assert numbers(ear.lane("fact")) == list(range(81, 102))
    ear.close()


@story
async def test_traces_of_an_outage_go_to_disk_and_come_back_as_history(tmp_path: Path, broker: Mosquitto) -> None:
    ear = Subscriber(broker.port, "gse/1/up/#")
    pace = Pace(retry=(0.05, 0.2), spread=0.0, rate=2000.0, memory=100)
    async with station(tmp_path, access(broker.port), pace) as one:
        await soon(lambda: one.told(Linked))
        broker.kill()
        await soon(lambda: len(one.told(Linked)) == 2)
        for n in range(150):
            one.trace(n)
        one.trace(0, qos=0)
        await soon(lambda: one.spool.size > 0)
        broker.start()
        await soon(lambda: len(ear.lane("trace")) >= 150)
        await soon(lambda: one.spool.size == 0)
        heard = ear.lane("trace")
        assert sorted(set(numbers(heard))) == list(range(1, 151))
        past = [d["seq"] for d in heard if d["data"].get("hist")]
        assert past == sorted(past) and past[0] == 1 and len(past) >= 75
        assert not one.told(Lost)
    ear.close()


@story
async def test_what_memory_holds_at_the_end_is_history_after_the_next_start(tmp_path: Path, broker: Mosquitto) -> None:
    broker.kill()
    async with station(tmp_path, access(broker.port)) as one:
        await asyncio.sleep(0)  # it runs
        for n in range(20):
            one.trace(n)
    broker.start()
    ear = Subscriber(broker.port, "gse/1/up/#")
    async with station(tmp_path, access(broker.port), boot="b002") as one:
        await soon(lambda: len(ear.lane("trace")) == 20)
    assert {(d["epoch"], d["data"]["hist"]) for d in ear.lane("trace")} == {("b001", True)}
    ear.close()


@story
async def test_more_than_memory_holds_is_lost_and_told(tmp_path: Path, broker: Mosquitto) -> None:
    broker.kill()
    async with station(tmp_path, access(broker.port), Pace(retry=(0.05, 0.2), memory=50)) as one:
        for n in range(130):
            one.trace(n)
        await soon(lambda: one.told(Lost))
        assert one.told(Lost)[0].ranges == ((1, 30),)


@story
async def test_what_a_broker_will_never_take_is_told_in_ranges(tmp_path: Path) -> None:
    with mosquitto(tmp_path / "narrow", "max_packet_size 600") as broker:
        async with station(tmp_path, access(broker.port)) as one:
            await soon(lambda: one.told(Linked))
            for _ in range(300):
                one.publisher.offer(Trace("tele", "meter-1", {"text": "x" * 600}, "meter-1", clock.now()))
            await soon(lambda: one.told(Lost))
            (lost,) = one.told(Lost)
    assert (lost.lane, lost.epoch, lost.ranges) == ("trace", "b001", ((1, 300),))
    assert "reason 149" in lost.reason


@story
async def test_an_emergency_goes_before_the_backlog_and_again_in_its_turn(tmp_path: Path, broker: Mosquitto) -> None:
    ear = Subscriber(broker.port)
    broker.kill()
    async with station(tmp_path, access(broker.port)) as one:
        await one.keep(*(fact(n) for n in range(500)), fact(500, "alarm", "emergency", "yes"))
        one.publisher.hurry(Hurry("alarm", "emergency"))
        broker.start()
        await soon(lambda: {m.said["seq"] for m in ear.heard if m.said.get("lane") == "fact"} >= set(range(1, 502)))
    urgent = [(n, m.payload) for n, m in enumerate(ear.heard) if m.topic.endswith("up/cq-0147/alarm/emergency")]
    backlog = [n for n, m in enumerate(ear.heard) if m.topic.endswith("/fill/1A")]
    assert len(urgent) == 2 and urgent[0][1] == urgent[1][1]
    assert urgent[0][0] < backlog[64] and urgent[1][0] > backlog[-1]
    ear.close()
