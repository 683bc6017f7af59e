"""Many stations in one process: each with its own journal, key and publisher, the product's; no devices, no kiosk.

`python -m torture.crowd FOLDER PORT FIRST LAST FACTS CHUNK`: stations FIRST to LAST (not included) keep FACTS facts,
CHUNK a commit, while they publish; a last line `kept N` when all of it is kept. It ends with its standard input.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path

from agent.config.model import Mqtt
from agent.core.model import Fact
from agent.shell import clock
from agent.shell.mqtt.broker import Broker
from agent.shell.mqtt.publisher import Publisher
from agent.shell.store.journal import Journal
from agent.shell.store.spool import Spool

KEY = b"a station's key in torture 32 B."


def fill(station: str, n: int) -> Fact:
    """What a busy gun tells: one fill of a vehicle."""
    body = {
        "nozzle": f"{1 + n % 4}A", "number": n, "mass": 12.34 + n % 100 / 10, "price": 4.19, "amount": 51.7,
        "before": 1000.0 + n, "after": 1012.34 + n, "pressure_before": 3.2, "pressure_after": 20.0, "ending": "normal",
    }  # fmt: skip
    return Fact("fill", f"{1 + n % 4}A", {"receipt": f"{station}-{n}"} | body, "dispenser-1", clock.now())


class One:
    """One station of the crowd."""

    def __init__(self, folder: Path, port: int, number: int) -> None:
        self.name, boot = f"cq-{number:04d}", clock.boot_id()
        folder = folder / self.name
        self.journal = Journal(folder / "journal.db", self.name, boot, key=KEY)
        broker = Broker(Mqtt("127.0.0.1", port, "5", None, self.name, None, "gse"), self.name)
        self.publisher = Publisher(
            self.journal, Spool(folder / "spool.db"), broker, boot, clock.now, lambda event: None
        )

    def keep(self, first: int, last: int) -> int:
        """A commit of facts FIRST to LAST (not included); returns how many rows it became."""
        before = self.journal.head().seq
        self.publisher.wake(self.journal.append([fill(self.name, n) for n in range(first, last)]))
        return self.journal.head().seq - before


async def main() -> None:
    folder, (port, first, last, facts, chunk) = Path(sys.argv[1]), map(int, sys.argv[2:])
    crowd = [One(folder, port, number) for number in range(first, last)]
    running = [asyncio.create_task(one.publisher.run()) for one in crowd]
    await asyncio.sleep(0)
    kept = 0
    for begin in range(0, facts, chunk):
        for one in crowd:
            kept += one.keep(begin, min(begin + chunk, facts))
            await asyncio.sleep(0)
    print(f"kept {kept}", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for task in running:
        task.cancel()
    await asyncio.wait(running)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    asyncio.run(main())
