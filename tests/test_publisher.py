"""The station's voice against a real broker: order, chain, kills, refusals, retained copies, head office's answers."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from brokers import needs_mosquitto
from mosquitto import LIMIT, Mosquitto, Subscriber, mosquitto, story, until

from agent.config.model import Mqtt
from agent.core.envelope import GENESIS
from agent.core.model import Commanded, Event, Fact, Linked, Lost, Remarked, Retain, Standing, Trace
from agent.shell import clock
from agent.shell.broker import Broker
from agent.shell.history import Pace
from agent.shell.journal import Journal
from agent.shell.publisher import Publisher
from agent.shell.spool import Spool

pytestmark = needs_mosquitto
UP, DOWN = "gse/1/up/cq-0147/", "gse/1/dn/cq-0147/"
QUICK = Pace(retry=(0.05, 0.2), spread=0.0, rate=2000.0)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with mosquitto(tmp_path / "broker") as one:
        yield one


def access(port: int, version: Any = "5", password: Path | None = None, tls: Any = None) -> Mqtt:
    return Mqtt("127.0.0.1", port, version, tls, "cq-0147", password, "gse")


class Station:
    """Journal, spool and publisher of one station, as the composition root would put them together."""

    def __init__(self, folder: Path, mqtt: Mqtt, pace: Pace = QUICK, boot: str = "b001") -> None:
        self.journal = Journal(folder / "journal.db", "cq-0147", boot)
        self.spool = Spool(folder / "spool.db")
        self.events: list[Event] = []
        self.publisher = Publisher(
            self.journal, self.spool, Broker(mqtt, "cq-0147"), boot, clock.now, self.events.append, pace, lambda: 0.0
        )

    async def keep(self, *facts: Fact) -> None:
        self.publisher.wake(await asyncio.to_thread(self.journal.append, facts))

    def trace(self, n: int, qos: int = 1) -> None:
        self.publisher.offer(Trace("tele", "meter-1", {"n": n}, "meter-1", clock.now(), qos))

    def told(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


@asynccontextmanager
async def station(folder: Path, mqtt: Mqtt, pace: Pace = QUICK, boot: str = "b001") -> AsyncIterator[Station]:
    one = Station(folder, mqtt, pace, boot)
    running = asyncio.create_task(one.publisher.run())
    try:
        yield one
    finally:
        running.cancel()
        await asyncio.wait([running])
        one.journal.close()
        one.spool.close()


async def soon(true: Callable[[], object], limit: float = LIMIT) -> None:
    await asyncio.to_thread(until, true, limit)


def fact(n: int, kind: str = "fill", id: str = "1A", retain: Retain = "no") -> Fact:
    return Fact(kind, id, {"n": n}, "dispenser-1", clock.now(), retain)


def numbers(documents: list[Any]) -> list[int]:
    return [document["seq"] for document in documents]


def assert_chained(ear: Subscriber, last: int) -> None:
    """All facts are there; in their own order; and each carries the hash of the bytes before it."""
    payloads = {one.said["seq"]: one.payload for one in ear.heard if one.payload and one.said.get("lane") == "fact"}
    assert sorted(payloads) == list(range(1, last + 1))
    before = GENESIS
    for seq in sorted(payloads):
        assert json.loads(payloads[seq])["prev"] == before
        before = sha256(payloads[seq]).hexdigest()


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
        assert hello == {"epoch": "1", "fact": {"seq": 1, "hash": one.journal.head().hash}, "trace": {"seq": 0}}
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
        await soon(lambda: one.told(Linked))
        await asyncio.sleep(0.1)
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
async def test_head_office_that_answers_is_believed_when_its_hash_is_right(tmp_path: Path, broker: Mosquitto) -> None:
    ear = Subscriber(broker.port, "gse/1/up/#")
    async with station(tmp_path, access(broker.port)) as one:
        await one.keep(*(fact(n) for n in range(10)))
        await soon(lambda: len(ear.lane("fact")) == 10)
        forged = {"epoch": "1", "through": 8, "hash": "0" * 64, "missing": []}
        ear.say(f"{DOWN}ack/fact", forged)
        ear.say(f"{DOWN}ack/fact", forged | {"through": 11})
        await soon(lambda: len(one.told(Remarked)) == 2)
        assert one.publisher.facts.delivery.acked == 0
        right = {"epoch": "1", "through": 8, "hash": one.journal.hash(8), "missing": [[3, 4]]}
        ear.say(f"{DOWN}ack/fact", right)
        await soon(lambda: len(ear.lane("fact")) == 12)
        assert numbers(ear.lane("fact"))[10:] == [3, 4]
        assert one.publisher.facts.delivery.acked == 8
    ear.close()


@story
async def test_an_answer_to_hello_brings_what_head_office_lacks(tmp_path: Path, broker: Mosquitto) -> None:
    ear = Subscriber(broker.port, "gse/1/up/#")
    async with station(tmp_path, access(broker.port)) as one:
        await one.keep(*(fact(n) for n in range(50)))
        await soon(lambda: one.publisher.facts.delivery.mark == 50)
        ear.heard.clear()
        ear.say(f"{DOWN}hello/_", {"epoch": "1", "fact": {"seq": 5, "hash": one.journal.hash(5)}, "trace": {"seq": 0}})
        await soon(lambda: len(ear.lane("fact")) == 45)
        assert numbers(ear.lane("fact")) == list(range(6, 51))
    ear.close()


@story
async def test_a_storage_that_was_rolled_back_begins_a_new_epoch(tmp_path: Path, broker: Mosquitto) -> None:
    ear = Subscriber(broker.port, "gse/1/up/#")
    async with station(tmp_path, access(broker.port)) as one:
        await one.keep(*(fact(n) for n in range(1, 6)))
        await soon(lambda: len(ear.lane("fact")) == 5)
        ear.say(f"{DOWN}ack/fact", {"epoch": "1", "through": 3, "hash": one.journal.hash(3), "missing": []})
        await soon(lambda: one.publisher.facts.delivery.acked == 3)
        old = one.journal.head()
        ear.heard.clear()
        ear.say(f"{DOWN}hello/_", {"epoch": "1", "fact": {"seq": 900, "hash": "ab" * 32}, "trace": {"seq": 0}})
        await soon(lambda: len(ear.lane("fact")) == 3)
        first, *again = ear.lane("fact")
        assert (first["type"], first["epoch"], first["prev"]) == ("gse.gap.v1", "2", old.hash)
        assert [document["data"]["n"] for document in again] == [4, 5]
        assert [r.what for r in one.told(Remarked)] == ["storage-rolled-back"]
        await soon(lambda: ear.of("hello"))
        assert ear.of("hello")[-1].said["data"]["epoch"] == "2"
        await one.keep(fact(6))
        await soon(lambda: len(ear.lane("fact")) == 4)
        assert numbers(ear.lane("fact")) == [1, 2, 3, 4]
    ear.close()


@story
async def test_commands_arrive_and_rubbish_becomes_a_remark(tmp_path: Path, broker: Mosquitto) -> None:
    ear = Subscriber(broker.port, "gse/1/up/#")
    async with station(tmp_path, access(broker.port)) as one:
        await soon(lambda: ear.of("hello"))
        ear.say(f"{DOWN}cmd/ping", {"id": "c1", "args": {}})
        for rubbish in (b"\xff\xfe", b"[1]", b"{" * 5000, b'{"a":' * 900 + b"1" + b"}" * 900, b"x" * 70_000):
            ear.say(f"{DOWN}cmd/ping", rubbish)
        ear.say(f"{DOWN}ack/fact", {"epoch": 7, "through": "x"})
        await soon(lambda: len(one.told(Remarked)) == 6)
        assert one.told(Commanded) == [Commanded("ping", {"id": "c1", "args": {}}, False)]
    ear.close()


@story
async def test_commands_wait_at_the_broker_for_a_station_that_is_away(tmp_path: Path, broker: Mosquitto) -> None:
    ear = Subscriber(broker.port, "gse/1/up/#")
    async with station(tmp_path, access(broker.port)):
        await soon(lambda: ear.of("hello"))
    ear.say(f"{DOWN}cmd/ping", {"id": "c1"})
    async with station(tmp_path, access(broker.port), boot="b002") as one:
        await soon(lambda: one.told(Commanded))
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
async def test_a_wrong_password_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "broker").mkdir()
    passwords = tmp_path / "broker" / "passwords"
    subprocess.run(["mosquitto_passwd", "-b", "-c", passwords, "cq-0147", "right"], check=True, timeout=10)
    (tmp_path / "password").write_text("wrong\n", "utf-8")
    with (
        mosquitto(tmp_path / "broker", "password_file passwords", anonymous=False) as one,
        caplog.at_level(logging.INFO),
    ):
        async with station(tmp_path, access(one.port, password=tmp_path / "password")) as station_:
            await soon(lambda: one.log.read_text("utf-8").count("not authorised") >= 3)
            said = [r.message for r in caplog.records if "user name" in r.message]
            assert len(said) == 1
            assert "cq-0147" in said[0]
            (tmp_path / "password").write_text("right\n", "utf-8")
            await soon(lambda: station_.told(Linked))


@story
async def test_an_unreachable_broker_is_said_once_and_found_later(
    tmp_path: Path, broker: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    broker.kill()
    with caplog.at_level(logging.INFO):
        async with station(tmp_path, access(broker.port)) as one:
            await asyncio.sleep(0.5)
            assert [r.message for r in caplog.records if "nobody listens" in r.message] == [
                f"127.0.0.1:{broker.port}: nobody listens there"
            ]
            broker.start()
            await soon(lambda: one.told(Linked))


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


CHILD = """
import asyncio, sys
from pathlib import Path
from test_publisher import Station, access
async def main():
    one = Station(Path(sys.argv[1]), access(int(sys.argv[2])))
    await one.publisher.run()
asyncio.run(main())
"""


@story
async def test_a_killed_station_is_reported_offline_by_the_broker(tmp_path: Path, broker: Mosquitto) -> None:
    ear = Subscriber(broker.port)
    paths = f"{Path(__file__).parent}:{Path(__file__).parent.parent}"
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path), str(broker.port)],
        env={"PYTHONPATH": paths, "PATH": "/usr/sbin:/usr/bin:/bin"},
    )
    await soon(lambda: ear.of("status"))
    assert ear.of("status")[0].said["data"]["state"] == "online"
    child.send_signal(signal.SIGKILL)
    child.wait(10)
    await soon(lambda: len(ear.of("status")) == 2)
    assert ear.of("status")[1].said["data"]["state"] == "offline"
    ear.close()


@story
async def test_a_broker_that_only_speaks_3_1_1_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.shell.broker.PATIENCE", 1.0)  # amqtt answers a CONNECT of version 5 with silence
    amqtt = pytest.importorskip("amqtt.broker", reason="amqtt is not installed: no broker without MQTT 5 at hand")
    started, stop, port = threading.Event(), threading.Event(), [0]

    def serve() -> None:
        async def run() -> None:
            listeners = {"default": {"type": "tcp", "bind": "127.0.0.1:0"}}
            plugins = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}
            old = amqtt.Broker({"listeners": listeners, "plugins": plugins})
            await old.start()
            port[0] = old._servers["default"].instance.sockets[0].getsockname()[1]
            started.set()
            while not stop.is_set():
                await asyncio.sleep(0.05)
            await old.shutdown()

        asyncio.run(run())

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert await asyncio.to_thread(started.wait, LIMIT)
    ear = Subscriber(port[0], "gse/#", version=4)
    async with station(tmp_path, access(port[0])) as one:
        await one.keep(*(fact(n) for n in range(40)))
        await soon(lambda: len(set(numbers(ear.lane("fact")))) == 40)
        assert one.publisher.figures()["mqtt"] == "3.1.1"
    ear.close()
    stop.set()
    await asyncio.to_thread(thread.join, LIMIT)
