"""The receipt printer: slips wait for it, nobody else does. Each is printed by a process of its own (`receipt.py`)."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections import deque
from collections.abc import Callable, Sequence

from agent.config.model import Printer
from agent.core.model import Event, Measured, Print
from kiosk.slip import lines
from kiosk.words import load

log = logging.getLogger(__name__)

MOST = 8  # slips that wait: who waits longer than that has gone
PATIENCE = 40.0  # seconds a slip may take: a printer without paper holds it for ever
OUTCOMES = {0: "idle", 3: "no-paper"}  # exit code → how the printer is; any other: it is gone
PROGRAM = (sys.executable, "-m", "agent.shell.receipt")


class Press:
    """Prints one slip after the other and tells how the printer is, as the figures of `printer`. A slip that could not
    be printed is not tried again by itself: the case has its number all the same, and the staff can print a copy."""

    def __init__(self, printer: Printer, languages: Sequence[str], put: Callable[[Event], None]) -> None:
        self.printer, self.languages, self.put = printer, languages, put
        self.words = load()
        self.waiting: deque[Print] = deque(maxlen=MOST)
        self.more = asyncio.Event()
        self.counts = {"printed": 0, "failed": 0}

    def take(self, slip: Print) -> None:
        """From the loop's own thread only."""
        if len(self.waiting) == MOST:
            self.counts["failed"] += 1
        self.waiting.append(slip)
        self.more.set()

    async def run(self) -> None:
        self.report_state("idle")
        while True:
            await self.more.wait()
            self.more.clear()
            while self.waiting:
                self.report_state("printing")
                state = await self.print(self.waiting.popleft())
                self.counts["printed" if state == "idle" else "failed"] += 1
                self.report_state(state)

    def report_state(self, state: str) -> None:
        self.put(Measured("printer", {"state": state, **self.counts}))

    async def print(self, job: Print) -> str:
        """How the printer is after it: idle, no-paper, gone."""
        process = await asyncio.create_subprocess_exec(
            *PROGRAM, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
        )
        try:
            async with asyncio.timeout(PATIENCE):
                _, said = await process.communicate(self.job(job))
        except TimeoutError:
            said = b"it took too long; out of paper, or off"
        finally:
            if process.returncode is None:
                process.kill()
        await process.wait()
        state = OUTCOMES.get(process.returncode or 0, "gone")
        if state != "idle":
            log.warning(
                "slip of %s not printed: %s %s", job.slip.number, state, said.decode("utf-8", "replace").strip()
            )
        return state

    def job(self, job: Print) -> bytes:
        p = self.printer
        return json.dumps({
            "link": p.link, "port": p.port, "host": p.host, "serial": p.serial, "columns": p.columns,
            "chinese": p.chinese, "font": str(p.font or ""),
            "lines": lines(job.slip, self.words, self.languages, p.columns),
        }).encode()  # fmt: skip
