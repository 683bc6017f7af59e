"""The journal read as reports need it: what was told in a span of time, and the whole of a case."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from agent.core.messages import envelope
from agent.core.messages.stamp import utc_of
from agent.core.reports.ledger import KINDS
from agent.core.reports.story import Document
from agent.shell.store import journalfile

MEMBERS = ("type", "time", "data")  # all that a report looks at: a quarter of them is in memory at once
MANY = 1000  # rows at once
SLACK = 2 * 86400.0  # seconds by which the clock may have stood elsewhere while facts were kept
SURE = ("checkpoint", "audit", "total")  # told when they are kept; a person may tell a case's event long after it
ROWS = "SELECT n, kind, id, payload FROM fact WHERE n <= ?"


class Chronicle:
    """Facts up to row `top`, of a journal's file: `rows` asks it; `epoch` in force, `base` the row before its first."""

    def __init__(self, rows: Callable[..., list[Any]], top: int, epoch: str, base: int) -> None:
        self.rows, self.top, self.epoch, self.base = rows, top, epoch, base

    def began(self) -> float | None:
        found = self.rows(f"{ROWS} ORDER BY n LIMIT 1", self.top)
        return utc_of(envelope.load(found[0][3])["time"]) if found else None

    def since(self, begin: float) -> Iterator[Document]:
        """And before them who was on duty then."""
        n = self._before(begin - SLACK)
        duty = f"{ROWS} AND n <= ? AND kind = 'shift' AND id = 'duty' ORDER BY n DESC LIMIT 1"
        yield from self._documents(self.rows(duty, self.top, n))
        sql = f"{ROWS} AND n > ? AND kind IN ({', '.join('?' * len(KINDS))}) ORDER BY n LIMIT {MANY}"
        while found := self.rows(sql, self.top, n, *KINDS):
            yield from self._documents(found)
            n = found[-1][0]

    def case(self, number: str) -> Iterator[Document]:
        sql = f"{ROWS} AND {journalfile.ASKED} AND kind = 'case' AND id = ? ORDER BY n"
        yield from self._documents(self.rows(sql, self.top, number))

    def published(self) -> Iterator[Document]:
        yield from self._documents(
            self.rows(f"{ROWS} AND {journalfile.ASKED} AND kind = 'report' ORDER BY n", self.top)
        )

    def until(self, epoch: str, through: int) -> Chronicle | None:
        return Chronicle(self.rows, self.base + through, epoch, self.base) if epoch == self.epoch else None

    def _documents(self, found: list[Any]) -> Iterator[Document]:
        for entry in journalfile.entries(found):
            yield {name: entry.document[name] for name in MEMBERS}

    def _before(self, begin: float) -> int:
        """A row before which nothing was told at `begin` or later, by halving."""
        low, high = 0, self.top
        while high - low > MANY:
            middle = (low + high) // 2
            utc = self._moment(middle)
            low, high = (middle, high) if utc is not None and utc < begin else (low, middle)
        return low

    def _moment(self, n: int) -> float | None:
        """When row `n` was kept, by the next fact whose time is beyond doubt."""
        sql = f"{ROWS} AND n >= ? AND kind IN ({', '.join('?' * len(SURE))}) ORDER BY n LIMIT 20"
        for entry in journalfile.entries(self.rows(sql, self.top, n, *SURE)):
            if entry.document["clk"] != "unsynced":
                return utc_of(entry.document["time"])
        return None
