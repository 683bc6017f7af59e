"""What the journal remembers of the clock: the latest moment that was known, and whose times cannot be placed yet."""

from __future__ import annotations

from agent.core.messages.stamp import utc_of
from agent.shell.store import journalfile
from agent.shell.store.journal import Journal
from drivers.model import Instant

FRESH = 3600.0  # seconds of which the floor may lag behind, to spare the card
MOST = 100  # runs of the agent in one run of the machine, remembered


class Moments:
    """`machine` names this run of the machine, `boot` this run of the agent. `boots`: earlier runs of it whose clock
    was not known, as long as this machine runs; `before`: when the newest fact was told, if its clock was known."""

    def __init__(self, journal: Journal, machine: str, boot: str, now: Instant) -> None:
        self.journal, self.machine, self.boot = journal, machine, boot
        known, unplaced = journal.marks.get("known") or "0", (journal.marks.get("unplaced") or "").split()
        self.known = float(known) if known.isdecimal() else 0.0
        self.boots = tuple(unplaced[1:]) if unplaced[:1] == [machine] else ()
        self.before = newest(journal)
        self.remember(now)

    def remember(self, now: Instant) -> None:
        """Remember this moment with the journal's next commit, or that it cannot be believed."""
        self.believed = now.clk != "unsynced"
        if self.believed:
            if abs(now.utc - self.known) >= FRESH:
                self.known = now.utc  # also when it is earlier: the clock that was believed before was wrong
                self.journal.mark("known", f"{self.known:.0f}")
            self.journal.mark("unplaced", "")
        else:
            boots = [boot for boot in self.boots if boot != self.boot][-MOST:]
            self.journal.mark("unplaced", " ".join((self.machine, *boots, self.boot)))

    def floor(self) -> float | None:
        """While the clock cannot be believed: seconds since 1970 that it is at least. None: it can be."""
        return None if self.believed else self.known


def newest(journal: Journal) -> float | None:
    """When the newest fact was told, of those that are told when they happen; None where nobody knows."""
    kinds = "('checkpoint', 'audit', 'total')"
    sql = f"SELECT n, kind, id, payload FROM fact WHERE kind IN {kinds} ORDER BY n DESC LIMIT 1"  # noqa: S608
    for entry in journalfile.entries(journal.ask(sql)):
        if entry.document["clk"] != "unsynced":
            return utc_of(entry.document["time"])
    return None
