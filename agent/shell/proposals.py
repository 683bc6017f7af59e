"""Station files from head office, carried out: examined off the loop, put in place, watched, taken back when not well.

Whatever changes the file in force ends this process: the next one starts from what is on disk, like after a power cut.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from agent.config import local
from agent.config.read import digest, read
from agent.core.model import Apply, Event, Examine, Examined, Settle, Tried
from agent.core.office.trial import Signs, Trial, ailments
from agent.shell.store import trialfile
from drivers.model import Instant
from drivers.table import Problem

log = logging.getLogger(__name__)

LOOK = 1.0  # seconds between two looks at a trial
MOST, LONGEST = 50, 300  # problems told, characters of each


class Anew(Exception):
    """The station file is another one now: this process has to begin anew."""


class Proposals:
    """`take` is for the engine. `running`: digest of the station file this process was started with; `trial`: what
    `trialfile.begin` said; `signs`: how the daemon is now."""

    def __init__(
        self, path: Path, running: str, trial: Trial | None, clock: Callable[[], Instant],
        put: Callable[[Event], None], signs: Callable[[], Signs],
    ) -> None:  # fmt: skip
        self.path, self.running, self.trial = path, running, trial
        self.clock, self.put, self.signs = clock, put, signs
        self.began = clock().mono
        self._work: asyncio.Queue[Examine | Apply | Settle] = asyncio.Queue()
        self._judged = False

    def take(self, effect: Examine | Apply | Settle) -> None:
        self._work.put_nowait(effect)

    def finding(self, open: str) -> Tried | None:
        """At the start: the outcome of a trial that is over. `open`: the proposal whose outcome nobody was told."""
        trial = self.trial
        if trial is None:
            return Tried(open, "not-applied", "ended before the file was replaced", "", self.running) if open else None
        if trial.stage == "back":
            return Tried(trial.command, "rolled-back", trial.why, trial.before, trial.after)
        if self.running == trial.after:
            if open != trial.command:  # its outcome is in the journal already
                self.take(Settle(trial.command))
                self._judged = True
            return None
        cut = self.running == trial.before
        why = "ended before the file was replaced" if cut else "the station file was changed at the station meanwhile"
        return Tried(trial.command, "not-applied", why, trial.before, trial.after)

    async def run(self, beat: Callable[[], None]) -> None:
        """For ever. Raises Anew when the station file was replaced."""
        while True:
            beat()
            try:
                async with asyncio.timeout(LOOK):
                    work = await self._work.get()
            except TimeoutError:
                self._judge()
                continue
            match work:
                case Examine():
                    self.put(await asyncio.to_thread(self._examine, work))
                case Apply(asked):
                    self._apply(asked)
                case Settle():
                    self.trial = None
                    trialfile.settle(self.path)

    def _examine(self, asked: Examine) -> Examined:
        try:
            if digest(self.path) != self.running:
                return Examined(asked, ("the station file was changed at the station since the agent started",))
            draft = trialfile.draft(self.path, asked.toml)
            if foreign := local.trespasses(self.path, draft):  # before any file is opened that it names
                return Examined(asked, self._told(foreign))
            _, problems, warnings = read(draft)
        except OSError as error:
            return Examined(asked, (f"this station takes no station file from afar: {error}",))
        return Examined(asked, self._told(problems), self._told(warnings))

    def _told(self, problems: list[Problem]) -> tuple[str, ...]:
        """As `check` tells them, under the name the file will have."""
        draft = str(trialfile.beside(self.path, trialfile.PROPOSED))
        named = [p._replace(file=self.path.name) if p.file == draft else p for p in problems]
        return tuple(str(problem)[:LONGEST] for problem in named[:MOST])

    def _apply(self, asked: Examine) -> None:
        """Few bytes and rare: on the loop, so that nothing comes between. Raises Anew."""
        signs = self.signs()
        answering = tuple(name for name, answers in signs.devices.items() if answers)
        trial = Trial(asked.command, self.running, asked.digest, asked.minutes, signs.online, answering)
        try:
            trialfile.apply(self.path, trial)
        except OSError as error:
            self.put(Tried(asked.command, "not-applied", str(error), self.running, asked.digest))
            return
        raise Anew(f"station file {asked.digest} is tried for {asked.minutes:g} minutes")

    def _judge(self) -> None:
        """A trial ends well at the first healthy moment, and otherwise when its time is up. Raises Anew, OSError."""
        trial = self.trial
        if trial is None or trial.stage != "trying" or self.running != trial.after or self._judged:
            return
        ill = list(ailments(trial, self.signs()))
        if not ill:
            self._judged = True
            self.put(Tried(trial.command, "applied", "", trial.before, trial.after))
        elif self.clock().mono - self.began > trial.minutes * 60:
            trialfile.take_back(self.path, trial, ", ".join(ill)[:LONGEST])
            raise Anew("the station file before is in force again")
