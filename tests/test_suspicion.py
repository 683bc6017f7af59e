"""Who is to blame when a connection ends: the message that no connection survives, and never one on a bad line."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import socket
from pathlib import Path

import pytest
from brokers import needs_mosquitto
from mosquitto import Mosquitto, Subscriber, mosquitto, story
from sailing import Line, sail
from torture.proxy import Proxy, read_packet
from voices import access, fact, numbers, soon, station

from agent.core.lanes import delivery, suspicion
from agent.core.lanes.suspicion import BREAKS, PAUSES, STRIKES, Suspicion, answered, broken, connected, way
from agent.core.model import Fact, Linked, Lost, Message, Remarked, Standing, Trace
from agent.shell import clock
from agent.shell.mqtt.flights import Flight, Flights
from agent.shell.store.history import Pace


@pytest.mark.parametrize("seed", range(40))
def test_a_bad_line_finds_nobody_guilty(seed: int) -> None:
    chance = random.Random(seed)
    line = Line(breaks=chance.choice([0.01, 0.1, 0.5, 1.0, 3.0]), answer=chance.choice([0.05, 0.6, 1.5]))
    s, arrived = sail(line, 600.0, chance)
    assert not s.guilty
    assert line.breaks * line.answer > 1 or len(arrived) > 100


@pytest.mark.parametrize("back", [1.0, 5.0, 45.0])
@pytest.mark.parametrize(("answer", "life"), [(0.5, 0.8), (1.0, 1.5), (3.0, 4.0), (10.0, 15.0), (0.5, 1.2)])
def test_where_every_connection_ends_soon_after_the_first_answers_each_brings_something_and_nobody_is_guilty(
    answer: float, life: float, back: float
) -> None:
    """A suspect that waits until nothing else flies would never be answered there."""
    s, arrived = sail(Line(answer=answer, life=life, back=back), 600.0, random.Random(1))
    assert not s.guilty
    assert len(arrived) > 600.0 / (life + back)


def test_breaks_in_which_others_flew_make_nobody_a_suspect() -> None:
    s = broken(broken(Suspicion(), {"a": 1}, True, "message", 1.0), {"a": 1}, True, "message", 2.0)
    s = broken(answered(s, "a", 1, True), {"b": 1}, True, "message", 3.0)
    assert not s.trials
    for moment in (4.0, 5.0):
        s = broken(s, {"b": 1}, True, "message", moment)
    assert set(s.trials) == {"b"}


def test_an_outage_on_which_nothing_was_answered_keeps_nobody_waiting_behind_it() -> None:
    s, now = Suspicion(trials={"x": suspicion.Trial(0.0)}), 0.0
    for _ in range(50):
        s = broken(connected(s, now), {"x": 1}, False, "message", now + 0.5)
        now += 10.0
    assert way(connected(s, now), "x", 1, now + PAUSES[0]) == "alone"


def test_on_a_good_line_the_one_message_is_found_and_everything_else_arrives() -> None:
    s, arrived = sail(Line(frozenset({30})), 120.0, random.Random(1))
    assert s.guilty == {30}
    assert arrived >= set(range(1, 115)) - {30}


def test_many_of_them_are_found_and_the_next_as_large_needs_one_strike() -> None:
    poison = frozenset({10, 11, 12, 200, 201})
    s, arrived = sail(Line(poison), 300.0, random.Random(1))
    assert s.guilty == poison
    assert arrived >= set(range(1, 295)) - poison
    assert [s.trials[n].strikes for n in (200, 201)] == [1, 1]


@pytest.mark.parametrize("seed", range(10))
def test_on_a_line_that_breaks_at_times_the_guilty_is_set_aside_and_nobody_else_blamed(seed: int) -> None:
    s, arrived = sail(Line(frozenset({30}), breaks=0.02), 900.0, random.Random(seed))
    assert s.guilty <= {30}
    assert arrived >= set(range(1, 800)) - {30}


def test_what_we_have_no_right_to_say_is_set_aside_and_never_guilty() -> None:
    s, arrived = sail(Line(frozenset({30}), blame="right"), 600.0, random.Random(1))
    assert not s.guilty and s.trials[30].tries > STRIKES
    assert arrived >= set(range(1, 550)) - {30}


def test_a_break_without_the_suspect_takes_its_strikes_back_and_acquits_it_when_nobody_else_can_have_done_it() -> None:
    s = Suspicion(trials={"x": suspicion.Trial(0.0, strikes=3), "g": suspicion.Trial(0.0, strikes=4, guilty=True)})
    without = broken(s, {"y": 1, "z": 1}, True, "message", 9.0)
    assert without.trials["x"].strikes == 0
    assert broken(s, {}, True, "", 9.0).trials["x"].strikes == 0
    assert set(broken(s, {}, True, "message", 9.0).trials) == {"g"}
    one = answered(without, "y", 1, True)
    assert set(one.trials) == {"x", "g"}
    assert set(answered(one, "z", 1, True).trials) == {"g"}
    silent = broken(s, {"x": 1}, True, "", 9.0)
    assert (silent.trials["x"].strikes, way(silent, "x", 1, 9.0)) == (3, "aside"), "silence may be the line's"
    assert broken(s, {"x": 1}, False, "message", 9.0).trials["x"].strikes == 3, "nor a broker that took nothing at all"
    assert broken(s, {"x": 1}, True, "message", 9.0).guilty == {"x", "g"}


def test_memory_of_suspects_is_bounded() -> None:
    s = Suspicion(taken=10, deadly=100)
    for n in range(2 * suspicion.MOST):
        s = broken(s, {n: 200}, True, "message", float(n))
    assert len(s.trials) == suspicion.MOST
    assert way(s, 2 * suspicion.MOST - 1, 200, 2.0 * suspicion.MOST) == "barred"


def test_an_answer_is_an_acquittal() -> None:
    s = Suspicion(trials={"x": suspicion.Trial(0.0, tries=5, strikes=4, guilty=True)}, deadly=100)
    s = answered(s, "x", 120, True)
    assert (s.trials, s.deadly, way(s, "x", 120, 0.0)) == ({}, 0, "open")


def test_a_broker_that_is_silent_on_one_message_is_told_from_one_that_is_silent() -> None:
    flights = Flights()
    flights.aloft = {mid: Flight("fact", Message("fact", mid, "fill/1A", b"x"), float(mid)) for mid in (1, 2, 3)}
    assert (flights.overdue(30.0, 30.0), flights.overdue(32.0, 30.0)) == (None, "")
    flights.landed(2, 0)
    assert flights.overdue(32.0, 30.0) == "message"
    assert not list(flights.ended("message", 32.0))
    assert flights.overdue(99.0, 30.0) is None


# ── with real brokers ───────────────────────────────────────────────────────


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tried again after tenths of seconds instead of many."""
    monkeypatch.setattr(suspicion, "PAUSES", (0.1, 1.0))
    monkeypatch.setattr(delivery, "PAUSES", {"unheard": (0.1, 1.0), "refused": (0.1, 1.0)})
    monkeypatch.setattr("agent.shell.mqtt.publisher.BEAT", 0.1)
    monkeypatch.setattr("agent.core.lanes.traces.PAUSES", {"unheard": (0.1, 1.0), "refused": (0.1, 1.0)})


def large(n: int) -> Fact:
    return Fact("fill", "1A", {"n": n, "text": "x" * 3000}, "dispenser-1", clock.now())


@needs_mosquitto
@pytest.mark.usefixtures("hasty")
@story
async def test_a_fact_on_which_the_broker_hangs_up_is_owned_up_to_and_the_rest_arrives(tmp_path: Path) -> None:
    with mosquitto(tmp_path / "narrow", "max_packet_size 1500") as broker:  # MQTT 3.1.1 has no word for that
        ear = Subscriber(broker.port)
        async with station(tmp_path, access(broker.port, "3.1.1")) as one:
            await one.keep(fact(1), large(2), fact(3), fact(4, "audit", "_"))
            await soon(lambda: one.told(Lost))
            await soon(lambda: set(numbers(ear.lane("fact"))) == {1, 3, 4})
            (lost,) = one.told(Lost)
            assert (lost.lane, lost.ranges, lost.reason) == (
                "fact", ((2, 2),), "the broker will never take it: every connection ends on which it is sent",
            )  # fmt: skip
            connections = len(one.told(Linked))
            await one.keep(fact(5))
            await soon(lambda: 5 in numbers(ear.lane("fact")))
            assert len(one.told(Linked)) == connections
        async with station(tmp_path, access(broker.port, "3.1.1"), boot="b002") as again:
            await again.keep(fact(6))
            await soon(lambda: 6 in numbers(ear.lane("fact")))
            assert [linked.up for linked in again.told(Linked)] == [True]
        ear.close()


@needs_mosquitto
@pytest.mark.usefixtures("hasty")
@story
async def test_a_birth_or_a_trace_on_which_the_broker_hangs_up_stops_nothing(tmp_path: Path) -> None:
    with mosquitto(tmp_path / "narrow", "max_packet_size 1500") as broker:
        ear = Subscriber(broker.port)
        async with station(tmp_path, access(broker.port, "3.1.1")) as one:
            one.publisher.offer(Standing("birth", "_", {"text": "x" * 3000}, clock.now()))
            one.publisher.offer(Trace("tele", "meter-1", {"text": "x" * 3000}, "meter-1", clock.now()))
            one.trace(2)
            await one.keep(fact(1), fact(2))
            await soon(lambda: {lost.lane for lost in one.told(Lost)} == {"trace"})
            await soon(lambda: one.told(Remarked))
            assert [remark.detail["topic"] for remark in one.told(Remarked)] == ["birth/_"]
            await soon(lambda: set(numbers(ear.lane("fact"))) == {1, 2})
            await soon(lambda: set(numbers(ear.lane("trace"))) == {2})
        ear.close()


@needs_mosquitto
@pytest.mark.usefixtures("hasty")
@story
async def test_on_a_line_that_is_cut_all_the_time_every_fact_arrives_and_none_is_blamed(
    tmp_path: Path, broker: Mosquitto
) -> None:
    ear = Subscriber(broker.port)
    with Proxy(broker.port) as proxy:
        async with station(tmp_path, access(proxy.port)) as one:
            for n in range(25):
                await one.keep(*(fact(m) for m in range(5)), large(n))
                await soon(lambda: one.publisher.online)
                made = proxy.made
                proxy.cut(reset=n % 2 == 0)
                await soon(lambda before=made: proxy.made > before)  # type: ignore[misc]
            await soon(lambda: set(numbers(ear.lane("fact"))) == set(range(1, 151)))
            assert not one.told(Lost)
    ear.close()


class Strict:
    """A broker in a few lines: takes everything but what is large; `ending` says how it shows that."""

    def __init__(self, ending: bytes) -> None:
        self.ending, self.door = ending, socket.create_server(("127.0.0.1", 0))
        self.port: int = self.door.getsockname()[1]
        self.took: list[int] = []  # numbers of facts
        self.refused = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                packet = await read_packet(reader)
                at = next(n for n in range(1, 5) if packet[n] < 128) + 1
                if packet[0] >> 4 == 1:
                    writer.write(bytes.fromhex("2003000000"))  # CONNACK
                elif packet[0] >> 4 == 8:
                    writer.write(b"\x90\x04" + packet[at : at + 2] + b"\x00\x01")  # SUBACK
                elif packet[0] >> 4 == 3 and len(packet) > 2000:
                    self.refused += 1
                    writer.write(self.ending)
                    if self.ending:
                        break
                elif packet[0] >> 4 == 3:
                    self.took += [int(seq) for seq in re.findall(rb'"lane":"fact".*?"seq":(\d+)', packet)]
                    end = at + 2 + int.from_bytes(packet[at : at + 2])
                    writer.write(b"\x40\x02" + packet[end : end + 2])  # PUBACK
        writer.close()


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("ending", "lost"),
    [(b"\xe0\x01\x95", True), (b"\xe0\x01\x82", True), (b"", True), (b"\xe0\x01\x87", False)],
    ids=["too large", "protocol error", "silence", "not authorized"],
)
@story
async def test_however_a_broker_ends_it_the_rest_arrives(tmp_path: Path, ending: bytes, lost: bool) -> None:
    broker, pace = Strict(ending), Pace(retry=(0.05, 0.2), patience=0.3)
    async with (
        await asyncio.start_server(broker.serve, sock=broker.door),
        station(tmp_path, access(broker.port), pace) as one,
    ):
        await one.keep(fact(1), large(2), fact(3), fact(4, "audit", "_"))
        await soon(lambda: {1, 4} <= set(broker.took))
        await soon(lambda: one.told(Lost) if lost else broker.refused > BREAKS + STRIKES, limit=60.0)
        assert bool(one.told(Lost)) == lost
        await one.keep(fact(5, "audit", "_"))
        await soon(lambda: {3, 5} <= set(broker.took) if lost else 5 in broker.took)
