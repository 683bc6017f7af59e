"""Fault test 8: a week of telemetry and facts waits on the disk. What is live goes first, and the rest flows."""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from brokers import free_port
from collectors import entered
from daemon import Daemon, Devices
from mosquitto import mosquitto, until
from stations import write

from agent.core.messages import envelope
from agent.core.messages.stamp import iso, utc_of
from agent.core.model import Message, Trace
from agent.shell import clock
from agent.shell.store.journal import Journal
from agent.shell.store.spool import Spool
from drivers.model import Instant
from torture.ear import Ear
from torture.figures import load, peak, processor

DEVICES, EVERY, AWAY, DAY = 12, 5.0, 30.0, 86400.0  # seconds
FACTS = 500  # a day
PAST, BOOT = b'"hist":true}}', "b000"
QUEUE = ("max_queued_messages 0",)  # the broker's own bound would drop what a slow ear has not taken


class Figures(NamedTuple):
    """What was asked for, and what was measured. Seconds, MB, messages a second."""

    traces: int
    facts: int
    start: float
    memory: float
    rate: float
    tele: float  # latency of live messages while history drained, at most
    rating: float

    def __str__(self) -> str:
        return (
            f"8. {self.traces} traces and {self.facts} facts waited: 0 lost, 0 doubled; up in {self.start:.1f} s, "
            f"{self.memory:.0f} MB at most, {self.rate:.0f} traces/s, live telemetry within {self.tele:.2f} s, "
            f"a rating within {self.rating:.2f} s"
        )


class Office:
    """What head office hears: history is ticked off, live messages are kept with the moment they came."""

    def __init__(self, traces: int) -> None:
        self.ticked = bytearray(traces + 1)
        self.past = self.doubled = 0
        self.first = self.last = 0.0
        self.live: list[tuple[float, bytes]] = []

    def hear(self, at: float, payload: bytes) -> None:
        if not payload.endswith(PAST):
            self.live.append((at, payload))
            return
        begin = payload.index(b'"seq":') + 6
        seq = int(payload[begin : payload.index(b",", begin)])
        self.doubled += self.ticked[seq]
        self.past += not self.ticked[seq]
        self.ticked[seq] = 1
        self.first, self.last = self.first or at, at

    def latency(self, kind: str, since: float) -> float:
        """The longest way of a live message that was made while history was on its way."""
        said = ((at, json.loads(payload)) for at, payload in self.live)
        ways = [
            at - utc_of(m["time"]) for at, m in said if m["type"] == kind and self.first <= utc_of(m["time"]) <= since
        ]
        return max(ways, default=math.nan)

    def facts(self) -> set[int]:
        return {m["seq"] for m in (json.loads(payload) for _, payload in self.live) if m.get("lane") == "fact"}


def samples(count: int, until: Instant) -> Iterator[Message]:
    """What twelve devices told, each every five seconds, up to a moment."""
    for seq in range(1, count + 1):
        turn, device = divmod(seq - 1, DEVICES)
        back = (count // DEVICES - turn) * EVERY
        at = Instant(until.mono - back, until.utc - back, "synced")
        values = {
            "mass_total": round(1000 + turn * 0.37 + device, 3), "flow": round(12 + 6 * math.sin(turn / 7), 3),
            "pressure": round(20 + math.sin(turn / 90), 4), "temperature": round(15 + 9 * math.sin(turn / 9000), 2),
            "density": round(0.71 + turn % 13 / 1000, 4), "state": "filling" if turn % 40 < 30 else "idle",
        }  # fmt: skip
        body = {
            "device": f"meter-{device}",
            "model": "test-device",
            "samples": [{"time": iso(at.utc), "values": values}],
        }
        yield envelope.trace(Trace("tele", f"meter-{device}", body, f"meter-{device}", at), seq, "cq-0147", BOOT)


def fill(data: Path, days: float) -> tuple[int, int]:
    """The store of a station whose broker was away so long; traces and facts that wait in it."""
    traces, facts = int(days * DAY / EVERY) * DEVICES, max(int(days * FACTS), 1)
    journal, spool = Journal(data / "journal.db", "cq-0147", BOOT), Spool(data / "spool.db")
    for first in range(0, facts, 100):
        journal.append([entered(n) for n in range(first, min(first + 100, facts))])
    told = samples(traces, clock.now())
    while some := list(islice(told, int(AWAY / EVERY) * DEVICES)):  # a batch each 30 seconds, as the agent does
        assert not spool.put(BOOT, some)
    journal.close()
    spool.close()
    return traces, facts


def drained(folder: Path, days: float, limit: float = 1800.0) -> Figures:
    """The real daemon drains it all while devices change and a customer rates. Raises AssertionError."""
    folder.mkdir(parents=True, exist_ok=True)
    traces, facts = fill(folder / "data", days)
    devices, kiosk, office, stop = Devices(), free_port(), Office(traces), threading.Event()
    with mosquitto(folder / "broker", *QUEUE) as broker, Ear(broker.port, "gse/1/up/cq-0147/#", office.hear):
        daemon = Daemon(write(folder, mqtt=f"port = {broker.port}", kiosk=kiosk, modbus=devices.port), kiosk)
        began = time.monotonic()
        try:
            daemon.start()
            start, thread = time.monotonic() - began, threading.Thread(target=busy, args=(devices, daemon, stop))
            thread.start()
            until(lambda: office.past == traces, limit, f"of {traces} traces only a part came")
            until(lambda: office.facts() >= set(range(1, facts + 1)), what="facts are missing")
            assert daemon.process is not None
            memory = peak(daemon.process.pid)
            cpu = processor(daemon.process.pid)
            stop.set()
            thread.join(20)
        finally:
            stop.set()
            daemon.stop()
            devices.unplug()
    assert not office.doubled, f"{office.doubled} doubled"
    ways = [office.latency(kind, office.last) for kind in ("gse.tele.v1", "gse.feedback.v1")]
    print(f"   {cpu:.0f} s of processor time, {load()}")
    return Figures(traces, facts, start, memory, traces / max(office.last - office.first, 1e-3), *ways)


def busy(devices: Devices, daemon: Daemon, stop: threading.Event) -> None:
    """Totals move, and customers rate."""
    total = 2000.0
    while not stop.wait(0.2):
        total += 0.5
        devices.show(total, 20.0)
        daemon.post("/api/feedback", {"rating": 5, "reasons": ["speed"]})
