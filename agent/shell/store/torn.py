"""Facts that a torn write-ahead log still holds, although SQLite believes it only as far as its first damaged page."""

from __future__ import annotations

from collections.abc import Iterable

from agent.core.messages.envelope import Chain
from agent.shell.store.carve import FRAME, HEAD, PAGE, rows
from agent.shell.store.epoch import Damaged, Epoch
from agent.shell.store.journalfile import Row
from agent.shell.store.salvage import fact, place_of


def beyond(log: bytes, station: str, epoch: Epoch, chain: Chain) -> tuple[list[Row], Chain]:
    """Committed facts that follow the chain, and the chain that ends in them.

    What was not committed is not there: nobody was told of it, and who was refused has perhaps entered it again.
    Raises Damaged when facts are there but the one before them is not: the chain cannot go on as it was.
    """
    found = {row[0]: row for row in facts(committed(log), station) if row[0] > epoch.base + chain.seq}
    further: list[Row] = []
    while row := found.pop(epoch.base + chain.seq + 1, None):
        place = place_of(row[4], station)
        if place is None or (place.epoch, place.prev) != (epoch.name, chain.hash):
            found[row[0]] = row
            break
        further.append(row)
        chain = Chain(epoch.name, place.seq, place.hash)
    if found:
        raise Damaged(f"the log is torn after {chain.seq}; {len(found)} facts are beyond")
    return further, chain


def facts(frames: list[tuple[int, bytes]], station: str) -> Iterable[Row]:
    """Every fact on these pages whose own sum proves it."""
    pages = dict(frames)

    def page(number: int) -> bytes:
        return pages.get(number, b"")

    for _, content in frames:
        for n, columns in rows(content, page):
            row = fact(n, columns, station) if n else None
            if row and row[5] is not None:
                yield row


def committed(log: bytes) -> list[tuple[int, bytes]]:
    """The pages of a log's last turn up to its last commit, whether their sums are right or not."""
    found = [(log[at : at + FRAME], at + FRAME) for at in range(HEAD, len(log) - FRAME, FRAME + PAGE)]
    salts = {head[8:16] for head, _ in found}
    mine = log[16:24] if log[16:24] in salts else found[0][0][8:16] if found else b""
    turn = [(head, at) for head, at in found if head[8:16] == mine]
    last = max((n for n, (head, _) in enumerate(turn, 1) if any(head[4:8])), default=0)
    return [(int.from_bytes(head[:4], "big"), log[at : at + PAGE]) for head, at in turn[:last]]
