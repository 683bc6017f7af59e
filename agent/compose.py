"""The composition root: every part is built here, joined here, and runs here until one ends or we are told to stop."""

from __future__ import annotations

import asyncio
import gc
import logging
import secrets
import signal
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

from agent import __version__
from agent.config.model import Bus, Config
from agent.config.setup import setup
from agent.core import seal
from agent.core.cases.inquiries import locked_before
from agent.core.model import (
    Answer,
    Apply,
    Body,
    Compile,
    Drive,
    Event,
    Examine,
    Hurry,
    Measured,
    Print,
    Remarked,
    Repeat,
    Resend,
    Settle,
    Show,
    Standing,
    Started,
    Stow,
    Tick,
    Trace,
)
from agent.core.office.trial import Signs, Trial
from agent.core.state import RECALLED, begin
from agent.core.view import show
from agent.shell import clock, vitals
from agent.shell.clerk import Clerk
from agent.shell.door import Door
from agent.shell.engine import Engine
from agent.shell.mqtt.broker import Broker
from agent.shell.mqtt.publisher import Publisher
from agent.shell.notify import notify
from agent.shell.pins import Pins
from agent.shell.printer import Press
from agent.shell.proposals import Proposals
from agent.shell.pulse import Pulse
from agent.shell.reports import Reports
from agent.shell.store import casefile, lockouts, shiftfile
from agent.shell.store.books import Shelf
from agent.shell.store.contacts import Contacts
from agent.shell.store.journal import Journal
from agent.shell.store.keyfile import station_key
from agent.shell.store.moments import Moments
from agent.shell.store.reserve import keep_back, room
from agent.shell.store.retention import Retention
from agent.shell.store.sole import alone
from agent.shell.store.spool import Spool
from agent.shell.store.wear import Wear
from drivers.bus import modbus, poller
from drivers.bus.line import SerialLine
from drivers.bus.listen import Tap
from drivers.bus.poller import End, Tally
from drivers.dialogue.tongues import TONGUES
from drivers.model import Device
from kiosk import server
from kiosk.limits import Guard
from kiosk.pinyin.lexicon import installed

log = logging.getLogger("agent")

TICK = 1.0  # seconds between two looks at what is due, at most
EXAMINE = 15.0  # seconds between two looks at ourselves
TURN_PAGE = 5.0  # seconds between two writings of the books
DAY = 86400.0


class Station:
    """All the parts of one station, joined; `run` runs them."""

    def __init__(self, config: Config, path: Path, trial: Trial | None = None) -> None:
        """Open the journal and read the state back. Raises OSError when that cannot be done."""
        self.config, name, data = config, config.station.id, config.station.data
        self.boot = clock.boot_id()
        self.began = clock.now()
        key = station_key(config.keys.station or data / "station.ed25519")
        self.setup = replace(setup(config), public=seal.public_of(key), secret=seal.derive(key, "station"))
        self.journal = Journal(data / "journal.db", name, self.boot, key=key)
        self.shelf = Shelf(data / "books", self.journal)
        last = {kind: self.journal.last(kind) for kind in RECALLED}
        remembered = {kind: {e.id: e.body for e in entries} for kind, entries in last.items()}
        read = {e.id: e.at for e in last["total"]}
        self.contacts = Contacts(data / "contacts.db")
        locked = lockouts.recall(self.journal, self.began)
        tries = locked_before(locked.cases, self.began)
        desk = replace(casefile.desk(self.journal, self.shelf, self.contacts.all()), tries=tries)
        shift = shiftfile.shift(self.journal)
        state = begin(self.setup, secrets.token_bytes(32), remembered, desk, read, shift)
        self.engine = engine = Engine(state, self.journal, clock.now)
        self.spool = Spool(data / "spool.db")
        self.moments = Moments(self.journal, clock.machine_id(), self.boot, self.began)
        broker = Broker(config.mqtt, name, self.moments.floor)
        self.publisher = Publisher(self.journal, self.spool, broker, self.boot, clock.now, engine.put)
        self.retention = Retention(
            self.journal, config.retention_days, clock.now, lambda: self.publisher.facts.delivery.proven
        )
        self.wear = Wear(data, self.began.mono, self.syncs)
        self.pins = Pins(config.gpio, config.inputs, config.outputs, engine.put)
        pin_files = {login.person.id: login.pin_file for login in config.logins}
        first = show(state, self.began)
        clerk = Clerk(lambda: engine.state, self.journal, clock.now)
        self.door = Door(engine.put, pin_files, first, lambda: engine.keeping, self.health, clerk)
        self.site = server.application(
            self.door, languages=config.kiosk.languages, listen=self.listen, reasons=config.kiosk.reasons,
            now=lambda: clock.now().mono, token=lambda: secrets.token_urlsafe(32), lexicon=installed(),
            guard=Guard.recall(locked.wrong, locked.waiting, self.began.mono),
        )  # fmt: skip
        self.door.shown = lambda screen: server.publish(self.site, screen)
        self.tallies: dict[str, dict[str, Tally]] = {b.name: {} for b in config.buses}
        self.press = Press(config.printer, config.kiosk.languages, engine.put) if config.printer else None
        self.pulse = Pulse(lambda: clock.now().mono)
        self.proposals = Proposals(path, config.digests["station"], trial, clock.now, engine.put, self.signs)
        self.reports = Reports(self.setup, self.journal, engine.put)
        engine.kept, engine.turned = self.publisher.wake, self.door.refresh
        engine.hands = {
            Answer: self.door.answer, Show: self.door.show, Drive: self.pins.drive,
            Trace: self.publisher.offer, Standing: self.publisher.offer, Resend: self.publisher.resend,
            Repeat: self.publisher.resend, Hurry: self.publisher.hurry, Stow: self.contacts.stow,
            Compile: self.reports.take,
            Examine: self.proposals.take, Apply: self.proposals.take, Settle: self.proposals.take,
            **({Print: self.press.take} if self.press else {}),
        }  # fmt: skip

    @property
    def listen(self) -> str:
        host = self.config.kiosk.host
        return f"{f'[{host}]' if ':' in host else host}:{self.config.kiosk.port}"

    async def run(self) -> None:
        """Until cancelled, or until a part ends: then all end, and systemd begins anew from what is on disk."""
        for event in self.findings():
            self.engine.put(event)
        async with AsyncExitStack() as last:
            last.callback(self.close)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.engine.run(self.pulse.join("engine")), name="engine")
                tasks.create_task(self.publisher.run(self.pulse.join("publisher")), name="publisher")
                tasks.create_task(server.serve(self.site, self.listen, self.ready), name="kiosk")
                tasks.create_task(self.every(TICK, "tick", self.tick), name="tick")
                tasks.create_task(self.every(EXAMINE, "vitals", self.examine), name="vitals")
                tasks.create_task(self.proposals.run(self.pulse.join("proposals")), name="proposals")
                tasks.create_task(self.shelve(), name="books")
                tasks.create_task(self.reports.run(), name="reports")
                tasks.create_task(self.pulse.watch(), name="watchdog")
                tasks.create_task(self.repeat_ourselves(), name="log")
                if self.press:
                    tasks.create_task(self.press.run(), name="printer")
                for line in self.config.buses:
                    tasks.create_task(self.poll(line), name=f"bus {line.name}")

    def findings(self) -> list[Event]:
        """What is to be told at the start: that we are here, what was found damaged, what became of a station file."""
        found: list[Event] = [Started(self.boot, self.moments.boots, self.moments.before)]
        if outcome := self.proposals.finding(self.engine.state.proposal):
            found.append(outcome)
        if self.journal.quarantined:
            where, why, epoch, saved = self.journal.quarantined
            detail = {"file": where.name, "why": why, "epoch": epoch.name, "saved": saved}
            found.append(Remarked("journal-quarantined", detail))
        return found

    async def poll(self, line: Bus) -> None:
        devices = [d for d in self.config.devices if d.bus == line.name]
        beat = self.pulse.join(f"bus {line.name}")
        end, tallies = link(line, devices), self.tallies[line.name]
        await poller.poll(end, devices, clock.now, self.engine.put, beat=beat, tallies=tallies)

    async def every(self, pause: float, name: str, work: Callable[[], None]) -> None:
        beat = self.pulse.join(name, pause)
        while True:
            work()
            beat()
            await asyncio.sleep(pause)

    def signs(self) -> Signs:
        """How we are, for a station file on trial."""
        tallies = {d.name: self.tallies[d.bus].get(d.name, Tally()) for d in self.config.devices}
        polled = {d.bus for d in self.config.devices if tallies[d.name].polls}
        return Signs(
            tuple(self.pulse.missing()),
            self.engine.turns > 0 and self.engine.keeping,
            self.publisher.online,
            tuple(sorted({d.bus for d in self.config.devices} - polled)),
            {name: tally.polls > 0 and not tally.streak for name, tally in tallies.items()},
        )

    def tick(self) -> None:
        """Time passes: at least each second, and the engine proves that it still turns."""
        self.moments.remember(clock.now())
        self.engine.put(Tick())

    def examine(self) -> None:
        self.pins.read_inputs()
        self.engine.put(Measured("process", vitals.process()))
        self.engine.put(Measured("storage", self.wear.figures(clock.now().mono)))
        self.engine.put(Measured("delivery", self.publisher.figures()))
        for name, tallies in self.tallies.items():
            self.engine.put(Measured(f"bus-{name}", vitals.line(tallies)))

    async def shelve(self) -> None:
        """The books follow the journal, in a thread of their own: a book never keeps the engine waiting."""
        beat = self.pulse.join("books", TURN_PAGE)
        while True:
            await asyncio.to_thread(self.shelf.update, beat, clock.now().mono)
            self.publisher.wake(await asyncio.to_thread(self.retention.forget_due))  # what the books have read may go
            await asyncio.to_thread(keep_back, self.config.station.data)
            beat()
            await asyncio.sleep(TURN_PAGE)

    async def repeat_ourselves(self) -> None:
        """Say at the start and once a day who we are, so that any day's log explains itself."""
        while True:
            c = self.config
            log.info(
                "station-edge %s, station %s, boot %s, digests %s", __version__, c.station.id, self.boot, c.digests
            )
            for d in c.devices:
                log.info("device %s: %s at %s/%s every %g s", d.name, d.map.key, d.bus, d.address, d.every)
            await asyncio.sleep(DAY)

    def syncs(self) -> int:
        return sum(part.syncs for part in (self.journal, self.journal.announced, self.spool, self.shelf))

    def ready(self, url: str) -> None:
        gc.collect()
        gc.freeze()  # what is here now stays: looking through it again would hold a reading up for 40 ms
        log.info("kiosk at %s", url)
        notify(READY=1, STATUS=f"kiosk at {url}")

    def health(self) -> tuple[bool, Body]:
        """For /healthz: not well when a loop hangs or facts cannot be kept; everything else is only told."""
        missing, silent = self.pulse.missing(), sorted(self.engine.state.silent)
        reasons: Body = {"hanging": missing, "keeping": self.engine.keeping, "silent": silent}
        told: Body = {
            "software": __version__, "station": self.config.station.id, "boot": self.boot,
            "up": round(clock.now().mono - self.began.mono), "clk": clock.now().clk,
            "pins": "simulated" if self.pins.mock else "real",
            "delivery": self.publisher.figures(), "storage": self.wear.figures(clock.now().mono),
            "buses": {name: vitals.line(tallies) for name, tallies in self.tallies.items()},
        }  # fmt: skip
        well = not missing and self.engine.keeping
        return well, {"well": well, "reasons": reasons} | told

    def close(self) -> None:
        self.pins.close()
        self.shelf.update()
        self.spool.close()
        self.contacts.close()
        self.journal.close()


def link(line: Bus, devices: Sequence[Device]) -> End:
    """Our end of a bus: by registers, in the one protocol its devices speak, or overhearing it."""
    if line.link == "tcp":
        return modbus.TcpLink(line.host, int(line.port), line.timeout)
    protocol = devices[0].map.protocol if devices else ""
    if line.link == "serial" and protocol in TONGUES:
        if not TONGUES[protocol].speak:
            return Tap(line.port, line.serial, protocol, devices[0].map.framing)
        return SerialLine(line.port, line.serial, line.timeout, protocol)
    return modbus.RtuLink(line.port, line.serial, line.timeout)


async def serve(config: Config, path: Path, trial: Trial | None = None) -> None:
    """Run a station until SIGTERM or SIGINT. `path`: its station file, which may be on trial.

    Raises (in a group) OSError when a part cannot go on, Anew when the station file was replaced.
    """
    task = asyncio.current_task()
    assert task
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        with alone(config.station.data):
            with room(config.station.data):
                whole = Station(config, path, trial)
            await whole.run()
    except asyncio.CancelledError:
        notify(STOPPING=1)
        log.info("told to stop: everything is on disk")
