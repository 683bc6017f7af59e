"""Fault test 5: a disk that is full, cannot be written, or fails, under customers who rate all the time."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from errno import ENOSPC
from pathlib import Path

from mosquitto import until

from agent.shell.store.reserve import SIZE
from torture import syscalls
from torture.card import Card, needed
from torture.site import Site
from torture.syscalls import failing
from torture.systemd import Systemd

# what the disk says to the journal's calls; whether the daemon lives on (there may be room again) or ends and starts
SAID: dict[str, tuple[str, bool]] = {
    "no room": ("pwrite64:error=ENOSPC", True),
    "read-only": ("pwrite64:error=EROFS", False),
    "error on write": ("pwrite64:error=EIO", False),
    "error on sync": ("fdatasync,fsync:error=EIO", False),
    "one error on sync": ("fdatasync:error=EIO:when=1", False),
}


ENDINGS = (None, signal.SIGKILL, signal.SIGTERM)  # of the daemon, while the card is full


@contextmanager
def saying(site: Site, fault: str) -> Iterator[None]:
    assert site.daemon.process
    with failing(site.daemon.process.pid, fault):
        yield


def failed(folder: Path, rounds: int, seed: int) -> str:
    """Each of `SAID` in turns, `rounds` in all, on a sound disk whose calls fail."""
    syscalls.needed()
    chance, told = random.Random(seed), list[str]()
    with Site(folder, seed) as site, Systemd(site.daemon) as systemd:
        for number in range(rounds):
            name, (fault, lives) = list(SAID.items())[number % len(SAID)]
            before, ends = len(site.customers.refused), len(systemd.ends)
            with saying(site, fault):
                more(site.customers.refused, before, f"{name}: nobody was refused")
                if lives:
                    judge_screen(site)
                    time.sleep(chance.uniform(0.0, 0.5))
                else:
                    more(systemd.ends, ends, f"{name}: the daemon went on")
            assert lives or systemd.ends[ends].why == "it ended with 1", f"{name}: {systemd.ends[ends].why}"
            goes_on(site, systemd)
        told = sorted({text for text in site.customers.refused if text})
        return f"5. {rounds} times {', '.join(SAID)}, {len(systemd.ends)} restarts: {site.count()}; said: {told}"


def full(folder: Path, rounds: int, seed: int) -> str:
    """A small card is filled to its last byte and freed again; now and then the daemon starts while it is full."""
    with station_on_card(folder, seed) as (card, site, systemd):
        starts = 0
        for number in range(rounds):
            before = len(site.customers.refused)
            fill(card.path / "ballast")
            more(site.customers.refused, before, "nobody was refused on a full card")
            judge_screen(site)
            if ending := ENDINGS[number % len(ENDINGS)]:
                with systemd.stopped(ending):
                    fill(card.path / "more")  # a clean end leaves room: the log file is gone
                until(lambda: site.daemon.get("/healthz")[0], what="no start on a full card")
                fill(card.path / "rest")
                judge_screen(site)
                (card.path / "more").unlink()
                (card.path / "rest").unlink()
                starts += 1
            (card.path / "ballast").unlink()
            goes_on(site, systemd)
            until(lambda: SIZE in sizes(card.path, "reserve"), what="no room is kept back again")
        return f"   a card full {rounds} times, started on it {starts}: {site.count()}"


def sizes(folder: Path, name: str) -> list[int]:
    """The size of one file, if it is there at this moment."""
    return [file.stat().st_size for file in os.scandir(folder) if file.name == name]


def fill(ballast: Path) -> None:
    """To the last byte, as logs would."""
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError as error:
                assert error.errno == ENOSPC, error


def readonly(folder: Path, rounds: int, seed: int) -> str:
    """The kernel finds an error and mounts the card read-only; it is mended each time after some starts in vain.

    Between two facts: ext4 itself loses a sync that it lets return at the very moment of its abort (of 40 aborts under
    bare pwrite and fdatasync, 5 lost the last one), which no program can mend.
    """
    with station_on_card(folder, seed) as (card, site, systemd):
        for _ in range(rounds):
            ends = len(systemd.ends)
            site.customers.waiting = True
            until(site.settled, what="the station does not come to rest")
            card.fail()
            site.customers.waiting = False
            more(systemd.ends, ends + 2, "the daemon went on writing on a card that is read-only")
            assert {end.why for end in systemd.ends[ends:]} == {"it ended with 1"}, systemd.ends[ends:]
            with systemd.stopped():
                card.mend()
            goes_on(site, systemd)
        return f"   a card mounted read-only {rounds} times under it, {len(systemd.ends)} ends: {site.count()}"


@contextmanager
def station_on_card(folder: Path, seed: int) -> Iterator[tuple[Card, Site, Systemd]]:
    needed()
    with Card(folder / "slot", "16M") as card:
        (folder / "data").symlink_to(card.path)
        with Site(folder, seed) as site, Systemd(site.daemon) as systemd:
            yield card, site, systemd


def more(things: Sequence[object], than: int, what: str) -> None:
    until(lambda: len(things) > than, what=what)


def judge_screen(site: Site) -> None:
    """While nothing can be kept, the kiosk says so, and so does the health."""
    until(lambda: site.daemon.get("/healthz")[0] == 503, what="well, though nothing can be kept")
    until(lambda: site.daemon.screen()["flags"]["keeping"] == "no", what="the screen pretends")


def goes_on(site: Site, systemd: Systemd) -> None:
    """Customers are thanked again, without anybody's doing."""
    systemd.well()
    before = len(site.customers.thanked)
    more(site.customers.thanked, before + 3, "nobody is thanked any more")
