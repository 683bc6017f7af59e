"""The reference head office: everything once and in order, whoever dies; what is doubtful beside it, never dropped."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from brokers import needs_mosquitto
from collectors import Collector, entered, held, proved
from mosquitto import Subscriber, mosquitto, story
from voices import access, soon, station

from agent.collect.office import Office
from agent.collect.store import Store
from agent.core.messages import envelope
from agent.core.messages.envelope import Chain, link
from agent.core.model import Fact, Remarked, Replayed, Resend
from agent.shell.store.journal import Journal
from drivers.model import Instant

AT = Instant(12.5, 1_795_600_000.0, "synced")


def facts(count: int, chain: Chain | None = None, text: str = "") -> list[tuple[str, bytes, bool]]:
    chain, heard = chain or Chain.new("1"), []
    for n in range(count):
        body = {"receipt": f"r{n}", "rating": 5, "reasons": [], "text": text}
        chain, message = link(chain, Fact("feedback", "kiosk-1", body, "kiosk-1", AT), "cq-0147", "b1")
        heard.append((f"gse/1/up/cq-0147/{message.topic}", message.payload, False))
    return heard


def office(folder: Path) -> Office:
    return Office(Store(folder / "ho.db"))


def acks(said: list[tuple[str, bytes]]) -> list[Any]:
    return [json.loads(payload) for topic, payload in said if topic == "gse/1/dn/cq-0147/ack/fact"]


def test_what_is_held_is_acknowledged_with_its_hash_and_a_duplicate_again(tmp_path: Path) -> None:
    one, sent = office(tmp_path), facts(5)
    ack = {"epoch": "1", "through": 5, "hash": envelope.digest(sent[4][1]), "missing": []}
    assert acks(one.take(sent, 0.0).said) == [ack]
    assert acks(one.take(sent[3:4], 0.0).said) == [ack]
    one.store.close()
    again = office(tmp_path)
    assert acks(again.take(sent[3:4], 0.0).said) == [ack]
    assert again.tally["duplicate"] == 1


def test_holes_are_asked_for_until_they_are_filled(tmp_path: Path) -> None:
    one, sent = office(tmp_path), facts(9)
    some = [sent[n] for n in (0, 1, 4, 5, 8)]
    (ack,) = acks(one.take(some, 0.0).said)
    assert (ack["through"], ack["missing"]) == (9, [[3, 4], [7, 8]])
    assert acks(one.take([], 5.0).said) == []
    assert acks(one.take([], 10.0).said) == [ack]
    assert [a["missing"] for a in acks(one.take(sent[2:4], 11.0).said)] == [[[7, 8]]]
    assert [a["missing"] for a in acks(one.take(sent[6:8], 11.0).said)] == [[]]
    assert acks(one.take([], 30.0).said) == []


def test_a_hole_that_the_station_owns_up_to_is_not_asked_for(tmp_path: Path) -> None:
    one, sent = office(tmp_path), facts(8)
    body = {"lane": "fact", "epoch": "1", "ranges": [[1, 3]], "count": 3, "reason": "retention"}
    chain = Chain("1", 8, envelope.digest(sent[7][1]))
    _, gap = link(chain, Fact("gap", "_", body, "station", AT), "cq-0147", "b1")
    told = one.take([*sent[3:], ("gse/1/up/cq-0147/gap/_", gap.payload, False)], 0.0)
    assert [(a["through"], a["missing"]) for a in acks(told.said)] == [(9, [])]


def test_a_fork_is_put_aside_and_told_once(tmp_path: Path) -> None:
    one, sent = office(tmp_path), facts(5)
    one.take(sent[:4], 0.0)
    lies = facts(5, text="edited")
    first, second = one.take([lies[1]], 0.0), one.take([lies[1]], 0.0)
    assert "a fork" in first.remarks[0]
    assert not second.remarks
    stranger = one.take([lies[4]], 0.0)
    assert "its prev is" in stranger.remarks[0]
    assert [p for (p,) in one.store.db.execute("SELECT payload FROM quarantine")] == [lies[1][1], lies[4][1]]
    assert one.take(sent[4:], 0.0).remarks == []


def test_a_body_that_is_not_as_its_schema_says_is_kept_with_the_reason(tmp_path: Path) -> None:
    one = office(tmp_path)
    _, message = link(Chain.new("1"), Fact("feedback", "k", {"rating": 9}, "kiosk-1", AT), "cq-0147", "b1")
    turn = one.take([("gse/1/up/cq-0147/feedback/k", message.payload, False)], 0.0)
    assert "data.receipt: missing" in turn.remarks[0]
    assert acks(turn.said)[0]["through"] == 1


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("gse/1/up/cq-0147/fill", b"{}"),
        ("gse/1/up/cq-0147/fill/1A", b"\xff"),
        ("gse/1/up/cq-0147/fill/1A", b"[1]"),
        ("gse/1/up/cq-0147/dance/1A", b'{"data": {}}'),
        ("gse/1/up/cq-0147/fill/1A", b'{"data": {}, "lane": "fact", "epoch": "1", "seq": true}'),
        ("gse/1/up/cq-0147/fill/1A", b'{"data": {}, "lane": "fact", "epoch": "1", "seq": 99999999999999999999}'),
        ("gse/1/up/cq-0147/fill/1A", b'{"data": {}, "lane": "fact", "epoch": "1", "seq": 1, "id": "cq-0148/fact/1/1"}'),
        ("gse/1/up/cq-0147/hello/_", b'{"data": {"epoch": []}}'),
    ],
)
def test_rubbish_is_put_aside_and_nothing_falls_over(tmp_path: Path, topic: str, payload: bytes) -> None:
    one = office(tmp_path)
    one.take([(topic, payload, False)], 0.0)
    assert one.take(facts(1), 0.0).said


def test_a_hello_is_answered_with_the_newest_that_is_held(tmp_path: Path) -> None:
    one, sent = office(tmp_path), facts(5)
    one.take([*sent[:2], sent[4]], 0.0)
    hello = {"epoch": "1", "fact": {"seq": 2, "hash": "0" * 64}, "trace": {"seq": 0}}
    document = envelope.enclose("x", "/gse/cq-0147/station", "gse.hello.v1", {}, AT, "b1", hello)
    said = one.take([("gse/1/up/cq-0147/hello/_", document, False)], 0.0).said
    (topic, answer), (_, ack) = said
    assert topic == "gse/1/dn/cq-0147/hello/_"
    assert json.loads(answer)["fact"] == {"seq": 5, "hash": envelope.digest(sent[4][1])}
    assert json.loads(ack)["missing"] == [[3, 4]]


# ── with a real broker and a real station ───────────────────────────────────


@needs_mosquitto
@story
async def test_station_and_head_office_come_together_whoever_was_there_first(tmp_path: Path) -> None:
    with mosquitto(tmp_path / "broker") as broker:
        async with station(tmp_path, access(broker.port)) as one:
            await one.keep(*(entered(n) for n in range(50)))
            await soon(lambda: one.publisher.facts.delivery.sent >= 20)
            with Collector(tmp_path, broker.port) as office:
                await soon(lambda: one.publisher.facts.delivery.acked == 50)
                for n in range(50, 80):
                    await one.keep(entered(n))
                await soon(lambda: one.publisher.facts.delivery.acked == 80)
                office.kill()
                await one.keep(*(entered(n) for n in range(80, 120)))
                office.start()
                await soon(lambda: one.publisher.facts.delivery.acked == 120)
        count = proved(tmp_path / "ho.db", [f"r{n}" for n in range(120)])
    assert count == 120


@needs_mosquitto
@story
async def test_an_old_card_image_is_found_and_no_new_fact_is_dropped(tmp_path: Path) -> None:
    """The naive scheme lost all of them without a word."""
    card, image = tmp_path / "card", tmp_path / "image"
    with mosquitto(tmp_path / "broker") as broker, Collector(tmp_path, broker.port):
        async with station(card, access(broker.port)) as one:
            await one.keep(*(entered(n) for n in range(500)))
            await soon(lambda: one.publisher.facts.delivery.acked == 500)
        shutil.copytree(card, image)
        async with station(card, access(broker.port), boot="b002") as one:
            await one.keep(*(entered(n) for n in range(500, 1000)))
            await soon(lambda: one.publisher.facts.delivery.acked == 1000)
        async with station(image, access(broker.port), boot="b003") as one:
            await one.keep(*(entered(n) for n in range(1000, 1194)))
            await soon(lambda: "storage-rolled-back" in {remark.what for remark in one.told(Remarked)})
            head = one.journal.head()
            assert head.epoch == "2"
            await soon(lambda: one.publisher.facts.delivery.acked == head.seq)
    assert proved(tmp_path / "ho.db", [f"r{n}" for n in range(1194)]) == 1194


@needs_mosquitto
@pytest.mark.parametrize("backup", [40, 0])
@story
async def test_a_head_office_put_back_to_an_earlier_epoch_gets_the_rest_of_it(tmp_path: Path, backup: int) -> None:
    """Of epoch 1 it had held 50 facts when epoch 2 began, which tells the others again; its backup knows 40 or none."""
    card = tmp_path / "card"
    with mosquitto(tmp_path / "broker") as broker:
        async with station(card, access(broker.port)) as one:
            await one.keep(*(entered(n) for n in range(40)))
            if backup:
                with Collector(tmp_path, broker.port):
                    await soon(lambda: one.publisher.facts.delivery.acked == 40)
        journal = Journal(card / "journal.db", "cq-0147", "b001")
        journal.append([entered(n) for n in range(40, 60)])
        journal.renew([(51, 60)], 2, "a test", AT)
        journal.append([entered(n) for n in range(60, 70)])
        journal.close()
        with Collector(tmp_path, broker.port) as collector:
            async with station(card, access(broker.port), boot="b002") as one:
                await soon(lambda: one.publisher.facts.delivery.acked == 21)
                await soon(lambda: one.publisher.late.lanes and one.publisher.late.waiting() == 0)
            assert proved(collector.db, [f"r{n}" for n in range(70)]) == 70
            rows = held(collector.db)
    assert [seq for epoch, seq, _ in rows if epoch == 1] == list(range(1, 51))


@needs_mosquitto
@story
async def test_facts_of_an_epoch_that_is_done_are_replayed_by_its_name(tmp_path: Path) -> None:
    with mosquitto(tmp_path / "broker") as broker:
        one_journal = Journal(tmp_path / "journal.db", "cq-0147", "b001")
        kept = one_journal.append([entered(n) for n in range(10)])
        one_journal.renew([], 2, "a test", AT)
        one_journal.close()
        ear = Subscriber(broker.port, "gse/1/up/#")
        async with station(tmp_path, access(broker.port)) as one:
            await soon(lambda: [(d["epoch"], d["seq"]) for d in ear.lane("fact")] == [("2", 1)])
            one.publisher.resend(Resend(3, 5, "1"))
            await soon(lambda: one.told(Replayed))
            await soon(lambda: len(ear.lane("fact")) == 4)
            assert [m.payload for m in ear.of("feedback")] == [m.payload for m in kept[2:5]]
            one.publisher.resend(Resend(3, 5, "7"))
            assert len(one.told(Replayed)) == 2, "of an epoch that nobody knows there is nothing to wait for"
        ear.close()


def test_what_was_told_before_the_clock_was_known_is_placed_when_it_is(tmp_path: Path) -> None:
    def rating(at: Instant) -> Fact:
        return Fact("feedback", "kiosk-1", {"receipt": "r", "rating": 5, "reasons": [], "text": ""}, "kiosk-1", at)

    body = {"what": "clock-known", "boot": "b1", "boots": ["b0", "b1"], "offset": 1_795_600_000.0}
    known = Fact("audit", "_", body, "station", Instant(60.0, 1_795_600_060.0, "synced"))
    told = [("b0", rating(Instant(9.0, 12.0, "unsynced"))), ("b1", rating(Instant(30.5, 12.0, "unsynced")))]
    told += [("b1", known), ("b1", rating(Instant(61.0, 1_795_600_061.25, "synced")))]
    one, chain = office(tmp_path), Chain.new("1")
    for boot, fact in told:
        chain, message = link(chain, fact, "cq-0147", boot)
        one.take([(f"gse/1/up/cq-0147/{message.topic}", message.payload, False)], 0.0)
    seen = one.store.db.execute("SELECT clk, happened FROM placed WHERE kind = 'feedback' ORDER BY seq").fetchall()
    assert seen == [
        ("unsynced", "2026-11-25T09:46:49.000Z"), ("unsynced", "2026-11-25T09:47:10.500Z"),
        ("synced", "2026-11-25T09:47:41.250Z"),
    ]  # fmt: skip
