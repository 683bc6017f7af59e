"""A restart forgives nobody: whoever typed wrong PINs goes on waiting, and a case's PIN that was guessed at too."""

from __future__ import annotations

from pathlib import Path

from stations import small

from agent.core import station
from agent.core.cases.inquiries import TRIES, WAIT, locked_before
from agent.core.model import Answer, Fact, Submitted
from agent.core.state import begin
from agent.shell.store import lockouts
from agent.shell.store.journal import Journal
from drivers.model import Clk, Instant
from kiosk.limits import Guard
from kiosk.model import Complaint, LookUp, Refusal

START = 1795305600.0


def at(second: float, clk: Clk = "synced") -> Instant:
    return Instant(second, START + second, clk)


def login(by: str, second: float, *, ok: bool = False, clk: Clk = "synced") -> Fact:
    return Fact("audit", "_", {"what": "login", "by": by, "ok": ok}, "staff", at(second, clk))


def guard(journal: Journal, now: Instant) -> Guard:
    found = lockouts.recall(journal, now)
    return Guard.recall(found.wrong, found.waiting, now.mono)


def test_wrong_tries_count_on_and_a_right_one_forgives_those_before(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db", "cq-0147", "b001")
    journal.append([login("li", n) for n in range(4)] + [login("wang", n) for n in range(5)])
    journal.append([login("zhao", 6), login("zhao", 7, ok=True), login("zhao", 8)])
    fresh = guard(journal, at(30))
    assert fresh.wait("li", 30) == 0 and fresh.wait("wang", 30) == 60
    fresh.begin("li", 31)
    assert fresh.wait("li", 31) == 60, "the fifth"
    fresh.begin("zhao", 31)
    assert fresh.wait("zhao", 31) == 0


def test_who_waited_long_enough_while_the_clock_was_known_waits_no_more(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db", "cq-0147", "b001")
    journal.append([login("wang", n) for n in range(5)])
    assert guard(journal, at(5000)).wait("wang", 5000) == 0
    assert guard(journal, at(5000, "unsynced")).wait("wang", 5000) == 60


def test_a_case_whose_pin_was_guessed_at_stays_shut_over_a_restart(tmp_path: Path) -> None:
    setup, journal = small(tmp_path), Journal(tmp_path / "journal.db", "cq-0147", "b001")
    state, _ = station.step(begin(setup, bytes(32)), Submitted(Complaint("complaint", "attitude"), 1), at(0))
    number = next(iter(state.desk.open))
    for turn in range(TRIES):
        state, effects = station.step(state, Submitted(LookUp(number, "000000"), turn), at(10 + turn))
        journal.append([effect for effect in effects if isinstance(effect, Fact)])
    found = lockouts.recall(journal, at(60))
    assert found.cases == (number,)
    assert locked_before(found.cases, at(60))[number].until == 60 + WAIT
    assert lockouts.recall(journal, at(60 + WAIT)).cases == ()
    answer = next(effect for effect in effects if isinstance(effect, Answer))
    assert isinstance(answer.outcome, Refusal)
