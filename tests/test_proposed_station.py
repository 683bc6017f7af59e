"""Through a whole station: a file from head office is in force, refused line by line, or taken back by itself."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from brokers import free_port, needs_mosquitto
from daemon import Daemon, Devices, HeadOffice
from mosquitto import Mosquitto, until
from stations import write
from test_proposal import digest

from agent.shell.store import trialfile

pytestmark = needs_mosquitto


@dataclass
class Site:
    path: Path
    port: int
    office: HeadOffice
    daemon: Daemon

    def propose(self, id: str, text: str, minutes: float = 1.0) -> None:
        args = {"toml": text, "minutes": minutes}
        self.office.say("gse/1/dn/cq-0147/cmd/config.propose", {"id": id, "args": args})

    def reply(self, id: str, state: str) -> Any:
        return self.office.wait(f"reply/{id}", lambda body: body.get("state") == state)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    broker, kiosk, devices = Mosquitto(tmp_path / "broker"), free_port(), Devices()
    path = write(tmp_path, mqtt=f"port = {broker.port}", kiosk=kiosk, modbus=devices.port)
    office, daemon = HeadOffice(broker.port), Daemon(path, kiosk)
    daemon.start()
    office.wait("tele/dispenser-1")
    try:
        yield Site(path, broker.port, office, daemon)
    finally:
        daemon.stop(signal.SIGKILL)
        devices.unplug()
        broker.stop()
        office.close()


def test_a_new_file_is_in_force_and_the_outcome_reaches_head_office(site: Site) -> None:
    old, new = site.path.read_text(), site.path.read_text().replace("400-000-0000", "400-111-1111")
    site.propose("p1", new)
    assert site.reply("p1", "trying")["ok"]
    told = site.reply("p1", "applied")
    assert (told["ok"], told["before"], told["after"]) == (True, digest(old), digest(new))
    assert site.path.read_text() == new
    assert trialfile.beside(site.path, trialfile.PREVIOUS).read_text() == old
    site.office.wait("birth", lambda body: body["digests"]["station"] == digest(new))
    until(lambda: trialfile.read(site.path) is None)
    steps = [json.loads(fact)["data"].get("what", "") for fact in site.office.facts()]
    assert [what for what in steps if what.startswith("config-")] == [
        "config-proposed", "config-accepted", "config-applied",
    ]  # fmt: skip


def test_the_command_waits_for_the_outcome(site: Site) -> None:
    proposed = site.path.with_name("proposed.toml")
    proposed.write_text(site.path.read_text().replace("400-000-0000", "400-222-2222"))
    line = ["command", "config.propose", f"toml=@{proposed}", "minutes=1", "--station", "cq-0147", "--broker"]
    url = f"mqtt://127.0.0.1:{site.port}"
    done = subprocess.run(
        [sys.executable, "-m", "agent.cli", *line, url, "--json"], capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, json.loads(done.stdout).get("state")) == (0, "applied"), done.stdout + done.stderr
    assert b"on trial" in done.stderr


def test_a_wrong_file_is_refused_with_every_line(site: Site) -> None:
    old = site.path.read_text()
    site.propose("p1", old.replace("every = 0.2", "evry = 0.2").replace('link = "tcp"', 'link = "wifi"'))
    told = site.reply("p1", "refused")
    assert [p.split(": ")[1] for p in told["problems"]][:1] == ["bus[1].link"]
    assert sum("evry: unknown key" in p for p in told["problems"]) == 2
    assert all(p.startswith("station.toml:") for p in told["problems"])
    assert site.path.read_text() == old
    site.propose("p2", old.replace('id = "cq-0147"', 'id = "cq-0148"'))
    assert "set at the station only" in site.reply("p2", "refused")["problems"][0]


@pytest.mark.parametrize("kill", [False, True], ids=["left alone", "killed on trial"])
def test_a_file_under_which_the_broker_is_not_reached_is_taken_back(site: Site, kill: bool) -> None:
    old = site.path.read_text()
    new = old.replace("[mqtt]\n", "[mqtt]\n#\n").replace("port = ", f"port = {free_port()} # ", 1)
    site.propose("p1", new, minutes=0.05)
    site.reply("p1", "trying")
    until(lambda: site.path.read_text() == new)
    if kill:
        site.daemon.stop(signal.SIGKILL)
        site.daemon.start()
    told = site.reply("p1", "rolled-back")
    assert (told["ok"], told["reason"]) == (False, "the broker is not reached")
    assert site.path.read_text() == old
    until(lambda: trialfile.read(site.path) is None)
    site.office.facts()
