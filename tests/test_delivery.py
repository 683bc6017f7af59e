"""Stories of the fact lane: what flies, what an answer means, what is sent again and when."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest

from agent.core.lanes import delivery
from agent.core.lanes.delivery import WINDOW, Delivery

UNHEARD, REFUSED, GONE, POISON = 0x10, 0x87, 0x00, 0x99


class Lane:
    """A lane of facts with kinds, and a broker whose answers a story decides."""

    def __init__(self, kinds: str, mark: int = 0, acked: int = 0) -> None:
        self.kinds = kinds  # one letter a fact; a capital is retained
        self.now = 1000.0
        self.d = delivery.connected(Delivery(head=len(kinds), mark=mark, acked=acked), self.now)

    def fly(self, limit: int = WINDOW) -> list[int]:
        """Everything that may be sent now."""
        flown: list[int] = []
        while len(flown) < limit:
            self.d, seq = delivery.upcoming(self.d, self.now)
            if seq is None:
                break
            kind = self.kinds[seq - 1]
            self.d, send = delivery.take(self.d, seq, kind, kind.isupper())
            flown += [seq] * send
        return flown

    def land(self, seqs: list[int], code: int = 0) -> None:
        for seq in seqs:
            kind = self.kinds[seq - 1]
            self.d = delivery.landed(self.d, seq, kind, kind.isupper(), code, self.now)

    def add(self, kinds: str) -> None:
        self.kinds += kinds
        self.d = replace(self.d, head=len(self.kinds))


def test_a_fresh_station_sends_from_the_first_fact_in_order() -> None:
    lane = Lane("a" * 50)
    assert lane.fly() == list(range(1, 21))
    lane.land([2, 1])
    assert lane.d.mark == 2


def test_the_mark_waits_for_the_slowest_answer() -> None:
    lane = Lane("a" * 10)
    lane.fly()
    lane.land([2, 3, 4, 5])
    assert lane.d.mark == 0
    lane.land([1])
    assert lane.d.mark == 5


def test_a_connect_begins_one_window_before_the_mark_and_nothing_older() -> None:
    assert Lane("a" * 100, mark=60).fly(100) == list(range(41, 101))


def test_reconnecting_over_and_over_never_moves_the_mark_back() -> None:
    lane = Lane("a" * 100, mark=60)
    for _ in range(5):
        lane.d = delivery.connected(lane.d, lane.now)
        lane.fly()
    assert lane.d.mark == 60


def test_where_nobody_listens_a_fact_is_tried_again_after_five_seconds_and_not_before() -> None:
    lane = Lane("a")
    lane.land(lane.fly(), UNHEARD)
    lane.now += 4.9
    assert lane.fly() == []
    lane.now += 0.1
    assert lane.fly() == [1]


def test_when_somebody_listens_at_last_everything_comes_in_order() -> None:
    lane = Lane("abcabcaab")
    lane.land(lane.fly(), UNHEARD)
    lane.now += 5
    assert lane.fly() == [1, 2, 3]
    lane.land([1, 2, 3])
    lane.add("c")
    assert lane.fly() == [4, 5, 6, 7, 8, 9, 10]


def test_fresh_facts_wait_behind_older_ones_while_nobody_listens() -> None:
    lane = Lane("ab")
    lane.land(lane.fly(), UNHEARD)
    lane.now += 1
    lane.add("c")
    assert lane.fly() == []
    lane.now += 4
    assert lane.fly() == [1, 2]
    lane.land([1, 2])
    assert lane.fly() == [3]


def test_a_kind_that_nobody_wants_never_holds_up_the_others() -> None:
    lane = Lane("ab")
    lane.fly()
    lane.land([1], UNHEARD)
    lane.land([2])
    lane.add("abab")
    assert lane.fly() == [4, 6]
    lane.land([4, 6])
    assert lane.d.mark == 6
    assert lane.d.waiting == {"a": (1, 5)}


def test_a_refused_kind_is_asked_about_once_in_growing_pauses() -> None:
    lane = Lane("aaaa")
    lane.land(lane.fly(), REFUSED)
    tries = []
    for _ in range(4000):
        lane.now += 1
        if flown := lane.fly():
            assert flown == [1]
            tries.append(lane.now)
            lane.land(flown, REFUSED)
    gaps = [round(b - a) for a, b in pairwise(tries)]
    assert gaps[:6] == [10, 20, 40, 80, 160, 320]
    assert set(gaps[6:]) == {600}


def test_a_retained_fact_counts_as_taken_where_nobody_listens() -> None:
    lane = Lane("A")
    lane.land(lane.fly(), UNHEARD)
    assert (lane.d.mark, lane.d.waiting) == (1, {})


def test_what_waits_survives_a_lost_connection_wherever_it_was() -> None:
    lane = Lane("ababab")
    lane.land(lane.fly(), UNHEARD)
    lane.now += 5
    lane.land(lane.fly())
    assert lane.fly(2) == [3, 4]
    lane.d = delivery.connected(replace(lane.d, mark=6, sent=6), lane.now)
    assert lane.d.waiting == {"a": (3, 5), "b": (4, 6)}


def test_an_acknowledgement_moves_head_offices_mark_and_brings_what_is_missing() -> None:
    lane = Lane("a" * 30)
    lane.land(lane.fly(30))
    lane.d = delivery.acknowledged(lane.d, 25, ((3, 4), (9, 9)), lane.now)
    assert (lane.d.acked, lane.fly()) == (25, [3, 4, 9])
    lane.d = delivery.acknowledged(lane.d, 26, ((3, 4), (9, 9)), lane.now)
    assert lane.fly() == []
    lane.now += 5
    lane.d = delivery.acknowledged(lane.d, 26, ((3, 4), (9, 9)), lane.now)
    assert lane.fly() == [3, 4, 9]


def test_what_never_arrives_is_sent_again_in_growing_pauses_until_something_changes() -> None:
    """A broker may take a fact and drop it, or head office put it aside: it is not sent for ever at full speed."""
    lane, times = Lane("a" * 30), list[float]()
    lane.land(lane.fly(30))
    for _ in range(400):
        lane.now += 5
        lane.d = delivery.acknowledged(lane.d, 30, ((3, 3),), lane.now)
        if flown := lane.fly():
            assert flown == [3]
            lane.land(flown)
            times.append(lane.now)
    assert [b - a for a, b in pairwise(times)] == [5, 10, 20, 40, 80, 160, 320, 600, 600]
    lane.d = delivery.acknowledged(lane.d, 30, ((3, 4),), lane.now)
    assert lane.fly() == [3, 4]
    lane.now += 5
    lane.d = delivery.acknowledged(lane.d, 30, ((3, 4),), lane.now)
    assert lane.fly() == [3, 4]


def test_missing_ranges_are_made_harmless() -> None:
    lane = Lane("a" * 10)
    lane.land(lane.fly())
    lane.d = delivery.acknowledged(lane.d, 10, ((-5, 2), (9, 10**9), (8, 3), (50, 60)), lane.now)
    assert lane.fly(100) == [1, 2, 9, 10]


def test_an_answer_to_hello_moves_the_marks_both_ways() -> None:
    lane = Lane("a" * 30, mark=20)
    lane.d = delivery.answered(lane.d, 25, lane.now)
    assert lane.fly() == [26, 27, 28, 29, 30]
    lane.land([26, 27, 28, 29, 30])
    lane.d = delivery.answered(lane.d, 10, lane.now)
    assert lane.fly() == list(range(11, 31))


def test_a_silent_head_office_is_asked_again_in_growing_pauses_one_window_at_a_time() -> None:
    lane = Lane("a" * 60, acked=5, mark=5)
    lane.land(lane.fly(100))
    times = []
    for _ in range(2400):
        lane.now += 1
        if flown := lane.fly(100):
            assert flown == list(range(6, 26))
            times.append(round(lane.now - 1000))
            lane.land(flown)
    assert [b - a for a, b in pairwise(times)] == [30, 60, 120, 240, 480, 600, 600]
    assert times[0] == 30


def test_a_head_office_that_answers_again_gets_the_rest_at_once() -> None:
    lane = Lane("a" * 60, acked=5, mark=60)
    lane.land(lane.fly(100))
    lane.now += 31
    assert lane.fly() == list(range(6, 26))
    lane.d = delivery.acknowledged(lane.d, 25, (), lane.now)
    assert lane.fly() == list(range(26, 46))
    lane.d = delivery.acknowledged(lane.d, 45, (), lane.now)
    assert lane.fly() == list(range(46, 61))
    lane.d = delivery.acknowledged(lane.d, 60, (), lane.now)
    lane.now += 10_000
    assert lane.fly() == []


def test_facts_that_are_gone_from_the_journal_are_stepped_over() -> None:
    lane = Lane("a" * 5)
    for seq in (1, 2):
        lane.d, named = delivery.upcoming(lane.d, lane.now)
        assert named == seq
        lane.d = delivery.absent(lane.d, seq)
    assert lane.fly() == [3, 4, 5]
    assert lane.d.mark == 2


@pytest.mark.parametrize("code", [0x90, 0x95, 0x99])
def test_a_fact_that_no_try_brings_through_holds_nothing_up(code: int) -> None:
    lane = Lane("abab")
    assert lane.fly() == [1, 2, 3, 4]
    lane.land([1, 3, 4])
    lane.land([2], code)
    assert (lane.d.mark, lane.d.waiting, lane.d.poison) == (4, {}, frozenset({2}))
    lane.add("b")
    assert lane.fly() == [5]
    lane.land([5])
    lane.d = delivery.connected(lane.d, lane.now)
    assert lane.fly() == [1, 3, 4, 5]  # of the last window all but the one


def test_a_refused_kind_goes_on_behind_the_fact_that_was_refused_for_itself() -> None:
    lane = Lane("abbb")
    lane.land(lane.fly(1))
    lane.land(lane.fly(), REFUSED)
    assert lane.d.waiting == {"b": (2, 4)}
    lane.now += 6
    assert lane.fly() == [2]
    lane.land([2], POISON)
    assert lane.fly() == [3, 4]
    lane.land([3, 4])
    assert (lane.d.waiting, lane.d.poison) == ({}, frozenset({2}))


def test_what_was_refused_for_itself_is_sent_when_somebody_asks_for_it() -> None:
    lane = Lane("abc")
    lane.land(lane.fly(), POISON)
    lane.d = delivery.acknowledged(lane.d, 3, ((2, 2),), lane.now)
    assert lane.fly() == [2]
    lane.land([2])
    assert lane.d.poison == {1, 3}


@pytest.mark.parametrize("seed", range(60))
def test_whatever_the_broker_answers_every_fact_is_taken_or_owned_up_to_in_the_end(seed: int) -> None:
    chance = random.Random(seed)
    lane, taken, aloft = Lane("".join(chance.choices("abcD", k=120))), set[int](), list[int]()
    for _ in range(400):
        lane.now += chance.choice([0.0, 0.1, 6.0])
        aloft += lane.fly(max(0, WINDOW - len(aloft)))
        chance.shuffle(aloft)
        for seq in aloft[: chance.randrange(8)]:
            code = chance.choice([0, 0, UNHEARD, REFUSED, POISON])
            aloft.remove(seq)
            lane.land([seq], code)
            if delivery.verdict(code, lane.kinds[seq - 1].isupper()) in ("taken", "poison"):
                taken.add(seq)
        if chance.random() < 0.03:
            aloft.clear()
            lane.d = delivery.connected(lane.d, lane.now)
        if chance.random() < 0.1 and len(lane.kinds) < 200:
            lane.add(chance.choice("abcD"))
    for _ in range(3000):
        lane.now += 1
        aloft += lane.fly()
        lane.land(aloft)
        taken.update(aloft)
        aloft.clear()
    assert taken == set(range(1, len(lane.kinds) + 1))
    assert (lane.d.mark, lane.d.waiting) == (len(lane.kinds), {})
