"""Fault test 10: something hangs. systemd, at its own socket, hears of it within `WatchdogSec`, and begins anew."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from mosquitto import until

from torture import syscalls
from torture.site import Site
from torture.syscalls import failing
from torture.systemd import Systemd

LONG = "delay_enter=120s"  # the call does not come back while anybody could still wait for it


def pid(site: Site) -> int:
    assert site.daemon.process
    return site.daemon.process.pid


@contextmanager
def stopped(site: Site) -> Iterator[None]:
    os.kill(pid(site), signal.SIGSTOP)
    yield


@contextmanager
def locked(site: Site) -> Iterator[None]:
    """Another process holds the journal and does not let go."""
    with closing(sqlite3.connect(site.folder / "data" / "journal.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


HANGS: dict[str, Callable[[Site], AbstractContextManager[None]]] = {
    "the process is stopped": stopped,
    "the loop stands still": lambda site: failing(pid(site), f"/^epoll_p?wait:{LONG}", threads=False),
    "the journal's sync does not come back": lambda site: failing(pid(site), f"fdatasync:{LONG}"),
    "a book's sync does not come back": lambda site: failing(pid(site), f"fsync:{LONG}"),
    "another process holds the journal": locked,
}


def hung(folder: Path, watchdog: float, seed: int, hangs: Sequence[str] = tuple(HANGS), limit: float = 30.0) -> str:
    """Each of `hangs` once; noticed within `limit` seconds. Raises AssertionError."""
    syscalls.needed()
    said = list[str]()
    with Site(folder, seed) as site, Systemd(site.daemon, watchdog) as systemd:
        for name in hangs:
            lives, since = len(systemd.ends), time.monotonic()
            with HANGS[name](site):
                said.append(f"{name}: {systemd.noticed(lives, since, limit)}")
            systemd.well()
            thanked(site, len(site.customers.thanked) + 3)
        return f"10. WatchdogSec={watchdog:g}; {'; '.join(said)}; {site.count()}"


def dialling(folder: Path, seconds: float, seed: int) -> str:
    """A resolver that does not answer holds up nobody: no end, and customers are thanked all the time."""
    syscalls.needed()
    with Site(folder, seed) as site, Systemd(site.daemon) as systemd:
        with failing(pid(site), f"/^p?poll:{LONG}"):  # of the whole daemon, only who dials waits so
            site.kill_broker()
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                thanked(site, len(site.customers.thanked) + 3)
        assert not systemd.ends, f"a dial that hangs ended it: {systemd.ends}"
        return f"   {seconds:.0f} s without an answer to a dial: nobody is held up; {site.count()}"


def thanked(site: Site, most: int) -> None:
    until(lambda: len(site.customers.thanked) > most, what="nobody is thanked any more")
