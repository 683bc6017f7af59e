"""Which facts a report is made of, asked of whoever keeps them: those of its period, and the past of their cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from agent.core.reports.story import Document


class Facts(Protocol):
    """Where facts are kept."""

    def since(self, begin: float) -> Iterable[Document]:
        """The facts of the ledger's KINDS, in their order, from one on that was told before `begin`."""
        ...

    def case(self, number: str) -> Iterable[Document]:
        """Every fact of one case, in their order."""
        ...

    def published(self) -> Iterable[Document]:
        """The `report` facts, in their order."""
        ...

    def until(self, epoch: str, through: int) -> Facts | None:
        """The same up to fact `through` of `epoch`; None where that cannot be told."""
        ...

    def began(self) -> float | None:
        """When the oldest fact was told; None: there is none."""
        ...


def gather(facts: Facts, begin: float, end: float) -> Iterator[Document] | None:
    """What a report about this time is made of; None: the facts begin when it was over."""
    oldest = facts.began()
    return None if oldest is None or oldest >= end else chosen(facts, begin)


def chosen(facts: Facts, begin: float) -> Iterator[Document]:
    """A case whose beginning is not among these facts is told from its beginning."""
    later: dict[str, int] = {}
    for document in facts.since(begin):
        body = document["data"]
        if "case" in body and "version" in body:
            later[body["case"]] = min(body["version"], later.get(body["case"], body["version"]))
        yield document
    for number, version in later.items():
        if version > 1:
            yield from facts.case(number)
