"""A whole site under torture: daemon, broker, collector die; customers write down what they were thanked for."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from brokers import free_port
from collectors import Collector, proved
from daemon import Daemon, Devices
from mosquitto import Mosquitto, until
from stations import write

PERSISTENT = ("persistence true", "autosave_interval 1", "autosave_on_changes true")
CALM = 180.0  # seconds for everything to arrive, once nothing dies any more


@dataclass
class Customers:
    """One after the other they rate, all the time. `thanked`: the receipts they were given; `refused`: the words."""

    daemon: Daemon
    thanked: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    away: bool = False
    waiting: bool = False  # nobody comes for the moment

    def start(self) -> None:
        self.thread = threading.Thread(target=self.rate, daemon=True)
        self.thread.start()

    def rate(self) -> None:
        n = 0
        while not self.away:
            if self.waiting:
                time.sleep(0.01)
                continue
            n += 1
            status, answer = self.daemon.post("/api/feedback", {"rating": 1 + n % 5, "reasons": ["speed"]})
            if status == 201:
                self.thanked.append(answer["receipt"])
            elif status == 503:
                self.refused.append(answer["error"]["wrong"])
            time.sleep(0.01 if status == 201 else 0.03)

    def stop(self) -> None:
        self.away = True
        self.thread.join(60)


class Site:
    """Everything of one station and its head office, in one folder."""

    def __init__(self, folder: Path, seed: int, *persistence: str, mqtt: str = "") -> None:
        """`mqtt`: how the station finds its broker, when not straight at its port."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.chance = folder, random.Random(seed)
        self.broker = Mosquitto(folder / "broker", *persistence)
        self.devices, kiosk = Devices(), free_port()
        path = write(folder, mqtt=mqtt or f"port = {self.broker.port}", kiosk=kiosk, modbus=self.devices.port)
        self.daemon, self.collector = Daemon(path, kiosk), Collector(folder, self.broker.port)
        self.customers = Customers(self.daemon)

    def __enter__(self) -> Site:
        try:
            self.collector.start()
            self.daemon.start()
        except BaseException:  # nothing may outlive a test that never began
            self.close()
            raise
        self.customers.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, t: TracebackType | None) -> None:
        self.customers.stop()
        self.close()

    def close(self) -> None:
        self.daemon.stop()
        self.collector.kill()
        self.devices.unplug()
        self.broker.stop()

    def kill_agent(self, least: float, most: float) -> None:
        """The agent lives on for a random while, is killed, and begins again at once."""
        time.sleep(self.chance.uniform(least, most))
        self.end_agent()
        self.daemon.launch()

    def end_agent(self) -> None:
        if self.daemon.process is not None:
            self.daemon.process.kill()
            self.daemon.process.wait(10)

    def kill_broker(self, away: float = 0.2) -> None:
        self.broker.kill()
        time.sleep(self.chance.uniform(0.0, away))
        self.broker.start()

    def kill_collector(self, away: float = 0.2) -> None:
        self.collector.kill()
        time.sleep(self.chance.uniform(0.0, away))
        self.collector.start()

    def delivery(self) -> Any:
        """How delivery stands, by the daemon's own figures; while it does not answer, nothing is known."""
        status, told = self.daemon.get("/healthz")
        return told["delivery"] if status == 200 else {"head": -1, "acknowledged": -2, "said": ""}

    def settled(self) -> bool:
        """Head office holds everything up to the station's head."""
        told = self.delivery()
        return bool(told["acknowledged"] == told["head"])

    def count(self) -> str:
        """Stop entering, wait until all is calm, and prove what head office holds. Raises AssertionError."""
        self.customers.stop()
        until(self.settled, CALM, "head office never held everything")
        thanked = self.customers.thanked
        held = proved(self.collector.db, thanked)
        more = f"{held - len(thanked)} kept but not thanked"
        return f"{len(thanked)} thanked, {held} held ({more}), 0 lost, 0 doubled, order kept, chain whole"
