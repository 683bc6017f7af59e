"""Who typed wrong PINs before this start: read back from the audit trail, so that a restart forgives nobody."""

from __future__ import annotations

from typing import NamedTuple

from agent.core.cases.inquiries import LOCKED, WAIT
from agent.core.messages.stamp import utc_of
from agent.shell.store import journalfile
from agent.shell.store.journal import Journal
from drivers.model import Instant

ROWS, MOST = 50_000, 1000  # newest rows of the journal looked through; entries of the audit trail among them


class Lockouts(NamedTuple):
    """Wrong tries of each person since their last right one; those who are to wait; cases whose PIN is to wait."""

    wrong: dict[str, int]
    waiting: frozenset[str]
    cases: tuple[str, ...]


def recall(journal: Journal, now: Instant) -> Lockouts:
    """Where the clock cannot tell how long ago it was, the wait begins anew."""
    sql = f"SELECT n, kind, id, payload FROM fact WHERE n > ? AND kind = 'audit' ORDER BY n DESC LIMIT {MOST}"  # noqa: S608
    wrong, right = dict[str, int](), set[str]()
    waiting, cases = set[str](), dict[str, None]()
    for entry in journalfile.entries(journal.ask(sql, journal.rows() - ROWS)):
        body, known = entry.body, "unsynced" not in (entry.document["clk"], now.clk)
        recent = not known or now.utc - utc_of(entry.document["time"]) < WAIT
        person = str(body.get("by", ""))
        if body.get("what") == "login" and person not in right:
            if body.get("ok"):
                right.add(person)
            else:
                wrong[person] = wrong.get(person, 0) + 1
                waiting |= {person} if recent else set()
        elif body.get("what") == LOCKED and recent:
            cases[str(body.get("case", ""))] = None
    return Lockouts(wrong, frozenset(waiting), tuple(cases))
