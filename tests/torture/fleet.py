"""Fault test 11: three days' facts of two hundred stations against one broker and one collector.

Two hundred daemons do not fit two cores: a few processes hold many stations each, with the product's own journal and
publisher (`crowd.py`). Broker and collector are the real ones.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

from collectors import Collector
from mosquitto import Mosquitto, until

from agent.core.messages.envelope import GENESIS, previous
from torture.figures import load, peak, processor

CHUNK = 50  # facts a commit: a quarter of a morning
QUEUE = ("max_queued_messages 0",)


def gathered(folder: Path, stations: int, facts: int, processes: int, limit: float = 1800.0) -> str:
    """Each of `stations` tells `facts` facts; all arrive, none twice, every chain whole. Raises AssertionError."""
    broker, collector = Mosquitto(folder / "broker", *QUEUE), Collector(folder, 0)
    collector.port = broker.port
    crowds: list[subprocess.Popen[bytes]] = []
    try:
        collector.start()
        assert collector.process is not None
        office, began = collector.process.pid, time.monotonic()
        for number in range(processes):
            first, last = (stations * n // processes for n in (number, number + 1))
            line = [sys.executable, "-m", "torture.crowd", str(folder), str(broker.port)]
            line += map(str, (first, last, facts, CHUNK))
            crowds.append(subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        kept = sum(int((crowd.stdout.readline() if crowd.stdout else b"").split()[1]) for crowd in crowds)
        until(lambda: held(collector.db) >= kept, limit, "head office never held everything")
        seconds, cpu, memory = time.monotonic() - began, processor(office), peak(office)
        theirs = sum(processor(crowd.pid) for crowd in crowds)
    finally:
        for crowd in crowds:
            if crowd.stdin:
                crowd.stdin.close()
        for crowd in crowds:
            crowd.wait(60)
        collector.kill()
        broker.stop()
    chained, told, more = proved(collector.db)
    assert (chained, told, more) == (stations, stations * facts, kept - stations * facts), (chained, told, more)
    return (
        f"11. {stations} stations, {facts} facts each and {more} checkpoints: {told} held, 0 lost, 0 doubled, "
        f"{chained} chains whole, in {seconds:.0f} s: {kept / seconds:.0f} facts/s; "
        f"the collector {cpu:.0f} s of processor time, {memory:.0f} MB; "
        f"the stations ({processes} processes) {theirs:.0f} s; {load()}"
    )


def held(db: Path) -> int:
    """How far the lanes are whole, all together."""
    with sqlite3.connect(f"file:{db}?mode=ro", uri=True) as tables:
        return int(tables.execute("SELECT coalesce(sum(through), 0) FROM progress").fetchone()[0])


def proved(db: Path) -> tuple[int, int, int]:
    """Stations whose chain is whole from its first fact; distinct receipts; other facts. Raises AssertionError."""
    receipts, others, last = set[str](), 0, dict[str, tuple[int, str]]()
    with sqlite3.connect(f"file:{db}?mode=ro", uri=True) as tables:
        rows = tables.execute(
            "SELECT station, seq, kind, payload FROM message WHERE lane = 'fact' ORDER BY station, seq"
        )
        for station, seq, kind, payload in rows:
            before, hash = last.get(station, (0, GENESIS))
            assert seq == before + 1, f"{station}: a hole before {seq}"
            assert previous(payload) == hash, f"{station}: the chain is broken at {seq}"
            last[station] = seq, sha256(payload).hexdigest()
            others += kind != "fill"
            if kind == "fill":
                receipt = payload[payload.index(b'"receipt":') :].split(b'"', 4)[3].decode()
                assert receipt not in receipts, f"{receipt} was doubled"
                receipts.add(receipt)
        wrong = tables.execute("SELECT count(*) FROM quarantine").fetchone()[0]
    assert not wrong, f"{wrong} in quarantine"
    return len(last), len(receipts), others
