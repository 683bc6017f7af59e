"""The reference head office for tests, as its own process that may be killed; and the proof over what it holds."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any

from mosquitto import until

from agent.core.model import Fact
from agent.shell import clock


def entered(n: int) -> Fact:
    """A rating with a number of its own, as if a customer had given it."""
    body = {"receipt": f"r{n}", "rating": 1 + n % 5, "reasons": [], "text": ""}
    return Fact("feedback", "kiosk-1", body, "kiosk-1", clock.now())


class Collector:
    """`station-edge collect` into one file; `kill` is a power cut."""

    def __init__(self, folder: Path, port: int) -> None:
        self.db, self.port, self.log = folder / "ho.db", port, folder / "collect.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        url, db = f"mqtt://127.0.0.1:{self.port}", f"sqlite:///{self.db}"
        heard = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            line = [sys.executable, "-m", "agent.cli", "collect", "--broker", url, "--db", db]
            self.process = subprocess.Popen(line, stdout=log, stderr=log)
        until(lambda: b"listening" in self.log.read_bytes()[heard:], what="the collector does not listen")

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(10)
            self.process = None

    def __enter__(self) -> Collector:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, t: TracebackType | None) -> None:
        self.kill(signal.SIGTERM)


def held(db: Path) -> list[tuple[int, int, bytes]]:
    """Epoch, seq and bytes of every fact head office holds, in order."""
    with sqlite3.connect(f"file:{db}?mode=ro", uri=True) as tables:
        rows = tables.execute(
            "SELECT CAST(epoch AS INTEGER), seq, payload FROM message WHERE lane = 'fact' ORDER BY 1, 2"
        )
        return rows.fetchall()


def proved(db: Path, receipts: Sequence[str]) -> int:
    """The number of distinct receipts held, after: none lost, none doubled, order kept, no hole, each chain whole."""
    rows, told, last = held(db), list[str](), dict[int, tuple[int, str]]()
    seen: set[tuple[int, str]] = set()
    for epoch, seq, payload in rows:
        before, prev = last.get(epoch, (0, ""))
        message: Any = json.loads(payload)
        assert seq == before + 1, f"a hole before {epoch}/{seq}"
        assert not before or message["prev"] == prev, f"the chain is broken at {epoch}/{seq}"
        last[epoch] = seq, sha256(payload).hexdigest()
        if message["type"] == "gse.feedback.v1":
            told.append(message["data"]["receipt"])
            assert (epoch, told[-1]) not in seen, f"{told[-1]} was doubled"
            seen.add((epoch, told[-1]))
    lost = set(receipts) - set(told)
    assert not lost, f"{len(lost)} of {len(receipts)} were lost: {sorted(lost)[:5]}"
    first = list(dict.fromkeys(told))  # told again in a new epoch: the same receipt, another id
    assert [r for r in first if r in set(receipts)] == list(receipts), "the order was not kept"
    return len(first)
