"""Facts kept in memory, as a rehearsal says them or a file tells them, for reports to be made of."""

from __future__ import annotations

from collections.abc import Iterator

from agent.core.messages import envelope
from agent.core.messages.stamp import utc_of
from agent.core.reports.ledger import KINDS
from agent.core.reports.story import Document

REPORT = "gse.report.v1"


class Heard:
    """`hear` each message in its order; `through` and `epoch` of the last one."""

    def __init__(self) -> None:
        self.documents: list[Document] = []
        self.oldest: float | None = None
        self.epoch, self.through = "1", 0

    def hear(self, kind: str, payload: bytes) -> None:
        """One fact. Raises ValueError for what is no JSON."""
        document = envelope.load(payload)
        self.epoch, self.through = document["epoch"], document["seq"]
        if self.oldest is None:
            self.oldest = utc_of(document["time"])
        if kind in (*KINDS, "report"):
            self.documents.append(document)

    def since(self, begin: float) -> Iterator[Document]:
        return (one for one in self.documents if one["type"] != REPORT)

    def case(self, number: str) -> Iterator[Document]:
        return iter(())  # all of it is among the others

    def published(self) -> Iterator[Document]:
        return (one for one in self.documents if one["type"] == REPORT)

    def until(self, epoch: str, through: int) -> Heard:
        part = Heard()
        part.oldest, part.epoch, part.through = self.oldest, epoch, through
        for one in self.documents:
            if one["epoch"] == epoch and one["seq"] > through:
                break
            part.documents.append(one)
        return part

    def began(self) -> float | None:
        return self.oldest
