"""Cases on a real station: the daemon killed, its journal lost, a contact erased; and everything is still there."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from brokers import free_port, needs_mosquitto
from daemon import Daemon, HeadOffice
from mosquitto import Mosquitto, until
from stations import write

from agent.shell.store import pinfile

pytestmark = needs_mosquitto


class Site:
    """A station without a wire, a broker, and head office."""

    def __init__(self, folder: Path) -> None:
        self.broker, kiosk = Mosquitto(folder / "broker"), free_port()
        self.office = HeadOffice(self.broker.port)
        self.daemon = Daemon(write(folder, mqtt=f"port = {self.broker.port}", kiosk=kiosk), kiosk)
        self.data = folder / "data"
        pinfile.write(folder / "li.scrypt", "135790")
        self.daemon.start()

    def complain(self) -> str:
        form = {"kind": "complaint", "topic": "attitude", "text": "太慢", "phone": "13812341234"}
        status, said = self.daemon.post("/api/case", form)
        assert status == 201 and len(said["facts"]["pin"]) == 6
        return str(said["receipt"])

    def command(self, name: str, *args: str) -> tuple[int, str]:
        """What `station-edge command` answers."""
        url = f"mqtt://127.0.0.1:{self.broker.port}"
        line = [sys.executable, "-m", "agent.cli", "command", name, *args, "--station", "cq-0147", "--broker", url]
        done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
        self.said = done.stdout + done.stderr
        return done.returncode, self.said

    def close(self) -> None:
        self.daemon.stop(signal.SIGKILL)
        self.broker.stop()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    one = Site(tmp_path)
    try:
        yield one
    finally:
        one.close()
        one.office.close()


def test_a_case_goes_on_after_the_daemon_was_killed_and_head_office_is_answered(site: Site) -> None:
    number = site.complain()
    site.office.wait(f"case/{number}", lambda b: b["event"] == "acked")
    assert site.command("case.assign", f"case={number}", "version=3", "owner=wang") == (0, site.said)
    site.daemon.stop(signal.SIGKILL)
    site.daemon.start()
    code, said = site.command("case.reply", f"case={number}", "version=3", "text=已处理")
    assert code == 1 and "stands at 4 (assigned by head-office:ho)" in said
    assert site.command("case.reply", f"case={number}", "version=4", "text=已处理", "mode=phone") == (0, site.said)
    assert site.office.wait(f"case/{number}", lambda b: b["event"] == "replied")["version"] == 5
    assert site.command("case.close", f"case={number}", "version=5") == (0, site.said)
    site.daemon.stop(signal.SIGKILL)
    site.daemon.start()
    assert site.command("case.reopen", f"case={number}", "version=6") == (0, site.said)
    assert site.office.wait(f"case/{number}", lambda b: b["event"] == "reopened")["version"] == 7
    site.office.facts()


def test_a_lost_journal_loses_no_case_and_gives_no_number_twice(site: Site) -> None:
    first = site.complain()
    site.office.wait(f"case/{first}", lambda b: b["event"] == "acked")
    assert site.daemon.stop() == 0  # the book is written
    for file in site.data.glob("journal.db*"):
        file.unlink()
    site.daemon.start()
    assert site.complain() == first[:-2] + "02"
    assert site.command("case.assign", f"case={first}", "version=3", "owner=wang") == (0, site.said)
    assert site.office.wait(f"case/{first}", lambda b: b["event"] == "assigned")["version"] == 4


def test_a_customer_sees_with_number_and_pin_how_the_case_stands_and_may_open_it_again(site: Site) -> None:
    status, said = site.daemon.post("/api/case", {"kind": "complaint", "topic": "speed", "phone": "13812341234"})
    slip = {"case": said["receipt"], "pin": said["facts"]["pin"]}
    assert site.command("case.reply", f"case={slip['case']}", "version=3", "text=已加派人手", "result=改进") == (
        0,
        site.said,
    )
    status, told = site.daemon.post("/api/case/look-up", slip)
    assert (status, told["facts"]["state"], told["facts"]["text"]) == (201, "answered", "已加派人手")
    assert (told["facts"]["holder"], told["facts"]["may"]) == ("station", "return_visited reopened")
    assert "step.replied" in told["facts"] and "已加派人手" in told["shown"]
    assert told["facts"]["contact.phone"] == "138****1234" and said["facts"]["profile"] == "P01@1"
    wrong = f"{(int(slip['pin']) + 1) % 10**6:06d}"
    assert site.daemon.post("/api/case/look-up", slip | {"pin": wrong})[0] == 400
    assert site.daemon.post("/api/case/act", {"case": slip["case"], "event": "reopened"})[0] == 400
    assert site.daemon.post("/api/case/act", slip | {"event": "reopened", "by": "ho"})[0] == 400
    assert site.daemon.post("/api/case/act", slip | {"event": "reopened", "text": "没有改"})[0] == 201
    assert site.office.wait(f"case/{slip['case']}", lambda b: b["event"] == "reopened")["by"] == "customer"
    tries = [site.daemon.post("/api/case/look-up", slip | {"pin": wrong})[1]["error"]["wrong"] for _ in range(5)]
    assert "do not belong together" in tries[0]
    assert "too many tries" in site.daemon.post("/api/case/look-up", slip)[1]["error"]["wrong"]


def test_who_calls_a_customer_back_is_known_for_ever(site: Site) -> None:
    number = site.complain()
    assert site.daemon.post("/api/staff/reveal", {"case": number})[0] == 401
    assert site.daemon.post("/api/staff/unlock", {"person": "li", "pin": "135790"})[0] == 200
    cookie = site.daemon.cookie
    status, told = site.daemon.post("/api/staff/reveal", {"case": number}, cookie)
    assert (status, told["facts"]) == (201, {"phone": "13812341234"})
    read = site.office.wait("audit", lambda b: b["what"] == "contact-read")
    assert (read["case"], read["by"], read["members"]) == (number, "attendant:li", ["phone"])
    assert site.daemon.post("/api/staff/act", {"case": number, "event": "first_contact"}, cookie)[0] == 201
    assert site.office.wait(f"case/{number}", lambda b: b["event"] == "first_contact")["by"] == "attendant:li"
    entry = {"kind": "complaint", "topic": "attitude", "channel": "phone", "object": "li", "text": "态度不好"}
    status, about = site.daemon.post("/api/staff/case", entry, cookie)
    assert status == 201 and site.office.wait(f"case/{about['receipt']}", lambda b: b["event"] == "registered")
    assert site.daemon.post("/api/staff/act", {"case": about["receipt"], "event": "progress"}, cookie)[0] == 400
    assert site.daemon.post("/api/staff/reveal", {"case": about["receipt"]}, cookie)[0] == 400


def test_a_contact_at_rest_is_locked_and_goes_for_good_when_it_is_erased(site: Site) -> None:
    number = site.complain()
    boxes = site.data / "contacts.db"
    assert sqlite3.connect(boxes).execute("SELECT number FROM contact").fetchall() == [(number,)]
    assert not any(b"13812341234" in file.read_bytes() for file in site.data.rglob("*") if file.is_file())
    assert site.command("case.event", f"case={number}", "version=3", "event=erased") == (0, site.said)
    assert sqlite3.connect(boxes).execute("SELECT count(*) FROM contact").fetchone() == (0,)
    assert site.office.wait(f"case/{number}", lambda b: b["event"] == "erased")
    site.office.facts()  # the chain is whole


def test_the_station_knows_which_cases_no_broker_has_taken(site: Site) -> None:
    first = site.complain()
    site.office.wait(f"case/{first}")
    site.broker.stop()
    second = site.complain()
    until(lambda: site.daemon.get("/healthz")[1]["delivery"]["unsent"] == [second], 60)
    site.broker.start()
    until(lambda: site.daemon.get("/healthz")[1]["delivery"]["unsent"] == [], 60)
