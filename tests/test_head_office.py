"""What head office says and what is believed of it: acknowledgements, hello, commands, rubbish."""

from __future__ import annotations

from pathlib import Path

from brokers import needs_mosquitto
from mosquitto import Mosquitto, Subscriber, story
from voices import DOWN, access, fact, numbers, soon, station

from agent.core.model import Commanded, Event, Lost, Remarked
from agent.core.office.inbox import Answered
from agent.shell import clock
from agent.shell.store.journal import Journal
from agent.shell.store.late import Late

pytestmark = needs_mosquitto


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
        held = {"epoch": "1", "through": 3, "hash": one.journal.hash(3), "missing": [[2, 2]]}
        ear.say(f"{DOWN}ack/fact", held)
        await soon(lambda: len(ear.lane("fact")) == 6)
        old = one.journal.head()
        ear.heard.clear()
        ear.say(f"{DOWN}hello/_", {"epoch": "1", "fact": {"seq": 900, "hash": "ab" * 32}, "trace": {"seq": 0}})
        await soon(lambda: len(ear.lane("fact")) == 4)
        first, *again = ear.lane("fact")
        assert (first["type"], first["epoch"], first["prev"]) == ("gse.gap.v1", "2", old.hash)
        assert first["data"]["ranges"] == [[2, 2], [4, 5]], "what it misses and what it has not acknowledged"
        assert [document["data"]["n"] for document in again] == [2, 4, 5]
        assert [r.what for r in one.told(Remarked)] == ["storage-rolled-back"]
        await soon(lambda: ear.of("hello"))
        assert ear.of("hello")[-1].said["data"]["epoch"] == "2"
        await one.keep(fact(6))
        await soon(lambda: len(ear.lane("fact")) == 5)
        assert numbers(ear.lane("fact")) == [1, 2, 3, 4, 5]
    ear.close()


@story
async def test_an_answer_that_names_an_epoch_that_ended_brings_the_rest_of_it_and_what_followed(
    tmp_path: Path, broker: Mosquitto
) -> None:
    journal = Journal(tmp_path / "journal.db", "cq-0147", "b001")
    journal.append(fact(n) for n in range(1, 9))
    journal.renew([(2, 2), (7, 8)], 2, "a test", clock.now())  # 1 and 3 to 6 are not told again
    journal.append([fact(9)])
    journal.close()
    ear = Subscriber(broker.port, "gse/1/up/#")

    def heard() -> list[tuple[str, int]]:
        return [(document["epoch"], document["seq"]) for document in ear.lane("fact")]

    async with station(tmp_path, access(broker.port)) as one:
        await soon(lambda: heard() == [("2", n) for n in range(1, 6)])
        known = one.publisher.late.chapters["1"]
        for seq, hash in ((3, "0" * 64), (8, known.hash(8) or "")):  # not ours; and all of it
            await one.publisher.late.answered(Answered("1", seq, hash))
            assert not one.publisher.late.lanes
        ear.say(f"{DOWN}hello/_", {"epoch": "1", "fact": {"seq": 1, "hash": known.hash(1)}})
        await soon(lambda: {("1", 3), ("1", 4), ("1", 5), ("1", 6), *(("2", n) for n in range(1, 6))} == set(heard()))
        ear.say(f"{DOWN}ack/fact", {"epoch": "1", "through": 6, "hash": known.hash(6), "missing": []})
        await soon(lambda: one.publisher.late.waiting() == 0)
    ear.close()


@story
async def test_what_is_not_here_any_more_of_an_epoch_that_ended_is_owned_up_to(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db", "cq-0147", "b001")
    journal.append(fact(n) for n in range(1, 9))
    journal.renew([], 2, "a test", clock.now())
    journal.prune(4, clock.now())
    told: list[Event] = []
    late = Late(journal, clock.now, told.append)
    for _ in range(2):
        await late.answered(Answered("1", 2, "of a fact that is gone"))
    assert told == [Lost("fact", "1", ((3, 4),), "kept long enough, and not here any more")]
    assert late.waiting() == 4
    journal.close()


@story
async def test_an_epoch_that_nobody_ever_reached_is_not_followed(tmp_path: Path, broker: Mosquitto) -> None:
    """Followed to the end, the numbers of epochs run out, and no acknowledgement is read any more."""
    ear = Subscriber(broker.port, "gse/1/up/#")
    async with station(tmp_path, access(broker.port)) as one:
        await one.keep(*(fact(n) for n in range(1, 6)))
        await soon(lambda: len(ear.lane("fact")) == 5)
        ear.say(f"{DOWN}hello/_", {"epoch": "999999999", "fact": {"seq": 900, "hash": "ab" * 32}})
        await soon(lambda: [remark.what for remark in one.told(Remarked)] == ["fork"])
        ear.say(f"{DOWN}ack/fact", {"epoch": "1", "through": 5, "hash": one.journal.hash(5), "missing": []})
        await soon(lambda: one.publisher.facts.delivery.acked == 5)
        assert one.journal.head().epoch == "1"
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
        assert one.told(Commanded) == [Commanded("ping", {"id": "c1", "args": {}}, False, (("1", 0),))]
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
