"""Fault test 6: a line that is late, thin, cut, half-open or silent, and brokers that are not whom they should be."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from brokers import free_port
from certificates import authority, certificate
from mosquitto import until

from torture.proxy import FINE, PUBACK, Proxy, Weather
from torture.site import Site

NOTICED = 75.0  # seconds within which the station finds out that a line is dead
Chance = random.Random


def anew(proxy: Proxy) -> None:
    """Wait until the station has given the connection up by itself and made another."""
    before = proxy.made
    until(lambda: proxy.made > before, NOTICED, "the station did not find out")


def late(proxy: Proxy, chance: Chance) -> None:
    proxy.weather = Weather(delay=chance.uniform(0.1, 0.6))
    time.sleep(2)


def thin(proxy: Proxy, chance: Chance) -> None:
    proxy.weather = Weather(rate=chance.uniform(1000, 8000))
    time.sleep(2)


def cut(proxy: Proxy, chance: Chance) -> None:
    time.sleep(chance.uniform(0.0, 0.5))
    proxy.cut()


def reset(proxy: Proxy, chance: Chance) -> None:
    time.sleep(chance.uniform(0.0, 0.5))
    proxy.cut(reset=True)


def rubbish(proxy: Proxy, chance: Chance) -> None:
    proxy.babble(chance.randbytes(chance.randrange(1, 200)))
    time.sleep(0.2)
    proxy.cut()  # what the rubbish announced may never come: not every noise ends a connection


def half_open(proxy: Proxy, chance: Chance) -> None:
    proxy.swallow()
    anew(proxy)


def silent(proxy: Proxy, chance: Chance) -> None:
    """A broker that takes connections and never answers, until the station has tried again."""
    proxy.weather = Weather(deaf=True)
    proxy.cut()
    anew(proxy)
    anew(proxy)


def forgetful(proxy: Proxy, chance: Chance) -> None:
    """The broker's acknowledgements are lost, and the station gives the line up."""
    proxy.weather = Weather(loses=PUBACK)
    anew(proxy)


Fault = Callable[[Proxy, Chance], None]
QUICK: dict[str, Fault] = {"late": late, "thin": thin, "cut": cut, "reset": reset, "rubbish": rubbish}
SLOW: dict[str, Fault] = {"half-open": half_open, "never answering": silent, "losing PUBACKs": forgetful}


def troubled(folder: Path, rounds: int, seed: int, faults: Mapping[str, Fault]) -> str:
    """Each fault `rounds` times, in any order, customers rating all the time; afterwards all arrives again."""
    chance, longest = random.Random(seed), dict.fromkeys(faults, 0.0)
    order = [fault for fault in faults.items() for _ in range(rounds)]
    chance.shuffle(order)
    with Proxy() as proxy, Site(folder, seed, mqtt=f"port = {proxy.port}") as site:
        proxy.target = site.broker.port
        for name, fault in order:
            fault(proxy, chance)
            proxy.weather = FINE
            longest[name] = max(longest[name], back(site))
        each = ", ".join(f"{name} (back within {seconds:.1f} s)" for name, seconds in longest.items())
        return f"6. the line {rounds} times each {each}: {site.count()}"


def back(site: Site) -> float:
    """Seconds until everything that there was when the fault ended is at head office."""
    began, head = time.monotonic(), site.delivery()["head"]
    until(lambda: site.delivery()["acknowledged"] >= head, NOTICED, "the line did not come back")
    return time.monotonic() - began


# ── whom the station believes ───────────────────────────────────────────────

BROKERS = {  # the certificate the broker shows → what the station says about it; nothing: it is believed
    "right": "",
    "expired": "certificate has expired",
    "foreign": "unable to get local issuer certificate",
    "elsewhere": "IP address mismatch",
    "self-made": "self-signed certificate",
}


def disguised(folder: Path, rounds: int, seed: int) -> str:
    """The broker shows each certificate `rounds` times; no fact reaches one that cannot prove who it is."""
    keys, port = folder / "keys", free_port()
    keys.mkdir(parents=True)
    make(keys)
    shows = (f"listener {port} 127.0.0.1", f"certfile {keys}/shown.pem", f"keyfile {keys}/shown.key")
    show(keys, "right")
    with Site(folder, seed, *shows, mqtt=f'port = {port}\ntls = {{ ca = "{keys}/ours.pem" }}') as site:
        for name in [*BROKERS, "right"] * rounds:
            show(keys, name)
            site.kill_broker(0.0)
            if word := BROKERS[name]:
                refused(site, word)
            else:
                back(site)
        return f"   a broker {', '.join(BROKERS)}, {rounds} times: only the right one is believed; {site.count()}"


def refused(site: Site, word: str) -> None:
    """The station says why it does not believe this broker, and tells it nothing, while customers go on."""
    until(lambda: word in site.delivery()["said"], what=f"it is not said: {word}")
    mark, before = site.delivery()["acknowledged"], len(site.customers.thanked)
    until(lambda: len(site.customers.thanked) > before + 5, what="nobody is thanked")
    assert site.delivery()["acknowledged"] == mark, f"told something: {word}"


def make(keys: Path) -> None:
    for name in ("ours", "theirs"):
        authority(keys, name)
    certificate(keys, "right", "ours", "IP:127.0.0.1")
    certificate(keys, "expired", "ours", "IP:127.0.0.1", days=-1)
    certificate(keys, "foreign", "theirs", "IP:127.0.0.1")
    certificate(keys, "elsewhere", "ours", "IP:127.0.0.9")
    authority(keys, "self-made")


def show(keys: Path, name: str) -> None:
    for kind in ("pem", "key"):
        shutil.copyfile(keys / f"{name}.{kind}", keys / f"shown.{kind}")
